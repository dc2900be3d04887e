"""Drum stems from a style's row: which drums play, what they play, fills, rolls, open and closed hats. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from liveriff.train.material import patterns
from liveriff.train.material.envelopes import Dice, faded
from liveriff.train.material.instruments import KITS
from liveriff.train.material.kernels import RATE, Sound, add_circular
from liveriff.train.material.patterns import Hits, pick
from liveriff.train.material.stems import Setting
from liveriff.train.material.style import Style, of

LEVELS = ("bare", "sparse", "usual", "dense")
"""How much plays in a stem, from one or two sounds to all."""

_GAINS = {"kick": 1.0, "snare": 0.75, "clap": 0.7, "rim": 0.5, "hat": 0.32, "open": 0.3, "ride": 0.25, "perc": 0.4,
          "shaker": 0.27, "tom": 0.6, "crash": 0.35}  # fmt: skip
_BARE = (("kick",), ("kick",), ("hat",), ("hat",), ("perc",), ("kick", "hat"), ("kick", "open"), ("kick", "snare"),
         ("hat", "perc"), ("snare",), ("hat", "open"), ("ride",))  # fmt: skip
_SPARSE = (("kick", "snare"), ("kick", "hat"), ("kick", "snare", "open"), ("snare", "hat"), ("hat", "perc"),
           ("kick", "perc"), ("kick", "snare", "hat"), ("kick", "snare", "hat"))  # fmt: skip
_FILLS = of("............xxxx, ............XoXX, ..........x.xxxx, .............xxX, ............xx.x")
_FILLS += of("..............xx, ........x.x.xxxx, ............X.XX, ...........x..xr, ............rrrr")
_HATS = ("hat", "open", "ride", "shaker")
_TUNED = ("tom", "perc")
"""Roles played on two drums of different tuning."""


@dataclass(frozen=True)
class Row:
    """What one drum plays."""

    role: str
    hits: Hits


@dataclass(frozen=True)
class Beat:
    """A drum stem, the frames its kick falls on, the roles that play, and what is true of it."""

    sound: Sound
    kicks: list[int]
    kit: str
    roles: tuple[str, ...]
    moods: tuple[str, ...]


Rows = dict[str, Row]
"""Rows by the field of the style they come from."""


def beat(setting: Setting, dice: Dice, level: str = "usual") -> Beat:
    """A drum stem: every role's pattern is drawn, some are left out, some ends have a fill."""
    style = setting.style
    kit = pick(dice, style.kits)
    rows = _kept(_drawn(style, dice), level, dice)
    rows = {field: _varied(row, level, dice) for field, row in rows.items()}
    fill = level in ("usual", "dense") and dice.random() < style.fills
    if fill:
        rows = _with_fill(rows, dice)
    if level != "bare" and dice.random() < style.crash:
        rows["crash"] = Row("crash", [(0.0, 0.9)])
    late_s = 1e-3 * float(dice.uniform(0.0, style.late_ms)) if dice.random() < 0.6 else 0.0
    sound = _rendered(setting, rows, kit, late_s, dice)
    kicks = [setting.frame(step) for step, loudness in rows["kick"].hits if loudness > 0.4] if "kick" in rows else []
    roles = tuple(dict.fromkeys(row.role for row in rows.values() if row.hits))
    moods = _heard(rows) + [feel for feel in style.feel if _feels(feel, rows)]
    moods += (["fill"] if fill else []) + (["laid back"] if late_s > 0.003 else [])
    return Beat(sound, kicks, kit, roles, tuple(moods))


def _drawn(style: Style, dice: Dice) -> Rows:
    """A pattern for each field of the style; fields without a hit are left out."""
    roles = {"kick": "kick", "snare": pick(dice, style.backbeat), "hat": pick(dice, style.hats), "open": "open",
             "perc": pick(dice, style.percs), "ride": "ride"}  # fmt: skip
    options = (style.kick, style.snare, style.hat, style.open, style.perc, style.ride)
    found = {
        field: Row(role, patterns.hits(patterns.bars(rows, dice)))
        for (field, role), rows in zip(roles.items(), options, strict=True)
    }
    return {field: row for field, row in found.items() if row.hits} or {"kick": Row("kick", [(0.0, 0.9)])}


def _kept(rows: Rows, level: str, dice: Dice) -> Rows:
    """The rows that play at a level; never none."""
    if level in ("bare", "sparse"):
        sets = _BARE if level == "bare" else _SPARSE
        chosen = sets[int(dice.integers(len(sets)))]
        return {field: row for field, row in rows.items() if field in chosen} or rows
    chance = 0.88 if level == "usual" else 1.0
    return {field: row for field, row in rows.items() if field == "kick" or dice.random() < chance} or rows


def _varied(row: Row, level: str, dice: Dice) -> Row:
    """Now and then a hit less, and a soft one more in the second bar; thinner or denser hats."""
    kept = [hit for hit in row.hits if hit[1] > 0.7 or dice.random() > 0.06]
    if row.hits and row.role != "kick" and dice.random() < 0.15:
        kept.append((float(dice.integers(16, 32)), 0.35))
    if row.role in _HATS and level in ("bare", "sparse") and dice.random() < 0.4:
        kept = [hit for hit in kept if patterns.weight(hit[0]) >= 2] or kept
    if row.role in ("hat", "shaker") and level == "dense" and len(kept) >= 8 and dice.random() < 0.6:
        taken = {int(step) for step, _ in kept}
        kept += [(float(step), 0.4) for step in range(32) if step not in taken]
    return replace(row, hits=sorted(dict(kept[::-1]).items()))


def _with_fill(rows: Rows, dice: Dice) -> Rows:
    """Snares or toms in the last half bar, where the other hits (not the kick) make room for them."""
    role = pick(dice, ("snare", "snare", "tom", "tom", "clap", "perc"))
    hits = [(step + 16.0, loudness) for step, loudness in patterns.hits(pick(dice, _FILLS)) if step < 16]
    start = min(step for step, _ in hits)
    kept = {
        field: row if field == "kick" else replace(row, hits=[hit for hit in row.hits if hit[0] < start])
        for field, row in rows.items()
    }
    return {**kept, "fill": Row(role, hits)}


def _rendered(setting: Setting, rows: Rows, kit: str, late_s: float, dice: Dice) -> Sound:
    loop = np.zeros(setting.frames, np.float32)
    closed = [step for row in rows.values() if row.role == "hat" for step, _ in row.hits]
    for row in rows.values():
        drums = [KITS[kit][row.role](dice) for _ in range(2 if row.role in _TUNED else 1)]
        gain = _GAINS[row.role] * dice.uniform(0.75, 1.25)
        late = 0 if row.role in ("kick", "crash") else round(late_s * RATE)
        for step, loudness in row.hits:
            drum = drums[-1 if dice.random() < 0.4 else 0]
            sound = _choked(drum, setting, step, closed) if row.role == "open" else drum
            add_circular(loop, sound, setting.frame(step) + late, gain * loudness * dice.uniform(0.93, 1.0))
    return loop


def _choked(drum: Sound, setting: Setting, step: float, closed: list[float]) -> Sound:
    """An open hat until the next closed one, as the foot does it."""
    after = min(((other - step) % patterns.STEPS for other in closed if other != step), default=float(patterns.STEPS))
    frames = round(after * setting.step_s * RATE)
    return faded(drum[:frames], 0.006) if frames < len(drum) else drum


def _steps(rows: Rows, field: str) -> set[float]:
    """Where a field's loud hits lie."""
    return {step for step, loudness in rows[field].hits if loudness > 0.45} if field in rows else set()


def _feels(feel: str, rows: Rows) -> bool:
    """Whether a feel that the style is known for is in what plays."""
    kick, backs = _steps(rows, "kick"), _steps(rows, "snare")
    if feel == "one drop":
        return bool(kick) and kick <= {8.0, 24.0}
    if feel == "two step":
        return 0.0 in kick and not kick & {4.0, 12.0} and {4.0, 12.0} <= backs
    if feel == "dembow":
        return {3.0, 6.0} <= backs
    return any({0.0, 3.0, 6.0} <= _steps(rows, field) or any(s % 1 for s in _steps(rows, field)) for field in rows)


def _heard(rows: Rows) -> list[str]:
    """What is true of the rows, as moods."""
    kick, backs = _steps(rows, "kick"), _steps(rows, "snare")
    hats = [step for row in rows.values() if row.role in _HATS for step, _ in row.hits]
    found = {
        "four": kick >= {float(step) for step in range(0, 32, 4)} and len(kick) <= 14,
        "half time": bool(backs) and {8.0, 24.0} >= backs,
        "broken": len({step for step in kick if step % 4}) >= 3 and len(kick & {4.0, 12.0, 20.0, 28.0}) <= 1,
        "kick only": set(rows) == {"kick"},
        "hats only": all(row.role in _HATS for row in rows.values()),
        "perc only": set(rows) == {"perc"},
        "no kick": not kick,
        "ghost notes": "snare" in rows and sum(loudness < 0.3 for _, loudness in rows["snare"].hits) >= 2,
        "open hats": "open" in rows and len(rows["open"].hits) >= 4,
        "rolling hats": sum(step % 1 > 0 for step in hats) >= 2,
        "rolling": len({int(step) for step in hats}) >= 28,
        "crash": "crash" in rows,
    }
    return [name for name, true in found.items() if true]
