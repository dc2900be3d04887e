"""Patterns over the tree of all addresses mean what they mean to each address alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.control.osc.branches import Branches
from liveriff.control.osc.patterns import compiled
from liveriff.params.table import TABLE

SOME = [path for path in TABLE if not path.startswith("/pad/") or path.split("/")[2] in ("1", "17")]
TREE = Branches(SOME)
PARTS = st.sampled_from(
    ["", "*", "?", "deck", "pad", "[12]", "[!1]", "level", "{low,mid}", "e*", "*e", "eq", "prompt", "?*", "{a,b}", "1"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=5))
def test_the_tree_finds_what_each_address_matches(parts: list[str]) -> None:
    pattern = compiled("/" + "/".join(parts))
    assert TREE.matching(pattern) == [path for path in SOME if pattern.matches(path)]
