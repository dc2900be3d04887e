"""Inputs made from other inputs: bytes turned, cut, doubled, put in; numbers that are the last of their kind.

The operations are those that mutating fuzzers share (M. Zalewski, "afl-fuzz technical details", 2014, section 6).
Deterministic: the same ``Random`` gives the same inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

_EDGES_8 = (0, 1, 0x7F, 0x80, 0xFF)
_EDGES_32 = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFC, 0x7F800000, 0x7FC00000)
NUMBERS = (
    *(b"0", b"-1", b"1e308", b"-1e308", b"1e-320", b"NaN", b"nan", b"inf", b"-inf", b"Infinity", b"1_000", b"0x10"),
    *(b"2147483648", b"9223372036854775808", b"-9223372036854775809", b"1e400", b"9" * 400, b"0.1e", b"00", b"+1"),
)
TEXTS = (
    *(b"", b"null", b"true", b"\0", b"\n", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"../../etc/passwd", b"C:\\"),
    *("²".encode(), "١".encode(), "ﬀ".encode(), "\u2028".encode(), "\U0001f39b".encode(), b"%s%n", b"{}", b"\\ud800"),
)


class Mutator:
    """``of`` gives one more input. words: of the format, put in whole; longest: bytes of any input."""

    def __init__(self, random: Random, words: Sequence[bytes], longest: int) -> None:
        """Deterministic from here on."""
        self._random, self._longest = random, longest
        self._words = (*words, *words, *NUMBERS, *TEXTS)

    def of(self, corpus: Sequence[bytes]) -> bytes:
        """A member of the corpus, changed at one to a dozen places."""
        data = bytearray(self._random.choice(corpus))
        if self._random.random() < 0.1:
            data = self._spliced(data, self._random.choice(corpus))
        for _ in range(1 << self._random.randrange(4)):
            self._random.choice(_OPERATIONS)(self, data)
        return bytes(data[: self._longest])

    # --- operations ---------------------------------------------------------------------------------------------

    def _spliced(self, one: bytearray, other: bytes) -> bytearray:
        return one[: self._place(one)] + other[self._place(other) :]

    def _place(self, data: bytes | bytearray) -> int:
        return self._random.randrange(len(data) + 1)

    def _span(self, data: bytearray) -> tuple[int, int]:
        """A piece, short more often than long."""
        start = self._place(data)
        return start, min(len(data), start + (1 << self._random.randrange(11)))

    def flip(self, data: bytearray) -> None:
        """One bit."""
        if data:
            data[self._random.randrange(len(data))] ^= 1 << self._random.randrange(8)

    def byte(self, data: bytearray) -> None:
        """One byte, anything or an edge."""
        if data:
            value = self._random.randrange(256) if self._random.random() < 0.5 else self._random.choice(_EDGES_8)
            data[self._random.randrange(len(data))] = value

    def number(self, data: bytearray) -> None:
        """Four bytes that are an edge of whole numbers or floats, in either order."""
        at = self._place(data)
        order = "big" if self._random.random() < 0.5 else "little"
        data[at : at + 4] = self._random.choice(_EDGES_32).to_bytes(4, "big" if order == "big" else "little")

    def step(self, data: bytearray) -> None:
        """A byte a little more or less: lengths that are off by one."""
        if data:
            at = self._random.randrange(len(data))
            data[at] = (data[at] + self._random.randint(-4, 4)) & 0xFF

    def cut(self, data: bytearray) -> None:
        """A piece is gone."""
        start, end = self._span(data)
        del data[start:end]

    def end(self, data: bytearray) -> None:
        """All from a place on is gone."""
        del data[self._place(data) :]

    def double(self, data: bytearray) -> None:
        """A piece stands there again, once or many times."""
        start, end = self._span(data)
        times = 1 if self._random.random() < 0.8 else self._random.randrange(2, 200)
        if len(data) + (end - start) * times <= self._longest:
            data[start:start] = data[start:end] * times

    def move(self, data: bytearray) -> None:
        """A piece stands elsewhere."""
        start, end = self._span(data)
        piece = data[start:end]
        del data[start:end]
        at = self._place(data)
        data[at:at] = piece

    def put(self, data: bytearray) -> None:
        """A word of the format, or of no format, put in or over."""
        word, at = self._random.choice(self._words), self._place(data)
        data[at : at + (len(word) if self._random.random() < 0.5 else 0)] = word

    def noise(self, data: bytearray) -> None:
        """A few bytes of anything."""
        at = self._place(data)
        data[at:at] = self._random.randbytes(self._random.randrange(1, 9))


_OPERATIONS: tuple[Callable[[Mutator, bytearray], None], ...] = (
    *(Mutator.flip, Mutator.byte, Mutator.number, Mutator.step, Mutator.cut, Mutator.end),
    *(Mutator.double, Mutator.move, Mutator.put, Mutator.put, Mutator.put, Mutator.noise),
)
