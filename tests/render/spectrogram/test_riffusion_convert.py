"""Lengths, levels and channels of sound made from pictures, and of pictures made from sound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liveriff.errors import UsageError
from liveriff.render.spectrogram import analyse
from liveriff.render.spectrogram.convert import picture_of_sound, sound_of_picture
from liveriff.render.spectrogram.exif import DEFAULTS, Parameters
from liveriff.render.spectrogram.levels import levelled
from liveriff.render.spectrogram.riffusion import mel_of_pixels

SMALL = Parameters(n_mels=96, padded_ms=200)


def chord(frames: int, level: float = 0.2, rate: int = 44100) -> NDArray[np.float32]:
    """A loop: whole turns of three tones, (1, frames)."""
    turns = [round(hz * frames / rate) for hz in (110.0, 440.0, 1870.0)]
    place = np.arange(frames) / frames
    return (level * sum(np.sin(2 * np.pi * k * place) for k in turns))[None].astype(np.float32)  # type: ignore[no-any-return]


def noisy(columns: int) -> NDArray[np.uint8]:
    dice = np.random.default_rng(1)
    return np.repeat(dice.integers(120, 256, (96, columns, 1), dtype=np.uint8), 3, axis=2)


@settings(max_examples=12, deadline=None)
@given(st.integers(2, 40), st.sampled_from([22050, 44100, 48000]), st.booleans())
def test_lengths_are_exact(columns: int, rate: int, original: bool) -> None:
    sound = sound_of_picture(noisy(columns), SMALL, rate, original_length=original)
    assert sound.shape == (1, (columns - original) * int(0.01 * rate))
    assert np.isfinite(sound).all()


def test_a_loop_becomes_a_picture_and_a_loop_of_its_length() -> None:
    loop = chord(128 * 441)
    pixels, made = picture_of_sound(loop, SMALL, loop=True)
    assert pixels.shape == (96, 128, 3)
    assert picture_of_sound(loop, SMALL)[0].shape == (96, 129, 3), "Riffusion has a column more"
    sound = sound_of_picture(pixels, made)
    assert sound.shape == loop.shape
    step = np.abs(sound[0, 0] - sound[0, -1])
    assert step <= 1.5 * np.abs(np.diff(sound[0])).max()


def test_turning_a_loop_turns_its_picture() -> None:
    loop = chord(64 * 441) * np.linspace(0, 1, 64 * 441, dtype=np.float32)
    here, _ = picture_of_sound(loop, SMALL, loop=True)
    there, _ = picture_of_sound(np.roll(loop, 10 * 441, axis=1), SMALL, loop=True)
    assert np.abs(np.roll(here, 10, axis=1).astype(int) - there.astype(int)).max() <= 1


@pytest.mark.parametrize("level", [0.02, 0.2])
@pytest.mark.parametrize("rate", [22050, 44100])
def test_the_level_comes_back(level: float, rate: int) -> None:
    """Not made equally loud: what the picture's black stands for decides, at every rate asked for."""
    loop = chord(rate, level, rate)
    pixels, made = picture_of_sound(loop, replace(DEFAULTS, rate=rate), loop=True)
    for wanted in (rate, 48000):
        sound = levelled(sound_of_picture(pixels, made, wanted))
        assert float(sound.std()) == pytest.approx(float(loop.std()), rel=0.1)


def test_without_a_known_level_all_pictures_have_the_same() -> None:
    pixels, made = picture_of_sound(chord(44100), SMALL, loop=True)
    known = replace(made, max_value=None)
    quiet = 255 - (255 - pixels.astype(float)) / 2  # a 16th of the magnitude
    loud, soft = (sound_of_picture(each.astype(np.uint8), known) for each in (pixels, quiet))
    assert float(loud.std() / soft.std()) == pytest.approx(16.0, rel=0.1)


def test_ends_of_the_original_length_are_as_loud_as_the_middle() -> None:
    """As reflected ends were analysed; silence around them would fade the first and last 50 ms."""
    tone = 0.3 * np.cos(2 * np.pi * 441.0 * np.arange(44100) / 44100)[None].astype(np.float32)
    pixels, made = picture_of_sound(tone, DEFAULTS)
    sound = sound_of_picture(pixels, made, original_length=True)[0]
    assert sound.shape == (44100,)
    middle = float(sound[10000:30000].std())
    for end in (sound[:800], sound[-800:]):
        assert float(end.std()) == pytest.approx(middle, rel=0.2)


def test_left_and_right_stay_apart() -> None:
    both = np.concatenate([chord(44100), chord(44100, 0.05)[:, ::-1]])
    pixels, made = picture_of_sound(both, replace(SMALL, stereo=True), loop=True)
    assert not pixels[..., 0].any()
    left, right = sound_of_picture(pixels, made)
    assert float(left.std() / right.std()) == pytest.approx(4.0, rel=0.1)


def test_four_channels_fold_to_two_and_one_is_on_both_sides() -> None:
    one = chord(22050)
    four = np.concatenate([one, np.zeros_like(one), one, np.zeros_like(one)])
    stereo = replace(SMALL, stereo=True)
    pixels, _ = picture_of_sound(four, stereo)
    assert pixels[..., 1].min() == 0
    assert pixels[..., 2].min() == 255, "the right is silent, and white"
    both, _ = picture_of_sound(one, stereo)
    assert (both[..., 1] == both[..., 2]).all()


def test_mono_takes_red_and_stereo_green_and_blue() -> None:
    pixels = np.full((96, 20, 3), 255, np.uint8)
    pixels[40, :, 1] = 60
    assert float(np.abs(sound_of_picture(pixels, SMALL)).max()) < 1e-6
    left, right = sound_of_picture(pixels, replace(SMALL, stereo=True))
    assert float(left.std()) > 100 * float(right.std() + 1e-9)


def test_silence_is_white_and_stays_silent() -> None:
    pixels, made = picture_of_sound(np.zeros((1, 44100), np.float32), SMALL)
    assert pixels.min() == 255
    assert float(np.abs(sound_of_picture(pixels, made)).max()) == 0.0


def test_bands_narrower_than_bins_decode_too() -> None:
    """512 bands over an FFT without zero padding: W^T W is singular."""
    made = Parameters(padded_ms=100)
    loop = chord(44100)
    pixels, told = picture_of_sound(loop, made, loop=True)
    sound = sound_of_picture(pixels, told)
    again = analyse(torch.from_numpy(sound), 44100, told.layout(), 100)
    wanted = mel_of_pixels(torch.from_numpy(pixels), told.layout())
    assert float((again - wanted).norm() / wanted.norm()) < 0.2


def test_the_same_seed_makes_the_same_sound() -> None:
    one, same, other = (sound_of_picture(noisy(20), SMALL, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize(
    ("columns", "rows", "original", "told"),
    [(20, 95, False, "--n-mels 95"), (1, 96, True, "one column")],
)
def test_pictures_that_cannot_be_heard(columns: int, rows: int, original: bool, told: str) -> None:
    pixels = np.zeros((rows, columns, 3), np.uint8)
    with pytest.raises(UsageError, match=told):
        sound_of_picture(pixels, SMALL, original_length=original)


def test_sounds_too_short_or_too_long() -> None:
    with pytest.raises(UsageError, match=r"lasts 0\.020 s"):
        picture_of_sound(np.zeros((1, 882), np.float32), DEFAULTS)
    with pytest.raises(UsageError, match="columns wide"):
        picture_of_sound(np.zeros((1, 300000), np.float32), replace(DEFAULTS, step_ms=0.1))


# --- levels ----------------------------------------------------------------------------------------------------------


def test_riffusions_level_is_its_filters_in_order() -> None:
    """Peak to int16, RMS to -12 dBFS with clipping, peak to -0.1 dBFS."""
    dice = np.random.default_rng(5)
    hits = dice.standard_normal((2, 44100)) * np.exp(-np.arange(44100) % 11025 / 300) * 0.1
    samples = (hits * (32767 / np.abs(hits).max())).astype(np.int16).astype(np.float64)
    gain = 10 ** ((-12 - 20 * np.log10(np.sqrt((samples**2).mean()) / 32768)) / 20)
    clipped = np.clip(samples * gain, -32768, 32767)
    wanted = clipped * (10 ** (-0.1 / 20) * 32768 / np.abs(clipped).max()) / 32768
    heard = levelled(hits.astype(np.float32), "riffusion")
    assert np.abs(heard - wanted).max() < 3 / 32768
    assert (np.abs(clipped) >= 32767).mean() > 0.001, "the hits of this clip are clipped, as there"
    assert np.abs(heard).max() == pytest.approx(10 ** (-0.1 / 20), abs=2e-4)


def test_the_fixed_level_leaves_clips_apart_and_never_clips() -> None:
    loud, soft = chord(4410, 0.25), chord(4410, 0.025)
    assert np.array_equal(levelled(loud), loud)
    assert float(levelled(loud).std() / levelled(soft).std()) == pytest.approx(10.0, rel=1e-4)
    assert float(levelled(soft, gain_db=6.0).std() / soft.std()) == pytest.approx(1.995, rel=1e-3)
    assert 0.8 < float(np.abs(levelled(loud * 8)).max()) < 1.0


def test_silence_has_no_level() -> None:
    assert not levelled(np.zeros((1, 100), np.float32), "riffusion").any()
