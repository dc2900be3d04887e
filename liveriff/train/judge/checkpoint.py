"""Reading the tensors of a TensorFlow checkpoint without TensorFlow. Pure but for the two files it reads.

The index is a LevelDB table of one record a tensor (tensorflow/core/lib/io/format and tensor_bundle.proto, Apache-2.0,
tell the format); the tensors lie one after the other in the data file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import ModelError

_FOOTER, _MAGIC, _FLOAT = 48, 0xDB4775248B80FB57, 1


def tensors(folder: Path, prefix: str = "") -> dict[str, NDArray[np.float32]]:
    """The float32 tensors of a checkpoint by name; ModelError if the files are not what they should be."""
    try:
        index = (folder / f"{prefix}.index").read_bytes()
        data = (folder / f"{prefix}.data-00000-of-00001").read_bytes()
        return {name: _tensor(fields, data) for name, fields in _records(index) if fields.get(1) == _FLOAT}
    except (OSError, IndexError, ValueError, struct.error) as error:
        raise ModelError(f"{folder} holds no checkpoint that can be read: {error}.") from error


def _tensor(fields: dict[int, int | bytes], data: bytes) -> NDArray[np.float32]:
    sizes = [_number(_fields(part).get(1, 0)) for number, part in _pairs(_bytes(fields.get(2, b""))) if number == 2
             for part in [_bytes(part)]]  # fmt: skip
    offset, size = _number(fields.get(4, 0)), _number(fields.get(5, 0))
    return np.frombuffer(data[offset : offset + size], "<f4").reshape(sizes)


def _records(index: bytes) -> Iterator[tuple[str, dict[int, int | bytes]]]:
    """Names and records of all tensors."""
    footer = index[-_FOOTER:]
    if struct.unpack("<Q", footer[-8:])[0] != _MAGIC:
        raise ValueError("its index is no table")
    place = _varint(footer, _varint(footer, _varint(footer, 0)[1])[1])
    blocks = _block(index, place[0], _varint(footer, place[1])[0])
    for _, handle in blocks:
        offset, after = _varint(handle, 0)
        for key, value in _block(index, offset, _varint(handle, after)[0]):
            if key:
                yield key.decode(), _fields(value)


def _block(table: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of a block; keys leave out what they share with the one before."""
    block = table[offset : offset + size]
    end = size - 4 * (struct.unpack("<I", block[-4:])[0] + 1)
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        own, at = _varint(block, at)
        length, at = _varint(block, at)
        key = key[:shared] + block[at : at + own]
        at += own
        yield key, block[at : at + length]
        at += length


def _fields(message: bytes) -> dict[int, int | bytes]:
    """A protocol buffer's fields; of repeated ones the last."""
    return dict(_pairs(message))


def _pairs(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        value: int | bytes
        if tag & 7 == 0:
            value, at = _varint(message, at)
        else:
            length, at = (4, at) if tag & 7 == 5 else _varint(message, at)
            value, at = message[at : at + length], at + length
        yield tag >> 3, value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, and where the next byte is."""
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return value, at


def _number(value: int | bytes) -> int:
    return value if isinstance(value, int) else 0


def _bytes(value: int | bytes) -> bytes:
    return value if isinstance(value, bytes) else b""
