"""Teaching the judge's ears: lessons from held-out seeds, training for a few minutes, and their file."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from liveriff.train.judge.classifier import Ear, Lessons, Named, Progress
from liveriff.train.judge.hearing import seen
from liveriff.train.material.hits import hit
from liveriff.train.material.piece import piece

_BATCH, _PEAK_RATE, _TESTED = 64, 2e-3, 0.15


def loop_lessons(seeds: list[int]) -> list[tuple[Any, ...]]:
    """What there is to learn from the pieces of these seeds: picture, style, category, seed of each loop."""
    made = [(seed, one) for seed in seeds for one in piece(seed)]
    return [(seen(one.sound, True), one.tags.style, one.category, seed) for seed, one in made]


def shot_lessons(seeds: list[int]) -> list[tuple[Any, ...]]:
    """The same of one-shots."""
    made = [(seed, hit(seed)) for seed in seeds]
    return [(seen(one.sound, False), one.tags.style or "any", one.category, seed) for seed, one in made]


def lessons(rows: list[tuple[Any, ...]]) -> Lessons:
    """Rows as one record."""
    pictures, styles, categories, groups = zip(*rows, strict=True)
    return Lessons(np.stack(pictures), list(styles), list(categories), list(groups))


def taught(told: Lessons, epochs: int, progress: Progress) -> Named:
    """An ear that learnt from most pieces and was tested on the others; the same lessons make the same ear."""
    styles, categories = tuple(sorted(set(told.styles))), tuple(sorted(set(told.categories)))
    answers = np.array(
        [(styles.index(s), categories.index(c)) for s, c in zip(told.styles, told.categories, strict=True)]
    )
    tested = np.random.default_rng(5).permutation(sorted(set(told.groups)))[
        : max(1, int(len(set(told.groups)) * _TESTED))
    ]
    aside = np.isin(told.groups, tested)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(11)
        ear = Ear(len(styles), len(categories))
        _train(ear, torch.from_numpy(told.pictures[~aside]), torch.from_numpy(answers[~aside]), epochs, progress)
    named = Named(ear.eval(), styles, categories, {})
    return Named(ear, styles, categories, scores(named, told.pictures[aside], answers[aside]))


def _train(ear: Ear, pictures: Tensor, answers: Tensor, epochs: int, progress: Progress) -> None:
    optimiser = torch.optim.AdamW(ear.parameters(), lr=_PEAK_RATE, weight_decay=2e-2)
    total = epochs * math.ceil(len(pictures) / _BATCH)
    step = 0
    for _ in range(epochs):
        for rows in _batches(len(pictures)):
            if len(rows) < 2:
                continue
            for group in optimiser.param_groups:
                group["lr"] = _PEAK_RATE * (0.5 + 0.5 * math.cos(math.pi * step / total))
            style, category = ear.train()(_varied(pictures[rows]))
            loss = functional.cross_entropy(style, answers[rows, 0], label_smoothing=0.05)
            loss = loss + functional.cross_entropy(category, answers[rows, 1])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            step += 1
        progress(step / total)


def _batches(count: int) -> tuple[Tensor, ...]:
    """Places in random order, in batches."""
    found: tuple[Tensor, ...] = torch.split(torch.randperm(count), _BATCH)
    return found


def _varied(pictures: Tensor) -> Tensor:
    """Up to 5 dB louder or softer, with bands and stretches of time hidden (Park et al., "SpecAugment", 2019)."""
    x = pictures.float() + (torch.rand(len(pictures), 1, 1) * 36.0 - 18.0)
    low, first = int(torch.randint(0, x.shape[1] - 8, ())), int(torch.randint(0, x.shape[2] - 16, ()))
    x[: len(x) // 2, low : low + 8] = 0.0
    x[len(x) // 4 : 3 * len(x) // 4, :, first : first + 16] = 0.0
    return x.clamp(0.0, 255.0)


def scores(named: Named, pictures: NDArray[np.uint8], answers: NDArray[np.int64]) -> dict[str, float]:
    """Shares named right."""
    said = named.name(pictures)
    return {
        name: round(float((one.argmax(1) == answers[:, column]).mean()), 4)
        for column, (name, one) in enumerate(zip(("style", "category"), said, strict=True))
    }


def save(named: Named, path: Path) -> None:
    """Keep an ear; written aside and renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = {"styles": list(named.styles), "categories": list(named.categories), "right": named.right}
    torch.save({"ear": named.ear.state_dict(), **parts}, path.with_suffix(".part"))
    os.replace(path.with_suffix(".part"), path)


def load(path: Path) -> Named:
    """An ear that was kept."""
    state = torch.load(path, weights_only=True)
    ear = Ear(len(state["styles"]), len(state["categories"]))
    ear.load_state_dict(state["ear"])
    return Named(ear.eval(), tuple(state["styles"]), tuple(state["categories"]), dict(state["right"]))
