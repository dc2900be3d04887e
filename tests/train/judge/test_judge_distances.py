"""Distances of sets and of copies, where the answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from liveriff.train.judge import distances, fingerprint

DICE = np.random.default_rng(2)


def cloud(count: int, shift: float = 0.0) -> np.ndarray:
    """Points of a normal distribution in eight dimensions."""
    return DICE.normal(size=(count, 8)) + shift


@pytest.mark.parametrize("measure", [distances.kernel_distance, distances.polynomial_distance])
def test_one_distribution_is_no_distance_and_another_is_more_the_farther_it_is(measure) -> None:  # type: ignore[no-untyped-def]
    reference = cloud(300)
    near, far, farther = (measure(reference, cloud(300, shift)) for shift in (0.0, 0.5, 1.5))
    assert abs(near) < 0.2 * far
    assert far < farther


def test_the_kernel_distance_is_the_mean_over_all_pairs() -> None:
    x, y = cloud(3), cloud(4, 1.0)

    def kernel(one: np.ndarray, other: np.ndarray) -> float:
        return float(np.exp(-((one - other) ** 2).sum() / (2 * 2.0**2)))

    inner = np.mean([kernel(a, b) for i, a in enumerate(x) for j, b in enumerate(x) if i != j])
    outer = np.mean([kernel(a, b) for i, a in enumerate(y) for j, b in enumerate(y) if i != j])
    across = np.mean([kernel(a, b) for a in x for b in y])
    assert distances.kernel_distance(x, y, 2.0) == pytest.approx(100.0 * (inner + outer - 2.0 * across))


def test_the_frechet_distance_of_two_normal_distributions() -> None:
    reference = cloud(4000)
    assert distances.frechet_distance(reference, reference) == pytest.approx(0.0, abs=1e-6)
    assert distances.frechet_distance(reference, reference + 2.0) == pytest.approx(8 * 4.0, rel=1e-6)


def test_the_nearest_is_found_across_blocks() -> None:
    known = cloud(50)
    found, which = distances.nearest(known[[7, 41]] + 1e-3, known, block=16)
    assert which.tolist() == [7, 41]
    assert found == pytest.approx(np.full(2, np.sqrt(8) * 1e-3), rel=1e-3)


def test_a_copy_is_nearest_even_when_it_is_turned_by_a_bar(tmp_path: Path) -> None:
    pictures = DICE.integers(0, 256, (6, 512, 512), dtype=np.uint8)
    pictures = np.repeat(np.repeat(pictures[:, ::32, ::16], 32, axis=1), 16, axis=2)  # coarse, as loops are
    fingerprint.write(tmp_path, fingerprint.fingerprints(pictures[:4]))
    training = np.load(fingerprint.path_of(tmp_path))
    assert training.shape == (4, 512)
    turned = fingerprint.fingerprints(np.roll(pictures[2:3], 256, axis=2))
    fresh = fingerprint.fingerprints(pictures[4:])
    assert fingerprint.distances(turned, training)[0] < 1.0
    assert fingerprint.distances(fresh, training).min() > 20.0
