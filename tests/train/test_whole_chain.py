"""All stages on a little material, each for a step or two: what one leaves, the next one reads, and it plays."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from liveriff.render.embedded.backend import Embedded
from liveriff.render.embedded.weights import checked_manifest
from liveriff.train import codec, distil, export, latents, run, shards, unet, vocoder
from liveriff.train.material.captions import Tags
from liveriff.train.material.loops import Piece
from liveriff.train.material.render import facts_of
from liveriff.wire.job import Job

SECONDS = 4 / 60


def _silent(state: run.Run) -> None:
    pass


def _pieces() -> list[tuple[np.ndarray, shards.Facts]]:
    """Four loops and four one-shots of noise and tones."""
    dice = np.random.default_rng(0)
    rows = []
    for k, category in enumerate(("drums", "bass", "synth", "mix", "hit kick", "hit hat", "hit bass", "hit tom")):
        frames = 66150 if k < 4 else 20000
        sound = 0.3 * np.sin(np.arange(frames) * 0.01 * (k + 1)) * np.exp(-(np.arange(frames) % 8000) / 2000)
        sound += dice.normal(size=frames) * 0.05
        tags = Tags("techno", category.removeprefix("hit ") if k != 2 else "lead", (), "909" if k in (0, 3) else "")
        piece = Piece(sound.astype(np.float32), category, 9 if 0 < k < 4 else -1, "minor", 160.0, tags)
        rows.append((piece.sound, facts_of(piece, k)))
    return rows


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Material; a clock that goes on by a second whenever it is looked at; small meals."""
    (tmp_path / "data").mkdir()
    rows = _pieces()
    shards.write(shards.path_of(tmp_path / "data", "pieces", 0, 1), rows[:4])
    shards.write(shards.path_of(tmp_path / "data", "shots", 0, 4), rows[4:])
    clock = itertools.count()
    monkeypatch.setattr(run.time, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(codec, "diet_of", lambda device: codec.Diet(2, 2, 64, 8, 8))
    monkeypatch.setattr(vocoder, "BATCH_ELSEWHERE", 1)
    return tmp_path


def always(step: int, of: int) -> bool:
    """A tick that never stops."""
    return True


def test_from_sound_to_weights_that_play(work: Path) -> None:
    latents.prepare(codec.train(work, SECONDS, _silent, "cpu"), work, "cpu", lambda: None)
    unet.train(work, SECONDS, _silent, "cpu", batch=1)
    distil.train(work, SECONDS, _silent, "cpu", batch=1)
    vocoder.train(work, SECONDS, _silent, "cpu")
    version, size = export.export(work, work / "weights")
    manifest = checked_manifest(work / "weights")
    assert manifest.version == version
    assert size < export.MOST_MB
    assert {"codec", "unet", "distil", "vocoder", "pieces", "shots"} <= set(manifest.notes)
    backend = Embedded(work / "weights")
    backend.load("cpu")
    for job in (Job(category="drums", beats=4), Job(category="tom", beats=0, milliseconds=300)):
        sound = backend.render(job, always).samples
        assert sound.shape == (job.frames, 2)
        assert bool(np.isfinite(sound).all())
