"""Samplers against the exact solution for Gaussian data, against other writings of them, and against diffusers."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from diffusers import IPNDMScheduler
from torch import Tensor

from liveriff.render.backend import Cancelled
from liveriff.render.dance.estimate import estimating
from liveriff.render.dance.levels import alpha_sigma, ratio_of
from liveriff.render.dance.net import Net
from liveriff.render.dance.samplers import sample
from liveriff.render.dance.settings import SAMPLERS, Settings

MEAN, SPREAD = 0.4, 0.3


def always(_step: int, _of: int) -> bool:
    return True


def velocity(x: Tensor, t: float) -> Tensor:
    """v of the perfect network for data N(MEAN, SPREAD^2)."""
    alpha, sigma = alpha_sigma(t)
    variance = alpha**2 * SPREAD**2 + sigma**2
    D = MEAN + alpha * SPREAD**2 / variance * (x - alpha * MEAN)
    noise = sigma / variance * (x - alpha * MEAN)
    return alpha * noise - sigma * D


def exact(x: Tensor, t: float) -> Tensor:
    """Where the flow leads from x at t: it keeps the number of standard deviations from the mean."""
    alpha, sigma = alpha_sigma(t)
    return MEAN + SPREAD * (x - alpha * MEAN) / math.sqrt(alpha**2 * SPREAD**2 + sigma**2)


START = torch.randn(1, 1, 400, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def error(sampler: str, steps: int, schedule: str = "crash") -> float:
    settings = Settings(sampler=sampler, schedule=schedule, steps=steps)
    path = settings.levels()
    made = sample(estimating(velocity), START, path, settings, always, None)
    return float((made - exact(START, path[0])).abs().max())


@pytest.mark.parametrize(
    ("sampler", "order"), [("ddim", 1), ("euler", 1), ("ipndm", 2), ("dpmpp-2m", 2), ("heun", 2), ("lms", 2)]
)
def test_the_error_falls_with_the_order(sampler: str, order: int) -> None:
    few, many = error(sampler, 64), error(sampler, 128)
    assert math.log2(few / many) > order - 0.25
    assert many < (2e-2 if order == 1 else 1e-3)


@pytest.mark.parametrize("schedule", ["karras", "exponential", "polyexponential", "log-snr", "linear"])
def test_every_schedule_converges(schedule: str) -> None:
    assert error("ipndm", 200, schedule) < 0.02
    assert error("dpmpp-2m", 200, schedule) < 0.02


@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_ddim_is_eulers_method_and_its_ancestral_form(eta: float) -> None:
    """k-diffusion's loop over z = x / alpha and sigma / alpha, from the same noises."""
    settings = Settings(sampler="euler-ancestral" if eta else "euler", schedule="karras", steps=12)
    path = settings.levels()
    ours = sample(estimating(velocity), START, path, settings, always, torch.Generator().manual_seed(5))
    z = START / alpha_sigma(path[0])[0]
    noises = torch.Generator().manual_seed(5)
    for t, target in pairwise(path):
        here, there = ratio_of(t), ratio_of(target)
        alpha = alpha_sigma(t)[0]
        D = estimating(velocity)(alpha * z, t)[0]
        up = eta * min(there, math.sqrt(there**2 * (here**2 - there**2) / here**2))
        down = math.sqrt(there**2 - up**2)
        z = z + (z - D) / here * (down - here)
        if up:
            z = z + up * torch.randn(z.shape, generator=noises).to(z)
    assert float((ours - z).abs().max()) < 1e-9


def test_random_samplers_keep_the_spread_of_the_data() -> None:
    settings = Settings(sampler="euler-ancestral", steps=400)
    start = torch.randn(1, 1, 20000, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    made = sample(estimating(velocity), start, settings.levels(), settings, always, torch.Generator().manual_seed(3))
    assert float(made.mean()) == pytest.approx(MEAN, abs=0.01)
    assert float(made.std()) == pytest.approx(SPREAD, rel=0.03)


@pytest.mark.parametrize("sampler", ["ddim", "ipndm", "dpmpp-2m", "heun"])
def test_a_path_can_be_gone_up_and_down_again(sampler: str) -> None:
    settings = Settings(sampler=sampler, steps=150)
    path = settings.levels()
    sound = MEAN + SPREAD * START
    noise = sample(estimating(velocity), sound, path[::-1], settings, always, None)
    assert float((noise - START).abs().max()) < 0.05
    back = sample(estimating(velocity), noise, path, settings, always, None)
    assert float((back - sound).abs().max()) < 0.03


def test_ipndm_is_that_of_diffusers(net: Net) -> None:
    """From its second level on: at t 1 the sound has no share in x, and diffusers' step divides nothing by nearly
    nothing there, where ours uses the network's estimate."""
    steps = 100
    x = torch.randn(1, 2, 512, generator=torch.Generator().manual_seed(4))
    theirs = IPNDMScheduler(num_train_timesteps=steps)
    theirs.set_timesteps(steps)
    path = Settings(steps=steps).levels()
    assert torch.allclose(theirs.timesteps, torch.tensor(path[:-1]), atol=1e-6)
    theirs.set_begin_index(1)
    other = x.clone()
    with torch.no_grad():
        for t in theirs.timesteps[1:]:
            other = theirs.step(net.velocity(other, float(t)), t, other).prev_sample
        ours = sample(estimating(net.velocity), x, path[1:], Settings(), always, None)
    assert float(other.abs().max()) > 0.1
    assert float((ours - other).abs().max()) < 1e-3


def test_the_first_step_agrees_with_diffusers_where_the_data_has_no_mean() -> None:
    theirs = IPNDMScheduler(num_train_timesteps=100)
    theirs.set_timesteps(100)

    def centred(x: Tensor, t: float) -> Tensor:
        alpha, sigma = alpha_sigma(t)
        return alpha * sigma * (1.0 - SPREAD**2) / (alpha**2 * SPREAD**2 + sigma**2) * x

    other = START.float()
    for t in theirs.timesteps:
        other = theirs.step(centred(other, float(t)), t, other).prev_sample
    ours = sample(estimating(centred), START.float(), Settings(steps=100).levels(), Settings(), always, None)
    assert float((ours - other).abs().max()) < 1e-3


MOST_CALLS = {"ipndm": 2, "ddim": 2, "euler": 2, "dpmpp-2m": 2, "lms": 2, "dpm-fast": 2, "prk": 8, "plms": 8}
MOST_CALLS["dpm-adaptive"] = 100  # its steps are parts of the way


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_sampler_stops_before_the_step_that_says_so(sampler: str) -> None:
    calls: list[float] = []

    def counted(x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        calls.append(t)
        return estimating(velocity)(x, t)

    settings = Settings(sampler=sampler, steps=10)
    with pytest.raises(Cancelled):
        sample(counted, START, settings.levels(), settings, lambda step, of: step < 3, torch.Generator())
    assert len(calls) <= MOST_CALLS.get(sampler, 4)
