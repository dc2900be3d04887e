"""What is told of each backend by `liveriff bench`, and the checkpoints of random weights that it is measured with."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from liveriff.render import bench_backends
from liveriff.render.bench_backends import FULL, SHIPPED, SMALL, backends, figures
from liveriff.render.catalog import find
from liveriff.render.specimens import KINDS, backend_of, make


@pytest.mark.parametrize("kind", ["riffusion", "dance", "stable-audio-3"])
def test_specimens_are_the_same_every_time_and_can_be_described(kind: str, tmp_path: Path) -> None:
    digests = []
    for number in (1, 2):
        place = make(kind, tmp_path / str(number))
        weights = sorted(place.rglob("*.safetensors"))
        digests.append([hashlib.sha256(file.read_bytes()).hexdigest() for file in weights])
    assert digests[0] == digests[1] != []
    info = find(f"{backend_of(kind)}:{place}").info()
    assert info.categories


def test_figures_of_one(tmp_path: Path) -> None:
    place = make("stable-audio-3", tmp_path / "x")
    found = figures(f"pipelines:{place}", SMALL, "cpu", 1, 2.0, steps=2)
    assert (found.backend, found.weights, found.specimen, found.steps) == ("pipelines", SMALL, True, 2)
    assert found.music_s == pytest.approx(4.0)  # eight beats at 120
    assert found.x_realtime == pytest.approx(found.music_s / found.seconds)
    assert found.seconds_a_step == pytest.approx(found.seconds / 2)
    assert [found.decode_seconds, found.decode_ratio, found.stream_gain] == [None, None, None]
    assert 50_000 < found.parameters < 500_000


def test_a_decoder_is_held_against_riffusions_of_the_same_length() -> None:
    found = figures("test-tone", SMALL, "cpu", 1, 3.0, steps=1)
    assert found.decode_seconds
    assert found.decode_ratio == pytest.approx(3.0 * 4.0 / found.decode_seconds)


def test_every_kind_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_backends, "KINDS", ("stable-audio-3",))
    found = backends("test-tone", "cpu", 1, 2.0)
    assert list(found) == ["test-tone", "pipelines/stable-audio-3"]
    assert found["pipelines/stable-audio-3"]["weights"] == SMALL != FULL
    assert found["test-tone"]["weights"] == SHIPPED
    assert [each["specimen"] for each in found.values()] == [False, True]


def test_what_cannot_be_measured_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_backends, "KINDS", ("dance",))
    found = backends(f"dance:{tmp_path}", "cpu", 1, 2.0)
    assert list(found) == [f"dance:{tmp_path}"]
    assert "no Dance Diffusion checkpoint" in found[f"dance:{tmp_path}"]["problem"]


def test_all_pipelines_and_both_systems_have_a_kind() -> None:
    assert {backend_of(kind) for kind in KINDS} == {"riffusion", "dance", "pipelines"}


def test_what_streams_are_worth_is_measured(tmp_path: Path) -> None:
    place = make("riffusion", tmp_path / "x")
    found = figures(f"riffusion:{place}", SMALL, "cpu", 1, 2.0, steps=1)
    assert found.stream_gain is not None
    assert 0.05 < found.stream_gain < 50.0
