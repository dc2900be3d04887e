"""The help page: every key that is bound anywhere is on it, once, in words that can be read at 80 columns."""

from __future__ import annotations

import itertools
import re

import pytest
from textual.binding import Binding, BindingType
from ui_patience import lines, until
from ui_single import Single
from ui_stage import staged

from liveriff.ui.app import Face
from liveriff.ui.keys import KEYS, Key
from liveriff.ui.views.browser import BrowserView
from liveriff.ui.views.controllers import ControllersView
from liveriff.ui.views.help import TABLES, HelpPage, groups, key_name
from liveriff.ui.views.pads import PadsView
from liveriff.ui.widgets.answer import ValueLine
from liveriff.ui.widgets.control import Control
from liveriff.ui.widgets.log_scroll import Scrolled
from liveriff.ui.widgets.pick import Pick
from liveriff.ui.widgets.prompt import PromptField, PromptLine

BOUND = (Face, PadsView, BrowserView, ControllersView, Control, PromptField, PromptLine, Pick, Scrolled, ValueLine)


def keys_of(bindings: list[BindingType]) -> set[str]:
    found = (binding.key if isinstance(binding, Binding) else binding[0] for binding in bindings)
    return {key for keys in found for key in keys.split(",")}


@pytest.mark.parametrize("widget", BOUND, ids=lambda widget: widget.__name__)
def test_every_key_that_is_bound_is_on_the_page(widget: type[Face]) -> None:
    told = {key for table in TABLES for each in table for key in each.keys.split(",")}
    assert keys_of(widget.BINDINGS) <= told


def test_no_global_key_means_two_things() -> None:
    keys = [key for each in KEYS for key in each.keys.split(",")]
    assert len(keys) == len(set(keys))


def test_every_key_is_told_in_a_sentence() -> None:
    for key in itertools.chain(*TABLES):
        assert re.fullmatch(r"[A-Z].*[.)]", key.about), key


def test_groups_keep_their_order_and_lose_nothing() -> None:
    found = groups([[Key("a", "", "A", "A.", "One"), Key("b", "", "B", "B.", "Two")], [Key("c", "", "C", "C.", "One")]])
    assert {heading: [key.keys for key in keys] for heading, keys in found.items()} == {"One": ["a", "c"], "Two": ["b"]}
    assert sum(len(keys) for keys in groups().values()) == sum(len(table) for table in TABLES)


@pytest.mark.parametrize(
    ("key", "name"),
    [("f2", "F2"), ("ctrl+z", "Ctrl-Z"), ("R", "R"), ("t", "t"), ("space", "Space"), ("left_curly_bracket", "{"),
     ("shift+up", "Shift-↑"), ("full_stop", ".")],
)  # fmt: skip
def test_keys_are_named_as_they_are_printed(key: str, name: str) -> None:
    assert key_name(key) == name
    assert key_name(key, plain=True).isascii()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_whole_page_can_be_reached(size: tuple[int, int]) -> None:
    app = Single(staged(), "help")
    async with app.run_test(size=size) as pilot:
        page = app.query_one(HelpPage)
        await until(pilot, lambda: any("VIEWS" in line for line in lines(page)))
        seen = {line.strip(" │█") for line in lines(page)}
        for _ in range(30):
            await pilot.press("pagedown")
            seen |= {line.strip(" │█") for line in lines(page)}
        text = "\n".join(seen)
        for heading in groups():
            assert heading.upper() in text
        assert "End the music; press twice." in text
