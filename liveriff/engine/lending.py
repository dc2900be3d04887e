"""Who holds which slot. Pure bookkeeping; the engine's loop is its only caller."""

from __future__ import annotations

from collections.abc import Callable

WARM = 4  # free slots whose memory is kept for the next chunks


class Lending:
    """Slots are free, or lent under a name ("renderer", "ready", "player"). ``cooled`` is called with each slot that
    will hardly be needed soon: its memory can be given back."""

    def __init__(self, count: int) -> None:
        """``count`` slots, all free."""
        self._free = list(reversed(range(count)))
        self._holder: dict[int, str] = {}
        self.cooled: Callable[[int], object] = lambda slot: None

    @property
    def free(self) -> int:
        """How many slots nobody holds."""
        return len(self._free)

    def lend(self, holder: str) -> int | None:
        """A free slot for ``holder``, or None when all are out. The one last given back comes first: its memory is
        there already, and what was never needed is never taken."""
        if not self._free:
            return None
        slot = self._free.pop()
        self._holder[slot] = holder
        return slot

    def move(self, slot: int, holder: str) -> None:
        """Hand a lent slot on to another holder."""
        if slot not in self._holder:
            raise ValueError(f"slot {slot} is not lent")
        self._holder[slot] = holder

    def give_back(self, slot: int) -> None:
        """Take a slot back; one that is free already stays so (a late message after a child's death)."""
        if self._holder.pop(slot, None) is not None:
            self._free.append(slot)
            if len(self._free) > WARM:
                self.cooled(self._free[-1 - WARM])

    def held_by(self, holder: str) -> tuple[int, ...]:
        """Slots lent to ``holder``."""
        return tuple(slot for slot, name in self._holder.items() if name == holder)
