"""Sound files of any format, read whole and written whole. numpy and soundfile; commands and backends call this.

WAV, FLAC, OGG, MP3 and their kin go through soundfile; every other suffix through the program ffmpeg, if it is there.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import DeviceError, UsageError
from liveriff.render.offline import write_whole
from liveriff.wire.folders import temporary

Sound = NDArray[np.float32]
"""Samples -1..1 (channels, frames)."""

FORMATS = {
    "wav": ("WAV", "PCM_24"),
    "flac": ("FLAC", "PCM_24"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "aif": ("AIFF", "PCM_24"),
    "aiff": ("AIFF", "PCM_24"),
    "caf": ("CAF", "PCM_24"),
    "w64": ("W64", "PCM_24"),
}
"""suffix: format and sample format of soundfile."""

BY_FFMPEG = ("m4a", "aac", "mp4", "webm", "mka", "mkv", "mov", "wma", "ac3")
LONGEST_S = 660.0
RATES = (1000, 768_000)
MOST_CHANNELS = 64
MOST_SAMPLES = 1 << 28  # of all channels, read at once: a gigabyte of floats, whatever a file says it holds
_BLOCK = 65536  # libsndfile's Vorbis encoder puts a whole write on the stack
LOUDEST = 1e6  # 120 dB over full scale; the largest of floats would not survive the first sum
_MARGIN = 16384
_LONGEST_UNIT = _MARGIN  # frames; what is longer would be mirrored further than it helps
_FINEST = 4000
_FFMPEG_S = 300.0


def suffix_of(path: str | Path) -> str:
    """Lower-case suffix without its dot."""
    return Path(path).suffix.lower().removeprefix(".")


def is_sound(path: str | Path) -> bool:
    """Whether the suffix is one of a sound file's."""
    return suffix_of(path) in FORMATS or suffix_of(path) in BY_FFMPEG


@contextmanager
def opened(path: str | Path) -> Iterator[Any]:
    """A soundfile.SoundFile to read from; UsageError with one sentence if the file cannot be read as sound."""
    import soundfile

    place = Path(path)
    if place.is_dir() or not place.exists():
        raise UsageError(f"there is no sound file {path}.")
    source = _through_ffmpeg(place) if suffix_of(path) in BY_FFMPEG else place
    try:
        with soundfile.SoundFile(source) as file:
            _check(file, path)
            yield file
    except TypeError as error:  # what a headerless format lacks
        raise UsageError(f"{path} cannot be read as sound: it does not say its rate.") from error
    except (OSError, RuntimeError) as error:  # soundfile's own errors are RuntimeErrors
        raise UsageError(f"{path} cannot be read as sound ({_reason(error)}).") from error


def read(path: str | Path, longest_s: float = LONGEST_S) -> tuple[Sound, int]:
    """The sound of a file and its rate; UsageError with one sentence if there is none in it, or too much."""
    with opened(path) as file:
        rate = int(file.samplerate)
        most = int(longest_s * rate)
        samples = part(file, 0, min(file.frames, most) + 1)
        if samples.shape[1] > most or file.frames > most:
            raise UsageError(f"{path} lasts longer than {longest_s:g} s; cut it.")
    return sound_in(samples, path), rate


def _check(file: Any, path: str | Path) -> None:
    least, most = RATES
    if not least <= file.samplerate <= most:
        raise UsageError(f"{path} has {file.samplerate} frames a second; {least} to {most} are possible.")
    if not 1 <= file.channels <= MOST_CHANNELS:
        raise UsageError(f"{path} has {file.channels} channels; 1 to {MOST_CHANNELS} are possible.")


def part(file: Any, start: int, frames: int) -> Sound:
    """Samples (channels, up to ``frames``) of an opened file from frame ``start``; UsageError for more than memory is
    meant to hold."""
    if min(frames, file.frames - start) * file.channels > MOST_SAMPLES:
        raise UsageError(f"{file.name} holds too much sound to be read at once; cut it.")
    if file.tell() != start:
        file.seek(start)
    return np.ascontiguousarray(file.read(frames, dtype="float32", always_2d=True).T)


def sound_in(samples: Sound, path: str | Path) -> Sound:
    """Itself; UsageError if it is empty or holds what are no numbers, or numbers that no sound reaches."""
    if not samples.size:
        raise UsageError(f"{path} has no sound in it.")
    if not np.isfinite(samples).all():
        raise UsageError(f"{path} holds samples that are no numbers; it is damaged.")
    if np.abs(samples).max() > LOUDEST:
        raise UsageError(f"{path} holds samples a million times too loud; it is damaged.")
    return samples


def _reason(error: Exception) -> str:
    """The library's words, without the file's name and the full stop."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).splitlines()[0].rpartition(": ")[2].rstrip(".") if str(error) else type(error).__name__


def encoded(samples: Sound, rate: int, suffix: str) -> bytes:
    """A sound (channels, frames) as the bytes of a file of this suffix; 24 bits where the format has them.

    UsageError where soundfile cannot write that format, rate or number of channels.
    """
    import soundfile

    kind, subtype = FORMATS[suffix]
    buffer = io.BytesIO()
    frames = samples.T
    try:
        with soundfile.SoundFile(buffer, "w", rate, frames.shape[1], subtype, format=kind) as file:
            for first in range(0, len(frames), _BLOCK):
                file.write(frames[first : first + _BLOCK])
    except (RuntimeError, ValueError, TypeError) as error:
        what = f"{frames.shape[1]} channels at {rate} Hz"
        raise UsageError(f"a .{suffix} file cannot hold {what} ({_reason(error)}); choose another format.") from error
    return buffer.getvalue()


def write(path: str | Path, samples: Sound, rate: int) -> None:
    """Write a sound file whose format its suffix tells, whole or not at all; errors as ``encoded``, ``write_whole``."""
    suffix = suffix_of(path)
    if suffix in FORMATS:
        write_whole(path, encoded(samples, rate, suffix))
    else:
        write_whole(path, _by_ffmpeg(encoded(samples, rate, "wav"), suffix))


def writable_suffix(suffix: str) -> bool:
    """Whether a sound can be written with this suffix; UsageError if only ffmpeg could, and it is missing."""
    if suffix in BY_FFMPEG:
        _ffmpeg(f".{suffix}")
        return True
    return suffix in FORMATS


def folded(sound: Sound, channels: int) -> Sound:
    """The sound in 1 or 2 channels: the mean of all, or of the even and of the odd ones; one is heard on both sides."""
    if len(sound) == channels:
        return sound
    if channels == 1:
        mono: Sound = sound.mean(axis=0, keepdims=True, dtype=np.float32)
        return mono
    if len(sound) == 1:
        return np.repeat(sound, 2, axis=0)
    return np.stack([sound[0::2].mean(axis=0, dtype=np.float32), sound[1::2].mean(axis=0, dtype=np.float32)])


def resampled(samples: Sound, rate: int, to: int, circular: bool = False) -> Sound:
    """Another rate for a sound (channels, frames): round(frames * to / rate) frames, band-limited exactly.

    One FFT over the sound, and unless it is ``circular`` its mirrored ends, so that they do not ring into each other.
    The tempo of a sound whose rate nothing divides, 196609 Hz, is off by less than a millionth.
    """
    if rate == to:
        return samples
    frames = samples.shape[1]
    wanted = max(1, round(frames * to / rate))
    if circular:
        return _stretched(samples, wanted)
    ratio = Fraction(rate, to)
    if ratio.numerator > _LONGEST_UNIT:
        ratio = ratio.limit_denominator(_FINEST)
    unit, turned = ratio.as_integer_ratio()  # so many frames are a whole number of frames at the other rate too
    before = -(-_MARGIN // unit) * unit
    after = before + -frames % unit
    mirrored = np.pad(samples, ((0, 0), (before, after)), mode="symmetric")
    start = before // unit * turned
    longer = _stretched(mirrored, mirrored.shape[1] // unit * turned)
    return np.ascontiguousarray(longer[:, start : start + wanted])


def _stretched(circle: Sound, frames: int) -> Sound:
    spectrum = np.fft.rfft(circle.astype(np.float64))
    stretched: NDArray[np.float64] = np.fft.irfft(spectrum, n=frames) * (frames / circle.shape[1])
    return stretched.astype(np.float32)


# --- the program ffmpeg ----------------------------------------------------------------------------------------------


def _ffmpeg(name: str) -> str:
    program = shutil.which("ffmpeg")
    if program is None:
        raise UsageError(f"{name} needs the program ffmpeg, which is not installed; WAV, FLAC, OGG and MP3 do not.")
    return program


def _through_ffmpeg(path: Path) -> io.BytesIO:
    """The file's first sound as a WAV of floats."""
    program = _ffmpeg(str(path))
    command = [program, "-v", "error", "-nostdin", "-i", f"file:{path}", "-vn", "-f", "wav", "-c:a", "pcm_f32le", "-"]
    return io.BytesIO(_output(command, str(path)))


def _by_ffmpeg(wav: bytes, suffix: str) -> bytes:
    """A WAV turned into another format, in a folder of its own because some formats are written back and forth."""
    program = _ffmpeg(f".{suffix}")
    with temporary("convert") as folder:
        target = os.path.join(folder, f"sound.{suffix}")
        _output([program, "-v", "error", "-y", "-f", "wav", "-i", "-", target], f".{suffix}", wav)
        return Path(target).read_bytes()


def _output(command: list[str], what: str, given: bytes | None = None) -> bytes:
    stdin: dict[str, Any] = {"input": given} if given is not None else {"stdin": subprocess.DEVNULL}
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=_FFMPEG_S, **stdin)
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode(errors="replace").strip().splitlines()
        raise UsageError(f"ffmpeg cannot convert {what} ({told[-1] if told else 'no reason given'}).") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DeviceError(f"ffmpeg does not run ({type(error).__name__}); install it anew or use WAV.") from error
    output: bytes = done.stdout
    return output
