"""What an absolute control does while it stands elsewhere than its value. Pure; no clock.

All places are in the hand's 0..1, after range, curve and direction, so that the ends of the hand's travel are
always also the ends of what it can reach: a value outside a control's range waits at the nearer end and can be caught
there.

jump: the value goes where the hand is. pickup: nothing happens until the hand has reached or *crossed* the value;
crossing is looked for between two samples, because a fast hand skips the value itself. scale: every move brings hand
and value nearer, and they meet at the end at the latest (Ableton Live's "value scaling"). relative: the value moves
as far as the hand did, until both stand at the same end (ReaLearn's "parallel").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from liveriff.control.mapping.bindings import Takeover

TOLERANCE = 1.01 / 127  # one step of a 7-bit control, and a little for its rounding


@dataclass
class Catch:
    """One absolute control on one parameter: the value's place, and whether the hand has it.

    target: the place the value has or is to have, finer than the parameter may store, so that small moves add up;
    seen: the place that the parameter reported last, by which a change from elsewhere is noticed.
    """

    mode: Takeover
    target: float = 0.0
    seen: float | None = None
    caught: bool = False

    def watch(self, place: float) -> None:
        """Tell where the value is now; moved from elsewhere, it must be caught again."""
        if place != self.seen:
            self.target = self.seen = place
            self.caught = False

    def rearm(self) -> None:
        """Let go: the control served something else meanwhile, or was unplugged."""
        self.caught = False
        self.target = self.target if self.seen is None else self.seen

    def wrote(self, place: float) -> None:
        """Tell where the value is after it was set to what ``move`` gave."""
        self.seen = place

    def move(self, before: float | None, hand: float, same: bool = False) -> float | None:
        """Where the value is to go when the hand goes from ``before`` (None: not known) to ``hand``.

        None: it stays. ``same``: the hand's place means the very value that is there (one of few options), so that
        taking over cannot be heard.
        """
        if self.mode == "jump" or (same and self.mode != "relative") or self._reached(before, hand):
            self.caught = True
        if self.caught:
            self.target = hand
            return hand
        if self.mode == "pickup" or before is None or before == hand:
            return None
        self.target = self._scaled(before, hand) if self.mode == "scale" else _held(self.target + hand - before)
        return self.target

    def _reached(self, before: float | None, hand: float) -> bool:
        if self.caught:
            return True
        if self.mode == "relative":  # only at an end do they meet: everywhere else a meeting would be by chance
            return hand == self.target and hand in (0.0, 1.0)
        start = hand if before is None else before
        return min(start, hand) - TOLERANCE <= self.target <= max(start, hand) + TOLERANCE

    def _scaled(self, before: float, hand: float) -> float:
        if hand > before:
            return _held(self.target + (hand - before) * (1 - self.target) / (1 - before))
        return _held(self.target - (before - hand) * self.target / before)


def _held(place: float) -> float:
    return min(1.0, max(0.0, place))


@dataclass(frozen=True)
class Ghost:
    """Where a hand is and where its value is, for the screen.

    hand, target: 0..1 of the hand's travel; raw: the hand's place on the parameter's travel, 0..1, which differs from
    it by range, curve and direction.
    """

    device: str
    control: str
    path: str
    hand: float
    raw: float
    target: float
    caught: bool
    mode: Takeover

    @property
    def holds(self) -> bool:
        """Whether the next move moves the value from where it is."""
        return self.caught or abs(self.hand - self.target) <= TOLERANCE

    @property
    def hint(self) -> str:
        """What to do to catch the value; "" where there is nothing to do."""
        if self.caught or self.mode not in ("pickup", "scale"):
            return ""
        return "up" if self.hand < self.target else "down"


def hands_text(ghosts: Iterable[Ghost]) -> str:
    """A line a hand that stands elsewhere than its value: path and place on its travel 0..1, apart by a tab."""
    lines = {f"{ghost.path}\t{ghost.raw:.3f}": None for ghost in ghosts if not ghost.holds}
    return "\n".join(sorted(lines))
