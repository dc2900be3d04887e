"""The backend with the weights that are shipped."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from liveriff.errors import ModelError, UsageError
from liveriff.render.backend import Cancelled, CanvasBackend
from liveriff.render.embedded import BACKEND
from liveriff.render.embedded.backend import Embedded
from liveriff.wire.job import Job

JOB = Job(prompt_a="dark techno", prompt_b="reggae", category="drums", beats=4, steps=2, seed=7)


@pytest.fixture(scope="module")
def backend() -> CanvasBackend:
    made = BACKEND.create()
    made.load("cpu")
    assert isinstance(made, CanvasBackend)
    return made


def always(step: int, of: int) -> bool:
    """A tick that never stops."""
    return True


def test_looking_does_not_import_torch() -> None:
    code = "import sys; from liveriff.render.embedded import BACKEND; BACKEND.info(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_morph_ends_are_the_prompts_alone(backend: CanvasBackend) -> None:
    ends = [backend.canvas(replace(JOB, alpha=alpha), always).values for alpha in (0.0, 1.0)]
    only = [backend.canvas(replace(JOB, prompt_a=p, prompt_b=p), always).values for p in ("dark techno", "reggae")]
    assert np.array_equal(ends[0], only[0])
    assert np.array_equal(ends[1], only[1])


def test_tempo_only_decodes(backend: CanvasBackend) -> None:
    one = backend.canvas(JOB, always).values
    two = backend.canvas(replace(JOB, bpm_cents=9000, rate=22050), always).values
    assert np.array_equal(one, two)
    assert one.shape == (1, 512, 256)


@pytest.mark.parametrize("milliseconds", [40, 250, 2500])
def test_one_shots_have_their_length_and_end_in_silence(backend: CanvasBackend, milliseconds: int) -> None:
    job = Job(category="kick", beats=0, milliseconds=milliseconds, steps=1, rate=22050)
    samples = backend.render(job, always).samples
    assert samples.shape == (job.frames, 2)
    assert abs(float(samples[-1, 0])) < 1e-3


def test_a_wide_canvas_is_one_circle(backend: CanvasBackend) -> None:
    assert backend.canvas(replace(JOB, beats=16, steps=1), always).values.shape == (1, 512, 1024)


def test_drums_have_no_key(backend: CanvasBackend) -> None:
    one, two = (backend.canvas(replace(JOB, tonic=tonic), always).values for tonic in (None, 5))
    assert np.array_equal(one, two)


def test_a_cancelled_render_leaves_the_next_one_clean(backend: CanvasBackend) -> None:
    with pytest.raises(Cancelled):
        backend.canvas(JOB, lambda step, of: step < 2)
    assert np.array_equal(backend.canvas(JOB, always).values, backend.canvas(JOB, always).values)


@pytest.mark.parametrize("change", [{"category": "kick"}, {"beats": 3}, {"steps": 0}, {"mode": "dorian"}])
def test_what_it_cannot_do_is_told(backend: CanvasBackend, change: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        backend.canvas(replace(JOB, **change), always)  # type: ignore[arg-type]


def test_numbers_that_are_no_sound_are_refused() -> None:
    broken = Embedded()
    broken.load("cpu")
    assert broken._model is not None
    broken._model.unet.row.data.fill_(float("nan"))
    with pytest.raises(ModelError, match="no sound"):
        broken.canvas(JOB, always)
