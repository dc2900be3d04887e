"""Where our clock goes: ports are opened when they come, by a part of their name, and again when they come back."""

from __future__ import annotations

import pytest

from liveriff.control.midi.clock_ports import VIRTUAL, ClockPorts
from liveriff.control.midi.memory import MemoryBackend


class Clock:
    """Remembers what it sends to."""

    def __init__(self) -> None:
        self.ports: dict[str, float] = {}

    def add(self, name: str, output: object, offset_ms: float = 0.0) -> None:
        self.ports[name] = offset_ms

    def remove(self, name: str) -> None:
        self.ports.pop(name)


@pytest.fixture
def backend() -> MemoryBackend:
    return MemoryBackend()


def test_ports_come_and_go(backend: MemoryBackend) -> None:
    clock = Clock()
    ports = ClockPorts(lambda: backend, ("minilogue@-7.5", "TR-8"), clock, print)
    ports.look()
    assert clock.ports == {}
    plug = backend.plug("Minilogue XD SOUND")
    backend.plug("something else")
    ports.look()
    assert clock.ports == {"Minilogue XD SOUND": -7.5}
    plug.unplug()
    ports.look()
    assert clock.ports == {}
    backend.plug("Minilogue XD SOUND")
    ports.look()
    assert clock.ports == {"Minilogue XD SOUND": -7.5}


def test_a_port_of_our_own(backend: MemoryBackend) -> None:
    clock = Clock()
    ports = ClockPorts(lambda: backend, (VIRTUAL,), clock, print)
    ports.look()
    ports.look()
    assert clock.ports == {VIRTUAL: 0.0}
    ports.close()


def test_a_name_may_hold_the_sign_of_the_offset(backend: MemoryBackend) -> None:
    clock = Clock()
    backend.plug("me@home")
    ports = ClockPorts(lambda: backend, ("me@home",), clock, print)
    ports.look()
    assert clock.ports == {"me@home": 0.0}


def test_a_port_that_another_program_holds_keeps_no_other_from_its_clock(backend: MemoryBackend) -> None:
    clock, said = Clock(), list[str]()
    taken = backend.plug("minilogue")
    backend.plug("TR-8")
    taken.in_use = True
    ports = ClockPorts(lambda: backend, ("minilogue", "TR-8"), clock, said.append)
    ports.look()
    ports.look()
    assert clock.ports == {"TR-8": 0.0}
    assert len(said) == 1
    taken.in_use = False
    ports.look()
    assert set(clock.ports) == {"minilogue", "TR-8"}
