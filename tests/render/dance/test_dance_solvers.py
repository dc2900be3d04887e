"""The samplers of the second rank against the exact flow of Gaussian data, and against other writings of them."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from liveriff.render.dance import dpm_solver
from liveriff.render.dance.brownian import Brownian
from liveriff.render.dance.estimate import Estimate, estimating
from liveriff.render.dance.levels import alpha_sigma, ratio_of, t_of_ratio
from liveriff.render.dance.multistep import lms_weights
from liveriff.render.dance.samplers import PATHS, STEPS, sample
from liveriff.render.dance.schedules import Levels
from liveriff.render.dance.settings import ANCESTRAL, SAMPLERS, Settings
from liveriff.render.dance.singlestep import fresh_noise, lower

from .test_dance_samplers import MEAN, SPREAD, START, always, velocity

PERFECT = estimating(velocity)
HIGH, LOW = 30.0, 0.05


def steps_between(count: int, high: float = HIGH, low: float = LOW) -> Levels:
    """Levels without pure noise and pure sound, equal steps of sigma^(1/7)."""
    return tuple(t_of_ratio(float(z) ** 7) for z in np.linspace(high ** (1 / 7), low ** (1 / 7), count + 1))


def at(t: float, units: Tensor) -> Tensor:
    """Data at a level, so many standard deviations from its mean."""
    alpha, sigma = alpha_sigma(t)
    return alpha * MEAN + math.sqrt(alpha**2 * SPREAD**2 + sigma**2) * units


def missed(sampler: str, path: Levels, seed: int | None = None, **given: float) -> float:
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    made = sample(PERFECT, at(path[0], START), path, Settings(sampler=sampler, **given), always, generator)
    return float((made - at(path[-1], START)).abs().max())


def test_every_name_has_one_rule() -> None:
    assert set(SAMPLERS) == {*STEPS, *PATHS}
    assert not {*STEPS} & {*PATHS}
    assert {name for name in SAMPLERS if Settings(sampler=name).random} == {*ANCESTRAL}


@pytest.mark.parametrize(
    ("sampler", "order", "most"),
    [
        ("dpm-2", 2, 2e-3),
        ("heun", 2, 2e-3),
        ("prk", 2, 1e-3),
        ("plms", 2, 3e-3),
        ("plms-2", 2, 3e-3),
        ("lms", 3.5, 1e-3),
        ("dpm-fast", 3, 1e-3),
    ],
)
def test_the_error_falls_with_the_order(sampler: str, order: float, most: float) -> None:
    few, many = (
        missed(sampler, steps_between(count)) for count in (47, 95)
    )  # 3 n - 1: dpm-fast has no step of the first order then
    assert math.log2(few / many) > order - 0.3
    assert many < most


@pytest.mark.parametrize("schedule", ["crash", "karras", "ddpm", "spliced-cosine", "vp", "log-snr"])
@pytest.mark.parametrize("sampler", [name for name in SAMPLERS if name not in ANCESTRAL])
def test_every_sampler_goes_every_schedule(sampler: str, schedule: str) -> None:
    path = Settings(schedule=schedule, steps=300).levels()
    assert missed(sampler, path, tolerance=1e-4) < 0.02


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_few_steps_are_told_one_by_one(sampler: str, steps: int) -> None:
    for schedule in ("crash", "karras"):
        settings = Settings(sampler=sampler, schedule=schedule, steps=steps)
        told: list[tuple[int, int]] = []

        def tick(step: int, of: int, told: list[tuple[int, int]] = told) -> bool:
            told.append((step, of))
            return True

        made = sample(PERFECT, START, settings.levels(), settings, tick, _noises(1))
        assert told == [(k, steps) for k in range(1, steps + 1)]
        assert bool(torch.isfinite(made).all())


@pytest.mark.parametrize("sampler", ["prk", "plms", "plms-2", "lms", "dpm-2", "dpm-fast", "dpm-adaptive"])
def test_a_path_can_be_gone_up_and_down_again(sampler: str) -> None:
    settings = Settings(sampler=sampler, steps=150, tolerance=1e-4)
    path, sound = settings.levels(), MEAN + SPREAD * START
    noise = sample(PERFECT, sound, path[::-1], settings, always, None)
    assert float((noise - START).abs().max()) < 0.05
    assert float((sample(PERFECT, noise, path, settings, always, None) - sound).abs().max()) < 0.03


# --- other writings --------------------------------------------------------------------------------------------------


def in_z(t: float, z: Tensor) -> tuple[Tensor, Tensor]:
    """k-diffusion's variables: the denoised z and the direction (z - denoised) / sigma."""
    D = PERFECT(alpha_sigma(t)[0] * z, t)[0]
    return D, (z - D) / ratio_of(t)


def test_pie_by_its_own_description_is_heun() -> None:
    """v-diffusion's: the mean of eps at both ends of a step, then one transfer."""
    path = steps_between(9)
    x = at(path[0], START)
    for t, target in pairwise(path):
        (alpha, sigma), (alpha_n, sigma_n) = alpha_sigma(t), alpha_sigma(target)
        eps = PERFECT(x, t)[1]
        other = PERFECT(alpha_n * (x - sigma * eps) / alpha + sigma_n * eps, target)[1]
        mean = (eps + other) / 2
        x = alpha_n * (x - sigma * mean) / alpha + sigma_n * mean
    settings = Settings(sampler="V_PIE")
    assert settings.sampler == "heun"
    assert float((sample(PERFECT, at(path[0], START), path, settings, always, None) - x).abs().max()) < 1e-9


@pytest.mark.parametrize("sampler", ["dpm-2-ancestral", "dpmpp-2s-ancestral"])
def test_ancestral_steps_over_z(sampler: str) -> None:
    """k-diffusion's two loops, from the same noises."""
    path = steps_between(8)
    noises, z = _noises(5), at(path[0], START) / alpha_sigma(path[0])[0]
    for t, target in pairwise(path):
        here, there = ratio_of(t), ratio_of(target)
        up = min(there, math.sqrt(there**2 * (here**2 - there**2) / here**2))
        down = math.sqrt(there**2 - up**2)
        middle = math.sqrt(here * down)
        D, d = in_z(t, z)
        if sampler == "dpm-2-ancestral":
            z = z + in_z(t_of_ratio(middle), z + d * (middle - here))[1] * (down - here)
        else:
            h = math.log(here / down)
            better = in_z(t_of_ratio(middle), middle / here * z - math.expm1(-h / 2) * D)[0]
            z = down / here * z - math.expm1(-h) * better
        z = z + up * torch.randn(z.shape, generator=noises).to(z)
    ours = sample(PERFECT, at(path[0], START), path, Settings(sampler=sampler), always, _noises(5))
    assert float((ours / alpha_sigma(path[-1])[0] - z).abs().max()) < 1e-9


def test_dpmpp_sde_over_z() -> None:
    """k-diffusion's loop with r 1/2, with the noises of the same path."""
    path, x = steps_between(8), at(HIGH_T, START)
    tree = Brownian(START.shape, int(torch.randint(2**62, (), generator=_noises(5))))
    z = x / alpha_sigma(path[0])[0]

    def split(here: float, there: float) -> tuple[float, float]:
        up = math.sqrt(there**2 * (here**2 - there**2) / here**2)
        return math.sqrt(there**2 - up**2), up

    for t, target in pairwise(path):
        here, there = ratio_of(t), ratio_of(target)
        middle = math.sqrt(here * there)
        D, _ = in_z(t, z)
        down, up = split(here, middle)
        half = down / here * z - math.expm1(-math.log(here / down)) * D
        half = half + up * tree.between(t_of_ratio(middle), t).to(z)
        better, _ = in_z(t_of_ratio(middle), half)
        down, up = split(here, there)
        z = down / here * z - math.expm1(-math.log(here / down)) * better + up * tree.between(target, t).to(z)
    ours = sample(PERFECT, x, path, Settings(sampler="dpmpp-sde"), always, _noises(5))
    assert float((ours / alpha_sigma(path[-1])[0] - z).abs().max()) < 1e-9


def test_lms_weights_are_adams_bashforths_at_equal_distances() -> None:
    assert lms_weights([3.0, 4.0, 5.0, 6.0], 2.0) == pytest.approx([-55 / 24, 59 / 24, -37 / 24, 9 / 24])
    assert lms_weights([3.0], 1.0) == pytest.approx([-2.0])
    assert sum(lms_weights([1.0, 1.7, 2.9, 8.0], 0.2)) == pytest.approx(-0.8)


# --- DPM-Solver ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("step", "order"), [(dpm_solver.first, 1), (dpm_solver.second, 2), (dpm_solver.third, 3)])
def test_a_solvers_step_has_its_order(step: dpm_solver.Between, order: int) -> None:
    def error(count: int) -> float:
        path = [t_of_ratio(float(z)) for z in np.geomspace(HIGH, LOW, count + 1)]
        x = at(path[0], START)
        for t, target in pairwise(path):
            x = step(PERFECT, x, t, target)
        return float((x - at(path[-1], START)).abs().max())

    assert abs(math.log2(error(32) / error(64)) - order) < 0.4


def counted(calls: list[float]) -> Estimate:
    return lambda x, t: (calls.append(t), PERFECT(x, t))[1]


@pytest.mark.parametrize("steps", range(1, 12))
def test_dpm_fast_calls_the_network_as_often_as_asked(steps: int) -> None:
    for schedule in ("crash", "karras"):
        calls: list[float] = []
        settings = Settings(sampler="dpm-fast", schedule=schedule, steps=steps)
        sample(counted(calls), START, settings.levels(), settings, always, None)
        assert len(calls) == steps
    assert sum(dpm_solver.orders_of(steps)) == steps


def test_dpm_adaptive_takes_the_calls_that_its_tolerance_needs() -> None:
    def run(tolerance: float) -> tuple[float, int]:
        calls: list[float] = []
        settings, path = Settings(sampler="dpm-adaptive", tolerance=tolerance), steps_between(20)
        made = sample(counted(calls), at(path[0], START), path, settings, always, None)
        return float((made - at(path[-1], START)).abs().max()), len(calls)

    (rough, few), (fine, many) = run(0.05), run(0.0005)
    assert few < many < 500
    assert fine < rough / 5
    assert fine < 1e-3


def test_dpm_adaptive_ends_with_a_network_that_has_gone_mad() -> None:
    def mad(x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        return x * math.nan, x * math.nan

    settings = Settings(sampler="dpm-adaptive", steps=5)
    assert bool(sample(mad, START, settings.levels(), settings, always, None).isnan().all())


# --- fresh noise -----------------------------------------------------------------------------------------------------


def _noises(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


HIGH_T = t_of_ratio(HIGH)


@pytest.mark.parametrize("sampler", ANCESTRAL)
def test_the_same_seed_is_the_same_sound_and_another_is_not(sampler: str) -> None:
    settings = Settings(sampler=sampler, steps=12)
    made = [sample(PERFECT, START, settings.levels(), settings, always, _noises(seed)) for seed in (1, 1, 2)]
    assert torch.equal(made[0], made[1])
    assert float((made[0] - made[2]).std()) > 0.1 * SPREAD


@pytest.mark.parametrize("sampler", ANCESTRAL)
@pytest.mark.parametrize("schedule", ["crash", "exponential"])
def test_fresh_noise_keeps_the_spread_of_the_data(sampler: str, schedule: str) -> None:
    settings = Settings(sampler=sampler, schedule=schedule, steps=200)
    start = torch.randn(1, 1, 20000, dtype=torch.float64, generator=_noises(2))
    made = sample(PERFECT, start, settings.levels(), settings, always, _noises(3))
    assert float(made.mean()) == pytest.approx(MEAN, abs=0.015)
    assert float(made.std()) == pytest.approx(SPREAD, rel=0.03)


def test_fresh_noise_and_what_is_kept_add_up() -> None:
    """sigma / alpha squared: of the lower level and of the noise together that of the target."""
    for t, target in ((0.9, 0.5), (0.3, 0.29), (1.0, 0.7)):
        alpha = alpha_sigma(target)[0]
        together = ratio_of(lower(t, target)) ** 2 + (fresh_noise(t, target) / alpha) ** 2
        assert math.sqrt(together) == pytest.approx(ratio_of(target))


def test_more_steps_of_dpmpp_sde_go_along_the_same_brownian_path() -> None:
    def made(sampler: str, steps: int) -> Tensor:
        settings = Settings(sampler=sampler, schedule="exponential", steps=steps)
        return sample(PERFECT, START, settings.levels(), settings, always, _noises(4))

    apart = {name: float((made(name, 100) - made(name, 200)).std()) for name in ("dpmpp-sde", "dpmpp-2s-ancestral")}
    assert apart["dpmpp-sde"] < 0.3 * apart["dpmpp-2s-ancestral"]


def test_a_brownian_path_is_one() -> None:
    path = Brownian(torch.Size([40000]), 7)
    parts = [path.between(low, high) for low, high in ((0.0, 0.25), (0.25, 0.7), (0.7, 1.0))]
    for part in parts:
        assert float(part.mean()) == pytest.approx(0.0, abs=0.02)
        assert float(part.std()) == pytest.approx(1.0, abs=0.02)
    correlations = torch.corrcoef(torch.stack(parts))
    assert float((correlations - torch.eye(3)).abs().max()) < 0.02
    whole = sum(math.sqrt(width) * part for width, part in zip((0.25, 0.45, 0.3), parts, strict=True))
    assert torch.allclose(torch.as_tensor(whole), path.between(0.0, 1.0), atol=1e-5)


def test_a_brownian_path_does_not_depend_on_the_order_of_the_questions() -> None:
    shape = torch.Size([2, 50])
    one, other = Brownian(shape, 3), Brownian(shape, 3)
    one.between(0.123, 0.9)
    first = [one.between(low, low + 0.01) for low in (0.7, 0.1, 0.4)]
    second = [other.between(low, low + 0.01) for low in (0.4, 0.1, 0.7)]
    assert all(torch.equal(a, b) for a, b in zip(first, reversed(second), strict=True))
    assert not torch.equal(first[0], Brownian(shape, 4).between(0.7, 0.71))
    assert float(one.between(0.3, 0.3 + 1e-9).std()) == pytest.approx(1.0, abs=0.3)
