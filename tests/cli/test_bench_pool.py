"""`liveriff bench --ray`: figures of renderers, with those of this machine alone."""

from __future__ import annotations

import json

import numpy as np
import pytest

from liveriff.cli import bench_pool
from liveriff.cli.bench_pool import Runs, lines, sizes
from liveriff.errors import ModelError

QUICK = Runs("test-tone", chunks=3, set_s=0.0, trips_ms=(0.0, 30.0))


def test_a_sound_that_is_packed_without_loss_is_smaller_and_with_loss_smaller_still() -> None:
    time = np.arange(48000) / 48000
    tone = np.stack([0.5 * np.sin(2 * np.pi * 220 * time)] * 2, axis=1).astype(np.float32)
    found = sizes(tone, 48000)
    assert found["float32"] == 48000 * 8
    assert found["int16"] == 48000 * 4
    assert 0 < found["flac16"] < found["int16"]
    assert found["flac16"] < found["flac24"] < found["float32"]
    assert found["opus"] == 0 or found["opus"] < found["flac16"]


def test_where_ray_is_not_there_all_else_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    real = bench_pool._scaling

    def scaling(runs: Runs, one: str, two: str) -> dict[str, object]:
        if "ray" in one:
            raise ModelError("ray is not installed here.")
        return real(runs, one, two)

    monkeypatch.setattr(bench_pool, "_scaling", scaling)
    found = bench_pool.bench(QUICK)
    assert found["scaling"]["ray"] == {"problem": "ray is not installed here."}
    assert found["scaling"]["processes"]["one"] > 0
    assert found["scaling"]["processes"]["two"] > 0
    assert found["distance"]["renderers"] == "pool:2"
    near, far = found["distance"]["0"], found["distance"]["30"]
    assert far["in_turn"]["way_ms"] >= 30
    assert {"in_turn", "ahead"} == set(near)
    assert set(found["bytes"]) == {"drums", "bass", "synth", "mix"}
    assert found["bytes"]["drums"]["float32"] == 4 * 48000 * 8
    json.dumps(found)
    assert any(line.strip().startswith("way_ms") for line in lines(found))
