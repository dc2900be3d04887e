"""The table has no problems, the lint sees problems, and the documents are the table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from liveriff.params.document import as_json, as_markdown
from liveriff.params.kinds import Linear, Value
from liveriff.params.kinds_worded import Choice, Optional, OwnNumber, Trigger
from liveriff.params.lint import problems
from liveriff.params.spec import Spec
from liveriff.params.table import SPECS, TABLE, panel_names, panel_value
from liveriff.params.words import DECKS, PADS

PAGE = Path(__file__).parents[2] / "docs" / "params.md"
GOOD = Spec("/good", Linear(0.0, 1.0), 0.5, "block", "A good parameter.")


def test_the_table_has_no_problems() -> None:
    """Every parameter is documented, in range, and moved by a knob there and back."""
    assert problems(SPECS) == []
    assert problems([GOOD]) == []


@dataclass(frozen=True)
class Lossy(Linear):
    """A kind whose two curves do not match."""

    def unmap(self, value: Value) -> float:
        """Not the inverse."""
        return super().unmap(value) / 2


@dataclass(frozen=True)
class Falling(Linear):
    """A kind whose curve goes down."""

    def map(self, raw: float) -> float:
        """Backwards."""
        return super().map(1 - raw)

    def unmap(self, value: Value) -> float:
        """Backwards too, so that only the direction is wrong."""
        return 1 - super().unmap(value)


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        (replace(GOOD, doc="No full stop"), "full stop"),
        (replace(GOOD, doc="small."), "capital"),
        (replace(GOOD, path="/Good"), "small letters"),
        (replace(GOOD, path="/good/"), "/parts/like/this"),
        (replace(GOOD, default=2.0), "default is out of range"),
        (replace(GOOD, default=1), "default is out of range"),
        (replace(GOOD, default="loud"), "takes a number"),
        (replace(GOOD, rate=None), "has no rate"),
        (replace(GOOD, access="r"), "has no rate"),
        (replace(GOOD, access="w"), "write-only"),
        (replace(GOOD, kind=Trigger()), "write-only"),
        (replace(GOOD, asks=True), "set, and not saved"),
        (replace(GOOD, kind=Lossy(0.0, 1.0)), "not the inverse"),
        (replace(GOOD, kind=Falling(0.0, 1.0)), "curve goes down"),
        (replace(GOOD, path="/good_db"), "in dB"),
        (replace(GOOD, kind=Choice(("a", "A")), default="a"), "differ only by capitals"),
        (replace(GOOD, kind=Choice(("a", "b"), {"c": "d"}), default="a"), "leads nowhere"),
        (replace(GOOD, kind=Optional(Linear(-1.0, 1.0))), "from 0 up"),
        (replace(GOOD, kind=OwnNumber(Linear(0.0, 12.0))), "from 1 up"),
    ],
)
def test_the_lint_sees(spec: Spec, problem: str) -> None:
    """Each named problem is found in a table that has it."""
    assert any(problem in each for each in problems([spec])), problems([spec])


def test_a_path_declared_twice_is_seen() -> None:
    """Two parameters of one name would hide each other."""
    assert problems([GOOD, GOOD]) == ["/good: declared more than once"]


def test_patterns_are_numbered() -> None:
    """Every deck and pad has everything, and no pattern is left in a path."""
    for n in DECKS:
        assert f"/deck/{n}/prompt/a" in TABLE
    for n in PADS:
        assert f"/pad/{n}/trigger" in TABLE
    assert not any("{" in path for path in TABLE)
    assert [TABLE[f"/deck/{n}/category"].default for n in DECKS] == ["drums", "bass", "synth", "mix"]


def test_what_a_chunk_is_made_with_has_a_heard_twin() -> None:
    """The twins are of the same kind, read-only, and none is invented."""
    twins = {path: spec for path, spec in TABLE.items() if path.startswith("/deck/1/heard/")}
    assert {"/deck/1/heard/seed/drift", "/deck/1/heard/model", "/deck/1/heard/prompt/b"} <= set(twins)
    for path, spec in twins.items():
        assert spec.access == "r"
        assert spec.kind == TABLE[path.replace("/heard", "")].kind


def test_the_panel_is_the_block_rate_values() -> None:
    """Names are unique, in the table's order, and each has a number; a level's floor is silence."""
    names = panel_names()
    assert len(set(names)) == len(names)
    assert list(names) == [path for path in TABLE if path in set(names)]
    assert {"/deck/1/level", "/deck/4/side", "/master/limiter", "/deck/2/mute"} <= set(names)
    assert not any("prompt" in name or name.startswith("/status") for name in names)
    assert all(isinstance(panel_value(TABLE[name], TABLE[name].default), float) for name in names)
    assert 10 ** (panel_value(TABLE["/deck/1/level"], -60.0) / 20) == 0.0
    assert [panel_value(TABLE["/deck/1/side"], side) for side in ("a", "thru", "b")] == [0, 1, 2]


def test_four_decks_at_their_default_reach_full_scale_and_no_more() -> None:
    """The limiter has nothing to do before somebody pushes a fader."""
    gains = [10 ** (panel_value(TABLE[f"/deck/{n}/level"], TABLE[f"/deck/{n}/level"].default) / 20) for n in DECKS]
    assert sum(gains) == pytest.approx(1.0, abs=0.01)


def records() -> Sequence[dict[str, object]]:
    """The JSON document as a program reads it: strict JSON, no NaN."""
    loaded = json.loads(json.dumps(as_json(), allow_nan=False))
    parameters: Sequence[dict[str, object]] = loaded["parameters"]
    return parameters


def test_the_json_has_every_parameter() -> None:
    """Path by path, with its range and choices."""
    by_path = {record["path"]: record for record in records()}
    assert list(by_path) == list(TABLE)
    tempo, side = by_path["/tempo/bpm"], by_path["/deck/1/side"]
    assert (tempo["range"], tempo["unit"], tempo["kind"], tempo["rate"]) == ([40.0, 240.0], "BPM", "float", "chunk")
    assert side["choices"] == ["a", "thru", "b"]
    assert by_path["/deck/1/density"]["default"] == "auto"
    steps = by_path["/deck/1/steps"]
    assert (steps["kind"], steps["osc"], steps["default"]) == ("integer or auto", "i", "auto")


def test_the_page_is_the_table() -> None:
    """docs/params.md is made by ``liveriff params --markdown``; make it again after a change of the table."""
    assert PAGE.read_text(encoding="utf-8") == as_markdown()


def test_the_page_says_what_is_not_wired() -> None:
    """A performer must not look for the sound of a knob that has none yet."""
    rows = [line for line in as_markdown().splitlines() if line.startswith("| `")]
    patterns = {spec.pattern: spec for spec in SPECS}
    assert len(rows) == len(patterns)
    for row in rows:
        assert ("Not wired yet" in row) != patterns[row.split("`")[1]].audible
