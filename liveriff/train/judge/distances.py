"""How far apart two sets of embeddings are, and how near a sample lies to its neighbours. Pure; numpy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SCALE = 100.0
"""What the kernel audio distance is multiplied by, as in its paper."""


def kernel_distance(reference: Floats, other: Floats, bandwidth: float = 0.0) -> float:
    """Kernel audio distance of two sets (n, d) and (m, d): 100 times the unbiased squared MMD.

    Gaussian kernel, its width the median distance within the reference unless it is given (Chung et al., "KAD: No More
    FAD!", 2025). Sets of one distribution give 0 on average, hence now and then a little less.
    """
    width = bandwidth or median_distance(reference)
    inner, outer, across = (np.exp(-squares(*pair) / (2.0 * width**2)) for pair in
                            ((reference, reference), (other, other), (reference, other)))  # fmt: skip
    return SCALE * (_without_self(inner) + _without_self(outer) - 2.0 * float(across.mean()))


def polynomial_distance(reference: Floats, other: Floats) -> float:
    """100 times the unbiased squared MMD with the kernel (x y / d + 1)^3 (Binkowski et al., 2018).

    Embeddings are centred and divided by the reference's mean deviation first, so that the kernel's 1 means something.
    """
    middle, usual = reference.mean(axis=0), float(reference.std(axis=0).mean()) + 1e-9
    x, y = (reference - middle) / usual, (other - middle) / usual
    inner, outer, across = (((a @ b.T) / a.shape[1] + 1.0) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    return SCALE * (_without_self(inner) + _without_self(outer) - 2.0 * float(across.mean()))


def frechet_distance(reference: Floats, other: Floats) -> float:
    """Frechet audio distance (Kilgour et al., 2019): of the normal distributions with both sets' means and covariances.

    It shrinks as sets grow: compare only sets of equal size.
    """
    gap = reference.mean(axis=0) - other.mean(axis=0)
    one, two = (np.cov(rows, rowvar=False) + 1e-6 * np.eye(rows.shape[1]) for rows in (reference, other))
    values, vectors = np.linalg.eigh(one)
    root = (vectors * np.sqrt(values.clip(min=0.0))) @ vectors.T
    shared = np.sqrt(np.linalg.eigvalsh(root @ two @ root).clip(min=0.0)).sum()
    return float(gap @ gap + np.trace(one) + np.trace(two) - 2.0 * shared)


def median_distance(rows: Floats) -> float:
    """Median distance between two different rows."""
    apart = np.sqrt(squares(rows, rows)[np.triu_indices(len(rows), 1)])
    return float(np.median(apart)) or 1.0


def squares(one: Floats, other: Floats) -> Floats:
    """Squared distances (n, m)."""
    found = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2.0 * one @ other.T
    clipped: Floats = np.maximum(found, 0.0)
    return clipped


def nearest(rows: Floats, known: Floats, block: int = 4096) -> tuple[Floats, NDArray[np.int64]]:
    """Distance of each row (n, d) to its nearest of ``known`` (m, d), and which that is."""
    best, which = np.full(len(rows), np.inf), np.zeros(len(rows), np.int64)
    for first in range(0, len(known), block):
        found = squares(rows, known[first : first + block].astype(rows.dtype))
        place = found.argmin(axis=1)
        value = found[np.arange(len(rows)), place]
        nearer = value < best
        best[nearer], which[nearer] = value[nearer], place[nearer] + first
    return np.sqrt(best), which


def spread(rows: Floats) -> float:
    """Mean distance between two different rows."""
    return float(np.sqrt(squares(rows, rows))[np.triu_indices(len(rows), 1)].mean())


def _without_self(kernel: Floats) -> float:
    """Mean of a kernel's values (n, n) off the diagonal."""
    n = len(kernel)
    return float(kernel.sum() - np.trace(kernel)) / (n * (n - 1))
