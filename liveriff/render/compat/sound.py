"""A clip's sound as files in memory, and a client's sound read from memory. numpy; torch only for the picture."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import UsageError
from liveriff.render.soundfiles import MOST_CHANNELS, Sound, encoded, sound_in
from liveriff.render.spectrogram.exif import Parameters
from liveriff.render.spectrogram.images import encoded as encoded_picture
from liveriff.wire.clips import Clip

RATE = 44100
LONGEST_S = 30.0
SHORTEST_S = 0.8
MOST_SAMPLES = 1 << 25  # of all channels: a small file of silence may hold gigabytes of them
_NAME = "the audio"


@dataclass(frozen=True, eq=False)
class Given:
    """A client's sound (channels, frames) and its rate."""

    sound: Sound
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return float(self.sound.shape[1] / self.rate)


def given_sound(data: bytes) -> Given:
    """The sound of a file's bytes; UsageError with one sentence if there is none, too little or too much."""
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            rate, most = int(file.samplerate), int(LONGEST_S * file.samplerate)
            if not 8000 <= rate <= 192000:  # before anything is read: the room for it would be made first
                raise UsageError(f"{_NAME} has {rate} frames a second; 8000 to 192000 are possible.")
            if file.channels > MOST_CHANNELS:
                raise UsageError(f"{_NAME} has {file.channels} channels; 1 to {MOST_CHANNELS} are possible.")
            frames = min(most + 1, file.frames)
            if frames * file.channels > MOST_SAMPLES:
                raise UsageError(f"{_NAME} holds too many channels for its length; send it in stereo.")
            sound = file.read(frames, dtype="float32", always_2d=True).T
    except (OSError, RuntimeError, TypeError) as error:
        raise UsageError(f"{_NAME} cannot be read as sound; send the base64 of a WAV file.") from error
    if not SHORTEST_S <= sound.shape[1] / rate <= LONGEST_S:
        raise UsageError(f"{_NAME} must last {SHORTEST_S:g} to {LONGEST_S:g} s.")
    return Given(sound_in(np.ascontiguousarray(sound[:2]), _NAME), rate)


def sound_of_seed(path: str) -> Given:
    """The loop that a seed image shows, by the file's own parameters or Riffusion's; UsageError if it shows none."""
    from liveriff.render.spectrogram.convert import sound_of_picture
    from liveriff.render.spectrogram.images import opened, parameters_of, pixels_of

    image = opened(path)
    made = (parameters_of(image) or Parameters()).checked("the seed image")
    sound = sound_of_picture(pixels_of(image), made, where="the seed image")
    return Given(sound / max(1.0, float(np.abs(sound).max(initial=0.0))), made.rate)


def clip_of(sound: Sound, rate: int, pixels: NDArray[np.uint8], told: Parameters) -> Clip:
    """Sound (channels, frames) and its picture as files."""
    return Clip(
        image=encoded_picture(pixels, told, "JPEG"),
        mp3=encoded(*_for_mp3(sound, rate), "mp3"),
        wav=encoded(sound, rate, "wav"),
        duration_s=sound.shape[1] / rate,
    )


def sound_of(sound: Sound, rate: int) -> Clip:
    """A clip that is nothing but sound."""
    return Clip(b"", b"", encoded(sound, rate, "wav"), sound.shape[1] / rate)


def _for_mp3(sound: Sound, rate: int) -> tuple[Sound, int]:
    """MP3 knows few rates; others become 44.1 kHz."""
    from liveriff.render.soundfiles import resampled

    return (sound, rate) if rate in (32000, 44100, 48000) else (resampled(sound, rate, RATE, circular=True), RATE)


def fitted(sound: Sound, frames: int) -> Sound:
    """A loop (channels, n) at exactly so many frames: tempos are whole hundredths, so that n may be a few off."""
    from liveriff.render.soundfiles import resampled

    return resampled(sound, sound.shape[1], frames, circular=True)
