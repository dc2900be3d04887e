"""The play view: plans at every size, resizing live, the deck in hand, prompts, meters, what a panel says."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region
from ui_patience import lines, until
from ui_single import Single
from ui_stage import staged

from liveriff.params.words import DECKS
from liveriff.ui.views.play import PlayView, play_plan
from liveriff.ui.widgets.colourmap import luminance
from liveriff.ui.widgets.control import Control
from liveriff.ui.widgets.deck import CONTROLS, DeckPanel
from liveriff.ui.widgets.deckplan import FOLDED, deck_plan
from liveriff.ui.widgets.faced import Faced
from liveriff.ui.widgets.meter import FALL_DB_S, FLOOR_DB, HOLD_S, Ballistics, Meter, colour_of, share_of
from liveriff.ui.widgets.prompt import PromptField
from liveriff.ui.widgets.topbar import TopBar
from liveriff.ui.widgets.topbarparts import FRESH_S, GAP, Counts, Piece, fitting, place

SIZES = [(80, 24), (100, 30), (120, 40), (160, 45), (200, 60)]


def overlaps(regions: list[Region]) -> list[tuple[Region, Region]]:
    return [(one, other) for one, other in itertools.combinations(regions, 2) if one.overlaps(other)]


# --- plans ------------------------------------------------------------------------------------------------------------


@given(st.integers(20, 320), st.integers(6, 120), st.sampled_from(DECKS))
def test_decks_fill_the_view_and_none_lies_over_another(width: int, height: int, in_hand: int) -> None:
    plan = play_plan(width, height, in_hand)
    assert set(plan) == {"1", "2", "3", "4"}
    assert sum(region.area for region in plan.values()) == width * height
    assert not overlaps(list(plan.values()))


@given(st.integers(0, 240), st.integers(0, 120), st.integers(0, 9))
def test_parts_lie_within_the_frame_and_apart(width: int, height: int, dials: int) -> None:
    plan = deck_plan(width, height, dials)
    inside = Region(1, 1, max(0, width - 2), max(0, height - 2))
    assert not overlaps(list(plan.values()))
    if width >= 36 and height >= 14:
        assert all(inside.contains_region(region) for region in plan.values())


@pytest.mark.parametrize("size", SIZES)
def test_at_every_size_the_deck_in_hand_has_what_is_played(size: tuple[int, int]) -> None:
    region = play_plan(size[0], size[1] - 3, 2)["2"]
    plan = deck_plan(region.width, region.height)
    assert {"a", "b", "alpha", "picture", "coming", "meter", "queue", "level", "mute", "freeze", "next"} <= set(plan)
    assert plan["picture"].height >= 4
    assert plan["picture"].width >= 20


@pytest.mark.parametrize("size", SIZES)
def test_every_setting_of_a_deck_is_on_a_page(size: tuple[int, int]) -> None:
    region = play_plan(size[0], size[1] - 3, 2)["2"]
    pages = [set(deck_plan(region.width, region.height, dials)) for dials in range(9)]
    assert set(CONTROLS) <= set.union(*pages)
    if size == (200, 60):
        assert pages[0] == pages[1] == pages[2]


def test_other_decks_are_lines_at_80_by_24() -> None:
    plan = play_plan(80, 21, 3)
    assert [plan[str(n)].height for n in DECKS] == [1, 1, 18, 1]
    assert deck_plan(80, FOLDED) == {}


# --- on the screen ----------------------------------------------------------------------------------------------------


async def test_it_is_resized_live() -> None:
    app = Single(staged())
    async with app.run_test(size=(80, 24)) as pilot:
        for width, height in (*SIZES, *reversed(SIZES)):
            await pilot.resize_terminal(width, height)
            view = app.query_one(PlayView)
            await until(pilot, lambda w=width, v=view: v.size.width == w)
            plan = play_plan(width, view.size.height, app.deck)
            await until(pilot, lambda v=view, p=plan: all(v.panel(n).region.size == p[str(n)].size for n in DECKS))
            await pilot.pause(0.1)
            for deck in DECKS:
                panel = view.panel(deck)
                assert panel.folded == (not deck_plan(*panel.size))
                assert all(len(line.rstrip()) <= width for line in lines(panel))
            assert {child.display for child in view.panel(app.deck).children} >= {True}


async def test_folded_decks_say_it_on_a_line_and_keep_out_of_the_tab_keys_way() -> None:
    app = Single(staged())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "MUTED" in lines(app.query_one(PlayView).panel(4))[0])
        (line,) = lines(app.query_one(PlayView).panel(4))
        assert line.startswith(" 4   MX  mix    ▶ playing  MUTED ")
        assert "landing 1.4s" in line
        focusable = [widget for widget in app.screen.focus_chain if isinstance(widget.parent, DeckPanel)]
        assert {widget.parent.deck for widget in focusable} == {1}  # type: ignore[union-attr]


async def test_the_deck_in_hand_is_framed_by_another_line_and_not_by_colour_alone() -> None:
    app = Single(staged())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        view = app.query_one(PlayView)
        assert [lines(view.panel(n))[0][0] for n in DECKS] == ["┏", "┌", "┌", "┌"]
        assert lines(view.panel(1))[0].startswith("┏━ 1   DR  drums  ▶ playing ━")
        assert "lands in 1.4 s" in lines(view.panel(1))[0]
        assert " MUTED " in lines(view.panel(4))[0]
        await pilot.press("right_square_bracket")
        await pilot.pause(0.2)
        await until(pilot, lambda: [lines(view.panel(n))[0][0] for n in DECKS] == ["┌", "┏", "┌", "┌"])


async def test_other_pages_of_settings_come_with_a_key() -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=(80, 24)) as pilot:
        panel = app.query_one(PlayView).panel(1)
        shown = lambda: {child.path for child in panel.query(Control) if child.display}  # noqa: E731
        await until(pilot, lambda: "/deck/1/seed" in shown())
        await pilot.press("D")
        await until(pilot, lambda: {"/deck/1/loop", "/deck/1/evolve", "/deck/1/fill"} <= shown())
        assert "/deck/1/seed" not in shown()
        await pilot.press("D")
        await until(pilot, lambda: {"/deck/1/source", "/deck/1/strength", "/deck/1/steps"} <= shown())
        await pilot.press("D")
        await until(pilot, lambda: "/deck/1/seed" in shown())


async def test_what_the_hand_has_done_to_a_deck_stands_in_its_frame() -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=(200, 60)) as pilot:
        view = app.query_one(PlayView)
        link.registry.set("/deck/2/loop", "2", "engine")
        link.registry.set("/deck/2/solo", True, "engine")
        link.registry.set("/deck/3/source", "deck", "engine")
        link.registry.set("/deck/3/source/deck", 4, "engine")
        await until(pilot, lambda: "LOOP 2" in lines(view.panel(2))[0])
        assert " SOLO " in lines(view.panel(2))[0]
        await until(pilot, lambda: "NOT SOLO" in lines(view.panel(3))[0])
        link.registry.set("/deck/2/solo", False, "engine")
        await until(pilot, lambda: "SOLO" not in lines(view.panel(3))[0])
        assert "from deck 4" in lines(view.panel(3))[0]


async def test_focus_and_click_take_a_deck_into_the_hand() -> None:
    app = Single(staged())
    async with app.run_test(size=(120, 40)) as pilot:
        view = app.query_one(PlayView)
        await until(pilot, lambda: getattr(app.focused, "path", "") == "/deck/1/alpha")
        view.panel(3).query_one("#a").focus()
        await until(pilot, lambda: app.deck == 3)
        await pilot.click(view.panel(2), offset=(0, 0))
        assert app.deck == 2


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_focus_goes_to_the_same_control_of_the_next_deck(size: tuple[int, int]) -> None:
    app = Single(staged())
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: getattr(app.focused, "path", "") == "/deck/1/alpha")
        next(child for child in app.query_one(PlayView).panel(1).children if child.name == "level").focus()
        await until(pilot, lambda: getattr(app.focused, "path", "") == "/deck/1/level")
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: getattr(app.focused, "path", "") == "/deck/2/level")
        assert app.deck == 2


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_e_writes_the_prompt_of_the_deck_in_hand(size: tuple[int, int]) -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: getattr(app.focused, "path", "") == "/deck/1/alpha")
        await pilot.press("right_square_bracket", "E")
        field = app.query_one(PlayView).panel(2).query_one("#b", PromptField)
        await until(pilot, lambda: field.editing)
        await pilot.press(*"hum", "enter")
        await until(pilot, lambda: "hum" in str(link.registry.get("/deck/2/prompt/b")))


async def test_an_empty_deck_has_no_role_until_it_has_words() -> None:
    link = staged()
    for name in ("prompt/a", "prompt/b"):
        link.registry.set(f"/deck/3/{name}", "", "engine")
    link.registry.publish("/deck/3/state", "silent")
    link.registry.publish("/deck/3/chunks", "")
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        panel = app.query_one(PlayView).panel(3)
        await until(pilot, lambda: "--" in lines(panel)[0])
        assert "synth" not in lines(panel)[0]
        assert "empty" in lines(panel)[0]
        role = next(control for control in panel.query(Control) if control.path == "/deck/3/category")
        assert isinstance(role, Faced)
        assert not role.lit
        link.registry.set("/deck/3/prompt/a", "glass bells", "engine")
        await until(pilot, lambda: "synth" in lines(panel)[0])
        assert role.lit


async def test_the_prompt_follows_the_engine() -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        link.registry.set("/deck/1/prompt/a", "tin drums [loud]", "engine")
        field = app.query_one(PlayView).panel(1).query_one("#a")
        await until(pilot, lambda: lines(field)[0].strip() == "tin drums [loud]")


@pytest.mark.parametrize("theme", ["night", "contrast", "colour-blind", "day"])
async def test_a_theme_reaches_what_paints_itself(theme: str) -> None:
    app = Single(staged())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        app.theme = theme
        await pilot.pause(0.2)
        panel = app.query_one(PlayView).panel(1)
        style = next(iter(panel.render_lines(panel.outer_size.region)[3])).style
        assert style is not None
        assert style.bgcolor.get_truecolor().hex == app.theme_variables["surface"].lower()  # type: ignore[union-attr]
        assert style.color.get_truecolor().hex == app.theme_variables["accent"].lower()  # type: ignore[union-attr]


@pytest.mark.parametrize("theme", ["night", "contrast", "colour-blind", "day"])
async def test_text_stands_out_from_its_ground(theme: str) -> None:
    """4.5:1 for all letters and figures (WCAG 2.1 AA); lines of tracks and frames are no text."""
    app = Single(staged())
    async with app.run_test(size=(160, 45)) as pilot:
        app.theme = theme
        await pilot.pause(0.4)
        for panel in app.query(DeckPanel):
            for widget in (panel, *panel.children):
                for line in widget.render_lines(widget.outer_size.region):
                    for segment in line:
                        if any(sign.isalnum() for sign in segment.text) and segment.style:
                            assert _contrast(segment.style) >= 4.5, (theme, segment)


def _contrast(style: object) -> float:
    from textual.color import Color

    front, ground = (Color.from_rich_color(getattr(style, name)) for name in ("color", "bgcolor"))
    if getattr(style, "reverse", False):
        front, ground = ground, front
    light, dark = sorted((luminance(front.rgb), luminance(ground.rgb)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# --- meters -----------------------------------------------------------------------------------------------------------


def test_a_meter_rises_at_once_falls_steadily_and_holds() -> None:
    meter = Ballistics()
    meter.look(10.0, -6.0)
    assert meter.level == -6.0
    meter.look(10.5, FLOOR_DB)
    assert meter.level == pytest.approx(-6.0 - FALL_DB_S / 2)
    assert meter.held == -6.0
    meter.look(10.0 + HOLD_S + 0.1, FLOOR_DB)
    assert meter.held < -6.0


def test_a_meters_scale_and_its_warnings() -> None:
    assert share_of(-120.0) == 0.0
    assert share_of(0.0) == share_of(6.0) == 1.0
    assert 0.45 < share_of(-20.0) < 0.55
    assert [colour_of(level) for level in (-30.0, -6.0, -0.5)] == ["success", "warning", "error"]


async def test_a_meter_paints_only_what_moved() -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.3)
        meter = app.view.query(Meter).first()
        height = meter.size.height
        filled = sum(line.strip(" ·▔") != "" for line in lines(meter))
        assert abs(filled - share_of(-10.0) * height) <= 1
        painted: list[Region] = []
        refresh = meter.refresh
        meter.refresh = lambda *regions, **how: painted.extend(regions) or refresh(*regions, **how)  # type: ignore[method-assign,func-returns-value]
        link.registry.publish("/deck/1/peak", -9.5)
        await until(pilot, lambda: painted)
        assert {region.y for region in painted} != set(range(height))


# --- the top bar ------------------------------------------------------------------------------------------------------


async def test_the_bar_says_what_fits_and_keeps_the_most_important() -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause(0.3)
        (wide,) = lines(app.query_one(TopBar))
        words = (
            "124.00 BPM",
            "● REC",
            "A minor",
            "grid bar",
            "house",
            "lead 6.2 s",
            "8.1 x rt",
            "clock internal",
            "late",
        )
        assert all(word in wide for word in words)
        assert "set-2231.wav" in wide
        await pilot.resize_terminal(60, 24)
        await until(pilot, lambda: len(lines(app.query_one(TopBar))[0]) == 60)
        (narrow,) = lines(app.query_one(TopBar))
        assert "124.00 BPM" in narrow
        assert "dB" in narrow
        assert "clock" not in narrow
        assert len(narrow) == 60


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), unique_by=lambda pair: pair[0]), st.integers(0, 120))
def test_what_falls_off_is_what_matters_least(pieces: list[tuple[int, int]], width: int) -> None:
    all_of = [Piece(str(rank), rank, (("x" * cells, "", ""),)) for rank, cells in pieces]
    kept = fitting(all_of, width)
    assert sum(piece.width for piece in kept) + GAP * max(0, len(kept) - 1) <= width or not kept
    fallen = [piece.rank for piece in all_of if piece not in kept]
    assert not fallen or not kept or min(fallen) > max(piece.rank for piece in kept)


def test_the_lights_show_the_beat_by_place_and_the_stroke_by_sign() -> None:
    def text(beat: float, playing: bool = True) -> str:
        return "".join(run[0] for run in place(beat, playing, plain=False).runs)

    assert text(0.0) == "▶ 1.1    ◉···"
    assert text(0.5) == "▶ 1.1    ●···"
    assert text(6.1) == "▶ 2.3    ··◉·"
    assert text(6.1, playing=False) == "■ 2.3    ··●·"
    assert "".join(run[0] for run in place(1.0, True, plain=True).runs) == "> 1.2    .#.."


def test_a_counter_is_urgent_only_for_a_while() -> None:
    counts = Counts()
    assert not counts.fresh(0.0, "late", 3), "what was so before the screen came is no news"
    assert counts.fresh(1.0, "late", 4)
    assert counts.fresh(FRESH_S, "late", 4)
    assert not counts.fresh(1.5 + FRESH_S, "late", 4)


async def test_the_bar_is_clicked() -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause(0.3)
        pulled: list[str] = []
        link.registry.subscribe(lambda change: pulled.append(change.path))
        for word in ("▶", "BPM", "minor", "grid", "REC"):
            at = lines(app.query_one(TopBar))[0].index(word)
            await pilot.click(TopBar, offset=(at, 0))
            await pilot.pause(0.1)
        assert pulled == ["/play", "/tempo/tap", "/key/mode", "/quantum", "/record"]


async def test_no_engine_is_said_at_once() -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.2)
        link.connected, link.trouble = False, "It hung up."
        await until(pilot, lambda: "NO ENGINE" in lines(app.query_one(TopBar))[0])


async def test_an_engine_that_begins_is_no_trouble() -> None:
    link = staged()
    link.nodes.clear()
    link.connected, link.trouble = False, "Starting the engine."
    app = Single(link)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "STARTING" in lines(app.query_one(TopBar))[0])
        assert "NO ENGINE" not in lines(app.query_one(TopBar))[0]
