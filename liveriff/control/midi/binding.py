"""Which ports belong to which device: a pure look at the names that there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from liveriff.control.midi.names import client, ours_or_none, prefer_second, slug
from liveriff.control.midi.profile import Profile


@dataclass(frozen=True)
class Port:
    """One of the system's ports. With twins, of the same name, it is the ``nth`` of ``of``: when one of them goes,
    nobody can tell which, so that both count as gone."""

    name: str
    nth: int = 0
    of: int = 1


@dataclass(frozen=True)
class Pair:
    """A device's input, and its output if it has one."""

    profile: Profile
    source: Port
    sink: Port | None

    @property
    def kind(self) -> str:
        """What its instances are called before "#2" and so on: the profile's id, or a name for the unknown."""
        return slug(self.source.name) if self.profile.generic else self.profile.id

    @property
    def port_names(self) -> list[str]:
        """Names of its ports."""
        return [port.name for port in (self.source, self.sink) if port]

    @property
    def title(self) -> str:
        """What to call it in a sentence."""
        return self.source.name if self.profile.generic else self.profile.name


Find = Callable[[str], Profile | None]


def pairs(inputs: list[str], outputs: list[str], find: Find) -> list[Pair]:
    """Devices by their ports, in the order of the inputs; our own, loops and ports to leave alone are left out."""
    sources, sinks = _grouped(inputs, find), _grouped(outputs, find)
    return [
        Pair(profile, source, sink)
        for key, (profile, ports) in sources.items()
        for source, sink in _joined(ports, sinks[key][1] if key in sinks else [])
    ]


def _joined(sources: list[Port], sinks: list[Port]) -> list[tuple[Port, Port | None]]:
    """Each input with the output of the same client; those without one (Windows, macOS) in their order."""
    free = list(sinks)
    joined: dict[Port, Port] = {}
    for source in sources:
        same = [sink for sink in free if client(sink.name) == client(source.name)]
        if same:
            joined[source] = same[0]
            free.remove(same[0])
    left = iter(free)
    return [(source, joined.get(source) or next(left, None)) for source in sources]


def _grouped(names: list[str], find: Find) -> dict[str, tuple[Profile, list[Port]]]:
    groups: dict[str, tuple[Profile, list[str]]] = {}
    for name in names:
        profile = None if ours_or_none(name) else find(name)
        if profile:
            key = slug(name) if profile.generic else profile.id
            groups.setdefault(key, (profile, []))[1].append(name)
    return {key: (profile, _ports(prefer_second(names, profile.match))) for key, (profile, names) in groups.items()}


def _ports(names: list[str]) -> list[Port]:
    counts, seen = Counter(names), Counter[str]()
    ports = []
    for name in names:
        ports.append(Port(name, seen[name], counts[name]))
        seen[name] += 1
    return ports


def instance_name(kind: str, taken: Iterable[str]) -> str:
    """``kind``, or ``kind#2`` and so on: the first that is free."""
    taken, number = set(taken), 1
    while (name := kind if number == 1 else f"{kind}#{number}") in taken:
        number += 1
    return name
