"""Readings of several lines: what engines write is read, and nothing that they could write breaks the screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from ui_stage import CHUNKS, LEARNING, MONITOR, PROCESSES

from liveriff.ui import lines


def test_chunks() -> None:
    first, *_, last = lines.chunks("\n".join(CHUNKS))
    assert first == lines.ChunkLine("playing", 0.0, 1.0, "drums", 201, 0.0, "four on the floor, tight house drums")
    assert (last.state, last.seconds) == ("planned", 9.1)
    assert lines.chunks("ready\t-\t1.00\tbass\t1\t0.50\ta > b")[0].seconds is None


def test_processes_messages_moves_hands() -> None:
    assert lines.processes(PROCESSES[2]) == (lines.Process("renderer", 4720, 96.0, 412.0, "rendering"),)
    assert lines.messages("22:16:02\tIt is\tback.") == (lines.Message("22:16:02", "It is\tback."),)
    assert [moved.target for moved in lines.moved("\n".join(MONITOR))][-1] == ""
    assert lines.hands("/deck/1/level\t0.250\n/deck/2/alpha\t1.000") == {"/deck/1/level": 0.25, "/deck/2/alpha": 1.0}


def test_pairs_keep_all_values_of_a_key() -> None:
    said = lines.pairs("\n".join([*LEARNING, "conflict\tanother"]))
    assert len(said["conflict"]) == 2
    assert said["bound"] == ("akai-lpd8-mk2\tknob/1\teverywhere\tdefault",)


def test_nothing_is_nothing() -> None:
    assert (lines.chunks(""), lines.processes(""), lines.messages(""), lines.moved("")) == ((), (), (), ())
    assert lines.hands("") == {}
    assert lines.pairs("") == {}


def test_a_line_that_is_not_as_expected_is_left_out_and_the_others_are_not() -> None:
    assert [chunk.seed for chunk in lines.chunks(f"{CHUNKS[0]}\nplaying\tx\n\n{CHUNKS[1]}")] == [201, 202]


@given(st.text(st.sampled_from("\t\n0.1-abc/"), max_size=200))
def test_whatever_arrives_is_read_without_an_error(text: str) -> None:
    for read in (lines.chunks, lines.processes, lines.messages, lines.moved, lines.hands, lines.pairs):
        read(text)
