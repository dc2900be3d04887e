"""Which bindings of a control hold at a place. Pure; one thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from liveriff.control.mapping.bindings import Binding, covers
from liveriff.control.mapping.layers import Place
from liveriff.control.midi.vocabulary import family_of

LAST = "last"


class Lookup:
    """Bindings by control, and the controls that each device is known to have.

    Of all bindings that hold, those of the finest layer act, and among them those of the most exactly named device:
    what a performer bound for one controller hides what the default map says for all.
    """

    def __init__(self, bindings: Iterable[Binding] = ()) -> None:
        """Index the bindings."""
        self.bindings = tuple(bindings)
        self.pages = max((binding.place.page for binding in self.bindings), default=1)
        self._by_control: dict[str, list[Binding]] = {}
        for binding in self.bindings:
            self._by_control.setdefault(binding.control, []).append(binding)

    def at(self, device: str, control: str, place: Place, controls: Iterable[str] = ()) -> tuple[Binding, ...]:
        """What a control does here; ``controls`` are all that its device has, by which "last" is known."""
        for name in _names(control, controls):
            holding = [each for each in self._by_control.get(name, ()) if _holds(each, device, place)]
            if holding:
                best = max(map(_rank, holding))
                return tuple(each for each in holding if _rank(each) == best)
        return ()

    def controls(self, device: str, place: Place, controls: Iterable[str] = ()) -> Mapping[str, tuple[Binding, ...]]:
        """Every control of a device that does something here.

        Those it has, and those bound by their MIDI names; of a device that nobody described, all that are bound.
        """
        known = tuple(controls)
        bound = (name for name in self._by_control if _is_full(name))
        named = {*known, *(name for name in bound if not known or family_of(name) is None)}
        found = {name: self.at(device, name, place, known) for name in sorted(named)}
        return {name: bindings for name, bindings in found.items() if bindings}


def _holds(binding: Binding, device: str, place: Place) -> bool:
    return place.holds(binding.place) and covers(binding.device, device)


def _rank(binding: Binding) -> tuple[int, int]:
    exact = 0 if binding.device == "*" else 1 if set("*?[") & set(binding.device) else 2
    return binding.place.rank, exact


def _is_full(name: str) -> bool:
    return "*" not in name and not name.endswith(LAST)


def _names(control: str, controls: Iterable[str]) -> Iterator[str]:
    """The names a control goes by: its own, with any channel (cc/*/64, program/*), and as the last of its row."""
    yield control
    parts = control.split("/")
    if len(parts) > 1:
        yield "/".join((parts[0], "*", *parts[2:]))
    if len(parts) == 2 and parts[1].isdigit() and _is_last(parts[0], int(parts[1]), controls):
        yield f"{parts[0]}/{LAST}"


def _is_last(row: str, number: int, controls: Iterable[str]) -> bool:
    return number == _lasts(tuple(controls)).get(row, 0)


@lru_cache(maxsize=64)
def _lasts(controls: tuple[str, ...]) -> Mapping[str, int]:
    """The highest number of each row. Kept, because every control of a device asks whenever the layer turns."""
    lasts: dict[str, int] = {}
    for each in controls:
        row, *numbers = each.split("/")
        if len(numbers) == 1 and numbers[0].isdigit():
            lasts[row] = max(lasts.get(row, 0), int(numbers[0]))
    return lasts
