"""The ways from noise to latents, on data whose exact answer is known: a Gaussian."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from liveriff.render.backend import Cancelled
from liveriff.render.pipelines.courses import LOG_SNR_MAX, LOG_SNR_MIN, Levels, dpmpp_2m, flow, flow_path

MEAN, SPREAD = 0.7, 0.5
ALWAYS = lambda _step, _of: True  # noqa: E731


def denoised(z: Tensor, sigma: float) -> Tensor:
    """E[D | z] for z = D + sigma n."""
    return (SPREAD**2 * z + sigma**2 * MEAN) / (SPREAD**2 + sigma**2)


def velocity(x: Tensor, s: float) -> Tensor:
    """E[n - D | x] for x = (1 - s) D + s n."""
    total = ((1.0 - s) * SPREAD) ** 2 + s**2
    off = x - (1.0 - s) * MEAN
    return s / total * off - (MEAN + (1.0 - s) * SPREAD**2 / total * off)


def no_noise(_step: int) -> Tensor:
    raise AssertionError("no noise is wanted")


def ode_error(steps: int) -> float:
    path = Levels(sigma_min=0.001, sigma_max=20.0).path(steps)
    z = torch.tensor([30.0, -14.0], dtype=torch.float64)
    exact = MEAN + (z - MEAN) * SPREAD / math.hypot(SPREAD, path[0])
    return float((dpmpp_2m(denoised, z, path, 0.0, no_noise, ALWAYS) - exact).abs().max())


def test_2m_is_of_second_order() -> None:
    errors = [ode_error(steps) for steps in (20, 40, 80)]
    assert all(3.0 < one / other < 6.0 for one, other in pairwise(errors))


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_2m_keeps_the_spread_however_much_noise_is_fresh(eta: float) -> None:
    dice = torch.Generator().manual_seed(0)

    def fresh(_step: int) -> Tensor:
        return torch.randn(20000, generator=dice, dtype=torch.float64)

    path = Levels(sigma_min=0.02, sigma_max=20.0).path(60)
    done = dpmpp_2m(denoised, fresh(0) * math.hypot(path[0], SPREAD) + MEAN, path, eta, fresh, ALWAYS)
    assert float(done.mean()) == pytest.approx(MEAN, abs=0.03)
    assert float(done.std()) == pytest.approx(SPREAD, rel=0.03)


def flow_error(steps: int) -> float:
    x = torch.tensor([1.5, -2.0], dtype=torch.float64)
    path = tuple(1.0 - k / steps for k in range(steps + 1))
    return float((flow(velocity, x, path, None, ALWAYS) - (MEAN + SPREAD * x)).abs().max())


def test_eulers_steps_are_of_first_order() -> None:
    errors = [flow_error(steps) for steps in (50, 100, 200)]
    assert all(1.7 < one / other < 2.4 for one, other in pairwise(errors))


def test_ping_pong_draws_noise_at_every_step_but_the_last() -> None:
    drawn: list[int] = []

    def fresh(step: int) -> Tensor:
        drawn.append(step)
        return torch.ones(3)

    def from_one_point(x: Tensor, s: float) -> Tensor:
        return (x - 2.0) / s  # n - D where D is always 2

    done = flow(from_one_point, torch.zeros(3), flow_path(4), fresh, ALWAYS)
    assert torch.allclose(done, torch.full((3,), 2.0), atol=1e-6)
    assert drawn == [1, 2, 3]


def test_the_path_of_the_published_pipeline() -> None:
    t = torch.linspace(1.0, 0.0, 9, dtype=torch.float64)
    known = torch.sigmoid(t * (LOG_SNR_MAX - LOG_SNR_MIN) - LOG_SNR_MAX)[:-1]
    assert flow_path(8)[0] == 1.0
    assert flow_path(8)[1:-1] == pytest.approx(known.tolist()[1:])
    assert flow_path(8)[-1] == 0.0


@given(steps=st.integers(1, 60), strength=st.floats(0.01, 1.0))
def test_paths_fall_from_the_strength_to_nothing(steps: int, strength: float) -> None:
    path = flow_path(steps, strength)
    assert len(path) == steps + 1 if strength > 0.12 else 2
    assert path[0] == strength
    assert all(one > other for one, other in pairwise(path))
    assert path[-1] == 0.0


@given(steps=st.integers(1, 60), strength=st.floats(0.01, 0.99), schedule=st.sampled_from(["exponential", "karras"]))
def test_levels_of_a_variation_are_the_lower_part_of_all(steps: int, strength: float, schedule: str) -> None:
    levels = Levels(schedule=schedule)
    whole, part = levels.path(steps), levels.path(steps, strength)
    assert part[0] == pytest.approx(min(whole[0], math.tan(strength * math.pi / 2)))
    assert set(part[1:]) <= set(whole)
    assert all(one > other for one, other in pairwise(part))
    assert len(part) <= steps + 1 + (steps == 1)


def test_levels_reach_from_the_settings_maximum_to_their_minimum() -> None:
    path = Levels(0.3, 500.0).path(10)
    assert (path[0], path[-2], path[-1]) == (pytest.approx(500.0), pytest.approx(0.3), 0.0)


@pytest.mark.parametrize("stop_at", [1, 3])
def test_a_step_that_is_not_wanted_is_not_taken(stop_at: int) -> None:
    asked: list[float] = []

    def estimate(z: Tensor, level: float) -> Tensor:
        asked.append(level)
        return z

    for follow in (
        lambda tick: dpmpp_2m(estimate, torch.zeros(1), Levels().path(5), 0.0, no_noise, tick),
        lambda tick: flow(estimate, torch.zeros(1), flow_path(5), None, tick),
    ):
        asked.clear()
        with pytest.raises(Cancelled):
            follow(lambda step, _of: step < stop_at)
        assert len(asked) == stop_at - 1
