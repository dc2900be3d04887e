"""Picture files of spectrograms: opened with care, written with their EXIF. Pillow and numpy; no torch."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import UsageError
from liveriff.render.spectrogram.exif import Parameters, from_tags, to_exif, told_by

SUFFIXES = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG"}
MOST_COLUMNS = 65500  # what a JPEG holds: eleven minutes of Riffusion's columns
MOST_ROWS = 2048
MOST_PIXELS = 512 * MOST_COLUMNS  # 134 MB when it is read, which a file of a few bytes may ask for
_MOST = f"{MOST_PIXELS / 1e6:.1f} million, {MOST_COLUMNS} wide and {MOST_ROWS} high,"
_DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")
_QUALITY = 95


def opened(source: str | Path | bytes, name: str = "") -> Any:
    """A Pillow image, loaded; UsageError if it is none, is damaged, or is larger than a spectrogram can be.

    name: what to call it, if ``source`` are bytes.
    """
    from PIL import Image

    name = name or (str(source) if not isinstance(source, bytes) else "the picture")
    place: Any = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of decompression bombs: sizes are looked at here
            image = Image.open(place)
    except FileNotFoundError as error:
        raise UsageError(f"there is no picture {name}.") from error
    except Image.DecompressionBombError as error:
        raise UsageError(f"{name} has more than {MOST_PIXELS / 1e6:.1f} million pixels; cut it.") from error
    except Exception as error:  # Pillow's readers raise a dozen kinds for what is no picture
        raise UsageError(f"{name} cannot be read as a picture ({_reason(error)}).") from error
    with image:
        _check(image, name)
        try:
            image.load()
        except Exception as error:
            raise UsageError(f"{name} is damaged ({_reason(error)}).") from error
        return image


def _check(image: Any, name: str) -> None:
    width, height = image.size
    if width > MOST_COLUMNS or height > MOST_ROWS or width * height > MOST_PIXELS:
        raise UsageError(f"{name} is {width} x {height} pixels; at most {_MOST} can be heard.")
    if image.mode in _DEEP:
        raise UsageError(f"{name} has more than 8 bits a channel; save it with 8.")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "no known format" if "cannot identify" in str(error) else str(error).splitlines()[0].rstrip(".") or "damaged"


def pixels_of(image: Any) -> NDArray[np.uint8]:
    """Bytes (rows, columns, 3) of an image of any mode; palettes and greys become RGB first."""
    return np.array(image.convert("RGB"), dtype=np.uint8)


def parameters_of(image: Any) -> Parameters | None:
    """How it was made; None where it does not tell all of it."""
    return from_tags(told_by(image))


def encoded(pixels: NDArray[np.uint8], parameters: Parameters, kind: str = "PNG") -> bytes:
    """A PNG or JPEG file of (rows, columns, 3) with its parameters in EXIF.

    JPEG at quality 95 with full-size colours: halved ones would mix left and right.
    """
    from PIL import Image

    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    if kind == "JPEG":
        image.save(buffer, "JPEG", exif=to_exif(parameters), quality=_QUALITY, subsampling=0)
    else:
        image.save(buffer, "PNG", exif=to_exif(parameters))
    return buffer.getvalue()
