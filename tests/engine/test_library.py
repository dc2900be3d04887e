"""The performer's own sounds: by name only, cut and resampled to fit a pad."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from liveriff.engine import library
from liveriff.errors import UsageError
from liveriff.render.soundfiles import write


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    return tmp_path


def sine(seconds: float, rate: int, hz: float = 441.0, channels: int = 1) -> np.ndarray:
    wave = 0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
    return np.tile(wave, (channels, 1)).astype(np.float32)


def test_what_is_stored_comes_back_and_never_overwrites() -> None:
    sound = np.random.default_rng(1).uniform(-0.9, 0.9, (1000, 2)).astype(np.float32)
    assert library.stored("My kick", sound, 48000) == "My kick.wav"
    assert library.stored("My kick.wav", sound / 2, 48000) == "My kick 2.wav"
    for name in ("My kick", "My kick.wav", "My  kick"):
        np.testing.assert_allclose(library.fetched(library.named(name), 48000, 8.0), sound, atol=2**-22)
    assert library.listed() == ("My kick 2.wav", "My kick.wav")


@pytest.mark.parametrize("name", ["../secret.wav", "/etc/passwd", "..", "", "a/b.wav", "nobody"])
def test_only_what_lies_in_the_folder_has_a_name(home: Path, name: str) -> None:
    write(home / "secret.wav", sine(0.1, 44100), 44100)
    library.folder().mkdir()
    with pytest.raises(UsageError, match="there is no sound"):
        library.named(name)


@pytest.mark.parametrize("title", ["../../x", "C:\\x", "a/b/x", "  x  ", "x?*"])
def test_a_title_never_leaves_the_folder(title: str) -> None:
    name = library.stored(title, np.zeros((10, 2), np.float32), 48000)
    assert (library.folder() / name).is_file()
    assert name.removesuffix(".wav").strip() == "x"


def test_a_title_without_letters_is_refused() -> None:
    with pytest.raises(UsageError, match="needs a name"):
        library.stored("../..", np.zeros((10, 2), np.float32), 48000)


def test_another_rate_keeps_pitch_and_length_and_mono_is_heard_on_both_sides(home: Path) -> None:
    write(home / "tone.wav", sine(0.5, 44100), 44100)
    sound = library.fetched(home / "tone.wav", 48000, 8.0)
    assert sound.shape == (24000, 2)
    inner = slice(500, -500)
    np.testing.assert_allclose(sound[inner, 0], sine(0.5, 48000)[0][inner], atol=1e-3)
    np.testing.assert_array_equal(sound[:, 0], sound[:, 1])


def test_what_is_too_long_is_cut_with_a_fade(home: Path) -> None:
    write(home / "long.wav", np.full((2, 44100), 0.5, np.float32), 44100)
    sound = library.fetched(home / "long.wav", 44100, 0.5)
    assert len(sound) == 22050
    assert sound[-1].max() == 0.0
    assert np.abs(np.diff(sound[:, 0])).max() < 0.01


def test_beats_stand_in_the_name() -> None:
    assert [library.beats_in(name) for name in ("deck 1 4 beats 124 BPM.wav", "1 beat.wav", "14 beats", "beats")] == [
        *(4, 1, 0, 0)
    ]
