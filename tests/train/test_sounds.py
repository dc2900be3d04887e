"""Instruments, kits and one-shots: in tune, at once, of their own, the same from the same seed."""

from __future__ import annotations

import importlib.util

import numba
import numpy as np
import pytest

from liveriff.train.material import bank, effects, kernels, samples, soundfont
from liveriff.train.material.drums import kick_909
from liveriff.train.material.envelopes import hz_of
from liveriff.train.material.fx import FRAMES, FX
from liveriff.train.material.hits import HITS, SHORTEST_S, hit
from liveriff.train.material.instruments import BASSES, INSTRUMENTS, KITS, programs
from liveriff.train.material.kernels import RATE, Sound, add_circular
from liveriff.train.material.reading import read_looped, repitched
from liveriff.train.material.recorded import Gm
from liveriff.train.material.tones import Layer

PACKAGES = soundfont.PATH.exists() and samples.FOLDER.exists() and importlib.util.find_spec("fluidsynth") is not None
recorded = pytest.mark.skipif(not PACKAGES and bank.current() is None, reason="needs recorded sounds")
ROLES = {"kick", "snare", "clap", "hat", "open", "ride", "crash", "perc", "rim", "tom", "shaker"}
SYNTHETIC_KITS = ("808", "909", "606", "hard", "gabber", "trap", "minimal", "chip")


def _is_recorded(name: str) -> bool:
    patch = INSTRUMENTS[name]
    return isinstance(patch, Gm) or (isinstance(patch, Layer) and isinstance(patch.first, Gm))


SYNTHETIC = sorted(name for name in INSTRUMENTS if not _is_recorded(name))


def _comb_cents(sound: Sound, hz: float) -> float:
    """How many cents off the harmonics of ``hz`` are, by the comb that catches most."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 18))
    cents = np.arange(-150, 151, 6)
    teeth = hz * 2.0 ** (cents[:, None] / 1200) * np.arange(1, 7)
    caught = spectrum[np.round(teeth * (1 << 18) / RATE).astype(int)].sum(axis=1)
    return float(cents[np.argmax(caught)])


def test_there_are_many_and_the_tables_do_not_hide_each_other() -> None:
    assert len(INSTRUMENTS) >= 150
    assert len(KITS) >= 20
    assert len({program[:2] for program in programs()}) == len(programs())


@pytest.mark.parametrize("kit", sorted(KITS))
def test_every_kit_has_every_role(kit: str) -> None:
    assert set(KITS[kit]) == ROLES


def test_synthesised_instruments_are_in_tune_and_level() -> None:
    for name in SYNTHETIC:
        pitch = 40 if name in BASSES else 64
        sound = INSTRUMENTS[name].note(pitch, 0.6)
        assert np.isfinite(sound).all(), name
        assert 0.05 < np.abs(sound).max() < 3.0, name
        assert abs(_comb_cents(sound[4410:26460], hz_of(pitch))) < 40, name


def test_a_neighbour_is_another_sound_and_the_same_dice_make_the_same_neighbour() -> None:
    for name in ("acid", "vocal pad", "handpan", "bell pad", "electric harp", "fm piano"):
        patch = INSTRUMENTS[name]
        notes = [patch.varied(np.random.default_rng(seed)).note(50, 0.2) for seed in (1, 1, 2)]
        assert np.array_equal(notes[0], notes[1]), name
        assert len(notes[0]) != len(notes[2]) or np.abs(notes[0] - notes[2]).max() > 1e-3, name


@pytest.mark.parametrize("kit", SYNTHETIC_KITS)
def test_drums_begin_at_once_and_end_in_silence(kit: str) -> None:
    for role in sorted(ROLES):
        sound = KITS[kit][role](np.random.default_rng(3))
        assert np.abs(sound).max() == pytest.approx(1.0, abs=1e-3), role
        assert int(np.argmax(np.abs(sound) > 0.1)) < RATE // 100, role
        assert np.abs(sound[-10:]).max() < 0.05, role
        again = KITS[kit][role](np.random.default_rng(3))
        other = KITS[kit][role](np.random.default_rng(4))
        assert np.array_equal(sound, again), role
        assert len(other) != len(sound) or np.abs(other - sound).max() > 0.01, role


def test_a_kick_begins_at_its_first_frame() -> None:
    sound = kick_909(np.random.default_rng(1))
    assert int(np.argmax(np.abs(sound) > 0.1)) < 100


def test_what_passes_the_end_goes_on_at_the_beginning() -> None:
    ring = np.zeros(100, np.float32)
    add_circular(ring, np.arange(1, 31, dtype=np.float32), 90, 2.0)
    assert ring[90] == 2.0
    assert ring[0] == 22.0
    assert ring[19] == 60.0
    assert ring[20] == 0.0


def test_kernels_are_compiled_where_no_folder_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    real = numba.njit

    def without_a_folder(cache: bool = False, **options: bool) -> object:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return real(**options)

    monkeypatch.setattr(kernels, "njit", without_a_folder)
    assert kernels.compiled(lambda value: value + 1.0)(2.0) == 3.0


def test_hats_reach_high() -> None:
    for kit in ("808", "909", "606", "trap"):
        power = np.abs(np.fft.rfft(KITS[kit]["hat"](np.random.default_rng(1)))) ** 2
        reach = np.searchsorted(np.cumsum(power) / power.sum(), 0.99) / len(power) * RATE / 2
        assert reach > 14000, kit


@recorded
@pytest.mark.parametrize("kind", HITS)
def test_one_shots_begin_at_once_and_end_in_silence(kind: str) -> None:
    for seed in range(20, 26):
        piece = hit(seed, kind)
        assert piece.category == f"hit {kind}"
        assert piece.tags.role == kind
        assert SHORTEST_S * RATE - 1 <= len(piece.sound) <= FRAMES
        assert np.abs(piece.sound).max() == pytest.approx(0.9, abs=1e-3)
        assert np.abs(piece.sound[-5:]).max() < 0.01
        assert (piece.tonic >= 0) == (kind in ("bass", "synth"))
        if kind != "fx":
            assert int(np.argmax(np.abs(piece.sound) > 0.07)) <= RATE // 1000
        assert np.array_equal(piece.sound, hit(seed, kind).sound)


def test_effects_made_without_recordings_sound() -> None:
    for name in FX.keys() - {"sample", "scratch"}:
        sound = FX[name](np.random.default_rng(2))
        assert 0 < len(sound) <= FRAMES, name
        assert np.isfinite(sound).all(), name
        assert np.abs(sound).max() > 0.1, name


def test_an_octave_up_is_half_as_long_and_twice_as_high() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE).astype(np.float32)
    up = repitched(tone, 12.0)
    assert len(up) == RATE // 2
    ideal = np.sin(2 * np.pi * 880 * np.arange(len(up)) / RATE)
    assert np.abs(up - ideal)[20:-20].max() < 2e-3


def test_a_loop_goes_round_and_fades_and_none_is_silence() -> None:
    ramp = np.arange(1, 101, dtype=np.float32)
    out = read_looped(ramp, 1.0, 260, 50, 0.5, 1.0)
    assert out[60] == pytest.approx(61, abs=0.5)
    assert out[125] == pytest.approx(0.5 * ramp[75], abs=0.5)
    assert out[175] == pytest.approx(0.25 * ramp[75], abs=0.5)
    assert not read_looped(ramp, 1.0, 260, 100, 1.0, 1.0)[110:].any()


def test_a_tone_control_is_circular_at_any_length() -> None:
    loop = np.random.default_rng(0).normal(0, 0.1, 50021).astype(np.float32)  # a prime
    hz = np.maximum(np.fft.rfftfreq(len(loop), 1 / RATE), 1.0)
    gain = 1 / (1 + (60.0 / hz) ** 2) / (1 + (hz / 3000.0) ** 2) * 10 ** (0.1 * np.clip(np.log2(hz / 1000), -4, 4))
    exact = np.fft.irfft(np.fft.rfft(loop) * gain, len(loop))
    made = effects.toned(loop, 60.0, 3000.0, 2.0)
    assert np.abs(made - exact).max() < 1e-3 * np.abs(exact).max()
    turned = effects.toned(np.roll(loop, 777), 60.0, 3000.0, 2.0)
    assert np.abs(turned - np.roll(made, 777)).max() < 1e-5
