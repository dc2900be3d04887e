"""A model from another package that goes wrong: found by its entry point, refused, counted, and played around."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from e2e.command import run

pytestmark = pytest.mark.e2e

BACKEND = '''
"""Gives back NaN, then a chunk that is too short, then raises; after that it does its work."""

from dataclasses import replace

import numpy as np

from liveriff.render.backend import Audio, BackendFactory
from liveriff.render.testtone import INFO, TestTone


class Faulty(TestTone):
    calls = 0

    @property
    def info(self):
        return replace(INFO, name="faulty", version="")

    def decode(self, canvas, job):
        Faulty.calls += 1
        audio = super().decode(canvas, job)
        if Faulty.calls == 1:
            return Audio(np.full_like(audio.samples, np.nan))
        if Faulty.calls == 2:
            return Audio(audio.samples[:-1])
        if Faulty.calls == 3:
            raise RuntimeError("out of luck")
        return audio


BACKEND = BackendFactory("faulty", lambda: replace(INFO, name="faulty", version=""), "faulty_backend:Faulty")
'''


def test_corrupt_chunks_are_refused_and_counted_and_the_music_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site"
    metadata = package / "faulty-1.0.dist-info"
    metadata.mkdir(parents=True)
    (package / "faulty_backend.py").write_text(BACKEND)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: faulty\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[liveriff.backends]\nfaulty = faulty_backend:BACKEND\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(package), os.environ.get("PYTHONPATH", "")]))
    done = run(tmp_path, "play", "--headless", "--json", "--model=faulty", "--sink=null", "--seconds=8")
    assert done.status == 0, done.err
    assert done.report["chunks"]["refused"] == 3
    assert done.report["renderer_restarts"] == 0
    assert len({swap["deck"] for swap in done.report["swaps"]}) == 4
    assert "out of luck" in done.err
