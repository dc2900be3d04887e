"""Learning as the screen drives it."""

from __future__ import annotations

import pytest

from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.default import default_bindings
from liveriff.control.mapping.files import merge
from liveriff.control.mapping.learn import LearnMode, Proposal
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.surface import Touch
from liveriff.errors import UsageError
from liveriff.params.registry import Registry


class Room:
    def __init__(self) -> None:
        self.struck: list[int] = []
        self.registry = Registry()
        self.mapping = Mapping(self.registry, default_bindings(), lambda pad, *_: self.struck.append(pad))
        self.learn = LearnMode(self.mapping)

    def send(self, control: str, *values: float, kind: str = "absolute", bits: int = 7) -> None:
        for value in values:
            touch = Touch("box", control, kind, value, 0.0, bits)  # type: ignore[arg-type]
            self.mapping.touch(touch, self.mapping.fast(touch))

    def cc(self, control: str, *values: int) -> None:
        self.send(control, *(value / 127 for value in values))

    @property
    def proposal(self) -> Proposal:
        assert self.learn.proposal is not None
        return self.learn.proposal


def test_a_fader_is_learnt_and_works_at_once() -> None:
    room = Room()
    room.learn.start("/deck/1/alpha")
    room.cc("cc/1/20", 3, 4, 9, 30)
    assert (room.proposal.kind, room.proposal.bits, room.proposal.messages) == ("absolute", 7, 4)
    assert "cc/1/20" in room.proposal.live
    assert "30/127" in room.proposal.live
    assert room.registry.get("/deck/1/alpha") == 0.0  # nothing acts while it is looked at
    binding = room.learn.accept()
    assert binding == Binding("cc/1/20", "/deck/1/alpha", device="box")
    assert room.learn.own == (binding,)
    room.cc("cc/1/20", 0, 127)
    assert room.registry.get("/deck/1/alpha") == 1.0


def test_many_are_learnt_one_after_the_other() -> None:
    room = Room()
    for n in (1, 2, 3):
        room.learn.start(f"/deck/{n}/pan")
        room.cc(f"cc/1/{n}", 1, 50)
        room.learn.accept()
    assert [each.path for each in room.learn.own] == ["/deck/1/pan", "/deck/2/pan", "/deck/3/pan"]


def test_fourteen_bits_are_seen() -> None:
    room = Room()
    room.learn.start("/deck/1/alpha")
    room.send("cc/1/7", 0.1234, bits=14)
    assert (room.proposal.kind, room.proposal.bits) == ("absolute", 14)


def test_an_unknown_encoder_is_proposed_after_six_messages_and_then_works() -> None:
    room = Room()
    room.learn.start("/deck/1/seed")
    room.cc("cc/1/7", 1, 1, 1, 127, 127)
    assert room.proposal.kind == "absolute"
    room.cc("cc/1/7", 127)
    assert (room.proposal.kind, room.proposal.encoding) == ("relative", "twos-complement")
    assert room.proposal.confidence > 0.9
    assert room.learn.accept().relative == "twos-complement"
    room.cc("cc/1/7", 2)
    assert room.registry.get("/deck/1/seed") == 3


def test_a_slow_fader_that_looked_like_an_encoder_is_recognised_in_the_end() -> None:
    room = Room()
    room.learn.start("/deck/1/alpha")
    room.cc("cc/1/7", 1, 2, 3, 4, 5, 6)
    assert room.proposal.confidence < 0.5
    room.cc("cc/1/7", 9)
    assert room.proposal.kind == "absolute"


def test_a_button_that_sends_positions_becomes_a_switch() -> None:
    room = Room()
    room.learn.start("/deck/1/mute")
    room.cc("cc/1/50", 127, 0)
    assert room.proposal.kind == "button"
    room.learn.accept()
    room.cc("cc/1/50", 127, 0)
    assert room.registry.get("/deck/1/mute") is True


def test_a_pad_is_learnt_without_being_struck_and_may_be_accepted_with_changes() -> None:
    room = Room()
    room.learn.start("/deck/1/freeze")
    room.send("pad/1", 0.8, kind="press")
    room.send("pad/1", 0.0, kind="release")
    assert room.struck == []
    assert room.proposal.conflicts[0] == "pad/1 is bound to /pad/1/trigger, which it will no longer move."
    assert room.learn.accept(fire="hold").fire == "hold"
    room.send("pad/1", 0.8, kind="press")
    assert room.struck == []
    assert room.registry.get("/deck/1/freeze") is True
    room.send("pad/2", 0.8, kind="press")
    assert room.struck == [2]


def test_a_control_is_learnt_in_the_layer_that_is_held() -> None:
    room = Room()
    room.learn.start("/deck/1/pan")
    room.send("shift", 1.0, kind="press")
    room.send("knob/1", 0.2, 0.5)
    assert room.learn.accept().layer == "shift"
    room.send("shift", 0.0, kind="release")
    assert room.mapping.at("box", "knob/1")[0].path == "/deck/1/alpha"


def test_shift_itself_can_be_learnt() -> None:
    room = Room()
    room.learn.start(action="shift")
    room.send("button/30", 1.0, kind="press")
    room.learn.accept()
    room.send("button/30", 0.0, kind="release")
    room.send("button/30", 1.0, kind="press")
    assert room.mapping.here.shift


def test_a_trembling_fader_is_not_mistaken_for_the_one_that_is_moved() -> None:
    room = Room()
    room.learn.start("/deck/1/alpha")
    room.cc("cc/1/1", 10, 20)
    room.cc("cc/1/2", 64, 65, 64)
    assert room.proposal.control == "cc/1/1"
    room.cc("cc/1/2", 70)
    assert room.proposal.control == "cc/1/2"


def test_it_says_what_else_moves_the_parameter() -> None:
    room = Room()
    room.learn.start("/deck/1/filter")
    room.cc("cc/1/1", 10, 20)
    assert "/deck/1/filter is also moved by knob/5." in room.proposal.conflicts
    assert "/deck/1/filter is also moved by bend/1." in room.proposal.conflicts


def test_undo_takes_back_an_accept_and_a_clear() -> None:
    room = Room()
    room.learn.start("/deck/1/pan")
    room.cc("knob/1", 1, 60)
    room.learn.accept()
    assert room.learn.clear("/deck/1/pan") > 0
    assert room.learn.undo()
    assert [each.path for each in room.mapping.at("box", "knob/1")] == ["/deck/1/pan"]
    assert room.learn.undo()
    assert [each.path for each in room.mapping.at("box", "knob/1")] == ["/deck/1/alpha"]
    assert room.learn.own == ()
    assert not room.learn.undo()


def test_what_is_cleared_stays_cleared_when_the_default_map_comes_again() -> None:
    room = Room()
    count = sum(each.control == "knob/1" for each in default_bindings())
    assert room.learn.clear(control="knob/1") == count > 1
    room.mapping.set_bindings(merge(default_bindings(), room.learn.own))
    room.send("knob/1", 0.0, 1.0)
    assert room.registry.get("/deck/1/alpha") == 0.0
    assert room.learn.clear(control="knob/1") == 0


@pytest.mark.parametrize("path", ["/deck/1/alfa", "/deck/1/peak"])
def test_what_cannot_be_learnt_is_said(path: str) -> None:
    with pytest.raises(UsageError):
        Room().learn.start(path)


def test_nothing_is_accepted_before_something_moved() -> None:
    room = Room()
    room.learn.start("/play")
    with pytest.raises(UsageError, match="nothing has moved yet for /play"):
        room.learn.accept()
    room.learn.stop()
    assert room.learn.target == ""
