"""A delay-locked loop over clock ticks: where the ticks really are, once their jitter is taken away.

After F. Adriaensen, "Using a DLL to filter time" (LAC 2005), with two additions. Young loops take the gains of a
growing-memory line fit (2(2n+1)/((n+1)(n+2)) and 6/((n+1)(n+2)) at the n-th tick), which are the DLL's own for a
bandwidth that narrows from tick to tick; so the loop is as good as a least-squares line at every age. And a tick is
first given a number: one that is a whole period off was lost or doubled, one that is off once is an outlier, and only
several in a row that are off the same way are a new tempo, or a new phase.

Times are in seconds on any clock that goes forward; no clock of its own; one thread at a time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from math import pi, sqrt
from statistics import median

BANDWIDTH_HZ = 0.05  # of the settled loop: a jitter of 5 ms then moves 124 BPM by a few hundredths
ACQUIRE = 6  # ticks before there is a line at all
RELOCK = 4  # ticks in a row off the same way that are a change and no accident
RECENT = 12  # ticks whose mean shows a slow change (half a beat)
NEWEST = 8  # of them tell whether it is still going on
REFIT = 24  # ticks that the line is then drawn through again
TOO_MANY = 3  # ticks lost, or doubled, within MEMORY are none: they were numbered wrongly
MEMORY = 96
LEAST_LIMIT_S = 0.008  # farther off than this, or four spreads, is no jitter
LEAST_DRIFT_S = 0.004  # the mean of RECENT farther off than this, or two spreads, is a drift
CALM_S = 0.001
SPREAD_S = 0.002  # expected before any has been seen
OTHER_TICK = 0.75  # share of a period by which a tick is taken for the next, or for the last once more
LEAST_GAP_S = 0.03  # shorter gaps between the first ticks may be a driver's doing
SHORTEST_S, LONGEST_S = 60 / 24 / 320, 60 / 24 / 20  # periods that can be a tempo


class TickLoop:
    """Feed it ticks; read ``index``, ``time_s``, ``period_s``."""

    def __init__(self) -> None:
        """No ticks yet."""
        self.index = -1  # number of the newest tick
        self.time_s = 0.0  # where the newest tick lies on the line
        self.period_s = 0.0  # seconds a tick; 0 while unknown
        self.spread_s = SPREAD_S  # of the ticks round the line
        self.changes = 0  # how often tempo or phase were found anew
        self._phase_age = self._tempo_age = 0
        self._start: list[float] = []
        self._run: list[float] = []  # ticks that were off, all the same way
        self._run_index = 0
        self._run_late = False
        self._history: deque[tuple[int, float]] = deque(maxlen=REFIT)
        self._recent: deque[float] = deque(maxlen=RECENT)
        self._raw: deque[float] = deque(maxlen=MEMORY)  # all ticks, as they came
        self._mended: list[tuple[int, bool]] = []  # which of them were numbered otherwise, and whether as lost
        self._heard = 0
        self._last_off = 0.0

    @property
    def locked(self) -> bool:
        """Whether there is a line."""
        return self.period_s > 0

    @property
    def age(self) -> float:
        """How many ticks the tempo rests on."""
        return min(self._tempo_age, sqrt(6) / self._omega) if self.locked else 0.0

    @property
    def doubt(self) -> float:
        """Share by which the tempo may be wrong: two standard errors of a line fit."""
        return 2 * self.spread_s * sqrt(12 / max(self.age, 2.0) ** 3) / self.period_s

    @property
    def calm(self) -> bool:
        """Whether the newest ticks lie round the line, not to one side of it: the tempo is not just moving."""
        newest = list(self._recent)[-NEWEST:]
        return not newest or abs(sum(newest) / len(newest)) <= max(CALM_S, self.spread_s)

    @property
    def _omega(self) -> float:
        return 2 * pi * BANDWIDTH_HZ * self.period_s

    def tick(self, time_s: float) -> int:
        """A tick was heard at a time; returns its number."""
        if not self.locked:
            return self._acquire(time_s)
        off = time_s - self.time_s - self.period_s
        self._raw.append(time_s)
        self._heard += 1
        # Neighbours are compared: a line that is off, because the tempo moves, must not pass for jitter.
        self.spread_s += (min(abs(off - self._last_off), 2 * self._limit) * 0.89 - self.spread_s) / 48
        # A lost tick is off all at once; a line that is off a little more every time has the wrong tempo.
        leap = off - self._last_off
        other = min(abs(off), abs(leap)) > OTHER_TICK * self.period_s
        skipped = max(-1, round(leap / self.period_s)) if other else 0
        self._last_off = off - skipped * self.period_s
        if skipped == 0 and abs(off) <= self._limit:
            self._run.clear()
            self._accept(time_s, off)
        else:
            self._suspect(time_s, off, skipped)
        return self.index

    def jump(self, time_s: float) -> int:
        """A tick that begins a new count: its phase is as it is, the tempo goes on."""
        if not self.locked:
            return self._acquire(time_s)
        self.index += 1
        self._new_phase(time_s)
        return self.index

    # --- the line --------------------------------------------------------------------------------------------------

    def _accept(self, time_s: float, off: float) -> None:
        n, m, omega = self._phase_age, self._tempo_age, self._omega
        self.index += 1
        self.time_s += self.period_s + off * max(2 * (2 * n + 1) / ((n + 1) * (n + 2)), sqrt(2) * omega)
        period_s = self.period_s + off * max(6 / ((m + 1) * (m + 2)), omega**2)
        self.period_s = min(2 * LONGEST_S, max(SHORTEST_S / 2, period_s))  # young loops believe a burst nearly all
        self._phase_age, self._tempo_age = n + 1, m + 1
        self._history.append((self.index, time_s))
        self._recent.append(off)
        if self._drifts():
            self._redraw()

    def _drifts(self) -> bool:
        """Is the line off the same way for half a beat? Then tempo or phase moved a little."""
        full = len(self._recent) == RECENT and len(self._history) >= RECENT
        return full and abs(sum(self._recent) / RECENT) > max(LEAST_DRIFT_S, 2 * self.spread_s)

    def _redraw(self) -> None:
        ticks = list(self._history)[-RECENT:]
        _, period_s = line_fit(ticks[-NEWEST:])
        if abs(period_s - self.period_s) > max(0.15 * self.spread_s, 0.001 * self.period_s):
            self._draw(ticks)
            return
        # As fast as ever, only elsewhere: a driver that rounds times to its periods slips from one into the next.
        self.time_s += sum(list(self._recent)[-NEWEST:]) / NEWEST
        self._phase_age, self._tempo_age = RECENT, min(self._tempo_age, REFIT)
        self._history = deque(ticks, maxlen=REFIT)
        self._recent.clear()
        self.changes += 1

    def _draw(self, ticks: Sequence[tuple[int, float]]) -> None:
        """Put the line through some ticks."""
        time_s, period_s = line_fit(ticks)
        if not SHORTEST_S <= period_s <= LONGEST_S:
            return
        self.time_s, self.period_s = time_s, period_s
        self._phase_age = self._tempo_age = len(ticks)
        self._last_off = 0.0
        self._recent.clear()
        self.changes += 1

    def _new_phase(self, time_s: float) -> None:
        self.time_s, self._phase_age, self._last_off = time_s, 1, 0.0
        self._history.clear()
        self._recent.clear()
        self._run.clear()
        self._history.append((self.index, time_s))

    # --- ticks that are off ------------------------------------------------------------------------------------------

    @property
    def _limit(self) -> float:
        return max(LEAST_LIMIT_S, 4 * self.spread_s)

    def _suspect(self, time_s: float, off: float, skipped: int) -> None:
        """Go on along the line, by as many ticks as fit best; but several in a row are right, and the line is not."""
        if self._run and (off > 0) != self._run_late:
            self._run.clear()
        if not self._run:
            self._run_late, self._run_index = off > 0, self.index
        self._run.append(time_s)
        if skipped and len(self._run) == 1 and self._wrongly_numbered(skipped > 0):
            return
        self.index += 1 + skipped
        self.time_s += (1 + skipped) * self.period_s
        if len(self._run) >= RELOCK:
            self._relock()

    def _wrongly_numbered(self, lost: bool) -> bool:
        """Too many ticks lost or doubled? Then all since the first were one after another, at another tempo."""
        self._mended = [(at, how) for at, how in self._mended if at > self._heard - MEMORY]
        self._mended.append((self._heard, lost))
        same = [at for at, how in self._mended if how == lost]
        if len(same) < TOO_MANY or len(self._raw) < REFIT:
            return False
        self._mended.clear()
        self._run.clear()
        self.index += 1
        times = list(self._raw)
        ticks = [(self.index - len(times) + 1 + i, each) for i, each in enumerate(times)]
        self._history = deque(ticks, maxlen=REFIT)
        self._draw(ticks)
        return True

    def _relock(self) -> None:
        run = list(self._run)
        self._run.clear()
        ticks = [(self._run_index + 1 + i, time_s) for i, time_s in enumerate(run)]
        _, period_s = line_fit(ticks)
        if not SHORTEST_S <= period_s <= LONGEST_S:
            return  # a burst after a hold-up: the line knows better
        self.index = ticks[-1][0]
        if not self._sudden:
            ticks = [*self._leaving(), *ticks]
        # A fit through so few ticks errs by about this much; within it only the phase is new, not the tempo.
        elif abs(period_s - self.period_s) < 2 * self.spread_s / RELOCK and self._tempo_age > RELOCK:
            self._new_phase(run[-1])
            self._tempo_age = min(self._tempo_age, REFIT)
            self.changes += 1
            return
        self._history = deque(ticks, maxlen=REFIT)
        self._draw(ticks)

    def _leaving(self) -> list[tuple[int, float]]:
        """The ticks before the run that were leaving the line already."""
        count = 0
        for off in reversed(self._recent):
            if (off > 0) != self._run_late or abs(off) < self.spread_s:
                break
            count += 1
        return list(self._history)[len(self._history) - count :]

    @property
    def _sudden(self) -> bool:
        """Were the ticks before the run still on the line?"""
        before = list(self._recent)[-RELOCK:]
        return not before or abs(sum(before) / len(before)) <= max(SPREAD_S, self.spread_s)

    def _acquire(self, time_s: float) -> int:
        self._start.append(time_s)
        self.index += 1
        if len(self._start) < ACQUIRE:
            return self.index
        ticks = numbered(self._start)
        last = self.index + ticks[-1][0] - (ACQUIRE - 1)  # those that were lost count as well
        ticks = [(last - ticks[-1][0] + i, each) for i, each in ticks]
        del self._start[0]
        if even(ticks) or self.index >= REFIT:  # ticks that were held up and came at once say nothing yet
            self._history = deque(ticks, maxlen=REFIT)
            self._draw(ticks)
        if self.locked:
            self.index = last
        return self.index


def even(ticks: Sequence[tuple[int, float]]) -> bool:
    """Whether all ticks lie near one line."""
    last_s, period_s = line_fit(ticks)
    return all(abs(time_s - last_s - (i - ticks[-1][0]) * period_s) <= LEAST_LIMIT_S for i, time_s in ticks)


def numbered(times: Sequence[float]) -> list[tuple[int, float]]:
    """The first ticks with numbers from 0 on: a gap that is a multiple of the usual interval means that some got lost.

    A gap that a driver with long periods makes by itself is none.
    """
    intervals = [later - earlier for earlier, later in pairwise(times)]
    usual = median(intervals)
    number, ticks = 0, [(0, times[0])]
    for interval, time_s in zip(intervals, times[1:], strict=True):
        gap = interval > max((1 + OTHER_TICK) * usual, LEAST_GAP_S) and usual >= SHORTEST_S
        number += round(interval / usual) if gap else 1
        ticks.append((number, time_s))
    return ticks


def line_fit(ticks: Sequence[tuple[int, float]]) -> tuple[float, float]:
    """Least squares: (seconds at the last number, seconds a tick)."""
    n = len(ticks)
    middle, mean = sum(i for i, _ in ticks) / n, sum(t for _, t in ticks) / n
    spread = sum((i - middle) ** 2 for i, _ in ticks)
    slope = sum((i - middle) * (t - mean) for i, t in ticks) / spread
    return mean + (ticks[-1][0] - middle) * slope, slope
