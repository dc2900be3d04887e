"""A quick look at latents learns from what was decoded, and never changes what is made."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from liveriff.render.embedded.backend import Embedded
from liveriff.render.embedded.codec import Codec
from liveriff.render.embedded.sketch import LESSONS, Sketch
from liveriff.render.picture import resized
from liveriff.wire.job import Job


@pytest.fixture(scope="module")
def backend() -> Embedded:
    made = Embedded()
    made.load("cpu")
    return made


def canvas(backend: Embedded, seed: int, shown: list[np.ndarray] | None, **fields: object) -> np.ndarray:  # type: ignore[type-arg]
    job = Job(prompt_a="deep house", category="mix", seed=seed, tonic=9, steps=6, beats=4, **fields)  # type: ignore[arg-type]
    backend.show = None if shown is None else shown.append
    made = backend.canvas(job, lambda _step, _of: True)
    backend.show = None
    return made.values.max(axis=0).astype(np.float32)


def test_it_shows_every_step_once_it_knows_and_comes_near_the_canvas(backend: Embedded) -> None:
    plain = canvas(backend, 9, None)
    shown: list[np.ndarray] = []  # type: ignore[type-arg]
    canvas(backend, 1, shown)
    assert shown == [], "nothing is known before the first canvas"
    for seed in (2, 3, 4):
        canvas(backend, seed, shown)
    assert len(shown) == 3 * 6
    del shown[:]
    seen = canvas(backend, 9, shown)
    assert np.array_equal(seen, plain), "being looked at changes nothing"
    assert all(values.shape == (64, 64) for values in shown)
    wanted = resized(seen, 64, 64)
    likeness = [float(np.corrcoef(values.ravel(), wanted.ravel())[0, 1]) for values in shown]
    assert likeness[-1] > 0.9
    assert likeness[-1] > likeness[0]


def test_it_learns_a_linear_codec_exactly_and_then_enough() -> None:
    torch.manual_seed(0)
    codec = Codec(channels=4, rows=8)
    sketch = Sketch(codec)
    assert not sketch.knows

    def picture(latents: torch.Tensor) -> torch.Tensor:
        return (latents[:, :1] * 0.1 + 0.5).repeat_interleave(16, 2).repeat_interleave(16, 3)[0]

    for _ in range(LESSONS + 3):
        latents = torch.randn(1, 4, 8, 32)
        sketch.learn(latents, picture(latents))
    assert sketch._lessons == LESSONS
    latents = torch.randn(1, 4, 8, 32)
    drawn = sketch.draw(latents)
    wanted = torch.nn.functional.max_pool2d(picture(latents)[None], (8, 4))[0, 0].clamp(0, 1).numpy()
    assert np.abs(drawn - wanted).max() < 0.02
    assert np.isfinite(sketch.draw(torch.full((1, 4, 8, 32), torch.nan))).all()
