"""All figures of a model, one after the other. Called by the command; a progress function is told what is going on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from liveriff.train.judge import held_out, musicnn, scores, studies, teaching, timing
from liveriff.train.judge.classifier import Named
from liveriff.train.judge.faults import Verdict, verdicts
from liveriff.train.judge.measured import Heard
from liveriff.train.judge.playing import Player, with_steps
from liveriff.train.judge.scores import Ears, Said
from liveriff.train.judge.sets import Material, Sets, again, made, material

Tell = Callable[[str], None]
"""Told a few words about what is done now."""

LESSONS = 1500
"""Pieces that the ears learn from; of one-shots twice as many."""

_EPOCHS, _STUDIED = 12, 6
_EMBEDDED = 128  # sounds of each set that the slow, independent ear hears
_OTHER_STEPS = (1, 2, 4, 8)
_COMPARED = ("category_right", "style_right", "in_key", "key_notes", "onset_offset_ms", "density_agreement")


@dataclass(frozen=True, eq=False)
class Judged:
    """figures: everything as JSON takes it; the sets, and what is wrong with the generated ones, for the page."""

    figures: dict[str, Any]
    loops: Sets
    shots: Sets
    worst: list[Verdict]


def ears(work: Path, tell: Tell, lessons: int = LESSONS) -> Ears:
    """The judge's nets, taught on held-out material if they are not in WORK/judge yet."""
    loops = _ear(work / "judge" / "ear-loops.pt", teaching.loop_lessons, lessons, tell)
    shots = _ear(work / "judge" / "ear-shots.pt", teaching.shot_lessons, 2 * lessons, tell)
    place = musicnn.folder()
    return Ears(loops, shots, partial(musicnn.embed, place=place) if place else None)


def _ear(path: Path, learn: Callable[[list[int]], list[Any]], count: int, tell: Tell) -> Named:
    if not path.exists():
        tell(f"lessons for {path.name}")
        rows = held_out.spread(learn, range(held_out.LESSONS, held_out.LESSONS + count), lambda: None)
        named = teaching.taught(
            teaching.lessons(rows), _EPOCHS, lambda done: tell(f"{path.name} is taught, {done:.0%}")
        )
        teaching.save(named, path)
    return teaching.load(path)


def judge(
    player: Player, folder: Path, work: Path, samples: int, tell: Tell, brief: bool = False, lessons: int = LESSONS
) -> Judged:
    """Everything. samples: loops, a quarter as many one-shots; brief leaves out the costly studies and timing."""
    told = ears(work, tell, lessons)
    tell("held-out material")
    real = material(work, samples, lambda: None)
    loops = made(player, real.loops, _counted(tell, "loops", len(real.loops)))
    shots = made(player, real.shots, _counted(tell, "one-shots", len(real.shots)))
    names = {"material": loops.material, "phase": loops.phase, "codec": loops.codec, "generated": loops.generated}
    words = {name: scores.said(told, rows) for name, rows in names.items()}
    found: dict[str, Any] = {
        "samples": len(real.loops),
        "steps": player.steps,
        "guidance": player.guidance,
        "weights": folder.name,
        "ears_right": {"loops": told.loops.right, "shots": told.shots.right},
        "loops": {name: scores.of_loops(rows, words[name]) for name, rows in names.items()},
        "shots": _of_shots(told, shots),
        "distance": _distances(told, real, names, words, tell),
        "decks": studies.together(names),
        "copies": studies.copies(work, loops.material, loops.generated),
    }
    if not brief:
        found |= _studies(player, told, loops, words["material"], tell)
        tell("timing")
        found["time"] = timing.times(player, folder)
    found["ratios"] = ratios(found)
    worst = verdicts(loops.generated, words["generated"], loops.material, words["material"])
    return Judged(found, loops, shots, worst)


def _counted(tell: Tell, name: str, of: int) -> Callable[[], None]:
    count = iter(range(1, of + 1))
    return lambda: tell(f"{name}, {next(count, of)} of {of}")


def _of_shots(told: Ears, sets: Sets) -> dict[str, Any]:
    names = {"material": sets.material, "phase": sets.phase, "codec": sets.codec, "generated": sets.generated}
    return {name: scores.of_shots(rows, scores.said(told, rows)) for name, rows in names.items()}


def _distances(
    told: Ears, real: Material, names: dict[str, list[Heard]], words: dict[str, Said], tell: Tell
) -> dict[str, Any]:
    """Of each set to the reference material, in the judge's space and in the independent one."""
    tell("distances")
    small = np.stack([scores.small_of(item) for item in real.reference])
    reference = told.loops.embed(small)
    found = {"ear": studies.apart(reference, {name: one.embeddings for name, one in words.items()})}
    if told.other is not None:
        tell("the independent ear")
        other = {name: _embedded(told, [row.sound for row in rows]) for name, rows in names.items() if name != "phase"}
        found["musicnn"] = studies.apart(_embedded(told, [item.sound for item in real.reference]), other)
    return found


def _embedded(told: Ears, sounds: list[held_out.Floats]) -> scores.Floats:
    assert told.other is not None
    return np.stack([told.other(sound) for sound in sounds[:_EMBEDDED]])


def _studies(player: Player, told: Ears, loops: Sets, own: Said, tell: Tell) -> dict[str, Any]:
    """What needs renders of its own."""
    rows = loops.material
    step = max(1, len(rows) // _STUDIED)
    some = rows[::step][:_STUDIED]
    tell("variety")
    seeds = studies.variety(player, told, some, loops.gain)
    tell("morphing")
    pairs = [(one, other) for one, other in pairwise(some) if one is not other][:4]
    smooth = studies.morphs(player, pairs) if pairs else {}
    tell("knobs")
    turned = studies.knobs(player, some, loops.gain)
    return {
        "variety": {"of_seeds": seeds, "of_material": studies.variety_of(told, rows)},
        "morphing": smooth,
        "knobs": turned,
        "by_steps": _by_steps(player, told, loops, own, tell),
    }


def _by_steps(player: Player, told: Ears, loops: Sets, own: Said, tell: Tell) -> dict[str, Any]:
    """The same figures at other numbers of steps, on an eighth of the items, against the rest of the material."""
    few = loops.material[: max(8, len(loops.material) // 8)]
    found: dict[str, Any] = {}
    for steps in _OTHER_STEPS:
        rows = again(with_steps(player, steps), few, loops.gain, _counted(tell, f"{steps} steps", len(few)))
        words = scores.said(told, rows)
        chosen = scores.of_loops(rows, words)
        found[str(steps)] = {name: chosen[name] for name in _COMPARED}
        if len(own.embeddings) - len(few) > 1:
            apart = studies.apart(own.embeddings[len(few) :], {"kad": words.embeddings})
            found[str(steps)]["kad"] = apart["kad"]["kad"]
    return found


def ratios(found: dict[str, Any]) -> dict[str, float]:
    """The generated sounds' figures over the material's, and the distance over the codec's: what is promised."""
    ours, own = found["loops"]["generated"], found["loops"]["material"]
    result = {name: ours[name] / max(1e-9, own[name]) for name in ("key_notes", "key_equal", "in_key", "style_right")}
    result["category_right"] = ours["category_right"]
    for ear, apart in found["distance"].items():
        result[f"kad {ear}, over the codec's"] = apart["generated"]["kad"] / max(1e-3, apart["codec"]["kad"])
    result["decks over material mix"] = found["decks"]["generated"] / max(1e-9, found["decks"]["material mix"])
    return {name: round(value, 4) for name, value in result.items()}
