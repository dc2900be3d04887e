"""Pictures of spectrograms: PNG and JPEG with the parameters in their EXIF, down to sound."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from random import Random

import numpy as np

from fuzz.surface import Surface, Target, must
from liveriff.render.spectrogram.exif import DEFAULTS, DEFAULTS_20K, TAGS, Parameters
from liveriff.render.spectrogram.images import (
    MOST_COLUMNS,
    MOST_PIXELS,
    MOST_ROWS,
    encoded,
    opened,
    parameters_of,
    pixels_of,
)

WORDS = (
    *(
        b"\x89PNG\r\n\x1a\n",
        b"IHDR",
        b"IDAT",
        b"IEND",
        b"eXIf",
        b"Exif\0\0",
        b"MM\0*",
        b"II*\0",
        b"\xff\xd8",
        b"\xff\xe1",
    ),
    *(
        b"\xff\xd9",
        b"\xff\xc0",
        b"\xff\xda",
        b"tEXt",
        b"PLTE",
        b"tRNS",
        b"acTL",
        b"fcTL",
        b"iCCP",
        b"GIF89a",
        b"BM",
        b"RIFF",
    ),
    *(b"WEBP", b"%!PS-Adobe-3.0 EPSF", b"<svg", b"\0\0\0\x0cjP  ", b"8BPS", b"IM1", b"P6 9 9 9", b"SIMPLE  ="),
)
LARGEST_HEARD = 64 * 24  # pixels that are made into sound: more takes longer, and tells nothing more


@cache
def small(kind: str, mode: str = "RGB") -> bytes:
    """A picture of 16 bands and 24 columns."""
    from PIL import Image

    pixels = (np.arange(16 * 24 * 3) * 7 % 256).astype(np.uint8).reshape(16, 24, 3)
    if mode == "RGB":
        made = Parameters(rate=8000, n_mels=16, f_max=4000, step_ms=10, window_ms=40, padded_ms=80)
        return encoded(pixels, made, kind)
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(buffer, kind)
    return buffer.getvalue()


def files() -> Target:
    """Opened, its pixels and parameters read."""

    def target(data: bytes) -> bool:
        image = opened(data, "fuzz.png")
        must(image.width <= MOST_COLUMNS and image.height <= MOST_ROWS, "larger than it may be")
        must(image.width * image.height <= MOST_PIXELS, "larger than it may be")
        pixels = pixels_of(image)
        must(pixels.dtype == np.uint8 and pixels.shape == (image.height, image.width, 3), f"{pixels.shape}")
        made = parameters_of(image)
        if made is not None:
            made.checked("fuzz.png").layout()
        return made is not None

    return target


def heard() -> Target:
    """The same made into sound."""
    import torch

    from liveriff.render.spectrogram.convert import sound_of_picture

    torch.set_num_threads(1)

    def target(data: bytes) -> bool:
        image = opened(data, "fuzz.png")
        pixels = pixels_of(image)
        made = (parameters_of(image) or DEFAULTS).checked("fuzz.png")
        if pixels.shape[0] * pixels.shape[1] > LARGEST_HEARD or made.rate > 16000:
            return False
        sound = sound_of_picture(pixels, made, where="fuzz.png")
        must(sound.ndim == 2 and sound.dtype == np.float32, f"{sound.shape} {sound.dtype}")
        must(bool(np.isfinite(sound).all()), "the sound holds what are no numbers")
        return True

    return target


def exif(random: Random) -> bytes:
    """A first directory with Riffusion's tags, of any type, count and value (TIFF 6.0, section 2)."""
    order = random.choice("><")
    tags = [tag for tag in TAGS.values() if random.random() < 0.95]
    body, more, room = b"", b"", 8 + 2 + 12 * len(tags) + 4
    values = (0, 1, 44100, 8000, 512, 16, 400, 40, 10, 4000, 2**31, 2**32 - 1, random.getrandbits(32))
    for tag in tags:
        kind = random.choice((1, 2, 3, 4, 4, 4, 5, 7, 9, 10, 11, 12, 13, 99))
        count = random.choice((1, 1, 1, 1, 0, 2, 9, 2**31))
        value = struct.pack(f"{order}I", random.choice(values))
        if kind in (5, 10, 12) and count < 10:
            value, more = struct.pack(f"{order}I", room + len(more)), more + random.randbytes(8 * count)
        if kind == 11:
            value = struct.pack(f"{order}f", random.choice((0.25, 44100.0, float("nan"), float("inf"), -1.0, 1e30)))
        body += struct.pack(f"{order}HHI", tag, kind, count) + value
    head = (b"MM" if order == ">" else b"II") + struct.pack(f"{order}HIH", 42, 8, len(tags))
    return head + body + struct.pack(f"{order}I", random.choice((0, 0, 0, 8, 2**31))) + more


def picture(random: Random) -> bytes:
    """A small picture of any kind whose EXIF is made at random, with the checksums that it must have."""
    if random.random() < 0.3:
        return small(random.choice(("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")), random.choice(("L", "1", "RGB")))
    told = exif(random) if random.random() < 0.7 else b""
    if random.random() < 0.5:
        plain = small("JPEG")
        part = b"Exif\0\0" + told
        return plain[:2] + b"\xff\xe1" + struct.pack(">H", min(65535, len(part) + 2)) + part + plain[2:]
    plain = small("PNG", "L")
    at = 8 + 25
    parts = _chunk(b"eXIf", told) if told else b""
    if random.random() < 0.3:
        parts += _chunk(
            random.choice((b"tEXt", b"zTXt", b"iTXt", b"PLTE", b"tRNS", b"gAMA", b"acTL")), random.randbytes(12)
        )
    return plain[:at] + parts + plain[at:]


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _seeds() -> list[bytes]:
    plain = [small("PNG"), small("JPEG")]
    told = encoded(np.zeros((4, 4, 3), np.uint8), DEFAULTS_20K, "JPEG")
    return [*plain, told, *(small(kind, "L") for kind in ("GIF", "BMP", "TIFF", "WEBP", "PPM"))]


SURFACES = (
    Surface(
        "picture",
        "pictures in any format that Pillow opens, EXIF of any types: pixels and parameters",
        files,
        _seeds,
        picture,
        WORDS,
        grows_mb=160,  # the largest picture there may be
    ),
    Surface(
        "picture-sound",
        "the same made into sound",
        heard,
        _seeds,
        picture,
        WORDS,
        slow_s=3.0,
        grows_mb=160,
    ),
)
