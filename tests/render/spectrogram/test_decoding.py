"""Pictures to sound: exact length, in tune, in time, closed loops."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.music.grid import frames_of
from liveriff.render.spectrogram import EMBEDDED, RIFFUSION, RIFFUSION_20K, analyse, decode, decode_image, encode
from liveriff.render.spectrogram.decoding import magnitudes, resampled, ring_of
from liveriff.render.spectrogram.phase import GriffinLim
from liveriff.render.spectrogram.start import first_phases


def tone(hz: float, rate: int, frames: int) -> torch.Tensor:
    turns = round(hz * frames / rate)
    return 0.5 * torch.sin(torch.arange(frames, dtype=torch.float64) * (2 * math.pi * turns / frames)).float()[None]


def pitch(sound: torch.Tensor, rate: int) -> float:
    """Frequency of the strongest partial, from the phase's advance over the whole sound."""
    spectrum = torch.fft.rfft(sound.double() * torch.hann_window(len(sound), dtype=torch.float64), n=4 * len(sound))
    power = spectrum.abs().log()
    k = int(power.argmax())
    before, here, after = power[k - 1 : k + 2]
    return float(k + 0.5 * (before - after) / (before - 2 * here + after)) * rate / (4 * len(sound))


def cents(one: float, other: float) -> float:
    return 1200 * math.log2(one / other)


def loop(rate: int, frames: int) -> torch.Tensor:
    """A busy circular loop: a chord, and bursts of noise on the eighths."""
    dice = torch.Generator().manual_seed(3)
    sound = sum(tone(hz, rate, frames) * 0.3 for hz in (110.0, 220.0, 277.2, 329.6))
    assert isinstance(sound, torch.Tensor)
    for k in range(16):
        start = k * frames // 16
        burst = torch.randn(3000, generator=dice) * torch.exp(-torch.arange(3000) / 400) * 0.2
        sound[0, (start + torch.arange(3000)) % frames] += burst
    return sound


@pytest.mark.parametrize("bpm_cents", [8000, 12000, 16000])
def test_a_tone_stays_in_tune_at_another_tempo(bpm_cents: int) -> None:
    mel = analyse(tone(440.0, 44100, 176400), 44100, EMBEDDED, 512)
    frames = frames_of(8, bpm_cents, 44100)
    sound = decode(mel, EMBEDDED, 44100, frames)[0]
    assert abs(cents(pitch(sound, 44100), 440.0)) < 5.0
    level = float(sound.square().mean().sqrt())
    assert level == pytest.approx(0.5 / math.sqrt(2), rel=0.15)


def test_a_tone_stays_in_tune_as_riffusion() -> None:
    mel = analyse(tone(440.0, 44100, 225792), 44100, RIFFUSION, 512)
    sound = decode(mel, RIFFUSION, 44100, 176400)[0]
    assert abs(cents(pitch(sound, 44100), 440.0)) < 5.0
    assert float(sound.square().mean().sqrt()) == pytest.approx(0.5 / math.sqrt(2), rel=0.15)


@settings(max_examples=12, deadline=None)
@given(
    st.integers(4000, 24000),
    st.sampled_from([22050, 44100, 48000, 96000]),
    st.sampled_from([1, 2]),
    st.sampled_from([EMBEDDED, RIFFUSION, RIFFUSION_20K]),
)
def test_the_length_is_exact(bpm_cents: int, rate: int, beats: int, layout: object) -> None:
    assert layout in (EMBEDDED, RIFFUSION, RIFFUSION_20K)
    frames = frames_of(beats, bpm_cents, rate)
    mel = torch.rand(1, 512, 32 * beats, generator=torch.Generator().manual_seed(bpm_cents)) * 0.01
    sound = decode(mel, layout, rate, frames, passes=1)  # type: ignore[arg-type]
    assert sound.shape == (1, frames)
    assert bool(sound.isfinite().all())


@pytest.mark.parametrize(("columns", "frames"), [(1, 10), (8, 441), (16, 4410), (64, 5513), (512, 20000)])
def test_any_small_canvas_decodes(columns: int, frames: int) -> None:
    for circular in (True, False):
        sound = decode(torch.full((2, 512, columns), 0.01), EMBEDDED, 44100, frames, 2, circular=circular)
        assert sound.shape == (2, frames)
        assert bool(sound.isfinite().all())


def test_silence_stays_silent() -> None:
    assert float(decode(torch.zeros(1, 512, 128), EMBEDDED, 44100, 44100).abs().max()) < 1e-6


def test_the_picture_survives() -> None:
    mel = analyse(loop(44100, 176400), 44100, EMBEDDED, 512)
    mel = decode_image(encode(mel, EMBEDDED), EMBEDDED)
    for rate, frames in ((44100, 176400), (48000, 192000), (44100, 132300)):
        again = analyse(decode(mel, EMBEDDED, rate, frames), rate, EMBEDDED, 512)
        assert float((again - mel).norm() / mel.norm()) < 0.1
        assert float((encode(again, EMBEDDED) - encode(mel, EMBEDDED)).abs().mean()) < 0.035


def test_more_passes_are_better() -> None:
    mel = analyse(loop(44100, 88200), 44100, EMBEDDED, 256)
    errors = []
    for passes in (0, 2, 8, 16):
        again = analyse(decode(mel, EMBEDDED, 44100, 88200, passes), 44100, EMBEDDED, 256)
        errors.append(float((again - mel).norm() / mel.norm()))
    assert errors == sorted(errors, reverse=True)


def test_first_phases_are_worth_several_passes() -> None:
    mel = analyse(loop(44100, 176400), 44100, EMBEDDED, 512)
    ring = ring_of(EMBEDDED, 512, 4.0)
    linear = magnitudes(mel[0], EMBEDDED, 512 * ring.hop / 4.0, ring.fft, ring.window)

    def error(start: torch.Tensor, passes: int) -> float:
        solver = GriffinLim(ring, linear)
        flat = solver.run(solver.from_phases(start), passes)[:512].reshape(-1).roll(-(ring.window // 2))
        again = analyse(resampled(flat, 176400)[None], 44100, EMBEDDED, 512)
        return float((again - mel).norm() / mel.norm())

    drawn = torch.rand(linear.shape, generator=torch.Generator().manual_seed(0)) * 2 * torch.pi
    assert error(first_phases(linear, ring), 4) < error(drawn, 8)


def test_the_same_arguments_give_the_same_sound() -> None:
    mel = analyse(loop(44100, 88200), 44100, EMBEDDED, 256)
    one, other = (decode(mel, EMBEDDED, 44100, 88200, 3, seed=5) for _ in range(2))
    assert torch.equal(one, other)
    assert not torch.equal(one, decode(mel, EMBEDDED, 44100, 88200, 3, seed=6))


@pytest.mark.parametrize("frames", [176400, 150007])
def test_the_seam_is_no_worse_than_the_interior(frames: int) -> None:
    sound = decode(analyse(loop(44100, 176400), 44100, EMBEDDED, 512), EMBEDDED, 44100, frames)[0]
    steps = (sound.roll(-1) - sound).abs()
    near = torch.cat((steps[-200:-1], steps[:200]))
    assert float(steps[-1]) <= max(float(steps.quantile(0.95)), 1.5 * float(near.max()))
    again = analyse(sound[None], 44100, EMBEDDED, 512)
    wanted = analyse(loop(44100, 176400), 44100, EMBEDDED, 512)
    errors = (again - wanted).norm(dim=1)[0] / wanted.norm(dim=1)[0]
    seam = torch.cat((errors[-6:], errors[:6])).mean()
    assert float(seam) < 2.0 * float(errors.mean())  # a gap in the phases makes it 4 times


@pytest.mark.parametrize(("circular", "frames"), [(True, 88200), (True, 70001), (False, 44100)])
def test_an_attack_keeps_its_time(circular: bool, frames: int) -> None:
    """A click decodes to within 2 ms of where it was."""
    sound = torch.zeros(1, frames)
    place = frames * 3 // 8
    sound[0, place : place + 40] = torch.randn(40, generator=torch.Generator().manual_seed(0))
    columns = 256 if circular else 128
    mel = analyse(sound, 44100, EMBEDDED, columns, circular=circular)
    heard = decode(mel, EMBEDDED, 44100, frames, 16, circular=circular)[0]
    loudness = heard.square().unfold(0, 64, 8).sum(1)
    assert abs(int(loudness.argmax()) * 8 + 32 - (place + 20)) < 0.002 * 44100


def test_resampling_a_loop_is_exact() -> None:
    here, there = tone(440.0, 44100, 44100)[0], tone(440.0, 48000, 48000)[0]
    assert torch.allclose(resampled(here, 48000), there, atol=1e-5)
