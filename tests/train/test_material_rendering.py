"""The plan of the shards, and workers that fail."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from liveriff.train import shards
from liveriff.train.material import render
from liveriff.train.material.captions import Tags
from liveriff.train.material.loops import Piece


def _piece(seed: int) -> list[Piece]:
    """Four loops of a second; some seeds fail."""
    if seed % 5 == 3:
        raise ZeroDivisionError("no tempo")
    sound = np.sin(np.arange(44100) * (0.01 + 0.001 * seed)).astype(np.float32)
    tags = Tags("techno", "drums", (), "909", (), (), "club", 120)
    return [Piece(sound * level, "drums", -1, "minor", 120.0, tags) for level in (0.2, 0.4, 0.6, 0.8)]


def _silent(now: render.Progress) -> None:
    pass


def test_small_shards_come_first_and_every_seed_is_in_one(tmp_path: Path) -> None:
    jobs = render.planned(tmp_path, "pieces", 300)
    assert [job.count for job in jobs[:17]] == [8] * 16 + [32]
    covered = [seed for job in jobs for seed in range(job.first, job.first + job.count)]
    assert covered == list(range(300))


def test_both_kinds_advance_together(tmp_path: Path) -> None:
    kinds = [job.kind for job in render.missing(tmp_path, 400, 3000)]
    middle = len(kinds) // 2
    for kind in shards.KINDS:
        assert kinds[:middle].count(kind) == pytest.approx(kinds.count(kind) / 2, abs=1)


def test_a_seed_that_fails_is_left_out_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "piece", _piece)
    (tmp_path / "data").mkdir()
    job = render.Job(tmp_path, "pieces", 0, 6)
    items, errors = render.make(job)
    assert items == 20
    assert errors == ["pieces 3: ZeroDivisionError: no tempo"]
    facts = shards.facts_of(job.path)
    assert [row["seed"] for row in facts] == [seed for seed in (0, 1, 2, 4, 5) for _ in range(4)]
    assert all(0.0 <= row["density"] <= 1.0 and row["captions"] for row in facts)
    assert render.make(job) == (items, errors)


def test_what_is_there_is_not_made_again_but_a_shorter_shard_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "piece", _piece)
    (tmp_path / "data").mkdir()
    for job in render.missing(tmp_path, 10, 0):
        render.make(job)
    assert render.missing(tmp_path, 10, 0) == []
    assert [(job.first, job.count) for job in render.missing(tmp_path, 14, 0)] == [(8, 6)]


def _made_or_dead(job: render.Job) -> render.Result:
    """Dies once, where no other try has left its mark."""
    mark = job.work / "died"
    if job.first == 8 and not mark.exists():
        mark.touch()
        os._exit(9)
    shards.write(job.path, [(np.zeros(10, np.float32), {"seed": job.first})])
    return 1, []


def test_a_worker_that_dies_costs_one_more_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "make", _made_or_dead)
    seen: list[render.Progress] = []
    made = render.render_material(tmp_path, 24, 0, 1, seen.append)
    assert made == seen[-1].made == 3
    assert [shards.span_of(path)[0] for path in shards.shards_of(tmp_path, "pieces")] == [0, 8, 16]


def test_workers_are_told_to_compute_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with render._one_thread():
        assert os.environ["OMP_NUM_THREADS"] == os.environ["MKL_NUM_THREADS"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ
