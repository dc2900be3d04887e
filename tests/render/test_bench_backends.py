"""What is told of each backend by `liveriff bench`, and the checkpoints of random weights that it is measured with."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from liveriff.player import bench_others
from liveriff.render import bench_backends, bench_decoders
from liveriff.render.bench_backends import FULL, SHIPPED, SMALL, backends, figures, parameters_of
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


def test_the_weights_that_come_with_liveriff_are_counted() -> None:
    assert 1_000_000 < parameters_of(find("embedded").info()) < 100_000_000
    assert parameters_of(find("test-tone").info()) == 0


def test_one_that_fails_takes_no_other_along(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise RuntimeError("MPS backend out of memory. Tried to allocate 3 GiB.")

    monkeypatch.setattr(bench_backends, "KINDS", ("dance", "stable-audio-3"))
    monkeypatch.setattr(bench_backends, "make", full)
    found = backends("test-tone", "cpu", 1, 2.0)
    assert found["test-tone"]["seconds"] > 0
    assert found["dance"] == {"problem": "it failed: MPS backend out of memory."}
    assert "problem" in found["pipelines/stable-audio-3"]


def test_without_the_models_extra_its_backends_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.partition(".")[0] == "transformers"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "transformers", None)
    monkeypatch.setattr(bench_backends, "KINDS", ("musicldm",))
    found = backends("test-tone", "cpu", 1, 2.0)
    assert found["test-tone"]["seconds"] > 0
    assert "install liveriff[models]" in found["pipelines/musicldm"]["problem"]


def test_a_peer_that_does_not_work_here_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("libtorchaudio.so: undefined symbol")

    monkeypatch.setattr("liveriff.render.bench_decoders._CLIP_COLUMNS", 64)
    monkeypatch.setattr("liveriff.render.bench_decoders._CLIP_FRAMES", 64 * 441)
    monkeypatch.setitem(bench_decoders._OTHERS, "torchaudio", broken)  # type: ignore[arg-type]
    assert "plain" in (found := bench_decoders.others(1.0))
    assert "torchaudio" not in found
    monkeypatch.setattr(bench_others, "_OTHERS", {"pedalboard": broken})
    assert bench_others.others(256, 48000, 0.01, 1.0) == {}
