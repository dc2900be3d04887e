"""A listener with a wire that can be jammed; frames; commands."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.door import commands, frames
from liveriff.control.door.session import MOST_NOTES, SLOW_S, Session
from liveriff.control.door.tree import Tree
from liveriff.control.osc.codec import message
from liveriff.control.osc.packets import parse
from liveriff.errors import UsageError
from liveriff.params.registry import Registry
from liveriff.params.table import TABLE

TREE = Tree(Registry())


class FakeWire:
    """Takes all, or keeps all while jammed."""

    def __init__(self) -> None:
        self.sent, self.kept, self.jammed, self.aborted = b"", b"", False, False

    def write(self, data: bytes) -> None:
        if self.jammed:
            self.kept += data
        else:
            self.sent += data

    def get_write_buffer_size(self) -> int:
        return len(self.kept)

    def is_closing(self) -> bool:
        return self.aborted

    def abort(self) -> None:
        self.aborted = True

    def drain(self) -> None:
        self.sent, self.kept, self.jammed = self.sent + self.kept, b"", False


class Rig:
    """A session at a time of one's own."""

    def __init__(self) -> None:
        self.now = 100.0
        self.registry, self.wire = Registry(), FakeWire()
        self.session = Session(self.registry, self.wire, 1, lambda: self.now)

    def tick(self, later_s: float = 0.04) -> list[tuple[str, object]]:
        """Let time pass; what came out."""
        self.now += later_s
        self.session.tick(self.now)
        out, self.wire.sent = unframed(self.wire.sent), b""
        return [(address, args[0]) for payload in out for _, address, args in parse(payload)]


def unframed(data: bytes) -> list[bytes]:
    """Payloads of unmasked frames, read by the letter of RFC 6455."""
    payloads = []
    while data:
        assert data[0] in (0x81, 0x82)
        length, at = data[1], 2
        if length == 126:
            (length,), at = struct.unpack("!H", data[2:4]), 4
        elif length == 127:
            (length,), at = struct.unpack("!Q", data[2:10]), 10
        payloads.append(data[at : at + length])
        assert len(payloads[-1]) == length
        data = data[at + length :]
    return payloads


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_frames_of_any_length(length: int) -> None:
    assert unframed(frames.frame(b"x" * length) * 2) == [b"x" * length] * 2


def test_present_value_first_then_changes() -> None:
    rig = Rig()
    rig.session.listen(["/deck/1/level"], "/deck/1/level")
    assert rig.tick() == [("/deck/1/level", -12.0)]
    rig.registry.set("/deck/1/level", -6.0)
    rig.registry.set("/deck/1/pan", 1.0)
    assert rig.tick() == [("/deck/1/level", -6.0)]
    rig.session.ignore(["/deck/1/level"])
    rig.registry.set("/deck/1/level", -7.0)
    assert rig.tick() == []


def test_positions_beside_values() -> None:
    rig = Rig()
    rig.session.listen(["/deck/1/pan"], "/deck/1/pan", raw=True)
    assert rig.tick() == [("/deck/1/pan", 0.0), ("/deck/1/pan/raw", 0.5)]
    rig.session.ignore(["/deck/1/pan"], raw=True)
    rig.registry.set("/deck/1/pan", 1.0)
    assert rig.tick() == [("/deck/1/pan", 1.0)]


def test_a_finger_on_a_control_is_not_moved_against() -> None:
    rig = Rig()
    rig.session.listen(["/deck/1/level"], "/deck/1/level")
    rig.tick()
    rig.session.moved("/deck/1/level", message("/deck/1/level/z", 1.0))
    rig.registry.set("/deck/1/level", -6.0, "midi")
    assert rig.tick(1.0) == []
    rig.session.moved("/deck/1/level", message("/deck/1/level/z", 0.0))
    assert rig.tick() == [("/deck/1/level", -6.0)]


def test_a_snapshot_of_what_is_not_listened_to() -> None:
    rig = Rig()
    paths = TREE.leaves("/deck/2/eq")
    rig.session.snapshot(paths, "/deck/2/eq")
    assert [path for path, _ in rig.tick()] == paths
    rig.registry.set(paths[0], -3.0)
    assert rig.tick() == []


def test_who_does_not_read_gets_only_the_newest_later() -> None:
    rig = Rig()
    rig.session.listen(list(TABLE), "/")
    while rig.tick():
        pass
    rig.wire.jammed = True
    rig.registry.publish("/deck/1/spectrogram", bytes(8192))
    rig.tick()
    for n in range(1, 100):
        rig.registry.publish("/deck/1/spectrogram", bytes([n]) * 8192)
        rig.registry.publish("/status/cpu", n / 100)
        assert rig.tick() == []
        assert rig.wire.get_write_buffer_size() < 9000
    rig.wire.drain()
    assert rig.tick()[-2:] == [("/deck/1/spectrogram", b"\x63" * 8192), ("/status/cpu", pytest.approx(0.99))]


def test_who_never_reads_is_ended_and_who_reads_at_last_is_not() -> None:
    rig = Rig()
    rig.session.listen(["/status/cpu"], "/status/cpu")
    rig.wire.jammed = True
    rig.tick()
    rig.tick(SLOW_S - 0.1)
    rig.wire.drain()
    rig.tick()
    rig.wire.jammed = True
    rig.registry.publish("/status/cpu", 0.5)
    assert rig.session.tick(rig.now + 1)
    assert rig.session.tick(rig.now + 2)
    assert not rig.wire.aborted
    assert not rig.session.tick(rig.now + 2 + SLOW_S)
    assert rig.wire.aborted


def test_notes_to_who_does_not_read_are_bounded() -> None:
    rig = Rig()
    rig.wire.kept = b"jammed"
    for n in range(10 * MOST_NOTES):
        rig.session.note(f"note {n}", frames.frame(b"/n%08d\0" % n))
    rig.wire.kept = b""
    rig.session.tick(rig.now)
    assert len(unframed(rig.wire.sent)) == MOST_NOTES
    assert unframed(rig.wire.sent)[-1] == b"/n%08d\0" % (10 * MOST_NOTES - 1)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('{"COMMAND":"LISTEN","DATA":"/deck/1/level"}',
         commands.Command("LISTEN", ("/deck/1/level",), "/deck/1/level")),
        ('{"COMMAND":"LISTEN","DATA":"/deck/1/seed"}', commands.Command("LISTEN", ("/deck/1/seed",), "/deck/1/seed")),
        ('{"COMMAND":"LISTEN","DATA":"/deck/1/seed/*"}',
         commands.Command("LISTEN", ("/deck/1/seed", "/deck/1/seed/drift"), "/deck/1/seed")),
        ('{"COMMAND":"SNAPSHOT","DATA":"/deck/1/seed"}',
         commands.Command("SNAPSHOT", ("/deck/1/seed", "/deck/1/seed/drift"), "/deck/1/seed")),
        ('{"COMMAND":"IGNORE","DATA":"/key/"}', commands.Command("IGNORE", ("/key/tonic", "/key/mode"), "/key")),
        ('{"COMMAND":"LISTEN","DATA":"/key/*/raw"}',
         commands.Command("LISTEN", ("/key/tonic", "/key/mode"), "/key", raw=True)),
        ('{"COMMAND":"LISTEN","DATA":"/key/mode/raw"}',
         commands.Command("LISTEN", ("/key/mode",), "/key/mode", raw=True)),
        ('{"COMMAND":"LISTEN","DATA":"/"}', commands.Command("LISTEN", tuple(TABLE), "/")),
        ('{"COMMAND":"LISTEN","DATA":"/*"}', commands.Command("LISTEN", tuple(TABLE), "/")),
    ],
)  # fmt: skip
def test_what_commands_mean(text: str, meant: commands.Command) -> None:
    assert commands.read(TREE, text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "3", "{", "LISTEN /deck", "[" * 50_000, '{"DATA": "/deck"}', "1" * 5000,
        '{"COMMAND": 3, "DATA": "/deck"}', '{"COMMAND": ["LISTEN"], "DATA": "/deck"}',
        '{"COMMAND": "listen", "DATA": "/deck"}', '{"COMMAND": "LISTEN"}', '{"COMMAND": "LISTEN", "DATA": ["/deck"]}',
        '{"COMMAND": "LISTEN", "DATA": ""}', '{"COMMAND": "LISTEN", "DATA": "/dekc"}',
        '{"COMMAND": "LISTEN", "DATA": "deck"}', '{"COMMAND": "LISTEN", "DATA": "/x/raw"}',
        '{"COMMAND": "LISTEN", "DATA": "/\\ud800"}',
    ],
)  # fmt: skip
def test_wrong_commands_are_sentences(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        commands.read(TREE, text)
    json.loads(unframed(frames.command("ERROR", str(refused.value)))[0])


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
likely = st.fixed_dictionaries(
    {"COMMAND": st.sampled_from(commands.NAMES) | json_values, "DATA": st.sampled_from(list(TABLE)) | json_values}
)


@given(st.text() | json_values.map(json.dumps) | likely.map(json.dumps))
def test_any_text_is_a_command_or_a_sentence(text: str) -> None:
    try:
        name = commands.read(TREE, text).name
    except UsageError as error:
        name, sentence = "", str(error)
    assert name in commands.NAMES or 20 < len(sentence) < 400
