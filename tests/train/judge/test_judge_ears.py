"""The judge's nets learn what can be learnt, are kept, and the checkpoint reader reads what TensorFlow writes."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from liveriff.errors import ModelError
from liveriff.train.judge import checkpoint, teaching
from liveriff.train.judge.classifier import Lessons
from liveriff.train.judge.hearing import BANDS, COLUMNS, RATE, seen


def lessons(count: int) -> Lessons:
    """Two styles, one with all its sound below and one above; two categories, one empty at every second column."""
    dice = np.random.default_rng(0)
    pictures = dice.integers(0, 60, (count, BANDS, COLUMNS), dtype=np.uint8)
    for place in range(count):
        half = slice(0, 32) if place % 2 else slice(32, 64)
        pictures[place, half, :: 8 if place % 4 < 2 else 1] = 220
    return Lessons(
        pictures,
        ["low" if place % 2 else "high" for place in range(count)],
        ["drums" if place % 4 < 2 else "synth" for place in range(count)],
        list(range(count)),
    )


def test_an_ear_learns_and_is_the_same_when_it_is_read_again(tmp_path: Path) -> None:
    named = teaching.taught(lessons(200), 6, lambda done: None)
    assert named.right == {"style": 1.0, "category": 1.0}
    teaching.save(named, tmp_path / "ear.pt")
    again = teaching.load(tmp_path / "ear.pt")
    fresh = lessons(8).pictures
    assert (again.styles, again.categories) == (("high", "low"), ("drums", "synth"))
    assert again.embed(fresh) == pytest.approx(named.embed(fresh))


def test_loudness_does_not_change_what_is_seen_and_a_loop_goes_round() -> None:
    sound = np.random.default_rng(0).normal(size=RATE * 2).astype(np.float32)
    assert np.abs(seen(sound, True).astype(int) - seen(sound * np.float32(0.1), True)).max() <= 1
    turned = seen(np.roll(sound, len(sound) // COLUMNS * 64), True)
    assert np.abs(np.roll(seen(sound, True), 64, axis=1).astype(int) - turned).mean() < 8


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def _block(pairs: list[tuple[bytes, bytes]]) -> bytes:
    out, last = b"", b""
    for key, value in pairs:
        shared = next((i for i, (a, b) in enumerate(zip(key, last, strict=False)) if a != b), min(len(key), len(last)))
        out += _varint(shared) + _varint(len(key) - shared) + _varint(len(value)) + key[shared:] + value
        last = key
    return out + struct.pack("<II", 0, 1)


def _written(folder: Path, arrays: dict[str, np.ndarray]) -> None:
    data, pairs = b"", [(b"", b"\x08\x01")]
    for name, array in sorted(arrays.items()):
        shape = b"".join(b"\x12" + _varint(len(_varint(n)) + 1) + b"\x08" + _varint(n) for n in array.shape)
        raw = array.astype("<f4").tobytes()
        fields = b"\x08\x01\x12" + _varint(len(shape)) + shape + b"\x20" + _varint(len(data)) + b"\x28"
        pairs.append((name.encode(), fields + _varint(len(raw)) + b"\x35" + b"\0" * 4))
        data += raw
    table = _block(pairs)
    handle = _varint(0) + _varint(len(table))
    index = _block([(b"~", handle)])
    footer = _varint(0) + _varint(0) + _varint(len(table) + 5) + _varint(len(index))
    whole = table + b"\0" * 5 + index + footer.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57)
    (folder / ".index").write_bytes(whole)
    (folder / ".data-00000-of-00001").write_bytes(data)


def test_tensors_of_a_checkpoint_are_read(tmp_path: Path) -> None:
    arrays = {"dense/bias": np.arange(3.0), "dense/kernel": np.arange(600.0).reshape(2, 300), "one": np.array(7.0)}
    _written(tmp_path, arrays)
    found = checkpoint.tensors(tmp_path)
    assert sorted(found) == sorted(arrays)
    for name, array in arrays.items():
        assert found[name].shape == array.shape
        assert torch.equal(torch.from_numpy(found[name].copy()), torch.from_numpy(array).float())


def test_what_is_no_checkpoint_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no checkpoint"):
        checkpoint.tensors(tmp_path)
    (tmp_path / ".index").write_bytes(b"x" * 100)
    (tmp_path / ".data-00000-of-00001").write_bytes(b"")
    with pytest.raises(ModelError, match="no table"):
        checkpoint.tensors(tmp_path)
