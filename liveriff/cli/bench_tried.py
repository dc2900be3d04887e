"""What was tried to make the embedded model quicker and was not taken: a part of the page docs/performance.md. Pure.

Ratios to what is shipped, of medians in turns in one process; more is quicker. They were taken once, by hand: what is
compared here does not come with liveriff.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Tried:
    """A way to run the same nets, and how many times as quick as what is shipped it was.

    nets: from the job to the picture; chunk: to the sound; strip: five alphas; apart: how far pictures lie from those
    of float32, mean of values 0..1.
    """

    way: str
    nets: float
    chunk: float
    strip: float
    apart: float


TRIED = (
    Tried("as shipped: torch 2.13, bfloat16", 1.0, 1.0, 1.0, 0.0006),
    Tried("OpenVINO 2026.4, bfloat16", 1.27, 1.18, 1.10, 0.0042),
    Tried("OpenVINO 2026.4, float32", 0.76, 0.82, 0.73, 0.0),
    Tried("ONNX Runtime 1.32, float32", 0.74, 0.78, 0.69, 0.0),
)

_HEAD = """
## Tried and not taken

The embedded model's generator, codec and vocoder by other means, on a processor that multiplies bfloat16 by itself: how
many times as quick as what is shipped, of medians in turns, one thread. Nothing gains the third that another library of
tens of megabytes would have to bring, and the one that is quicker draws pictures seven times as far from float32's.

| way | the picture | the chunk | a strip of five | apart from float32 |
|---|---:|---:|---:|---:|"""


def tried() -> Iterator[str]:
    """The part of the page."""
    yield _HEAD
    for each in TRIED:
        yield f"| {each.way} | {each.nets:.2f} x | {each.chunk:.2f} x | {each.strip:.2f} x | {each.apart:.4f} |"
