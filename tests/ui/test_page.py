"""The page of the screens: its reference is what the tables of keys say, and its pictures are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from liveriff.ui.keys import KEYS, VIEWS
from liveriff.ui.page import BEGIN, END, all_keys, as_markdown, shown, with_reference

PAGE = Path(__file__).parents[2] / "docs" / "screens.md"


def test_the_page_is_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_reference(page) == page, "run: make docs"


def test_the_page_shows_every_view_and_every_picture_is_there() -> None:
    page = PAGE.read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page)
    assert {f"screen-{view}.png" for view in VIEWS} <= set(pictures)
    for picture in pictures:
        assert (PAGE.parent / picture).is_file(), picture


def test_all_tables_of_keys_are_in_it() -> None:
    keys = all_keys()
    assert set(KEYS) < set(keys)
    assert {"Knobs, faders and switches", "The pads view"} <= {key.where for key in keys}
    assert len(keys) == len(set(keys))
    for key in keys:
        assert f"| {shown(key.keys)} | {key.name} | {key.about} |" in as_markdown()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("ctrl+z,u", "`Ctrl+Z` `u`"), ("f1,question_mark", "`F1` `?`"), ("left_curly_bracket", "`{`"),
        ("shift+up", "`Shift+↑`"), ("space", "`Space`"), ("R", "`R`"),
    ],
)  # fmt: skip
def test_keys_are_named_as_on_keyboards(keys: str, words: str) -> None:
    assert shown(keys) == words


def test_what_stands_around_the_reference_is_kept() -> None:
    made = with_reference(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    assert made.startswith("before\n")
    assert made.endswith("\nafter\n")
    assert "\nold\n" not in made
    for page in ("", BEGIN, END):
        with pytest.raises(ValueError, match="marks"):
            with_reference(page)
