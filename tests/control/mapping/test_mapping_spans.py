"""The ends of OSC controls: understood from what is sent, kept in a file, and whom a device's name means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.mapping import files
from liveriff.control.mapping.bindings import OSC, Binding, covers, is_control
from liveriff.control.mapping.default import default_bindings
from liveriff.control.mapping.learn import LearnMode
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.mapping.spans import Sent, Span, parse_span, place, span_text, value_at
from liveriff.control.surface import Touch
from liveriff.errors import UsageError
from liveriff.params.registry import Registry


def sent(*values: float, tag: str = "f") -> Sent:
    found = Sent(tag)
    for value in values:
        found.add(value, tag)
    return found


@pytest.mark.parametrize(
    ("values", "tag", "span"),
    [
        ((0.2, 0.9), "f", (0, 1)),
        ((3, 64), "i", (0, 127)),
        ((0, 1, 0), "i", (0, 1)),
        ((0, 1, 2), "i", (0, 127)),
        ((0, 200), "i", (0, 255)),
        ((-0.3, 0.4), "f", (-1, 1)),
        ((-9.81, 0.4), "f", (-10, 10)),
        ((0.0, 64.0, 110.0), "f", (0, 127)),
        ((0.0, 1e6), "f", (0, 1e6)),
        ((1, 0), "T", (0, 1)),
    ],
)
def test_the_ends_follow_from_type_and_values(values: tuple[float, ...], tag: str, span: Span) -> None:
    assert sent(*values, tag=tag).span == span


def test_a_float_decides_for_an_app_that_sends_whole_numbers_as_integers() -> None:
    found = sent(0, 1, tag="i")
    found.add(0.5, "f")
    found.add(1, "i")
    assert (found.tag, found.span) == ("f", (0, 1))


@pytest.mark.parametrize("text", ["", "1", "0..", "1..0", "0..0", "a..b", "0..1 ", "0...1", "1e9..2e9"])
def test_no_span(text: str) -> None:
    assert parse_span(text) is None


@given(st.integers(-(10**8), 10**8), st.integers(1, 10**8))
def test_a_span_is_read_back(low: int, far: int) -> None:
    span = (low / 1000, (low + far) / 1000)
    assert parse_span(span_text(span)) == span


@given(st.floats(0, 1), st.sampled_from([(0.0, 1.0), (0.0, 127.0), (-1.0, 1.0)]))
def test_a_place_is_found_again(hand: float, span: Span) -> None:
    assert place(value_at(hand, span), span) == pytest.approx(hand, abs=1e-9)
    assert place(span[1] + 5, span) == 1
    assert place(span[0] - 5, span) == 0


def test_apps_are_meant_by_name_only() -> None:
    """Or an app's own /fader/1 would be the fader of the default map."""
    assert covers("*", "box")
    assert covers("b*", "box")
    assert covers(OSC, OSC)
    assert not covers("*", OSC)
    assert not covers("o*", OSC)
    mapping = Mapping(Registry(), default_bindings(), lambda *hit: None)
    mapping.connected(OSC)
    mapping.connected("box")
    assert mapping.at("box", "fader/1")
    assert not mapping.at(OSC, "fader/1")
    assert not mapping.shown(OSC)


def test_a_binding_of_all_devices_does_not_hide_an_apps() -> None:
    mine, scene = Binding("knob/1", "/deck/1/pan", device=OSC), Binding("knob/1", "/deck/2/pan")
    assert files.merge([mine], [scene]) == (mine, scene)


def test_an_address_is_a_name_for_apps_only() -> None:
    assert is_control("Mixer/Fader_1", OSC)
    assert not is_control("Mixer/Fader_1")
    assert not is_control("a b", OSC)
    assert not is_control("a//b", OSC)


def test_a_file_keeps_the_ends() -> None:
    binding = Binding("1/Fader1", "/deck/1/pan", device=OSC, sends="-1..1", takeover="jump")
    assert files.parse(files.dump([binding]), "x") == (binding,)


@pytest.mark.parametrize("more", ['device = "osc"\nsends = "127"', 'sends = "0..127"'])
def test_ends_that_are_none_are_refused(more: str) -> None:
    with pytest.raises(UsageError, match=r'sends takes .* "0\.\.127"'):
        files.parse(f'[[binding]]\ncontrol = "a"\npath = "/deck/1/pan"\n{more}\n', "x")


@pytest.mark.parametrize(
    ("path", "held_s", "fire"),
    [
        ("/deck/1/mute", 0.1, "toggle"),
        ("/deck/1/mute", 2.0, ""),
        ("/quantum", 0.1, "press"),
        ("/deck/1/level", 2.0, ""),
        ("/deck/1/next", 0.1, ""),
    ],
)
def test_a_button_that_springs_back_acts_at_a_press_and_a_switch_is_followed(
    path: str, held_s: float, fire: str
) -> None:
    mapping = Mapping(Registry(), (), lambda *hit: None)
    learn = LearnMode(mapping)
    learn.start(path)
    for value, at in ((1.0, 1.0), (0.0, 1.0 + held_s), (1.0, 9.0)):
        learn.touch(Touch(OSC, "1/toggle1", "absolute", value, at, 14))
    assert learn.proposal is not None
    assert learn.proposal.kind == "button"
    assert learn.accept().fire == fire


def test_names_without_end_are_not_all_remembered() -> None:
    learn = LearnMode(Mapping(Registry(), (), lambda *hit: None))
    learn.start("/deck/1/pan")
    for n in range(2000):
        for value in (0.1, 0.9):
            learn.touch(Touch(OSC, f"c{n}", "absolute", value, 0.0, 14))
    assert len(learn._seen) <= 256
    assert len(learn._told[1]) <= 256
    assert learn.proposal is not None
    assert learn.proposal.control == "c1999"
