"""The vocoder's training at a tiny size: crops, losses, discriminators, and a run that goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from liveriff.errors import UsageError
from liveriff.render.embedded.codec import Codec
from liveriff.render.embedded.draft import draft_many
from liveriff.render.embedded.vocoder import Vocoder
from liveriff.render.spectrogram import EMBEDDED, analyse, encode
from liveriff.train import crops, discriminators, losses, shards, vocoder, vocoder_check
from liveriff.train.run import Run

RATE = 38400
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads only wait for each other in operations as small as these."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def clicks(seed: int, frames: int = 88200) -> np.ndarray:
    """Decaying noise on four beats and a tone."""
    dice = np.random.default_rng(seed)
    time = np.arange(frames) / 44100
    sound = 0.1 * np.sin(2 * np.pi * dice.integers(100, 900) * time)
    for beat in range(4):
        start = beat * frames // 4
        sound[start : start + 4000] += 0.5 * dice.standard_normal(4000) * np.exp(-np.arange(4000) / 700)
    return np.clip(sound, -0.9, 0.9).astype(np.float32)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with four loops and two one-shots."""
    (tmp_path / "data").mkdir()
    for kind, count, frames in (("pieces", 4, 88200), ("shots", 2, 44100)):
        rows = [(clicks(seed, frames), {"seed": seed + 1, "category": "drums"}) for seed in range(count)]
        shards.write(shards.path_of(tmp_path / "data", kind, 0, count), rows)
    return tmp_path


def test_pictures_of_many_are_those_that_analyse_draws() -> None:
    sound = torch.from_numpy(np.stack([clicks(1), clicks(2)]))[:, : 64 * 600]
    expected = torch.cat([encode(analyse(one[None], RATE, EMBEDDED, 64), EMBEDDED) for one in sound])
    torch.testing.assert_close(crops.pictures(sound, 600), expected, atol=2e-3, rtol=1e-2)


@pytest.mark.parametrize("hop", crops.HOPS)
def test_crops_close_on_hops_and_latent_columns(hop: int) -> None:
    columns = crops.columns_of(hop)
    assert columns * hop % 256 == 0
    assert columns % 16 == 0
    assert 0.7 < columns * hop / 40960 < 1.4


def test_crops_are_circles_of_the_asked_length(work: Path) -> None:
    sounds = crops.Sounds(work, CPU)
    made = sounds.draw(np.random.default_rng(0), 6, 38400)
    assert made.shape == (6, 38400)
    steps = made.diff(dim=1).abs()
    seam = (made[:, 0] - made[:, -1]).abs()
    assert bool((seam <= steps.amax(1)).all())
    assert float(made.abs().amax(1).min()) > 1e-3
    torch.testing.assert_close(sounds.held(3, 38400), sounds.held(3, 38400))


def test_material_that_appears_meanwhile_joins_in(work: Path) -> None:
    sounds = crops.Sounds(work, CPU)
    before = len(sounds.flat)
    sounds.refresh()
    assert len(sounds.flat) == before
    shards.write(shards.path_of(work / "data", "pieces", 100, 1), [(clicks(9), {"seed": 101})])
    sounds.refresh()
    assert len(sounds.flat) == before + 88200


def test_without_material_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="liveriff train data"):
        crops.Sounds(tmp_path, CPU)
    with pytest.raises(UsageError, match="liveriff train vocoder"):
        vocoder.trained(tmp_path)


def test_distances_are_nothing_for_the_same_and_grow_with_noise() -> None:
    sound = torch.from_numpy(clicks(1))[None, :38400]
    assert float(losses.spectral(sound, sound)) < 1e-3
    assert float(losses.melodic(sound, sound)) < 1e-6
    little, much = (losses.spectral(sound + level * torch.randn_like(sound), sound) for level in (0.001, 0.1))
    assert float(little) < float(much)


def test_distances_have_gradients_at_silence() -> None:
    sound = torch.zeros(1, 8192, requires_grad=True)
    (losses.spectral(sound, torch.zeros(1, 8192)) + losses.melodic(sound, torch.zeros(1, 8192))).backward()  # type: ignore[no-untyped-call]
    assert sound.grad is not None
    assert bool(torch.isfinite(sound.grad).all())


def test_discriminators_learn_to_tell_noise_from_a_tone() -> None:
    torch.manual_seed(0)
    judges = discriminators.Discriminators(width=4)
    optimiser = torch.optim.Adam(judges.parameters(), 1e-2)
    tone = torch.sin(torch.arange(2048) * 0.1).repeat(2, 1) * 0.3
    lessons = []
    for _ in range(12):
        lesson = discriminators.told_apart(judges(tone), judges(torch.randn(2, 2048) * 0.1))
        optimiser.zero_grad()
        lesson.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        lessons.append(float(lesson.detach()))
    assert lessons[-1] < 0.8 * lessons[0]
    assert float(discriminators.unlike(judges(tone), judges(tone)).detach()) == 0.0


def test_a_few_steps_bring_one_sound_nearer() -> None:
    torch.manual_seed(0)
    wanted = torch.from_numpy(clicks(3))[None, : 64 * 300]
    values = crops.pictures(wanted, 300)
    drafts = draft_many(values, 300)
    net = Vocoder(width=48, inner=48, blocks=2)
    optimiser = torch.optim.AdamW(net.parameters(), 3e-3)
    first = float(losses.spectral(drafts, wanted))
    for _ in range(25):
        loss = losses.spectral(net(drafts, values, 300.0), wanted)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    assert float(loss.detach()) < 0.8 * first


def test_a_run_keeps_its_best_goes_on_and_compares(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocoder, "BATCH_ELSEWHERE", 2)
    monkeypatch.setattr(vocoder, "SPECTRAL", 0.0)
    monkeypatch.setattr(vocoder, "_ALONE", 1)
    monkeypatch.setattr(vocoder, "_JUDGED_FRAMES", 4096)
    for module in (vocoder, vocoder_check):
        monkeypatch.setattr(module, "columns_of", lambda hop: crops.columns_of(hop, 10000))
    steps: list[int] = []

    def report(run: Run) -> None:
        steps.append(run.step)
        if len(steps) in (3, 5):
            run.stopped = True

    vocoder.train(work, 60.0, report, "cpu")
    net = vocoder.train(work, 60.0, report, "cpu")
    assert steps == [1, 2, 3, 4, 5]
    assert isinstance(net, Vocoder)
    found = json.loads((work / "vocoder.json").read_text("utf-8"))
    assert found["step"] == 5
    assert found["vocoder"]["distance"] <= found["draft"]["distance"] * 1.2
    assert found["griffin_lim_32"]["distance"] > 0.0


def test_pictures_go_through_the_codec_once_there_is_one(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocoder, "_CODEC", 1.0)
    monkeypatch.setattr(vocoder_check, "columns_of", lambda hop: crops.columns_of(hop, 10000))
    trainer = vocoder.Trainer(work, 1.0, CPU)
    values = torch.rand(2, 512, 32)
    (work / "codec.pt").write_bytes(b"half written")
    trainer._look_for_codec()
    assert trainer.codec is None
    Run(work, "codec", 0.0).save(net=Codec().state_dict())
    trainer._look_for_codec()
    assert trainer.codec is not None
    seen = trainer._seen(values, np.random.default_rng(0))
    assert seen.shape == values.shape
    assert float((seen - values).detach().abs().mean()) > 0.05
