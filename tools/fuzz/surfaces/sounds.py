"""Sound files in all formats, by the readers of commands, pads and the Riffusion server."""

from __future__ import annotations

import struct
from random import Random

import numpy as np

from fuzz.stage import folder
from fuzz.surface import Surface, Target, must
from liveriff.engine.library import fetched
from liveriff.render.compat.sound import given_sound
from liveriff.render.soundfiles import FORMATS, encoded, read

SUFFIXES = tuple(FORMATS)
WORDS = (
    *(
        b"RIFF",
        b"WAVE",
        b"fmt ",
        b"data",
        b"fact",
        b"LIST",
        b"smpl",
        b"RF64",
        b"ds64",
        b"FORM",
        b"AIFF",
        b"COMM",
        b"SSND",
    ),
    *(
        b"fLaC",
        b"OggS",
        b"\x01vorbis",
        b"OpusHead",
        b"ID3",
        b"\xff\xfb\x90",
        b"caff",
        b"desc",
        b"riff\x2e\x91",
        b".snd",
        b"MThd",
    ),
)
LONGEST_S = 5.0


def files() -> Target:
    """The first byte chooses the suffix; the rest is the file."""
    place = folder("sounds")

    def target(data: bytes) -> bool:
        path = place / f"fuzz.{SUFFIXES[data[0] % len(SUFFIXES)] if data else 'wav'}"
        path.write_bytes(data[1:])
        sound, rate = read(path, LONGEST_S)
        must(rate > 0 and sound.dtype == np.float32 and sound.ndim == 2 and sound.size > 0, f"{sound.shape} at {rate}")
        must(bool(np.isfinite(sound).all()), "a sound holds what are no numbers")
        return True

    return target


def pads() -> Target:
    """As a pad takes it: stereo, at the instrument's rate."""
    path = folder("pads") / "fuzz.wav"

    def target(data: bytes) -> bool:
        path.write_bytes(data[1:])
        sound = fetched(path, 48000, 0.5)
        must(sound.shape[1:] == (2,) and len(sound) <= 24000, f"{sound.shape}")
        must(bool(np.isfinite(sound).all()), "a sound holds what are no numbers")
        return True

    return target


def posted() -> Target:
    """As a client of the Riffusion server sends it."""

    def target(data: bytes) -> bool:
        given = given_sound(data[1:])
        must(0 < given.seconds <= 31 and bool(np.isfinite(given.sound).all()), f"{given.seconds} s")
        return True

    return target


def wav(random: Random) -> bytes:
    """A WAV with any format, rate, channels and lengths."""
    kind, bits = random.choice(
        ((1, 16), (1, 8), (1, 24), (3, 32), (3, 64), (6, 8), (7, 8), (2, 4), (0x11, 4), (0xFFFE, 16))
    )
    channels = random.choice((1, 2, 2, 0, 3, 64, 65535))
    rate = random.choice((44100, 48000, 8000, 0, 1, 3, 384000, 2**31 - 1, 2**32 - 1))
    body = random.choice((bytes(800), random.randbytes(400), b"\0\0\xc0\x7f" * 50, b"\xff" * 64, b"\0\0\x80\x7f" * 20))
    said = random.choice((len(body), len(body), 0, 2**31, 2**32 - 1, len(body) - 1))
    width = bits // 8 * channels
    head = struct.pack("<HHIIHH", kind, channels, rate, rate * width & 0xFFFFFFFF, width & 0xFFFF, bits)
    parts = b"fmt " + struct.pack("<I", len(head)) + head + b"data" + struct.pack("<I", said) + body
    return b"\0RIFF" + struct.pack("<I", len(parts) + 4) + b"WAVE" + parts


def _seeds() -> list[bytes]:
    sound = (np.sin(np.arange(800) / 5.0) * 0.5).astype(np.float32).reshape(2, 400)
    return [bytes((number,)) + encoded(sound, 48000, suffix) for number, suffix in enumerate(SUFFIXES)]


def _long() -> list[bytes]:
    sound = np.zeros((1, 8000), np.float32)
    return [
        bytes((number,)) + encoded(sound, 8000, suffix) for number, suffix in enumerate(SUFFIXES) if suffix != "caf"
    ]


SURFACES = (
    Surface("sound", "sound files of all formats, read whole", files, _seeds, wav, WORDS, longest=8192),
    Surface("sound-pad", "sound files for pads, at another rate", pads, _seeds, wav, WORDS, longest=8192),
    Surface("sound-post", "sound sent to the Riffusion server", posted, _long, wav, WORDS, longest=20000),
)
