"""Sound files: formats, rates, channels, what cannot be read or written."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liveriff.errors import UsageError
from liveriff.render.soundfiles import FORMATS, encoded, folded, is_sound, read, resampled, writable_suffix, write

RATE = 48000


def tone(hz: float = 440.0, rate: int = RATE, frames: int = 24000, channels: int = 2) -> NDArray[np.float32]:
    wave = 0.5 * np.sin(2 * np.pi * hz * np.arange(frames) / rate)
    return np.stack([wave * (1 - 0.5 * k) for k in range(channels)]).astype(np.float32)


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_every_format_is_written_and_read(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    write(path, tone(), RATE)
    sound, rate = read(path)
    assert (rate, len(sound), sound.dtype) == (RATE, 2, np.float32)
    lossy = suffix in ("mp3", "ogg", "opus")
    assert abs(sound.shape[1] - 24000) <= (2400 if lossy else 0)
    part = slice(4000, 20000)
    assert float(sound[0, part].std()) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)
    if not lossy:
        assert np.abs(sound - tone()).max() < 2**-22
    assert [each.name for each in tmp_path.iterdir()] == [path.name], "nothing half-written beside it"


def test_a_long_vorbis_file_is_written_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "long.ogg"
    write(path, np.zeros((1, 3_000_000), np.float32), RATE)
    assert read(path)[0].shape == (1, 3_000_000)


def test_opus_says_which_rates_it_cannot_hold() -> None:
    with pytest.raises(UsageError, match=r"\.opus file cannot hold 1 channels at 44100 Hz"):
        encoded(tone(channels=1), 44100, "opus")


def written(path: Path, samples: NDArray[np.float32], rate: int = RATE) -> Path:
    soundfile.write(path, samples.T, rate, subtype="FLOAT")
    return path


@pytest.mark.parametrize(
    ("samples", "told"),
    [
        (np.zeros((1, 0), np.float32), "has no sound in it"),
        (np.array([[0.0, np.nan]], np.float32), "no numbers"),
        (np.zeros((1, 3 * RATE), np.float32), "longer than 2 s"),
    ],
)
def test_sounds_that_cannot_be_used(samples: NDArray[np.float32], told: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", samples)
    with pytest.raises(UsageError, match=told):
        read(path, longest_s=2.0)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n", b"RIFF\xff\xff\xff\xffWAVEfmt "])
def test_files_that_are_no_sound(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=r"a\.wav cannot be read as sound \(.+\)\.$"):
        read(path)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "b.wav", tmp_path):
        with pytest.raises(UsageError, match="there is no sound file"):
            read(path)


def test_folding() -> None:
    four = tone(channels=4)
    assert np.allclose(folded(four, 1)[0], four.mean(axis=0))
    assert np.allclose(folded(four, 2), [(four[0] + four[2]) / 2, (four[1] + four[3]) / 2])
    assert np.array_equal(folded(four[:1], 2), np.repeat(four[:1], 2, axis=0))
    assert folded(four[:2], 2) is not None
    assert np.array_equal(folded(four[:2], 2), four[:2])


# --- rates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "to"), [(48000, 44100), (44100, 48000), (22050, 44100), (44100, 16000)])
def test_another_rate_keeps_tone_level_and_phase(rate: int, to: int) -> None:
    here, there = tone(1000.0, rate, rate, 1), tone(1000.0, to, to, 1)
    again = resampled(here, rate, to)
    assert again.shape == there.shape
    assert np.abs(again - there)[:, 200:-200].max() < 1e-3
    assert np.abs(again).max() < 0.6, "the ends do not ring"


def test_what_is_above_the_new_band_is_gone() -> None:
    assert float(np.abs(resampled(tone(15000.0, 48000, 48000, 1), 48000, 22050))[:, 500:-500].max()) < 1e-3


def test_a_loop_stays_a_loop_at_another_rate() -> None:
    loop = tone(480.0, 48000, 48000, 1)
    again = resampled(loop, 48000, 44100, circular=True)
    assert np.abs(again - tone(480.0, 44100, 44100, 1)).max() < 1e-5


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5000), st.sampled_from([8000, 22050, 44100, 48000]), st.sampled_from([8000, 44100, 48000]))
def test_lengths_at_another_rate(frames: int, rate: int, to: int) -> None:
    sound = np.full((1, frames), 0.25, np.float32)
    again = resampled(sound, rate, to)
    assert again.shape == (1, max(1, round(frames * to / rate)))
    assert np.allclose(again, 0.25, atol=1e-3)


# --- formats that need ffmpeg ----------------------------------------------------------------------------------------


def test_without_ffmpeg_the_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.m4a").write_bytes(b"x")
    for call in (lambda: read(tmp_path / "a.m4a"), lambda: writable_suffix("webm")):
        with pytest.raises(UsageError, match="ffmpeg, which is not installed"):
            call()
    assert writable_suffix("flac")
    assert not writable_suffix("txt")
    assert is_sound("A.M4A")
    assert not is_sound("a.png")


def stand_in(folder: Path, body: str) -> None:
    """A program named ffmpeg; there is no real one where the tests run."""
    program = folder / "ffmpeg"
    program.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
    program.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="scripts are no programs there")
def test_a_stream_of_unknown_length_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ffmpeg writes sizes of 2^32 - 1 into a WAV that goes into a pipe."""
    samples = tone()
    data = samples.T.astype("<f4").tobytes()
    (tmp_path / "stream").write_bytes(
        b"RIFF\xff\xff\xff\xffWAVEfmt "
        + struct.pack("<IHHIIHH", 16, 3, 2, RATE, RATE * 8, 8, 32)
        + b"data\xff\xff\xff\xff"
        + data
    )
    stand_in(tmp_path, f"sys.stdout.buffer.write(open({str(tmp_path / 'stream')!r}, 'rb').read())")
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.m4a").write_bytes(b"x")
    sound, rate = read(tmp_path / "a.m4a")
    assert rate == RATE
    assert np.array_equal(sound, samples)


@pytest.mark.skipif(os.name == "nt", reason="scripts are no programs there")
def test_ffmpeg_writes_the_rest_and_its_refusal_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    stand_in(tmp_path, "open(sys.argv[-1], 'wb').write(b'out of ' + sys.stdin.buffer.read()[:4])")
    write(tmp_path / "a.webm", tone(), RATE)
    assert (tmp_path / "a.webm").read_bytes() == b"out of RIFF"
    stand_in(tmp_path, "sys.exit('line one\\nUnknown encoder')")
    with pytest.raises(UsageError, match=r"ffmpeg cannot convert \.m4a \(Unknown encoder\)\."):
        write(tmp_path / "b.m4a", tone(), RATE)
    assert not (tmp_path / "b.m4a").exists()
