"""`liveriff midi learn`, with controllers in memory and the real decoder between."""

from __future__ import annotations

import io
import json
import queue
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from liveriff.cli import midi_learn
from liveriff.cli.midi_learn import Session, learn
from liveriff.control.mapping import files
from liveriff.control.mapping.bindings import Binding
from liveriff.control.midi.memory import MemoryBackend
from liveriff.errors import UsageError


class Keyboard(io.TextIOBase):
    """A terminal whose keys are pressed by the test."""

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def press(self, key: str) -> None:
        self._lines.put(key + "\n")

    def readline(self, size: int | None = -1, /) -> str:
        return self._lines.get()

    def __next__(self) -> str:
        return self._lines.get()


class Room:
    """A session in a thread, a controller, and a keyboard."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = folder / files.NAME
        self.backend = MemoryBackend()
        self.box = self.backend.plug("Some Box MIDI 1")
        self.keys = Keyboard()
        self.session = Session(file=self.file)
        self.failed: list[BaseException] = []
        monkeypatch.setattr("sys.stdin", self.keys)

    def start(self, *targets: str, yes: bool = False) -> None:
        self._thread = threading.Thread(target=self._run, args=(targets, yes))
        self._thread.start()
        self.until(lambda: self.session.mapping.devices())

    def _run(self, targets: tuple[str, ...], yes: bool) -> None:
        try:
            self.session.run(targets, yes, lambda: self.backend)
        except BaseException as error:
            self.failed.append(error)

    def play(self, *messages: tuple[int, int, int]) -> None:
        for message in messages:
            self.box.play(bytes(message))

    def until(self, true: Any) -> None:
        end = time.monotonic() + 20
        while not true() and not self.failed:
            assert time.monotonic() < end, "it never came"
            time.sleep(0.01)

    def proposed(self, control: str) -> None:
        def is_proposed() -> bool:
            proposal = self.session.learn.proposal
            return proposal is not None and proposal.control == control

        self.until(is_proposed)

    def end(self) -> None:
        self.keys.press("q")
        self._thread.join(20)
        assert not self._thread.is_alive()
        assert self.failed == []


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    return Room(tmp_path, monkeypatch)


def test_two_parameters_are_bound_one_after_the_other_and_saved(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    room.start("/deck/1/alpha", "/deck/1/freeze", "/deck/2/alpha")
    room.play((0xB2, 50, 10), (0xB2, 50, 60))
    room.proposed("cc/3/50")
    room.keys.press("")
    room.until(room.file.exists)
    room.until(lambda: room.session.learn.target == "/deck/1/freeze")
    room.play((0x93, 100, 100), (0x83, 100, 0))
    room.proposed("note/4/100")
    room.keys.press("")
    room.until(lambda: len(files.load(room.file)) == 2)
    room.end()
    alpha, freeze = files.load(room.file)
    assert (alpha.control, alpha.path, freeze.control, freeze.path) == (
        "cc/3/50", "/deck/1/alpha", "note/4/100", "/deck/1/freeze",
    )  # fmt: skip
    assert alpha.device == freeze.device != "*"
    told = capsys.readouterr().err
    assert "Move a control for /deck/1/alpha" in told
    assert "Some Box" in told


def test_an_encoder_of_an_unknown_box_is_found_out_through_the_wire(room: Room) -> None:
    room.start("/deck/1/seed")
    room.play(*[(0xB2, 50, value) for value in (1, 1, 1, 127, 127, 127)])
    room.until(lambda: room.session.learn.proposal and room.session.learn.proposal.encoding)
    room.keys.press("")
    room.until(lambda: files.load(room.file))
    room.end()
    assert files.load(room.file)[0].relative == "twos-complement"


def test_skip_and_undo(room: Room) -> None:
    room.start("/deck/1/alpha", "/deck/2/alpha", "/deck/3/alpha")
    room.play((0xB2, 50, 10), (0xB2, 50, 60))
    room.proposed("cc/3/50")
    room.keys.press("")
    room.until(lambda: files.load(room.file))
    room.keys.press("s")
    room.until(lambda: room.session.learn.target == "/deck/3/alpha")
    room.keys.press("u")
    room.until(lambda: not files.load(room.file))
    room.end()


def test_with_yes_a_hand_that_rests_is_enough(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(midi_learn, "RESTED_S", 0.2)
    room.start("/deck/1/alpha", yes=True)
    room.play((0xB2, 50, 10), (0xB2, 50, 60))
    room.until(lambda: files.load(room.file))
    room.end()


def test_actions_are_learnt(room: Room) -> None:
    room.start("page=2")
    room.play((0x93, 100, 100))
    room.proposed("note/4/100")
    room.keys.press("")
    room.until(lambda: files.load(room.file))
    room.end()
    made = files.load(room.file)[0]
    assert (made.action, made.value) == ("page", 2)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "name what to bind"),
        (["/deck/1/alfa"], "Did you mean /deck/1/alpha?"),
        (["/deck/1/peak"], "is a reading"),
        (["shft"], "Did you mean shift?"),
        (["page=two"], "stands a number"),
        (["focus=9"], "from 1 to 4"),
        (["--clear", "/deck/1/seed"], "nothing is bound to '/deck/1/seed'"),
        (["--api", "also", "/play"], "Did you mean alsa?"),
    ],
)
def test_wrong_input_is_one_sentence(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    result = CliRunner().invoke(learn, arguments)
    assert isinstance(result.exception, UsageError)
    assert told in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_list_clear_and_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    file = tmp_path / files.NAME
    assert "holds no bindings" in CliRunner().invoke(learn, ["--list"]).output
    files.save(file, [Binding("cc/1/7", "/deck/1/alpha", device="box", layer="shift")])
    assert "box  cc/1/7 (shift)  ->  /deck/1/alpha" in CliRunner().invoke(learn, ["--list"]).output
    result = CliRunner().invoke(learn, ["--clear", "cc/1/7", "--clear", "knob/1", "--json"])
    made = json.loads(result.stdout)["bindings"]
    assert result.exit_code == 0
    assert {each["control"] for each in made} == {"knob/1"}
    assert {each["action"] for each in made} == {"none"}
    assert all(each.action == "none" for each in files.load(file))
