"""Matrices that are nearly all zeros: the same products with a sixteenth of the work."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.render.spectrogram.banded import Banded
from liveriff.render.spectrogram.decoding import inverse_at
from liveriff.render.spectrogram.filterbank import inverse, weights
from liveriff.render.spectrogram.layout import EMBEDDED, RIFFUSION, Layout


@settings(max_examples=40)
@given(st.integers(1, 300), st.integers(1, 40), st.integers(0, 6), st.integers(0, 2**31))
def test_a_banded_matrix_multiplies_as_it_is(rows: int, columns: int, width: int, seed: int) -> None:
    dice = torch.Generator().manual_seed(seed)
    matrix = torch.randn(rows, columns, generator=dice, dtype=torch.float64)
    here = torch.arange(rows)[:, None] * columns // rows
    matrix[(torch.arange(columns)[None] - here).abs() > width] = 0.0
    values = torch.randn(columns, 5, generator=dice, dtype=torch.float64)
    banded = Banded(matrix, faint=0.0)
    torch.testing.assert_close(banded.times(values), (matrix @ values).T)
    torch.testing.assert_close(banded.squared(), matrix.T @ matrix)


def test_nothing_but_zeros() -> None:
    banded = Banded(torch.zeros(70, 9))
    assert not banded.times(torch.ones(9, 2)).any()
    assert not banded.squared().any()


@pytest.mark.parametrize(("layout", "rate", "fft"), [(EMBEDDED, 38400.0, 3840), (RIFFUSION, 21000.0, 2160)])
def test_the_inverse_of_a_filter_bank_is_rounded_no_more_than_float32_does(
    layout: Layout, rate: float, fft: int
) -> None:
    matrix = inverse_at(layout, rate, fft)
    mel = torch.rand(layout.bands, 16, generator=torch.Generator().manual_seed(1)) ** 8
    exact = (matrix.double() @ mel.double()).T
    error = (Banded(matrix).times(mel) - exact).abs().max() / exact.abs().max()
    assert float(error) < 1e-6
    assert sum(block[2].numel() for block in Banded(matrix)._blocks) < matrix.numel() / 5


def test_the_inverse_gives_back_what_the_bank_has_taken() -> None:
    bank = weights(EMBEDDED, 38400.0, 3840).double()
    known = inverse(EMBEDDED, 38400.0, 3840).double()
    mel = torch.rand(EMBEDDED.bands, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    ridge = 1e-3 * float((bank * bank).sum(0).mean())
    wanted = torch.linalg.solve(bank.T @ bank + ridge * torch.eye(EMBEDDED.bands, dtype=torch.float64), mel)
    torch.testing.assert_close(known @ mel, bank @ wanted, rtol=1e-4, atol=1e-6)
