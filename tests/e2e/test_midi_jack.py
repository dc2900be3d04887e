"""Controllers over a real JACK server: another client plays the hardware."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest

from e2e.command import surroundings, wait_until
from e2e.jackserver import MISSING, JackServer
from liveriff.control.midi.backend import open_backend
from liveriff.control.midi.devices import MidiDevices
from liveriff.control.midi.library import Library
from liveriff.control.surface import Light, Touch
from liveriff.errors import DeviceError

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
ATTEMPTS = 4
APC2 = "akai-apc-mini-mk2"
COMMAND = [sys.executable, "-c", "from liveriff.cli.midi import midi; midi()"]


class FakeController:
    """An APC mini mk2 as a JACK client. ``plugged``: those that are: one whose server has left ends the process."""

    plugged: ClassVar[list[FakeController]] = []

    def __init__(self, name: str = "APC mini mk2") -> None:
        """Plugged in."""
        import jack

        self.client = jack.Client(name)
        self._out = self.client.midi_outports.register("APC mini mk2 Control")
        self._in = self.client.midi_inports.register("APC mini mk2 Control in")
        self.received: list[bytes] = []
        self._queue: list[bytes] = []
        self._process = self._run  # kept: the library does not
        self.client.set_process_callback(self._process)
        self.client.activate()
        self.plugged.append(self)

    def _run(self, frames: int) -> None:
        self._out.clear_buffer()
        while self._queue:
            self._out.write_midi_event(0, self._queue.pop(0))
        for _, data in self._in.incoming_midi_events():
            self.received.append(bytes(data))

    def play(self, *data: int) -> None:
        """Send a message in the next period."""
        self._queue.append(bytes(data))

    def unplug(self) -> None:
        """Gone."""
        self.plugged.remove(self)
        self.client.deactivate()
        self.client.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    """A server of our own that both sides find. It waits for late clients, or a busy machine would lose messages."""
    with JackServer(48000, 1024, sync=True) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        yield server
        for controller in [*FakeController.plugged]:
            controller.unplug()


class Stage:
    """The instrument's side, ticked as the engine would."""

    def __init__(self) -> None:
        """Looks for controllers."""
        self.touches: list[Touch] = []
        self.clocks: list[bytes] = []
        self.told: list[str] = []
        self.devices = MidiDevices(
            partial(open_backend, "jack"),
            Library(),
            self.touches.append,
            lambda device, data, time_s: self.clocks.append(data),
            self.told.append,
        )
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick)

    def _tick(self) -> None:
        while not self._over.wait(0.02):
            self.devices.tick(time.monotonic())

    def __enter__(self) -> Stage:
        self.devices.start()
        self._ticker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._ticker.join()
        self.devices.close()

    def there(self) -> bool:
        """Whether the controller is there."""
        return [info.name for info in self.devices.devices()] == [APC2]


def test_a_fader_a_pad_a_clock_and_the_lights(server: JackServer) -> None:
    with Stage() as stage:
        controller = FakeController()
        assert wait_until(stage.there)
        assert wait_until(lambda: len(controller.received) == 81), len(controller.received)
        assert controller.received[0] == bytes.fromhex("F0 47 7F 4F 62 00 01 00 F7")
        before_s = time.monotonic()
        controller.play(0xB0, 48, 127)
        controller.play(0x90, 0, 64)
        controller.play(0xF8)
        assert wait_until(lambda: len(stage.touches) == 2 and len(stage.clocks) == 1)
        assert [(t.device, t.control, t.kind) for t in stage.touches] == [
            (APC2, "fader/1", "absolute"),
            (APC2, "pad/1", "press"),
        ]
        assert before_s < stage.touches[0].time_s < before_s + 5
        stage.devices.show(APC2, {"pad/1": Light("red"), "pad/2": Light("#ff8040")})
        rgb = bytes.fromhex("F0 47 7F 4F 24 00 08 01 01 01 7F 01 00 00 40 F7")
        assert wait_until(lambda: {bytes.fromhex("96 00 05"), rgb} <= set(controller.received))
        controller.received.clear()
    try:
        assert wait_until(lambda: bytes.fromhex("96 00 00") in controller.received), "blanked at the end"
    finally:
        controller.unplug()


def test_pulled_and_plugged_again_and_again(server: JackServer) -> None:
    """Within two seconds each time; the light it had comes back. The waits are long because machines are shared."""
    with Stage() as stage:
        stage.devices.show(APC2, {"pad/1": Light("red")})
        for cycle in range(5):
            controller = FakeController()
            assert wait_until(stage.there), cycle
            assert wait_until(lambda c=controller: bytes.fromhex("96 00 05") in c.received), cycle
            assert moved(controller, stage, cycle), cycle
            controller.unplug()
            assert wait_until(lambda: not stage.there()), cycle
    assert list(dict.fromkeys(round(touch.value * 127) for touch in stage.touches)) == [0, 1, 2, 3, 4]
    assert len([sentence for sentence in stage.told if "is there" in sentence]) == 5


def moved(controller: FakeController, stage: Stage, value: int) -> bool:
    """Move the first fader until it is heard: no server waits for ever, and what it did not wait for is lost."""
    for _ in range(ATTEMPTS):
        controller.play(0xB0, 48, value)
        if wait_until(lambda: any(round(touch.value * 127) == value for touch in stage.touches), 5):
            return True
    return False


def test_the_server_dies_and_another_comes(server: JackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own: libjack in the process of the fake controller dies with its server, too."""
    code = (
        "import time, sys; from functools import partial\n"
        "from liveriff.control.midi.backend import open_backend\n"
        "from liveriff.control.midi.devices import MidiDevices\n"
        "from liveriff.control.midi.library import Library\n"
        "say = lambda text: print(text, flush=True)\n"
        "with MidiDevices(partial(open_backend, 'jack'), Library(), lambda t: say(t.control), notice=say) as d:\n"
        "    sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdin
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(iter(process.stdout.readline, "")), daemon=True)  # type: ignore[union-attr]
    reader.start()
    try:
        first = hardware(server)
        assert wait_until(lambda: f"Akai APC mini mk2 is there ({APC2}).\n" in said), said
        server.kill()
        assert wait_until(lambda: any("died" in line for line in said)), said
        first.kill()
        first.wait()
        with restarted(server):
            second = hardware(server)
            count = len(said)
            assert wait_until(lambda: any("is there" in line for line in said[count:])), said
            assert wait_until(lambda: "fader/1\n" in said[count:]), said
            second.kill()
            second.wait()
            process.stdin.close()
            assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert process.stderr
    assert "Cannot connect to server" not in process.stderr.read(), "libjack must not write over the screen"


class restarted:  # noqa: N801
    """The same server once more, after it was killed."""

    def __init__(self, server: JackServer) -> None:
        self.server = server

    def __enter__(self) -> JackServer:
        self.server.stop()  # takes its place among the servers back
        return self.server.__enter__()

    def __exit__(self, *_: Any) -> None:
        """The fixture stops it."""


def hardware(server: JackServer) -> subprocess.Popen[str]:
    """A controller in a process of its own, whose first fader moves all the time."""
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from e2e.test_midi_jack import FakeController\n"
        "controller = FakeController()\n"
        "while True:\n"
        "    controller.play(0xB0, 48, 64)\n"
        "    time.sleep(0.1)\n"
    )
    tests = str(Path(__file__).parents[1])
    return subprocess.Popen([sys.executable, "-c", code, tests], text=True, stderr=subprocess.DEVNULL)


def test_no_server_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "liveriff-nobody")
    with pytest.raises(DeviceError, match="no JACK server"):
        open_backend("jack")


def test_the_monitor_command(server: JackServer, tmp_path: Path) -> None:
    controller = hardware(server)
    try:
        arguments = ["monitor", "--api", "jack", "--seconds", "5", "--json"]
        done = subprocess.run([*COMMAND, *arguments], env=surroundings(tmp_path), capture_output=True, text=True)
    finally:
        controller.kill()
        controller.wait()
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {(line["device"], line["bytes"], line["control"]) for line in lines} == {(APC2, "B0 30 40", "fader/1")}


def test_two_of_a_kind(server: JackServer) -> None:
    with Stage() as stage:
        first, second = FakeController(), FakeController("APC mini mk2-01")
        assert wait_until(lambda: len(stage.devices.devices()) == 2)
        assert wait_until(lambda: bool(second.received)), "then its input is connected, too"
        second.play(0xB0, 48, 1)
        assert wait_until(lambda: bool(stage.touches))
        names = {info.source.partition(":")[0]: info.name for info in stage.devices.devices()}
        assert set(names.values()) == {APC2, f"{APC2}#2"}
        assert stage.touches[0].device == names["APC mini mk2-01"]
        stage.devices.show(stage.touches[0].device, {"pad/1": Light("red")})
        assert wait_until(lambda: bytes.fromhex("96 00 05") in second.received)
        assert bytes.fromhex("96 00 05") not in first.received
        first.unplug()
        second.unplug()


def test_two_backends_in_one_program_hear_their_own_hearts(server: JackServer) -> None:
    """Controllers and the clock's ports each have one; a beat that went to the other would look like a dead server."""
    first, second = open_backend("jack"), open_backend("jack")
    try:
        for _ in range(14):
            time.sleep(0.25)
            alive = first.alive(), second.alive()
        assert alive == (True, True)
    finally:
        second.close()
        first.close()
