"""What was watched in a soak, as curves; what they are worth, as a report. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from liveriff.drill.soak_judge import Curve, Verdict, judged
from liveriff.drill.soak_watch import Held

MOST_MB = 1200.0
"""All processes of a performance together, by the embedded model, with all sounds and the libraries' code: two hours of
soak took 1160 and 1138 at most."""
MOST_OFF_FRAMES = 1.0
"""A loop begins on the frame nearest to its beat, so half a frame is rounding; more is drift."""

INSIDE = {"tasks": "tasks", "threads": "threads", "blocks": "blocks", "slots": "slots", "pad_slots_astray": "slots"}
"""What the engine tells of itself, and how it is judged."""
HOLED = ("renderer", "all")
"""Whose memory goes up and down with what is rendered."""
SHOWN = ("pad_slots",)
"""What it tells besides: as many as there are pads in the kits that a set has come by."""


@dataclass
class Watched:
    """Curves by chart and by name; hours of the set's own time."""

    memory: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    shared: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    resident: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    handles: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    threads: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    segments: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    files: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    inside: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    cpu_s: dict[str, float] = field(default_factory=dict)
    most_mb: float = 0.0

    def look(self, hours: float, processes: Mapping[str, Held], segments: int, files: int) -> None:
        """One look from outside."""
        for name, held in processes.items():
            self.memory.setdefault(name, []).append((hours, held.own_mb))
            self.resident.setdefault(name, []).append((hours, held.rss_mb))
            self.handles.setdefault(name, []).append((hours, float(held.handles)))
            self.threads.setdefault(name, []).append((hours, float(held.threads)))
            self.cpu_s[name] = round(held.cpu_s, 1)
        if processes:
            shared = sum(each.shared_mb for each in processes.values())
            whole = sum(each.pss_mb for each in processes.values())
            self.shared.setdefault("shared", []).append((hours, shared))
            self.memory.setdefault("all", []).append((hours, sum(each.own_mb for each in processes.values())))
            self.most_mb = max(self.most_mb, whole)
        self.segments.setdefault("segments", []).append((hours, float(segments)))
        self.files.setdefault("temporary files", []).append((hours, float(files)))

    def told(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """What the engine told of itself."""
        for line in lines:
            for name in (*INSIDE, *SHOWN):
                if name in line:
                    self.inside.setdefault(name, []).append((float(line["s"]) / 3600, float(line[name])))

    def verdicts(self, hours: float) -> list[Verdict]:
        """Of every curve that lasted for more than half of the run: a process that was there for a while is no leak."""
        found = []
        outside = (
            ("memory", self.memory), ("shared", self.shared), ("handles", self.handles), ("threads", self.threads),
            ("segments", self.segments), ("files", self.files),
        )  # fmt: skip
        for kind, curves in outside:
            found += [
                judged(f"{kind}: {name}", "heap" if kind == "memory" and name in HOLED else kind, curve, hours)
                for name, curve in curves.items()
                if _lasts(curve, hours)
            ]
        for name, kind in INSIDE.items():
            if name in self.inside:
                found.append(judged(f"engine: {name}", kind, self.inside[name], hours))
        return found

    def charts(self) -> dict[str, Mapping[str, Curve]]:
        """For the page."""
        objects = {name: curve for name, curve in self.inside.items() if name == "blocks"}
        small = {name: curve for name, curve in self.inside.items() if name != "blocks"}
        return {
            "Memory of their own (MB)": self.memory,
            "Shared memory (MB)": self.shared,
            "Memory, resident (MB)": self.resident,
            "Handles": self.handles,
            "Threads": self.threads,
            "Shared-memory segments and temporary files": {**self.segments, **self.files},
            "In the engine: tasks, threads, slots that are lent": small,
            "In the engine: blocks that Python holds": objects,
        }


def _lasts(curve: Curve, hours: float) -> bool:
    return bool(curve) and curve[-1][0] - curve[0][0] > hours / 2


def faults(verdicts: Sequence[Verdict], last: Mapping[str, Any], took_mb: float = 0.0) -> list[str]:
    """Every reason why the soak has not passed, a sentence each. last: what the engine told last; took_mb: what all
    processes have held together at most, where that is judged."""
    found = [f"{each.name} grew by {each.grown:g}; {each.limit:g} is allowed." for each in verdicts if not each.flat]
    off = max(float(last.get("off_frames", 0.0)), float(last.get("grid_off_frames", 0.0)))
    if off > MOST_OFF_FRAMES:
        found.append(f"A loop was {off:.2f} frames off its beat.")
    for name in ("player_restarts", "renderer_restarts"):
        if last.get(name):
            found.append(f"{name.replace('_', ' ')}: {last[name]}.")
    if took_mb > MOST_MB:
        found.append(f"All processes took up to {took_mb:.0f} MB; {MOST_MB:.0f} are allowed.")
    return found
