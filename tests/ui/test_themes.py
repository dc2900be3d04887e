"""Everything that is read is read from a metre away: contrast by WCAG 2.1 (1.4.3), 4.5:1 or more, in every theme."""

from __future__ import annotations

import itertools

import pytest
from textual.color import Color
from textual.theme import Theme
from ui_single import Single

from liveriff.params.registry import Registry
from liveriff.ui.local import LocalLink
from liveriff.ui.look import CATEGORIES, INK, STATES, tint
from liveriff.ui.themes import THEMES
from liveriff.ui.verdicts import SIGNS
from liveriff.ui.widgets.ink import Ink

LEAST = 4.5
GROUNDS = ("background", "surface", "panel")
TEXTS = ("foreground", "muted", "primary", "secondary", "accent", "success", "warning", "error")


def luminance(colour: Color) -> float:
    """Relative luminance, as WCAG defines it."""

    def channel(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * channel(colour.r) + 0.7152 * channel(colour.g) + 0.0722 * channel(colour.b)


def contrast(one: Color, other: Color) -> float:
    """From 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink(theme: Theme) -> Ink:
    return Ink(theme.to_color_system().generate() | theme.variables)


def test_the_measure_is_right() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#ffffff")) == pytest.approx(21.0)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_can_be_read_on_every_ground(theme: Theme) -> None:
    pen = ink(theme)
    weak = {
        (text, ground): round(contrast(pen.colour(text), pen.colour(ground)), 2)
        for text, ground in itertools.product((*TEXTS, "text-muted", "text-disabled"), GROUNDS)
        if contrast(pen.colour(text), pen.colour(ground)) < LEAST
    }
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_reversed_text_can_be_read(theme: Theme) -> None:
    pen = ink(theme)
    grounds = ("foreground", "primary", "accent", "warning", "success", "error")
    weak = {g: contrast(pen.colour("background"), pen.colour(g)) for g in grounds}
    assert {ground: share for ground, share in weak.items() if share < LEAST} == {}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("category", [*CATEGORIES, "never heard of"])
def test_categories_can_be_read_as_text_and_on_their_own_ground(theme: Theme, category: str) -> None:
    pen, colour = ink(theme), Color.parse(tint(category, theme.dark))
    for ground in GROUNDS:
        assert contrast(colour, pen.colour(ground)) >= LEAST
    on = pen.colour("background")
    assert contrast(on, colour) >= LEAST
    if category in CATEGORIES:
        assert contrast(Color.parse(INK), Color.parse(CATEGORIES[category][1])) >= LEAST


def test_nothing_is_told_by_colour_alone() -> None:
    assert len({letters for letters, _ in CATEGORIES.values()}) == len(CATEGORIES)
    signs = [mark.sign for name, mark in STATES.items() if name not in ("silent", "empty")]
    assert len(set(signs)) == len(signs)
    plain = [mark.plain for name, mark in STATES.items() if name not in ("silent", "empty")]
    assert len(set(plain)) == len(plain)
    assert all(mark.plain.isascii() for mark in STATES.values())
    assert len({sign for sign, _, _ in SIGNS.values()}) == len(SIGNS)


async def test_the_app_wears_the_colours_that_are_judged_here() -> None:
    app = Single(LocalLink(Registry()))
    async with app.run_test():
        for theme in THEMES:
            app.theme = theme.name
            for name in (*TEXTS[:1], *GROUNDS, "text-muted"):
                assert Color.parse(app.get_css_variables()[name]).hex == ink(theme).colour(name).hex
