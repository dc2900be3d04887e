"""Passages among their neighbours: seen at exact frames, decoded in step with what is known, joined without a step."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from liveriff.render.spectrogram import RIFFUSION, RIFFUSION_20K, analyse
from liveriff.render.spectrogram.passage import decode_passage, joined_to, mel_of_passage

RATE, STEP = 44100, 441.0


def music(seconds: float = 2.0) -> Tensor:
    """A chord with a hit every half second, (1, frames)."""
    time = torch.arange(round(seconds * RATE)) / RATE
    chord = sum(torch.sin(2 * torch.pi * hz * time) * 0.1 for hz in (220.0, 277.2, 329.6, 1318.5))
    noise = torch.randn(len(time), generator=torch.Generator().manual_seed(1)) * 0.2
    return (chord + noise * torch.exp(-(time % 0.5) * 60.0))[None]


def apart(one: Tensor, other: Tensor) -> float:
    return float((one - other).norm() / other.norm())


def test_a_passage_is_seen_as_the_whole_is() -> None:
    sound = music()
    frames = round(200 * STEP)
    whole = analyse(sound[:, :frames], RATE, RIFFUSION, 200, circular=False)
    seen = mel_of_passage(sound[:, :frames], RATE, RIFFUSION, 0.0, STEP, 200)
    assert apart(seen, whole) < 1e-5
    later = mel_of_passage(sound[:, :frames], RATE, RIFFUSION, 50 * STEP, STEP, 100)
    assert apart(later, whole[..., 50:150]) < 1e-5


def test_beyond_a_sound_is_silence() -> None:
    sound = music(0.5)
    assert float(mel_of_passage(sound, RATE, RIFFUSION, -40 * STEP, STEP, 30).max()) == 0.0
    assert float(mel_of_passage(sound, RATE, RIFFUSION, 60 * STEP, STEP, 8).max()) == 0.0


@pytest.mark.parametrize("frames", [40000, 44100, 51234])
def test_a_passage_has_its_length_and_both_channels(frames: int) -> None:
    mel = mel_of_passage(music().repeat(2, 1), RATE, RIFFUSION_20K, 0.0, frames / 100, 100)
    assert decode_passage(mel, RIFFUSION_20K, RATE, frames, passes=1).shape == (2, frames)


def test_what_follows_is_in_step_with_what_is_known() -> None:
    """Across the border the joined sound is as near to the original as within; without knowing it is not."""
    sound = music()
    frames, border = round(200 * STEP), round(100 * STEP) + 77
    mel = mel_of_passage(sound[:, :frames], RATE, RIFFUSION, 0.0, STEP, 200)
    known = sound[:, :border]
    errors = {}
    for name, given in (("known", known), ("unknown", None)):
        decoded = decode_passage(mel, RIFFUSION, RATE, frames, given)
        whole = torch.cat((known, joined_to(known, decoded, RATE)), dim=1)
        assert whole.shape == (1, frames)
        seen = mel_of_passage(whole, RATE, RIFFUSION, 0.0, STEP, 200)
        errors[name] = apart(seen[..., 94:107], mel[..., 94:107])
    assert errors["known"] < 0.12
    assert errors["unknown"] > 2.0 * errors["known"]


def test_a_difference_at_the_border_dies_away() -> None:
    before = torch.zeros(2, 1000)
    after = joined_to(before, torch.full((2, 4000), 0.5), RATE)
    assert after.shape == (2, 3000)
    assert float(after[:, 0].abs().max()) < 1e-3
    assert float((after[:, 900:] - 0.5).abs().max()) < 1e-6
    assert float(after.diff(dim=1).abs().max()) < 0.002
