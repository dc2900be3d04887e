"""The bank of sounds: written, read again, pitched, held; made here of synthetic sounds, so that nothing is needed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from liveriff.errors import UsageError
from liveriff.train.material import bank, bank_making, samples, soundfont
from liveriff.train.material.envelopes import hz_of
from liveriff.train.material.kernels import RATE, Sound


def _tone(hz: float, seconds: float, falls: bool = False) -> Sound:
    time = np.arange(int(seconds * RATE)) / RATE
    level = np.exp(-time * 30.0) if falls else 1.0
    return (0.3 * np.sin(2 * np.pi * hz * time) * level).astype(np.float32)


def _strongest_hz(sound: Sound) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 18))
    return float(np.argmax(spectrum)) * RATE / (1 << 18)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(soundfont, "rendered", lambda _bank, _program, pitch, seconds: _tone(hz_of(pitch), seconds))
        patch.setattr(soundfont, "rendered_drum", lambda pitch, _kit: _tone(40.0 * pitch, 0.2, True))
        patch.setattr(samples, "from_package", lambda _name: _tone(700.0, 0.1, True))
        patch.setattr(bank_making, "DRUMS", {0: range(36, 40), 16: range(36, 37)})
        return bank_making.make(tmp_path_factory.mktemp("bank") / "sounds.zip", [(0, 5, (60, 68))])


@pytest.fixture
def opened(made: Path, monkeypatch: pytest.MonkeyPatch) -> bank.Bank:
    monkeypatch.setenv(bank.VARIABLE, str(made))
    found = bank.current()
    assert found is not None
    return found


def test_a_note_between_two_recorded_ones_has_its_own_pitch(opened: bank.Bank) -> None:
    for pitch in (60, 62, 63, 66):
        sound = opened.note(5, pitch, 0.5)
        assert sound is not None
        assert len(sound) == RATE // 2
        assert abs(1200 * np.log2(_strongest_hz(sound) / hz_of(pitch))) < 5


def test_a_held_note_goes_on_after_its_recording_without_a_dip(opened: bank.Bank) -> None:
    sound = opened.note(5, 60, 3 * bank_making.HELD_S)
    assert sound is not None
    loud = np.sqrt(np.mean(sound[: len(sound) // 441 * 441].reshape(-1, 441) ** 2, axis=1))
    assert loud.min() > 0.85 * loud.max()
    assert np.abs(np.diff(sound)).max() < 1.2 * 0.3 * 2 * np.pi * hz_of(60) / RATE


def test_levels_survive(opened: bank.Bank) -> None:
    sound = opened.note(5, 60, 0.5)
    drum = opened.drum(38, 0)
    assert sound is not None
    assert drum is not None
    assert np.abs(sound).max() == pytest.approx(0.3, rel=0.05)
    assert np.abs(drum).max() == pytest.approx(0.3, rel=0.1)
    assert int(np.argmax(np.abs(drum) > 0.05)) < 20, "a drum begins at its first frame"


def test_what_a_kit_lacks_is_the_standard_kits(opened: bank.Bank) -> None:
    other, standard = opened.drum(39, 16), opened.drum(39, 0)
    assert other is not None
    assert standard is not None
    assert np.array_equal(other, standard)
    assert opened.drum(90, 0) is None
    assert opened.note(99, 60, 0.5) is None


def test_notes_drums_and_samples_come_from_the_bank_in_use(opened: bank.Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundfont, "PATH", Path("/nowhere.sf2"))
    monkeypatch.setattr(samples, "FOLDER", Path("/nowhere"))
    soundfont._kept.cache_clear()
    soundfont.drum.cache_clear()
    samples.sample.cache_clear()
    assert len(soundfont.note(5, 61, 0.2, release=0.1)) == int(0.3 * RATE)
    assert len(soundfont.drum(37)) > 0
    kept = opened.sample("bd_haus")
    assert kept is not None
    assert np.array_equal(samples.sample("bd_haus"), kept)
    for cached in (soundfont._kept, soundfont.drum, samples.sample):
        cached.cache_clear()


def test_it_is_decoded_once_and_then_mapped(made: Path, opened: bank.Bank) -> None:
    assert isinstance(opened.pcm, np.memmap)
    bank._opened.cache_clear()
    kept = list(made.parent.glob("*.npy"))
    assert len(kept) == 1
    before = kept[0].stat().st_mtime_ns
    bank.prepare()
    assert kept[0].stat().st_mtime_ns == before
    assert not list(made.parent.glob("*.part"))


def test_what_is_no_bank_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "sounds.zip"
    wrong.write_bytes(b"nothing")
    for path in (wrong, tmp_path / "none.zip"):
        monkeypatch.setenv(bank.VARIABLE, str(path))
        with pytest.raises(UsageError, match="liveriff train bank"):
            bank.current()
    monkeypatch.delenv(bank.VARIABLE)
    assert bank.current() is None


def test_a_sound_that_has_ended_gets_no_loop() -> None:
    short, loop, _ = bank_making.looped(np.concatenate((_tone(300.0, 0.4, True), np.zeros(RATE, np.float32))))
    assert loop == 0
    assert len(short) < RATE // 2
    fading, loop, decay = bank_making.looped(_tone(300.0, 1.6) * np.exp(-np.arange(int(1.6 * RATE)) / RATE))
    assert 0 < loop < len(fading)
    assert 0.2 < decay < 0.8
