"""What each deck has played, sound by sound, and the way back. Pure but for what it remembers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from liveriff.engine.sameness import near, same_sound
from liveriff.wire.job import Job

DEPTH = 32
STATION_BEATS = 4  # what sounded shorter than this, on the way to something like it, is nothing to go back to


@dataclass
class Past:
    """``_heard``: jobs by deck, the newest last; ``_since``: the beat where that began."""

    _heard: dict[int, list[Job]] = field(default_factory=dict)
    _since: dict[int, Fraction] = field(default_factory=dict)

    def landed(self, deck: int, job: Job, beat: Fraction) -> None:
        """A deck plays a chunk since a beat. Seeds that drift make no sound of its own: it is the same, further on."""
        line = self._heard.setdefault(deck, [])
        if job.transpose or (line and _alike(line[-1], job)):
            return
        if line and _drifted(line[-1], job):
            line[-1] = job
            return
        lasted = beat - self._since.get(deck, beat)
        passing = bool(line) and near(line[-1], job) and lasted < STATION_BEATS
        if passing:
            line.pop()
        if not (line and _alike(line[-1], job)):
            line.append(job)
        del line[:-DEPTH]
        if not passing:
            self._since[deck] = beat

    def back(self, deck: int, want: Job | None) -> Job | None:
        """The sound to return to: what plays, if ``want`` has left it already, else what was heard before, which then
        is the newest. None if there is none."""
        line = self._heard.get(deck, [])
        if line and want is not None and not (_alike(line[-1], want) or _drifted(line[-1], want)):
            return line[-1]
        if len(line) < 2:
            return None
        line.pop()
        return line[-1]


def _alike(a: Job, b: Job) -> bool:
    """Whether two jobs are the same sound at their tempo."""
    return same_sound(replace(a, bpm_cents=b.bpm_cents), b)


def _drifted(a: Job, b: Job) -> bool:
    """Whether two jobs differ only by less than a whole seed: places of one walk (see ``wishes.drifted``)."""
    apart = abs(b.seed + b.seed_drift - a.seed - a.seed_drift)
    return 0 < apart < 1 and _alike(replace(a, seed=b.seed, seed_drift=b.seed_drift), b)
