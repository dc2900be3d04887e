"""Frames between the engine and the program that holds its MIDI ports, and the heart that tells whether JACK lives."""

from __future__ import annotations

import io
import os
import time
from typing import Any

import pytest

from liveriff.control.midi import frames
from liveriff.control.midi.frames import ASK, MIDI, Frame, FrameWriter, read_frames
from liveriff.control.midi.rt import MISSED, PATIENCE_S, _Heart

SENT = [Frame(MIDI, 3, 1.25, b"\x90\x01\x02"), Frame(ASK, 0, 0.0, b"[]"), Frame(MIDI, 2**32 - 1, 1e9, bytes(5000))]


def test_frames_come_as_they_were_sent_and_an_end_is_an_end() -> None:
    into, out = os.pipe()
    writer = FrameWriter(os.fdopen(out, "wb"), "writer")
    for frame in SENT:
        writer.put(frame)
    writer.close(20)
    with os.fdopen(into, "rb") as pipe:
        assert list(read_frames(pipe)) == SENT


def test_half_a_head_is_no_frame() -> None:
    assert list(read_frames(io.BytesIO(b"\x03\x00"))) == []


def test_a_reader_that_stands_still_costs_frames_not_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "LONGEST_QUEUE", 8)
    into, out = os.pipe()
    writer = FrameWriter(os.fdopen(out, "wb"), "writer")
    for _ in range(100):
        writer.put(Frame(MIDI, 1, 0.0, bytes(60000)))
    assert writer.lost
    os.close(into)
    writer.close(20)
    writer.put(SENT[0])


class Loop:
    """A library whose output is its input, until it is cut."""

    def __init__(self) -> None:
        """Whole."""
        self.cut = False
        self.receive: Any = None

    def listen(self, port: object, receive: Any) -> None:
        """Call back."""
        self.receive = receive

    def open_virtual(self, port: object, name: str) -> None:
        """Remember the name."""
        self.name = f"liveriff-probe:{name}"

    def ports(self, port: object) -> list[str]:
        """Its own."""
        return [self.name]

    def open(self, port: object, index: int, name: str) -> None:
        """Nothing to do."""

    def send(self, port: object, data: bytes) -> None:
        """Straight back."""
        if not self.cut:
            self.receive(data, 0.0)


def test_a_heart_dies_of_lost_beats_only(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    loop = Loop()
    heart = _Heart(loop, None, None)  # type: ignore[arg-type]
    assert heart.beats()
    now[0] += 60  # opening many devices took long, or the machine slept: nobody asked meanwhile
    assert heart.beats()
    loop.cut = True
    for _ in range(MISSED):
        assert heart.beats()
    assert heart.beats(), "too soon to tell"
    now[0] += PATIENCE_S
    assert not heart.beats()
    loop.cut = False
    assert not heart.beats()
    assert heart.beats(), "it was only slow"
