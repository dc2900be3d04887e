"""The codec's training on a little material."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from liveriff.errors import UsageError
from liveriff.render.embedded.codec import Codec
from liveriff.train import codec, run, shards
from liveriff.train.critic import Critic, critics_loss, makers_loss


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Loops of noise bursts over tones, and two one-shots, in the material's format."""
    (tmp_path / "data").mkdir()
    dice = np.random.default_rng(0)
    for kind, count, frames in (("pieces", 6, 40000), ("shots", 2, 9000)):
        rows = []
        for k in range(count):
            sound = 0.3 * np.sin(np.arange(frames) * 0.01 * (k + 1))
            sound += dice.normal(size=frames) * (np.arange(frames) % (frames // 8) < 600) * 0.3
            rows.append((sound.astype(np.float32), {"category": "drums"}))
        shards.write(shards.path_of(tmp_path / "data", kind, 0, count), rows)
    return tmp_path


@pytest.fixture
def _ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on by a second whenever it is looked at, and small meals."""
    clock: Iterator[int] = itertools.count()
    monkeypatch.setattr(run.time, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(codec, "diet_of", lambda device: codec.Diet(2, 2, 64, 8, 8))


def _silent(state: run.Run) -> None:
    pass


@pytest.mark.usefixtures("_ticking")
def test_the_loss_falls_and_training_can_be_taken_up_again(work: Path) -> None:
    losses: list[float] = []
    codec.train(work, 60 / 60, lambda state: losses.append(state.losses[-1] if state.losses else np.nan), "cpu")
    assert len(losses) > 12
    assert np.nanmean(losses[-4:]) < 0.7 * np.nanmean(losses[:4])
    steps: list[int] = []
    codec.train(work, 75 / 60, lambda state: steps.append(state.step), "cpu")
    assert steps[0] == len(losses) + 1
    found = codec.trained(work)
    assert found.encode(torch.zeros(1, 1, 512, 64)).shape == (1, 16, 32, 4)
    assert float(found.deviation.max()) > 0.0 != float(found.deviation.std())
    assert json.loads((work / "codec.json").read_text())["error"] > 0


@pytest.mark.usefixtures("_ticking")
def test_the_decoder_alone_can_learn_on(work: Path) -> None:
    codec.train(work, 30 / 60, _silent, "cpu", sharpen=0.2)
    before = codec.trained(work).state_dict()
    codec.train(work, 60 / 60, _silent, "cpu", sharpen=0.2, decoder_only=True)
    after = codec.trained(work).state_dict()
    same = {name: torch.equal(value, after[name]) for name, value in before.items()}
    assert all(kept for name, kept in same.items() if not name.startswith("decoder."))
    assert not any(kept for name, kept in same.items() if name.startswith("decoder."))


@pytest.mark.usefixtures("_ticking")
def test_a_critic_that_did_harm_is_undone(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codec.train(work, 40 / 60, _silent, "cpu")
    before = codec.trained(work)
    trainer = codec.Trainer(work, 200 / 60, torch.device("cpu"), 1.0)
    monkeypatch.setattr(codec, "_SHARPEN_FROM", 0.0)
    assert trainer._sharpening()
    with torch.no_grad():
        for value in trainer.average.parameters():
            value.mul_(2.0)
    trainer.finished()
    after = codec.trained(work)
    assert all(torch.equal(a, b) for a, b in zip(before.parameters(), after.parameters(), strict=True))


@pytest.mark.usefixtures("_ticking")
def test_the_critic_takes_part_in_the_second_half(work: Path) -> None:
    trainer = codec.Trainer(work, 60 / 60, torch.device("cpu"), 0.2)
    fresh = [value.clone() for value in trainer.critic.parameters()]
    changed: list[tuple[float, bool]] = []

    def report(state: run.Run) -> None:
        same = all(torch.equal(a, b) for a, b in zip(fresh, trainer.critic.parameters(), strict=True))
        changed.append((state.done, not same))

    trainer.go(report)
    assert not any(moved for done, moved in changed if done <= 0.5)
    assert changed[-1][1]
    assert all(bool(torch.isfinite(value).all()) for value in trainer.net.parameters())


@pytest.mark.usefixtures("_ticking")
def test_gradients_that_are_no_numbers_do_not_reach_the_net(work: Path) -> None:
    trainer = codec.Trainer(work, 60 / 60, torch.device("cpu"), 0.0)
    value = next(trainer.net.parameters())
    codec._learn(trainer.net, trainer.optimiser, (value * float("inf") - value * float("inf")).sum())
    assert all(bool(torch.isfinite(each).all()) for each in trainer.net.parameters())


@pytest.mark.usefixtures("_ticking")
def test_a_critic_that_cannot_run_here_is_left_out(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(*parts: object) -> torch.Tensor:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(codec, "critics_loss", out_of_memory)
    monkeypatch.setattr(codec, "_SHARPEN_FROM", 0.0)
    trainer = codec.Trainer(work, 30 / 60, torch.device("cpu"), 0.5)
    trainer.go(_silent)
    assert trainer.sharpen == 0.0
    assert trainer.run.done == 1.0


def test_a_critic_learns_to_tell_and_makers_hear_it() -> None:
    torch.manual_seed(0)
    critic = Critic((8, 16))
    optimiser = torch.optim.Adam(critic.parameters(), lr=0.01)
    real, smooth = torch.rand(4, 1, 32, 32), torch.full((4, 1, 32, 32), 0.5)
    first = critics_loss(critic, real, smooth).item()
    for _ in range(40):
        optimiser.zero_grad()
        loss = critics_loss(critic, real, smooth)
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.5 * first
    assert makers_loss(critic, real, real).item() < makers_loss(critic, real, smooth).item()


def test_a_codec_that_was_never_trained_is_told(work: Path) -> None:
    with pytest.raises(UsageError, match="liveriff train codec"):
        codec.trained(work)
    with pytest.raises(UsageError, match="liveriff train codec"):
        codec.train(work, 1.0, _silent, "cpu", decoder_only=True)


def test_the_trained_codec_is_circular_and_within_its_budget() -> None:
    torch.manual_seed(0)
    net: Codec = Codec()
    assert sum(value.numel() for value in net.parameters()) <= 2.2e6
    pictures = torch.rand(1, 1, 512, 128)
    with torch.inference_mode():
        turned = net.decode(net.encode(pictures.roll(32, dims=3))).roll(-32, dims=3)
        torch.testing.assert_close(turned, net.decode(net.encode(pictures)), atol=1e-4, rtol=1e-3)
