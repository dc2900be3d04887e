"""Bytes to events: pairs, parameters, system exclusive, and whatever else may come down a wire."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.midi.assemble import Assembler
from liveriff.control.midi.decode import Decoder
from liveriff.control.midi.events import Event
from liveriff.control.midi.library import Library
from liveriff.control.midi.relative import ENCODINGS
from liveriff.control.midi.tokens import LONGEST_SYSEX, Tokens
from liveriff.control.surface import Touch

PROFILES = Library().profiles


def events(assembler: Assembler, *messages: str, step_s: float = 0.0) -> list[Event]:
    """Feed messages ``step_s`` apart from second 1 on."""
    fed = [assembler.feed(bytes.fromhex(text), 1 + index * step_s) for index, text in enumerate(messages)]
    return [event for some in fed for event in some]


SIMPLE = [
    ("90 24 40", Event("note_on", 1, 36, 64)),
    ("90 24 00", Event("note_off", 1, 36, 0)),
    ("8F 24 40", Event("note_off", 16, 36, 64)),
    ("A9 24 40", Event("poly", 10, 36, 64)),
    ("B0 4A 7F", Event("cc", 1, 74, 127)),
    ("C3 05", Event("program", 4, 5, 5)),
    ("D3 05", Event("pressure", 4, 0, 5)),
    ("E0 00 40", Event("pitchbend", 1, 0, 8192, 16383)),
    ("E0 7F 7F", Event("pitchbend", 1, 0, 16383, 16383)),
    ("F0 7F 7F 06 02 F7", Event("mmc", 0, 2, 127)),
    (
        "F0 7E 00 06 02 47 4F 00 19 00 01 00 00 00 F7",
        Event("identity", 0, 0, 0, data=bytes.fromhex("F07E000602474F00190001000000F7")),
    ),
    ("F0 00 20 29 01 F7", Event("sysex", 0, 0, 0, data=bytes.fromhex("F000202901F7"))),
]


@pytest.mark.parametrize(("message", "event"), SIMPLE, ids=[message for message, _ in SIMPLE])
def test_one_message(message: str, event: Event) -> None:
    assert events(Assembler(), message) == [event]


@pytest.mark.parametrize("message", ["F8", "FE", "F1 20", "F2 00 00", "F3 01", "F6", "F4", "FF", "", "40 40"])
def test_what_is_no_event(message: str) -> None:
    assert events(Assembler(), message) == []


def test_running_status_and_clocks_in_between() -> None:
    assert events(Assembler(), "90 24 40 26 F8 41", "28 42") == [
        Event("note_on", 1, 36, 64),
        Event("note_on", 1, 38, 65),
        Event("note_on", 1, 40, 66),
    ]


def test_sysex_in_pieces_with_a_clock_inside() -> None:
    assert events(Assembler(), "F0 00 20", "F8 29 01", "F7") == [SIMPLE[-1][1]]


def test_an_unfinished_message_is_dropped_and_the_next_one_heard() -> None:
    assembler = Assembler()
    assert events(assembler, "90 24", "B0 01 02") == [Event("cc", 1, 1, 2)]
    assert events(assembler, "F0 01 02", "B0 01 02") == [Event("cc", 1, 1, 2)]
    assert assembler.tokens.dropped == 2


# --- 14 bits -----------------------------------------------------------------------------------------------------


def test_a_known_pair_is_told_once_it_is_whole() -> None:
    assembler = Assembler(pairs=[(1, 7)])
    assert events(assembler, "B0 07 40") == []
    assert events(assembler, "B0 27 01") == [Event("cc", 1, 7, 64 << 7 | 1, 16383)]
    assert events(assembler, "B0 27 02") == [Event("cc", 1, 7, 64 << 7 | 2, 16383)], "a fine move sends its LSB alone"


def test_an_msb_alone_is_told_after_a_while() -> None:
    assembler = Assembler(pairs=[(1, 7)])
    assert events(assembler, "B0 07 7F") == []
    assert assembler.flush(1.004) == []
    assert assembler.flush(1.006) == [Event("cc", 1, 7, 127)]
    assert assembler.flush(2.0) == []


def test_msbs_without_lsbs_are_not_lost_on_a_fast_move() -> None:
    assembler = Assembler(pairs=[(1, 7)])
    assert events(assembler, "B0 07 01", "B0 07 02", "B0 07 03") == [Event("cc", 1, 7, 1), Event("cc", 1, 7, 2)]


def test_an_unknown_pair_is_learnt_after_four() -> None:
    assembler = Assembler()
    told = events(assembler, *["B0 07 40", "B0 27 01"] * 4, step_s=0.001)
    assert [event.bits for event in told] == [7] * 8
    assert events(assembler, "B0 07 41", "B0 27 02") == [Event("cc", 1, 7, 65 << 7 | 2, 16383)]


def test_two_knobs_are_no_pair() -> None:
    assembler = Assembler()
    told = events(assembler, *["B0 07 40", "B0 07 41", "B0 27 01"] * 20, step_s=0.004)
    assert {event.bits for event in told} == {7}, "each MSB of a pair has its LSB"
    told = events(Assembler(), *["B0 07 40", "B0 27 01"] * 20, step_s=0.02)
    assert {event.bits for event in told} == {7}, "a pair comes at once"
    told = events(Assembler(plain=[(1, 7)]), *["B0 07 40", "B0 27 01"] * 20, step_s=0.001)
    assert {event.bits for event in told} == {7}, "a profile says otherwise"


# --- parameters --------------------------------------------------------------------------------------------------


def test_nrpn_and_rpn() -> None:
    assembler = Assembler()
    assert events(assembler, "B0 63 09", "B0 62 52", "B0 06 40", "B0 26 01") == [
        Event("nrpn", 1, 9 << 7 | 82, 64 << 7 | 1, 16383)
    ]
    assert events(assembler, "B0 65 00", "B0 64 01", "B0 06 40", "B0 26 00") == [Event("rpn", 1, 1, 8192, 16383)]
    assert events(assembler, "B0 60 00", "B0 61 00") == [Event("rpn_step", 1, 1, 1), Event("rpn_step", 1, 1, -1)]


def test_nrpn_with_seven_bits() -> None:
    assembler = Assembler()
    assert events(assembler, "B0 63 00", "B0 62 05", "B0 06 7F") == []
    assert assembler.flush(1.1) == [Event("nrpn", 1, 5, 127)]


def test_null_makes_the_data_entry_a_knob_again() -> None:
    assembler = Assembler()
    assert events(assembler, "B0 06 40") == [Event("cc", 1, 6, 64)]
    events(assembler, "B0 65 00", "B0 64 01")
    assert events(assembler, "B0 65 7F", "B0 64 7F", "B0 06 41") == [Event("cc", 1, 6, 65)]
    assert events(assembler, "B0 60 41") == [Event("cc", 1, 96, 65)]


def test_channels_keep_their_parameters_apart() -> None:
    assembler = Assembler()
    events(assembler, "B0 63 00", "B0 62 05", "B1 63 00", "B1 62 06")
    told = events(assembler, "B0 06 01", "B0 26 00", "B1 06 01", "B1 26 00")
    assert [(event.channel, event.number) for event in told] == [(1, 5), (2, 6)]


@pytest.mark.parametrize("cc", [98, 99, 100, 101])
def test_a_knob_on_the_number_of_a_select_is_a_knob(cc: int) -> None:
    assembler = Assembler()
    told = [e for n in range(5) for e in assembler.feed(bytes((0xB0, cc, n)), 1 + n / 10)] + assembler.flush(2)
    assert told == [Event("cc", 1, cc, n) for n in range(5)]


def test_what_a_profile_names_is_no_select() -> None:
    assert events(Assembler(plain=[(1, 98), (1, 99)]), "B0 63 01", "B0 62 02") == [
        Event("cc", 1, 99, 1),
        Event("cc", 1, 98, 2),
    ]


# --- relative encoders -------------------------------------------------------------------------------------------

CLICKS = [
    ("twos-complement", {1: 1, 3: 3, 127: -1, 125: -3, 65: -63, 0: 0}),
    ("binary-offset", {65: 1, 67: 3, 63: -1, 61: -3, 64: 0, 0: -64}),
    ("signed-bit", {1: 1, 3: 3, 65: -1, 67: -3, 0: 0, 64: 0}),
    ("signed-bit-2", {65: 1, 67: 3, 1: -1, 3: -3, 0: 0}),
    ("offset-16", {17: 1, 19: 3, 15: -1, 13: -3, 16: 0}),
]


@pytest.mark.parametrize(("encoding", "table"), CLICKS, ids=[name for name, _ in CLICKS])
def test_clicks(encoding: str, table: dict[int, int]) -> None:
    assert {value: ENCODINGS[encoding](value) for value in table} == table
    assert len(CLICKS) == len(ENCODINGS)


# --- anything ----------------------------------------------------------------------------------------------------

STREAMS = st.lists(st.tuples(st.binary(max_size=12), st.floats(0, 0.02)), max_size=60)


@given(STREAMS, st.sampled_from(sorted(PROFILES)))
def test_no_bytes_raise_and_all_values_are_in_range(stream: list[tuple[bytes, float]], profile: str) -> None:
    decoder = Decoder(PROFILES[profile], "x")
    now_s = 0.0
    for data, pause_s in stream:
        now_s += pause_s
        told = decoder.explain(data, now_s) + decoder.flush(now_s)
        for touch in (touch for touch, _ in told if touch):
            assert isinstance(touch, Touch)
            assert touch.control
            assert -128 <= touch.value <= 127 if touch.kind == "relative" else 0 <= touch.value <= 1


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=8))
def test_how_the_stream_is_cut_does_not_matter(data: bytes, cuts: list[int]) -> None:
    whole, pieces = Tokens(), Tokens()
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    together = [message for start, end in pairwise(edges) for message in pieces.feed(data[start:end])]
    assert together == whole.feed(data)
    assert pieces.dropped == whole.dropped


@given(st.lists(st.sampled_from(["90 24 40", "80 24 00", "B0 01 02", "C0 01", "D0 02", "E0 01 02", "F0 01 F7"])))
def test_running_status_says_the_same(messages: list[str]) -> None:
    spelt, short, last = Tokens(), bytearray(), 0
    for message in map(bytes.fromhex, messages):
        short += message[1:] if message[0] == last and message[0] < 0xF0 else message
        last = message[0]
    assert Tokens().feed(bytes(short)) == spelt.feed(bytes.fromhex(" ".join(messages)))


def test_endless_sysex_fills_no_memory_and_the_next_message_is_heard() -> None:
    tokens = Tokens()
    tokens.feed(b"\xf0")
    for _ in range(100):
        assert tokens.feed(bytes(1000)) == []
    assert len(tokens._message) <= LONGEST_SYSEX
    assert tokens.feed(b"\xf7\x90\x01\x02") == [b"\x90\x01\x02"]
    assert tokens.dropped == 1
