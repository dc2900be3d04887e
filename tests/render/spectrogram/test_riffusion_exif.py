"""Picture files: the tags Riffusion writes, modes and formats, and files that are none."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from liveriff.errors import UsageError
from liveriff.render.spectrogram import RIFFUSION, RIFFUSION_20K
from liveriff.render.spectrogram.exif import DEFAULTS, DEFAULTS_20K, Parameters, told_by
from liveriff.render.spectrogram.images import MOST_COLUMNS, encoded, opened, parameters_of, pixels_of

RIFFUSION_TAGS = {
    11000: 44100,
    11005: True,
    11010: 10,
    11020: 100,
    11030: 400,
    11040: 512,
    11050: 0,
    11060: 10000,
    11070: 0.25,
    11080: 12345678.9,
}
"""What Riffusion puts into a Pillow EXIF, in its own types."""


def file_with(tags: dict[int, Any], kind: str = "PNG", mode: str = "RGB") -> bytes:
    """A picture saved by Pillow alone."""
    image = Image.new(mode, (8, 512), 100)
    exif = image.getexif()
    exif.update(tags)
    buffer = io.BytesIO()
    image.save(buffer, kind, exif=exif)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_riffusions_tags_are_read(kind: str) -> None:
    made = parameters_of(opened(file_with(RIFFUSION_TAGS, kind)))
    assert made == Parameters(stereo=True, max_value=12345678.9)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_our_tags_are_those_riffusion_reads(kind: str) -> None:
    made = Parameters(stereo=True, max_value=12345678.9)
    exif = Image.open(io.BytesIO(encoded(np.zeros((512, 8, 3), np.uint8), made, kind))).getexif()
    assert {tag: exif[tag] for tag in RIFFUSION_TAGS} == RIFFUSION_TAGS
    assert len(exif) == len(RIFFUSION_TAGS)


@settings(max_examples=30)
@given(
    st.builds(
        Parameters,
        rate=st.integers(8000, 192000),
        stereo=st.booleans(),
        step_ms=st.sampled_from([5, 7.5, 10, 20]),
        n_mels=st.integers(2, 2048),
        f_min=st.sampled_from([0, 20, 32.7]),
        power=st.floats(0.1, 1.0),
        max_value=st.one_of(st.none(), st.floats(1.0, 1e9)),
    ),
    st.sampled_from(["PNG", "JPEG"]),
)
def test_what_is_written_is_read(made: Parameters, kind: str) -> None:
    assert parameters_of(opened(encoded(np.zeros((4, 4, 3), np.uint8), made, kind))) == made


@pytest.mark.parametrize("tag", sorted(RIFFUSION_TAGS))
def test_all_tags_but_the_last_are_needed(tag: int) -> None:
    made = parameters_of(opened(file_with({key: value for key, value in RIFFUSION_TAGS.items() if key != tag})))
    assert (made is None) == (tag != 11080)


def test_a_value_that_is_no_number_counts_as_missing() -> None:
    image = opened(file_with({**RIFFUSION_TAGS, 11010: "ten"}))
    assert "step_ms" not in told_by(image)
    assert parameters_of(image) is None


def test_a_broken_directory_counts_as_none() -> None:
    """An eXIf chunk whose directory points outside of itself."""
    good = file_with({})
    broken = b"II*\x00\x08\x00\x00\x00" + struct.pack("<HHHII", 9999, 0xFFFF, 5, 2**31, 2**31)
    chunk = b"eXIf" + broken
    at = good.index(b"IDAT") - 4
    data = good[:at] + struct.pack(">I", len(broken)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + good[at:]
    assert parameters_of(opened(data)) is None


def test_defaults_are_the_layouts_numbers() -> None:
    for made, layout in ((DEFAULTS, RIFFUSION), (DEFAULTS_20K, RIFFUSION_20K)):
        ours = made.layout()
        assert (ours.bands, ours.low_hz, ours.high_hz, ours.power) == (512, layout.low_hz, layout.high_hz, 0.25)
        assert (ours.window(44100), ours.fft(44100), made.hop) == (4410, 17640, 441)
        assert (ours.channels, ours.sample_units) == (layout.channels, 32768.0)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "1", "CMYK"])
def test_every_mode_becomes_red_green_and_blue(mode: str) -> None:
    grey = np.tile(np.arange(0, 256, 32, dtype=np.uint8), (16, 1))
    image = Image.fromarray(grey).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "TIFF" if mode == "CMYK" else "PNG")
    pixels = pixels_of(opened(buffer.getvalue()))
    assert pixels.shape == (16, 8, 3)
    if mode in ("RGB", "L", "RGBA", "CMYK"):
        assert np.array_equal(pixels[..., 0], grey)


def test_a_palette_is_looked_up_not_taken_as_grey() -> None:
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 200, 10, 20])
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    assert pixels_of(opened(buffer.getvalue()))[0, 0].tolist() == [200, 10, 20]


def test_jpeg_keeps_left_and_right_apart() -> None:
    """Halved colours would mix columns: one column of left only, beside columns of right only."""
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[..., 1:] = 255
    pixels[:, 0::2, 1], pixels[:, 1::2, 2] = 100, 100
    again = pixels_of(opened(encoded(pixels, DEFAULTS, "JPEG")))
    assert np.abs(again[..., 1:].astype(int) - pixels[..., 1:]).max() <= 12


def test_png_is_exact() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (512, 40, 3), dtype=np.uint8)
    assert np.array_equal(pixels_of(opened(encoded(pixels, DEFAULTS))), pixels)


def bomb(width: int, height: int) -> bytes:
    """The head of a PNG that claims a size."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + body + struct.pack(">I", 1000) + b"IDAT" + bytes(100)


def cut_off() -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    return encoded(noise, DEFAULTS)[:5000]


def sixteen_bits() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((4, 4), np.uint16)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "cannot be read as a picture"),
        (b"RIFF\x00\x00\x00\x00WAVE", "no known format"),
        (cut_off(), "damaged"),
        (bomb(100, 3000), "at most"),
        (bomb(MOST_COLUMNS + 1, 512), "at most"),
        (bomb(MOST_COLUMNS, 513), "at most"),
        (bomb(200000, 200000), "more than"),
        (sixteen_bits(), "more than 8 bits"),
    ],
    ids=["empty", "a sound", "cut off", "too high", "too wide", "too large", "a bomb", "16 bits"],
)
def test_what_is_no_picture_gets_one_sentence(data: bytes, told: str) -> None:
    with pytest.raises(UsageError, match=told) as refused:
        opened(data, "a.png")
    sentence = str(refused.value)
    assert sentence.startswith("a.png")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_missing_picture(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no picture .*b\.png"):
        opened(tmp_path / "b.png")
    with pytest.raises(UsageError, match="cannot be read"):
        opened(tmp_path)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"rate": 0}, "--rate must lie between"),
        ({"step_ms": 0}, "--step must lie between"),
        ({"step_ms": float("nan")}, "--step must lie between"),
        ({"n_mels": 10**6}, "--n-mels must lie between"),
        ({"power": 0.0}, "--power must lie between"),
        ({"step_ms": 60}, "at most half"),
        ({"padded_ms": 50}, "shorter than the window"),
        ({"f_max": 20000, "rate": 22050}, "above half the rate"),
        ({"f_min": 12000}, "not below"),
    ],
)
def test_impossible_parameters_are_named(given: dict[str, float], told: str) -> None:
    with pytest.raises(UsageError, match=told) as refused:
        DEFAULTS.with_given(given).checked("a.png")
    assert str(refused.value).startswith("a.png: ")


def test_what_is_not_given_stays() -> None:
    assert DEFAULTS.with_given({"rate": None, "n_mels": 256, "seed": 4}) == Parameters(n_mels=256)


def test_parameters_are_read_without_torch() -> None:
    code = "import sys; from liveriff.render.spectrogram import exif, images; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
