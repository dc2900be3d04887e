"""An app that can only send addresses of its own, over UDP: learnt, kept, played, told back; with the real rim."""

from __future__ import annotations

import asyncio
import shutil
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from liveriff.control.mapping import files
from liveriff.control.mapping.bindings import Binding
from liveriff.engine.options import RimOptions
from liveriff.engine.playing import Player
from liveriff.engine.rim import Rim
from liveriff.engine.stage import Stage
from liveriff.engine.timekeeper import TimeKeeper
from liveriff.params.registry import Registry

PATIENCE_S = 20.0
PAN, LEVEL = "/deck/1/pan", "/deck/1/level"
FADER = "/1/fader1"


class App:
    """TouchOSC or a patch: sends from one socket, and listens there."""

    def __init__(self, place: tuple[str, int]) -> None:
        self._to = place
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind(("127.0.0.1", 0))
        self._sock.setblocking(False)
        self.heard: list[tuple[str, list[Any]]] = []

    def send(self, address: str, *args: object) -> None:
        self._sock.sendto(_message(address, *args).dgram, self._to)

    def bundle(self, *messages: tuple[Any, ...]) -> None:
        builder = OscBundleBuilder(IMMEDIATELY)
        for each in messages:
            builder.add_content(_message(*each))
        self._sock.sendto(builder.build().dgram, self._to)

    def values(self, address: str) -> list[list[Any]]:
        while True:
            try:
                message = OscMessage(self._sock.recv(65_535))
            except BlockingIOError:
                return [args for there, args in self.heard if there == address]
            self.heard.append((message.address, list(message.params)))

    def close(self) -> None:
        self._sock.close()


def _message(address: str, *args: object) -> Any:
    builder = OscMessageBuilder(address)
    for arg in args:
        builder.add_arg(arg)  # type: ignore[arg-type]
    return builder.build()


class House:
    """A registry behind the real rim, with OSC on a free port; MIDI off."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.hits: list[tuple[int, float]] = []
        registry = Registry()
        player = SimpleNamespace(alive=False, opened=None, frame=lambda: 0, send=lambda message: None)
        self.stage = SimpleNamespace(registry=registry, player=player, notice=self.said.append, bindings=())
        self.stage.time = TimeKeeper(cast(Player, player), registry, 48000, 256)
        self.rim = Rim(cast(Stage, self.stage), self._strike, RimOptions(midi="off", osc=("127.0.0.1", 0)))
        self.registry = registry

    def _strike(self, pad: int, velocity: float, time_s: float) -> None:
        self.hits.append((pad, velocity))

    def app(self) -> App:
        assert self.rim.osc is not None
        return App(self.rim.osc.address)

    @property
    def counters(self) -> Any:
        assert self.rim.osc is not None
        return self.rim.osc.counters

    async def until(self, there: Callable[[], object]) -> None:
        """Tick as the hub does until something is so."""
        end = time.monotonic() + PATIENCE_S
        while not there():
            assert time.monotonic() < end, self.read("/learn/state")
            self.rim.tick()
            await asyncio.sleep(0.01)
        assert self.rim.faults == self.counters.faults == self.registry.failures == 0

    async def rest(self, seconds: float = 0.4) -> None:
        end = time.monotonic() + seconds
        await self.until(lambda: time.monotonic() > end)

    def read(self, path: str) -> str:
        return str(self.registry.get(path))

    def set(self, path: str, value: object = 1.0) -> None:
        self.registry.set(path, value, "screen")

    async def settled(self, packets: int) -> None:
        """All packets have come."""
        await self.until(lambda: self.counters.packets >= packets)

    async def learn(self, app: App, path: str, address: str, *moves: object) -> None:
        """As a performer does: point, move, accept."""
        self.set("/learn", path)
        before = self.counters.packets
        for move in moves:
            app.send(address, *(move if isinstance(move, tuple) else (move,)))
        await self.settled(before + len(moves))
        self.set("/learn/accept")
        self.set("/learn", "")


def play(scene: Callable[[House], Awaitable[object]]) -> None:
    async def main() -> None:
        house = House()
        await house.rim.open()
        try:
            await scene(house)
        finally:
            await house.rim.close()

    asyncio.run(main())


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    return tmp_path


def kept(home: Path) -> list[Binding]:
    return list(files.load(home / files.NAME))


def test_a_fader_is_shown_bound_kept_and_plays(home: Path) -> None:
    async def scene(house: House) -> None:
        app = house.app()
        house.rim.tick()
        assert "controllers\tno controllers (MIDI is off, OSC is open)" in house.read("/learn/state")
        house.set("/learn", PAN)
        await house.until(lambda: "hint\tMove a control of an OSC app." in house.read("/learn/state"))
        for value in (0.1, 0.2, 0.6):
            app.send(FADER, value)
        await house.until(lambda: "live\tosc  1/fader1  0.600" in house.read("/learn/state"))
        state = house.read("/learn/state").split("\n")
        assert {"controllers\tOSC", "device\tosc", "control\t1/fader1", "kind\tabsolute", "bits\t14"} <= set(state)
        assert f"target\t{PAN}" in state
        assert house.registry.get(PAN) == 0.0
        assert house.registry.get("/learn/takeover") == "jump"
        house.set("/learn/accept")
        app.send(FADER, 0.75)  # it can be tried at once
        await house.until(lambda: house.registry.get(PAN) == pytest.approx(0.5))
        house.set("/learn", "")
        app.send(FADER, 0.25)
        await house.until(lambda: house.registry.get(PAN) == pytest.approx(-0.5))
        await house.until(lambda: f"osc\t1/fader1\t0.250\t{PAN}" in house.read("/midi/monitor"))
        assert f"osc\t1/fader1\t{PAN}\teverywhere" in house.read("/learn/map")
        assert house.counters.unknown == 0
        app.send("/1/fader2", 0.5)
        await house.until(lambda: app.values("/error"))
        assert house.counters.unknown == 1
        assert house.registry.get(PAN) == pytest.approx(-0.5)
        await house.until(lambda: "osc\t1/fader2\t0.500\t-" in house.read("/midi/monitor"))
        app.close()

    play(scene)
    assert kept(home) == [Binding("1/fader1", PAN, device="osc", takeover="jump", sends="0..1")]


def test_what_was_kept_plays_the_next_evening_and_is_told_back(home: Path) -> None:
    files.save(
        home / files.NAME,
        [Binding("1/fader1", PAN, device="osc", takeover="jump", invert=True, low=0.5, high=1.0, sends="0..127")],
    )

    async def scene(house: House) -> None:
        app, other = house.app(), house.app()
        app.send(FADER, 127)
        await house.until(lambda: house.registry.get(PAN) == 0.0)
        app.send(FADER, 0)
        await house.until(lambda: house.registry.get(PAN) == 1.0)
        await house.rest()
        assert app.values(FADER) == []
        other.send(FADER, 64)  # a second app with the same address: the first is told
        await house.until(lambda: app.values(FADER) == [[64]])
        house.registry.set(PAN, 0.0, "midi:box")
        await house.until(lambda: app.values(FADER)[-1] == [127] and other.values(FADER) == [[127]])
        house.registry.set(PAN, -1.0, "midi:box")  # beyond the range: it waits at the end
        await house.rest()
        assert app.values(FADER) == [[64], [127]]
        assert not app.values(PAN)  # an app that knows no address of ours is not flooded with them
        app.close()
        other.close()

    play(scene)


def test_no_echo_while_it_moves(home: Path) -> None:
    async def scene(house: House) -> None:
        app = house.app()
        await house.learn(app, LEVEL, FADER, 0.1, 0.5)
        for n in range(40):
            app.send(FADER, n / 39)
            await house.rest(0.01)
        await house.until(lambda: house.registry.get(LEVEL) == 6.0)
        moves = len(app.values(FADER))
        await house.rest()
        assert moves <= 1  # once at most: at accepting, when the level was elsewhere
        house.registry.set(LEVEL, -60.0, "undo")
        await house.until(lambda: app.values(FADER)[-1:] == [[0.0]])
        app.close()

    play(scene)


def test_each_axis_of_a_pad_is_a_control(home: Path) -> None:
    async def scene(house: House) -> None:
        app = house.app()
        await house.learn(app, PAN, "/1/xy1", (0.1, 0.5), (0.9, 0.5))
        app.send("/1/xy1", 0.25, 0.4)
        await house.until(lambda: house.registry.get(PAN) == pytest.approx(-0.5))
        house.registry.set(PAN, 0.5, "screen")
        await house.until(lambda: app.values("/1/xy1"))
        assert app.values("/1/xy1") == [[pytest.approx(0.75), pytest.approx(0.4)]]
        app.close()

    play(scene)
    assert [each.control for each in kept(home)] == ["1/xy1/1"]


def test_buttons_switches_and_bangs(home: Path) -> None:
    async def scene(house: House) -> None:
        app = house.app()
        await house.learn(app, "/deck/1/mute", "/1/push3", 1.0, 0.0)
        await house.learn(app, "/deck/2/mute", "/1/toggle1", 1.0)
        await house.learn(app, "/deck/3/mute", "/go", ())
        await house.learn(app, "/pad/3/trigger", "/1/push4", 1, 0)
        for value in (1.0, 0.0):
            app.send("/1/push3", value)
        await house.until(lambda: house.registry.get("/deck/1/mute") is True)
        await house.until(lambda: app.values("/1/push3") == [[1.0]])  # lit
        app.send("/1/toggle1", 1.0)
        await house.until(lambda: house.registry.get("/deck/2/mute") is True)
        app.send("/1/toggle1", 0.0)
        await house.until(lambda: house.registry.get("/deck/2/mute") is False)
        for there in (True, False):
            app.send("/go")
            await house.until(lambda there=there: house.registry.get("/deck/3/mute") is there)
        app.send("/1/push4", 1)
        app.send("/1/push4", 0)
        await house.until(lambda: house.hits == [(3, 1.0), (3, 0.0)])
        app.close()

    play(scene)
    assert {each.control: (each.fire, each.sends) for each in kept(home)} == {
        "1/push3": ("toggle", "0..1"),
        "1/toggle1": ("", "0..1"),
        "go": ("", ""),
        "1/push4": ("", "0..1"),
    }


def test_a_finger_is_no_control_of_its_own(home: Path) -> None:
    async def scene(house: House) -> None:
        app = house.app()
        await house.learn(app, PAN, FADER, 0.1, 0.5)
        app.send(f"{FADER}/z", 1)
        app.send(FADER, 0.5)
        await house.until(lambda: house.counters.packets == 4)
        house.registry.set(PAN, 1.0, "screen")
        await house.rest()
        told = len(app.values(FADER))
        app.send(f"{FADER}/z", 0)
        await house.until(lambda: app.values(FADER)[-1:] == [[1.0]])
        assert told <= 1
        assert house.counters.unknown == 0
        app.close()

    play(scene)


def test_another_page_tells_the_fader_where_to_stand(home: Path) -> None:
    pair = [
        Binding("1/fader1", f"/deck/{n}/pan", device="osc", layer=f"page/{n}", takeover="jump", sends="0..1")
        for n in (1, 2)
    ]
    files.save(home / files.NAME, pair)

    async def scene(house: House) -> None:
        app = house.app()
        app.send(FADER, 1.0)
        await house.until(lambda: house.registry.get(PAN) == 1.0)
        assert house.rim.hands is not None
        house.rim.hands.mapping.layers.page(2)
        await house.until(lambda: app.values(FADER) == [[0.5]])
        app.send(FADER, 0.0)
        await house.until(lambda: house.registry.get("/deck/2/pan") == -1.0)
        assert house.registry.get(PAN) == 1.0
        app.close()

    play(scene)


def test_a_performer_who_chooses_a_takeover_has_it(home: Path) -> None:
    async def scene(house: House) -> None:
        app = house.app()
        house.set("/learn", PAN)
        app.send(FADER, 0.1)
        await house.until(lambda: house.registry.get("/learn/takeover") == "jump")
        house.set("/learn/takeover", "pickup")
        app.send(FADER, 0.9)
        await house.settled(2)
        await house.rest(0.2)
        house.set("/learn/accept")
        app.send(FADER, 0.95)
        await house.settled(3)
        assert house.registry.get(PAN) == 0.0
        await house.until(lambda: app.values(FADER) == [[0.5]])  # and the app shows what is true
        app.close()

    play(scene)
    assert kept(home)[0].takeover == "pickup"


def test_a_flood_of_names_is_refused_and_forgotten(home: Path) -> None:
    async def scene(house: House) -> None:
        app = house.app()
        house.set("/learn", PAN)
        for burst in range(20):
            app.bundle(*((f"/{burst}/n{n}", 0.5) for n in range(50)))
        await house.settled(20)
        house.set("/learn", "")
        app.bundle(*((f'/x{n}\t\n="#', 0.5) for n in range(50)))
        await house.settled(21)
        assert house.rim.hands is not None
        strays, mapping = house.rim.hands.strays, house.rim.hands.mapping
        assert len(strays._sent) <= 256
        assert len(strays._echo._seats) <= 256
        assert len(mapping.touched) == 0
        await house.rest(0.3)
        assert house.counters.unknown == 50
        assert all(len(line.split("\t")) == 4 for line in house.read("/midi/monitor").splitlines())
        app.close()

    play(scene)
    assert kept(home) == []


@pytest.mark.skipif(shutil.which("oscsend") is None, reason="liblo's oscsend is not installed")
def test_liblo_is_learnt_and_plays(home: Path) -> None:
    async def scene(house: House) -> None:
        async def oscsend(*words: str) -> None:
            assert house.rim.osc is not None
            port = str(house.rim.osc.address[1])
            done = await asyncio.create_subprocess_exec("oscsend", "127.0.0.1", port, *words)
            assert await done.wait() == 0

        house.set("/learn", PAN)
        for value in ("3", "60"):
            await oscsend("/qlab/slider", "i", value)
        await house.settled(2)
        house.set("/learn/accept")
        house.set("/learn", "")
        await oscsend("/qlab/slider", "i", "127")
        await house.until(lambda: house.registry.get(PAN) == 1.0)
        await oscsend("/qlab/slider", "i", "0")
        await house.until(lambda: house.registry.get(PAN) == -1.0)

    play(scene)
    assert kept(home)[0].sends == "0..127"
