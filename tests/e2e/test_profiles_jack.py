"""Every shipped profile over a real JACK server: all controls are moved, all lights are lit and blanked.

One performance with all controllers at once, then a look at what each of them has said and heard. What is expected
comes from the text of the profiles (``fakehardware``) and, for the default map, from the tables of ``defaultmap``.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from functools import partial

import pytest

from e2e.command import wait_until
from e2e.defaultmap import HANDS, SHOWN
from e2e.fakehardware import Hardware, Move, Sheet, sheets
from e2e.jackserver import MISSING, JackServer
from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.default import default_bindings
from liveriff.control.mapping.lights import Lights
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.midi.backend import open_backend
from liveriff.control.midi.devices import MidiDevices
from liveriff.control.midi.library import SHIPPED, Library
from liveriff.control.surface import Light, Touch
from liveriff.params.listeners import Change
from liveriff.params.registry import Registry

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
SHEETS = sheets(SHIPPED)
ALL = [pytest.param(sheet, id=sheet.id) for sheet in SHEETS]
LIT = [pytest.param(sheet, id=sheet.id) for sheet in SHEETS if "lights" in sheet.raw]
PATIENCE_S = 60.0
FADED = [f"/deck/{deck}/alpha" for deck in (1, 2, 3, 4)] + [f"/pad/{pad}/morph" for pad in range(1, 17)]
"""Parameters that go from 0 to 1."""
SWITCHED = [f"/deck/{deck}/{what}" for deck in (1, 2, 3, 4) for what in ("mute", "cue", "freeze")]
COUNTED = [f"/deck/{deck}/seed" for deck in (1, 2, 3, 4)]
LAST_SEED = 2**31 - 1
Told = tuple[str, float]
Played = tuple[list[tuple[int, float]], list[Told]]
"""Strikes of pads, and changes with their values rounded to hundredths."""
ATTEMPTS = 3


class Desk:
    """What one controller plays: a registry and a mapping of its own."""

    def __init__(self, sheet: Sheet, bindings: tuple[Binding, ...]) -> None:
        """Bound, dark."""
        self.registry = Registry()
        for path in COUNTED:
            self.registry.set(path, 100)
        self.strikes: list[tuple[int, float]] = []
        self.changes: list[Told] = []
        self.mapping = Mapping(self.registry, bindings, lambda pad, force, time_s: self.strikes.append((pad, force)))
        self.lights = Lights(self.registry, self.mapping)
        for prefix in ("/deck", "/pad"):
            self.registry.subscribe(self._changed, prefix)
        rows = sheet.rows()
        self.mapping.connected(sheet.device, dict.fromkeys(row.control for row in rows if row.source != "none"))

    def _changed(self, change: Change) -> None:
        if isinstance(change.value, int | float):  # True and False too
            self.changes.append((change.path, float(change.value)))

    def played(self) -> Played:
        """What has come of it."""
        return list(self.strikes), [(path, round(value, 2)) for path, value in self.changes]


class Stage:
    """The instrument's side: the test's own thread is the engine's loop."""

    def __init__(self) -> None:
        """Looks for controllers."""
        self.desks: dict[str, Desk] = {}
        self.shows = False
        self._posted: queue.SimpleQueue[tuple[Touch, bool]] = queue.SimpleQueue()
        self.devices = MidiDevices(partial(open_backend, "jack"), Library(), self._touched)

    def _touched(self, touch: Touch) -> None:
        self._posted.put((touch, self.desks[touch.device].mapping.fast(touch)))

    def turn(self) -> None:
        """One round of the loop."""
        while not self._posted.empty():
            touch, taken = self._posted.get()
            self.desks[touch.device].mapping.touch(touch, taken)
        for name, desk in self.desks.items() if self.shows else ():
            desk.mapping.tick(time.monotonic())
            self.devices.show(name, desk.lights.news(name))
        self.devices.tick(time.monotonic())

    def until(self, condition: object, patience_s: float = PATIENCE_S) -> bool:
        """Turn until something is true."""

        def turned() -> bool:
            self.turn()
            return bool(condition())  # type: ignore[operator]

        return wait_until(turned, patience_s)


def bound(sheet: Sheet) -> dict[str, str]:
    """A parameter for every control: what turns fades, what clicks counts, pads strike, other buttons switch."""
    paths: dict[str, str] = {}
    for row in sheet.rows():
        family, _, number = row.control.partition("/")
        if row.source == "none" or row.control in paths:
            continue
        if family == "pad" and int(number) <= 16:
            paths[row.control] = f"/pad/{number}/trigger"
        else:
            choice = SWITCHED if row.pressed else FADED if row.encoding == "absolute" else COUNTED
            paths[row.control] = choice[len(paths) % len(choice)]
    return paths


def moves(sheet: Sheet) -> list[Move]:
    """All that hands can do with a controller."""
    return [move for row in sheet.rows() if row.source != "none" for move in row.moves()]


def expected(sheet: Sheet) -> Played:
    """Strikes and changes that all moves must make, reckoned without the instrument."""
    paths, strikes, changes, state = bound(sheet), [], [], dict.fromkeys(COUNTED, 100.0)
    for move in moves(sheet):
        path = paths[move.control]
        if path.endswith("/trigger"):
            strikes.append((int(path.split("/")[2]), move.value))
            continue
        if move.kind == "release":
            continue
        before = state.get(path, 0.0)
        place = float(round(move.value * LAST_SEED)) if path in COUNTED else move.value
        state[path] = {"absolute": place, "relative": before + move.value, "press": 1 - before}[move.kind]
        if state[path] != before:
            changes.append((path, round(state[path], 2)))
    return strikes, changes


class Performance:
    """What came of it, by profile."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.there: dict[str, str] = {}  # profile by device
        self.woken: dict[str, list[bytes]] = {}
        self.lit: dict[str, list[bytes]] = {}
        self.played: dict[str, Played] = {}
        self.bid: dict[str, list[bytes]] = {}


@pytest.fixture(scope="module")
def stage() -> Iterator[tuple[Stage, Hardware]]:
    """All controllers on a server of our own."""
    with JackServer(48000, 1024, sync=True) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.env.items():
            patch.setenv(name, value)
        stage, hardware = Stage(), Hardware(SHEETS)
        try:
            yield stage, hardware
        finally:
            stage.devices.close()
            hardware.unplug()


@pytest.fixture(scope="module")
def performance(stage: tuple[Stage, Hardware]) -> Performance:
    """Come, shine, play by the default map, go."""
    house, _ = stage
    told = Performance()
    house.desks = {sheet.device: Desk(sheet, bindings_of(sheet)) for sheet in SHEETS}
    house.devices.start()
    assert house.until(lambda: len(house.devices.devices()) == len(SHEETS))
    told.there = {info.name: info.profile for info in house.devices.devices()}
    settle(house)
    told.woken = taken()
    light_all(house, told)
    play_all(house, told)
    return told


@pytest.fixture(scope="module")
def default(stage: tuple[Stage, Hardware], performance: Performance) -> Stage:
    """The same controllers after that, played by the default map and showing it."""
    house, _ = stage
    play_by_default(house)
    return house


@pytest.fixture(scope="module")
def ended(default: Stage, performance: Performance) -> Performance:
    """All ports closed."""
    taken()
    default.devices.close()
    settle(default)
    performance.bid = taken()
    return performance


def bindings_of(sheet: Sheet) -> tuple[Binding, ...]:
    """Each control at once where the hand is."""
    return tuple(Binding(control, path, takeover="jump") for control, path in bound(sheet).items())


def taken() -> dict[str, list[bytes]]:
    """What all have received since the last look."""
    told = {}
    for sheet in SHEETS:
        told[sheet.id], sheet.received[:] = list(sheet.received), []
    return told


def settle(house: Stage) -> None:
    """Until nobody has received anything for a while: the slowest device takes a SysEx every 2 ms."""
    last = [-1, time.monotonic()]

    def quiet() -> bool:
        count = sum(len(sheet.received) for sheet in SHEETS)
        if count != last[0]:
            last[:] = [count, time.monotonic()]
        return time.monotonic() - last[1] > 0.7

    assert house.until(quiet)


def play_all(house: Stage, told: Performance) -> None:
    """Every move of every controller, all at once; again where JACK has lost a cycle, as it may on a busy machine."""
    for _ in range(ATTEMPTS):
        todo = [sheet for sheet in SHEETS if told.played.get(sheet.id) != expected(sheet)]
        for sheet in todo:
            house.desks[sheet.device] = Desk(sheet, bindings_of(sheet))
            for move in moves(sheet):
                sheet.play(move)
        assert house.until(lambda: not any(sheet.outgoing for sheet in SHEETS))
        settle(house)
        told.played |= {sheet.id: house.desks[sheet.device].played() for sheet in todo}


def light_all(house: Stage, told: Performance) -> None:
    """Every light of every controller, in its own colour."""
    for sheet in SHEETS:
        house.devices.show(sheet.device, {name: Light(sheet.colour(row)) for name, row in sheet.lit().items()})
    for _ in range(ATTEMPTS):
        settle(house)
        for name, received in taken().items():
            told.lit.setdefault(name, []).extend(received)
        for sheet in SHEETS:
            if sheet.missing(told.lit[sheet.id] + told.woken[sheet.id]):
                house.devices.repaint(sheet.device)


def play_by_default(house: Stage) -> None:
    """Now by the default map, with the lights of the instrument."""
    house.desks = {sheet.device: Desk(sheet, default_bindings()) for sheet in SHEETS}
    house.shows = True
    settle(house)


@pytest.mark.parametrize("sheet", ALL)
def test_a_port_is_known_by_its_name_and_woken(performance: Performance, sheet: Sheet) -> None:
    assert performance.there[sheet.device] == sheet.id
    woken = performance.woken[sheet.id]
    first = sheet.messages("init") or ([bytes.fromhex("F0 7E 7F 06 01 F7")] if sheet.device != sheet.id else [])
    assert woken[: len(first)] == first
    for row in sheet.lit().values():
        assert set(sheet.dark(row)) <= set(woken), f"{row.control} is dark at first"


@pytest.mark.parametrize("sheet", ALL)
def test_every_control_moves_its_parameter(performance: Performance, sheet: Sheet) -> None:
    assert performance.played[sheet.id] == expected(sheet)
    assert any(expected(sheet))


@pytest.mark.parametrize("sheet", LIT)
def test_every_light_is_lit(performance: Performance, sheet: Sheet) -> None:
    assert performance.lit[sheet.id]
    assert sheet.missing(performance.lit[sheet.id] + performance.woken[sheet.id]) == []


@pytest.mark.parametrize(("profile", "played", "path", "value", "lit"), HANDS, ids=[f"{h[0]} {h[2]}" for h in HANDS])
def test_the_default_map(default: Stage, profile: str, played: str, path: str, value: float, lit: str) -> None:
    sheet = next(sheet for sheet in SHEETS if sheet.id == profile)
    registry = default.desks[sheet.device].registry
    sheet.received.clear()
    for _ in range(ATTEMPTS):
        sheet.outgoing.extend((tuple(bytes.fromhex(message)),) for message in played.split(","))
        if default.until(lambda: registry.get(path) == value and bytes.fromhex(lit) in [*sheet.received, b""], 5):
            return
    pytest.fail(f"{path} is {registry.get(path)!r}, and the device got {[data.hex(' ') for data in sheet.received]}")


@pytest.mark.parametrize(("profile", "path", "value", "lit"), SHOWN, ids=[f"{s[0]} {s[1]}" for s in SHOWN])
def test_the_lights_of_the_instrument(default: Stage, profile: str, path: str, value: str | float, lit: str) -> None:
    sheet = next(sheet for sheet in SHEETS if sheet.id == profile)
    sheet.received.clear()
    registry = default.desks[sheet.device].registry
    (registry.set if path.endswith("alpha") else registry.publish)(path, value)
    told = default.until(lambda: bytes.fromhex(lit) in sheet.received, 5)
    assert told, [data.hex(" ") for data in sheet.received]


@pytest.mark.parametrize("sheet", LIT)
def test_at_the_end_every_light_is_dark_and_the_device_handed_back(ended: Performance, sheet: Sheet) -> None:
    bid = ended.bid[sheet.id]
    for row in sheet.lit().values():
        assert set(sheet.dark(row, played=True)) <= set(bid), row.control
    assert bid[len(bid) - len(sheet.messages("exit")) :] == sheet.messages("exit")
