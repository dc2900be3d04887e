"""The backend with the weights that are shipped."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveriff.errors import ModelError, UsageError
from liveriff.render.backend import Cancelled, CanvasBackend
from liveriff.render.embedded import BACKEND
from liveriff.render.embedded.backend import Embedded
from liveriff.render.embedded.halves import halves_are_quick
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


def test_jobs_drawn_together_are_what_each_is_alone(backend: CanvasBackend) -> None:
    assert isinstance(backend, Embedded)
    strip = [replace(JOB, alpha=alpha, guidance=2.0 + alpha, negative="piano") for alpha in (0.0, 0.3, 1.0)]
    together = backend.canvases(strip, always)
    assert not np.array_equal(together[0].values, together[1].values)
    for job, canvas in zip(strip, together, strict=True):
        alone = backend.canvas(job, always).values.astype(np.float32)
        most = 2e-2 if halves_are_quick() else 2e-3
        assert float(np.abs(alone - canvas.values).max()) <= most, "half precision's last digit at most"


def test_jobs_that_do_not_fit_together_are_refused(backend: CanvasBackend) -> None:
    assert isinstance(backend, Embedded)
    with pytest.raises(UsageError, match="drawn together"):
        backend.canvases([JOB, replace(JOB, beats=8)], always)


def test_what_is_not_wanted_is_heard(backend: CanvasBackend) -> None:
    plain, other = (backend.canvas(replace(JOB, negative=words), always).values for words in ("", "hi hats"))
    assert not np.array_equal(plain, other)


def test_more_steps_than_help_are_not_made(backend: CanvasBackend) -> None:
    heard: list[tuple[int, int]] = []

    def tick(step: int, of: int) -> bool:
        heard.append((step, of))
        return True

    backend.canvas(replace(JOB, steps=50), tick)
    assert heard == [(step, 16) for step in range(1, 17)]


@pytest.fixture(scope="module")
def riff(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A sound file: two seconds of a rising tone."""
    time = np.arange(44100 * 2) / 44100
    path = tmp_path_factory.mktemp("sounds") / "riff.wav"
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * (200 + 200 * time) * time), 44100)
    return str(path)


def test_strength_leads_away_from_the_source(backend: CanvasBackend, riff: str) -> None:
    job = replace(JOB, source=riff, steps=4)
    nothing, little, all_of_it = (
        backend.canvas(replace(job, strength=strength), always).values.astype(np.float32) for strength in (0, 0.3, 1)
    )
    assert np.array_equal(all_of_it, backend.canvas(replace(JOB, steps=4), always).values), "full strength: no source"
    distances = [float(np.abs(values - nothing).mean()) for values in (little, all_of_it)]
    assert 0 < distances[0] < distances[1]


def test_a_one_shot_may_start_from_a_sound(backend: CanvasBackend, riff: str) -> None:
    job = Job(category="perc", beats=0, milliseconds=500, steps=1, source=riff, strength=0.5)
    assert backend.canvas(job, always).values.shape == (1, 512, 256)


@pytest.mark.parametrize("content", [None, b"no sound"])
def test_a_source_that_cannot_be_read_is_named(backend: CanvasBackend, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "gone.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"gone\.wav.*cannot be read"):
        backend.canvas(replace(JOB, source=str(path), strength=0.5), always)


@pytest.mark.parametrize(
    "change", [{"strength": 1.5}, {"category": "kick"}, {"beats": 3}, {"steps": 0}, {"mode": "dorian"}]
)
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
