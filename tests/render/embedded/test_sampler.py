"""The sampler on flows whose answer is known."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from liveriff.render.embedded.sampler import drifted, flow, noise, slerp, times


def test_a_straight_flow_is_exact_in_one_step() -> None:
    data, start = torch.full((1, 2, 3, 4), 0.7), noise(3, 2, 3, 4)
    for steps in (1, 2, 8):
        end = flow(lambda x, t, s: start - data, start, times(steps), lambda step: None)
        torch.testing.assert_close(end, data, atol=1e-5, rtol=0)


def test_a_gaussian_flow_reaches_its_deviation() -> None:
    # Data N(0, s^2): v(x, t) = x (t - (1 - t) s^2) / ((1 - t)^2 s^2 + t^2), and x ends at s times the noise.
    deviation = 0.25

    def velocity(x: torch.Tensor, t: float, s: float) -> torch.Tensor:
        variance = (1 - t) ** 2 * deviation**2 + t**2
        return x * (t - (1 - t) * deviation**2) / variance

    start = noise(1, 4, 32, 16)
    ends = [flow(velocity, start, times(steps), lambda step: None) for steps in (8, 32, 128)]
    errors = [float((end / start).mean() - deviation) for end in ends]
    assert abs(errors[2]) < 0.002
    assert abs(errors[2]) < abs(errors[1]) < abs(errors[0]) + 1e-6


def test_every_step_is_reported_once_and_before_it_is_taken() -> None:
    events: list[object] = []

    def velocity(x: torch.Tensor, t: float, s: float) -> torch.Tensor:
        events.append("v")
        return x

    flow(velocity, noise(0, 1, 1, 4), times(3), events.append)
    assert events == [1, "v", 2, "v", 3, "v"]


def test_mean_velocities_reach_the_end_whatever_they_were_before() -> None:
    start, halves = torch.ones(1, 1, 2, 4), {1.0: -1.0, times(2)[1]: 7.0}
    end = flow(lambda x, t, s: torch.full_like(x, halves[t]), start, times(2), lambda step: None, None)
    middle = times(2)[1]
    torch.testing.assert_close(end, start + (1.0 - middle) - middle * 7.0)


@pytest.mark.parametrize("start", [1.0, 0.35])
def test_times_fall_from_the_beginning_to_zero(start: float) -> None:
    course = times(8, start)
    assert course[0] == pytest.approx(start)
    assert course[-1] == 0.0
    assert all(now > then for now, then in pairwise(course))


def test_noise_of_a_short_loop_is_the_beginning_of_a_long_one() -> None:
    assert torch.equal(noise(5, 8, 32, 16), noise(5, 8, 32, 64)[..., :16])
    assert not torch.equal(noise(5, 8, 32, 16), noise(6, 8, 32, 16))


def test_drift_ends_at_the_next_seed_and_stays_on_the_sphere() -> None:
    here, there = noise(5, 8, 32, 32), noise(6, 8, 32, 32)
    assert torch.equal(drifted(5, 0.0, 8, 32, 32), here)
    assert torch.equal(drifted(5, 1.0, 8, 32, 32), there)
    middle = slerp(here, there, 0.5)
    assert float(middle.std()) == pytest.approx(1.0, abs=0.05)
