"""The vocoder's contract: exact lengths, circles, silence around one-shots, and that untrained it is its draft."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from liveriff.render.embedded.draft import HOP, draft, draft_many
from liveriff.render.embedded.model import load
from liveriff.render.embedded.vocoder import Vocoder, between, sound_of, spectra_of, surroundings
from liveriff.render.spectrogram import EMBEDDED, analyse, decode, decode_image, encode

RATE = 44100


def a_loop(frames: int) -> Tensor:
    """A chord and four clicks, circular, (1, frames)."""
    turns = torch.arange(frames) / frames
    tones = [torch.sin(2 * torch.pi * round(hz * frames / RATE) * turns) for hz in (220.0, 277.2, 329.6)]
    sound = torch.stack(tones).sum(0) * 0.15
    for beat in range(4):
        sound[beat * frames // 4 + 500 : beat * frames // 4 + 540] += 0.5
    return sound[None]


def a_picture(sound: Tensor, columns: int, circular: bool = True) -> Tensor:
    return encode(analyse(sound, RATE, EMBEDDED, columns, circular), EMBEDDED)


@pytest.fixture(scope="module")
def shaken() -> Vocoder:
    """A small net whose last layer is not zero, so that it changes the draft."""
    torch.manual_seed(3)
    net: Vocoder = Vocoder(width=32, inner=32, blocks=2)
    torch.nn.init.normal_(net.leave.weight, std=0.05)
    net.eval()
    return net


def test_spectra_and_back_is_the_same_sound() -> None:
    sound = torch.randn(2, 12 * HOP)
    torch.testing.assert_close(sound_of(spectra_of(sound)), sound, atol=1e-5, rtol=1e-4)


def test_untrained_it_is_one_pass_of_griffin_lim() -> None:
    picture = a_picture(a_loop(88200), 256)
    expected = decode(decode_image(picture, EMBEDDED), EMBEDDED, RATE, 88200, passes=1)
    made = Vocoder(width=32, inner=32, blocks=1).sound(picture, 88200, RATE)
    torch.testing.assert_close(made, expected, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize(("columns", "frames", "rate"), [(512, 163123, 44100), (256, 90001, 48000), (64, 22050, 44100)])
def test_loops_have_their_exact_length(shaken: Vocoder, columns: int, frames: int, rate: int) -> None:
    made = shaken.sound(torch.rand(1, 512, columns) * 0.3, frames, rate)
    assert made.shape == (1, frames)
    assert bool(torch.isfinite(made).all())


@pytest.mark.parametrize(("columns", "seconds"), [(512, 3.7), (256, 2.0), (64, 0.5), (100, 1.1), (16, 0.12)])
def test_drafts_close_on_whole_hops(columns: int, seconds: float) -> None:
    made = draft(torch.rand(1, 512, columns) * 0.3, seconds, circular=True)
    assert made.sound.shape[-1] % HOP == 0
    assert made.sound.shape[-1] == made.values.shape[-1] * made.ring.hop
    assert made.seconds == pytest.approx(seconds * made.values.shape[-1] / columns)


def test_drafts_of_many_are_those_of_one() -> None:
    pictures = [a_picture(a_loop(66150).roll(turn, -1), 192) for turn in (0, 3000)]
    singles = [draft(picture, 1.5, circular=True) for picture in pictures]
    ring = singles[0].ring
    many = draft_many(
        torch.cat([one.values for one in singles]), ring.hop, ring.columns * ring.hop / singles[0].seconds
    )
    torch.testing.assert_close(many, torch.cat([one.sound for one in singles]), atol=2e-3, rtol=1e-2)


def test_the_net_rolls_with_the_loop(shaken: Vocoder) -> None:
    """Nothing in it knows where a loop begins: hence there is no seam."""
    sound, picture = torch.randn(1, 60 * HOP), torch.rand(1, 512, 48)
    turned = shaken(sound.roll(20 * HOP, -1), picture.roll(16, -1), 320.0)
    torch.testing.assert_close(turned, shaken(sound, picture, 320.0).roll(20 * HOP, -1), atol=1e-4, rtol=1e-3)


def test_a_net_that_is_not_zero_changes_the_draft(shaken: Vocoder) -> None:
    sound, picture = torch.randn(1, 60 * HOP), torch.rand(1, 512, 48)
    assert float((shaken(sound, picture, 320.0) - sound).detach().abs().mean()) > 1e-2


def test_a_hit_begins_at_frame_0_and_nothing_wraps_round() -> None:
    sound = torch.zeros(1, 88200)
    sound[0, :4000] = torch.sin(torch.arange(4000) * 0.05) * torch.linspace(1.0, 0.0, 4000)
    made = Vocoder(width=32, inner=32, blocks=1).sound(a_picture(sound, 256, circular=False), 88200, RATE, False)
    loud = made[0].abs()
    assert float(loud[:441].max()) > 0.3
    assert float(loud[-22050:].max()) < 1e-2


def test_equal_calls_are_equal_sounds(shaken: Vocoder) -> None:
    picture = a_picture(a_loop(66150), 256)
    assert torch.equal(shaken.sound(picture, 66150, RATE), shaken.sound(picture, 66150, RATE))


def test_between_columns_lies_their_mean_and_the_end_meets_the_start() -> None:
    values = torch.tensor([[[0.0, 1.0, 2.0, 4.0]]])
    expected = torch.tensor([[[0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 2.0]]])
    torch.testing.assert_close(between(values, 8, 0.5), expected)


def test_surroundings_of_level_noise_are_its_level() -> None:
    torch.testing.assert_close(surroundings(torch.full((1, 6, 513), 2.0j)), torch.full((1, 6, 513), 2.0))


def test_the_shipped_vocoder_begins_a_one_shot_at_its_first_frame() -> None:
    """It learnt attacks that are seen half a window ahead; a picture that begins with its attack must not delay it."""
    time = torch.arange(2 * RATE) / RATE
    sound = torch.sin(2 * torch.pi * 180.0 * time) * torch.exp(-time * 12.0)
    mel = analyse(sound[None], RATE, EMBEDDED, 256, circular=False)
    vocoder = load().vocoder
    assert vocoder is not None
    heard = vocoder.sound(encode(mel, EMBEDDED), 2 * RATE, RATE, circular=False)[0].abs()
    assert int((heard > 0.3 * heard.max()).nonzero()[0]) < 0.004 * RATE
    assert int((heard > 0.07 * heard.max()).nonzero()[0]) < 0.002 * RATE
