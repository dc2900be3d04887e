"""Where the strips of the mixer and their controls lie, for its size in cells. Pure.

What a strip holds follows from the table: every parameter of a deck that is heard at once belongs on the mixer. Only
the order is said here, by the beginnings of paths.
"""

from __future__ import annotations

from textual.geometry import Region

from liveriff.params.spec import Spec
from liveriff.params.table import SPECS
from liveriff.params.words import DECKS
from liveriff.ui.widgets.placed import Plan

_DECK_ORDER = ("eq/high", "eq/mid", "eq/low", "filter", "send", "pan", "width", "side", "mute", "solo", "cue")
_PLAYED = (
    "freeze",
    "fill",
    "loop",
    "repeat",
    "evolve",
)  # heard at once, but a matter of the deck
_MASTER_ORDER = ("/master", "/delay", "/reverb", "/cue", "/input")
LEVEL = "level"
FADER_LINES = 9  # the least that a fader is of use
MASTER_CELLS = 34
SPELT_CELLS = 26  # a master's strip whose controls have room for short words only
STRIP_CELLS = 20  # the least that a strip with all its controls is of use
SLIM_CELLS = 10  # a strip with its fader, its meter and its switch
CROSSFADER = "/master/crossfader"
METERS = ("left", "right", "reduction")


def strip_paths(deck: int) -> tuple[str, ...]:
    """Parameters of a deck's strip but its level, from the top."""
    root = f"/deck/{deck}/"
    mine = [spec for spec in SPECS if spec.path.startswith(root) and _mixed(spec)]
    names = [spec.path.removeprefix(root) for spec in mine if spec.path != f"{root}{LEVEL}"]
    return tuple(root + name for name in sorted(names, key=_rank))


def master_paths() -> tuple[str, ...]:
    """Parameters of the master, the effects, the headphones and the input, but the level and the crossfader."""
    found = (s.path for root in _MASTER_ORDER for s in SPECS if s.path.startswith(f"{root}/") and _mixed(s))
    return tuple(path for path in found if path not in (f"/master/{LEVEL}", CROSSFADER))


def _mixed(spec: Spec) -> bool:
    played = spec.pattern.removeprefix("/deck/{n}/").split("/")[0] in _PLAYED
    return spec.rate == "block" and spec.access == "rw" and spec.kind.held and not played


def _rank(name: str) -> int:
    found = [place for place, start in enumerate(_DECK_ORDER) if name.startswith(start)]
    return found[0] if found else len(_DECK_ORDER)


def mixer_plan(width: int, height: int, in_hand: int) -> Plan:
    """The four strips, the master's at the right, the crossfader along below.

    Where four whole strips have no room, all but the one in hand are slim.
    """
    master = min(MASTER_CELLS, max(SPELT_CELLS, width // 4))
    widths = [(width - master) * (step + 1) // 4 - (width - master) * step // 4 for step in range(len(DECKS))]
    if min(widths) < STRIP_CELLS:
        widths = [width - master - 3 * SLIM_CELLS if n == in_hand else SLIM_CELLS for n in DECKS]
    lines = height - 1
    plan = {str(n): Region(sum(widths[: n - 1]), 0, widths[n - 1], lines) for n in DECKS}
    plan["crossfader"] = Region(1, lines, width - 2, 1)
    return {**plan, "master": Region(width - master, 0, master, lines)}


def strip_plan(width: int, height: int, names: tuple[str, ...], meters: tuple[str, ...] = ("meter",)) -> Plan:
    """Within a strip with a frame: controls above, one or two lines each; fader and meter below.

    Where there is little height the fader lies beside the controls instead.
    """
    inner = Region(1, 1, width - 2, height - 2)
    if width <= SLIM_CELLS:
        names = tuple(name for name in names if name == "mute")
    beside = inner.height - len(names) < FADER_LINES
    if beside:
        meters = meters if inner.width >= MASTER_CELLS else meters[:2]  # the frame tells what the limiter takes off
        step = 3 if len(meters) != 2 else 2
        room = (7 if inner.width >= MASTER_CELLS else 5) + step * len(meters)
        controls = Region(inner.x, inner.y, inner.width - room - 1, inner.height)
        tail = Region(inner.right - room, inner.y, room, inner.height)
    else:
        step = 3
        lines = len(names) * (2 if inner.height - 2 * len(names) >= 2 * FADER_LINES else 1)
        controls = Region(inner.x, inner.y, inner.width, lines)
        tail = Region(inner.x, inner.y + lines + 1, inner.width, inner.height - lines - 1)
    plan = stacked(names, controls)
    cap = min(9, tail.width - step * len(meters))
    left = tail.x + max(0, (tail.width - cap - step * len(meters)) // 2)
    plan[LEVEL] = Region(left, tail.y, cap, tail.height)
    for at, name in enumerate(meters):
        plan[name] = Region(left + cap + 1 + step * at, tail.y, step - 1, tail.height)
    return plan


def stacked(names: tuple[str, ...], region: Region) -> dict[str, Region]:
    """Names under each other, two lines each where there is room; what does not fit is left out."""
    lines = 2 if names and region.height >= 2 * len(names) else 1
    fit = names[: region.height // lines]
    return {name: Region(region.x, region.y + at * lines, region.width, lines) for at, name in enumerate(fit)}
