"""A matrix whose rows are nearly all zeros but for a stretch that wanders to the right. Pure.

The inverse of a mel filter bank is one: what a bin owes to bands falls by half from each to the next. All of it would
be sixteen times the work.
"""

from __future__ import annotations

import torch
from torch import Tensor

_FAINT = 1e-7  # of the largest number: below float32's own rounding
_ROWS = 64


class Banded:
    """Blocks of rows, each with the columns that matter to it."""

    def __init__(self, matrix: Tensor, faint: float = _FAINT) -> None:
        """``matrix``: (rows, columns); what is not above ``faint`` of its largest number counts as zero."""
        self._rows, self._columns = matrix.shape
        self._blocks: list[tuple[slice, slice, Tensor]] = []
        with torch.inference_mode(False):  # what is kept serves training too
            heard = matrix.abs() > faint * matrix.abs().max()
            for first in range(0, self._rows, _ROWS):
                rows = slice(first, min(first + _ROWS, self._rows))
                columns = _stretch(heard[rows].any(0))
                self._blocks.append((rows, columns, matrix[rows, columns].T.contiguous()))

    def times(self, values: Tensor) -> Tensor:
        """(matrix @ values).T for ``values`` (columns, n): (n, rows)."""
        out = values.new_empty(values.shape[1], self._rows)
        turned = values.T.contiguous()
        for rows, columns, block in self._blocks:
            torch.mm(turned[:, columns], block, out=out[:, rows])
        return out

    def squared(self) -> Tensor:
        """matrix^T @ matrix (columns, columns)."""
        first = self._blocks[0][2]
        out = first.new_zeros(self._columns, self._columns)
        for _, columns, block in self._blocks:
            out[columns, columns] += block @ block.T
        return out


def _stretch(heard: Tensor) -> slice:
    """From the first true to the last."""
    places = heard.nonzero()[:, 0]
    return slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(0, 1)
