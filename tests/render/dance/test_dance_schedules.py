"""Schedules against their formulas, written out here once more in the field's terms."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from liveriff.errors import UsageError
from liveriff.render.dance import schedules
from liveriff.render.dance.levels import alpha_sigma, ratio_of, t_of_ratio
from liveriff.render.dance.settings import Settings, from_options


def ratios(levels: schedules.Levels) -> np.ndarray:  # type: ignore[type-arg]
    """sigma / alpha of all levels but the last, which is 0."""
    return np.array([ratio_of(t) for t in levels[:-1]])


@pytest.mark.parametrize("name", schedules.NAMES)
@pytest.mark.parametrize("steps", [1, 2, 7, 50])
def test_every_schedule_falls_to_zero(name: str, steps: int) -> None:
    levels = schedules.levels(name, steps)
    assert len(levels) == steps + 1
    assert levels[-1] == 0.0
    assert 0.9 < levels[0] <= 1.0
    assert all(later < earlier for earlier, later in pairwise(levels))


def test_crash_is_the_square_of_a_sine() -> None:
    u = np.linspace(1.0, 0.0, 101)
    sigma = np.sin(u * np.pi / 2) ** 2
    expected = np.arctan2(sigma, np.sqrt(1.0 - sigma**2)) / np.pi * 2
    assert np.allclose(schedules.crash(100), expected, atol=1e-12)


def test_karras_by_its_formula() -> None:
    n, low, high, rho = 20, 1e-4, 1.0, 7.0
    i = np.arange(n)
    expected = (high ** (1 / rho) + i / (n - 1) * (low ** (1 / rho) - high ** (1 / rho))) ** rho
    assert np.allclose(ratios(schedules.karras(n, low, high, rho)), expected, rtol=1e-9)


@pytest.mark.parametrize("rho", [0.5, 1.0, 2.0])
def test_polyexponential_by_its_formula(rho: float) -> None:
    n, low, high = 12, 0.15, 50.0
    expected = np.exp(np.linspace(1, 0, n) ** rho * (np.log(high) - np.log(low)) + np.log(low))
    assert np.allclose(ratios(schedules.polyexponential(n, low, high, rho)), expected, rtol=1e-9)


def test_exponential_is_even_in_the_logarithm() -> None:
    assert np.allclose(ratios(schedules.exponential(9, 0.01, 80.0)), np.geomspace(80.0, 0.01, 9), rtol=1e-9)


def test_log_snr_is_even_from_minus_ten_to_ten() -> None:
    assert np.allclose(-2 * np.log(ratios(schedules.log_snr(11))), np.linspace(-10, 10, 11), atol=1e-9)


def test_a_variation_keeps_what_lies_below_its_level() -> None:
    """The counts of Dance Diffusion at 100 steps, the end at 0 among them; ours has the level itself before them."""
    kept = {level: len(schedules.below(schedules.crash(100), level)) - 1 for level in (0.1, 0.3, 0.5, 0.7)}
    assert kept == {0.1: 26, 0.3: 48, 0.5: 64, 0.7: 79}
    assert schedules.below(schedules.crash(100), 0.3)[0] == 0.3
    assert schedules.below(schedules.crash(9), 1.0) == schedules.crash(9)
    assert schedules.below(schedules.crash(9), 0.0) == (0.0,)
    assert schedules.below(schedules.crash(3), 0.01) == (0.01, 0.0)


def test_the_ends_of_the_levels_are_exact() -> None:
    assert alpha_sigma(1.0) == (0.0, 1.0)
    assert alpha_sigma(0.0) == (1.0, 0.0)
    assert ratio_of(1.0) == math.inf
    assert ratio_of(t_of_ratio(3.5)) == pytest.approx(3.5)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"sampler": "dimm"}, "Did you mean ddim"),
        ({"schedule": "kerras"}, "Did you mean karras"),
        ({"steps": 0}, "within 1 and"),
        ({"steps": 2.5}, "'steps' cannot be 2.5"),
        ({"steps": True}, "cannot be True"),
        ({"eta": 1.5}, "eta"),
        ({"sigma_min": 2.0, "sigma_max": 1.0}, "sigma_min"),
        ({"longest": -1}, "longest"),
        ({"samplr": "ddim"}, "Did you mean sampler"),
    ],
)
def test_options_that_cannot_be_are_told_with_their_place(options: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match="the entry.*" + says):
        from_options(options, "the entry 'x'")


def test_other_names_mean_the_same() -> None:
    assert Settings(sampler="iplms") == Settings(sampler="ipndm")
    assert Settings().but(steps=7, sampler=None) == Settings(steps=7)


def test_ddpm_by_its_formula() -> None:
    u = np.linspace(1.0, 0.0, 41)[:-1]
    log_snr = -np.log(np.expm1(1e-4 + 10.0 * u**2))
    alpha, sigma = np.sqrt(1 / (1 + np.exp(-log_snr))), np.sqrt(1 / (1 + np.exp(log_snr)))
    assert np.allclose(schedules.ddpm(40)[:-1], np.arctan2(sigma, alpha) / np.pi * 2, atol=1e-12)


def test_the_splice_of_cosine_and_ddpm_has_no_kink() -> None:
    """Linear in t below 0.80, DDPM's level above, with the same slope where they meet."""
    levels = np.array(schedules.spliced(2000))
    low = levels[levels < 0.8]
    assert np.allclose(np.diff(low), np.diff(low)[0])
    assert levels[0] == pytest.approx(schedules.ddpm(1)[0])
    near = np.abs(levels - schedules.COSINE_SPLICE).argsort()[:6]
    slopes = np.diff(levels[np.sort(near)])
    assert slopes.min() / slopes.max() == pytest.approx(1.0, abs=0.01)


def test_vp_by_its_formula() -> None:
    t = np.linspace(1.0, 1e-3, 25)
    expected = np.sqrt(np.exp(19.9 * t**2 / 2 + 0.1 * t) - 1.0)
    assert np.allclose(ratios(schedules.vp(25)), expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("given", "here"),
    [
        ("V_IPLMS", "ipndm"),
        ("k-dpmpp_2s_ancestral", "dpmpp-2s-ancestral"),
        ("DPM++ 2M", "dpmpp-2m"),
        ("K_DPMPPSDE", "dpmpp-sde"),
        ("v-ddim", "ddim"),
        ("DDPM", "euler-ancestral"),
        ("k-dpm-adaptive", "dpm-adaptive"),
        ("PLMS2", "plms-2"),
    ],
)
def test_samplers_may_have_the_names_of_other_tools(given: str, here: str) -> None:
    assert Settings(sampler=given).sampler == here


def test_an_unknown_sampler_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean dpm-fast"):
        Settings(sampler="dpm-fastt")
    with pytest.raises(UsageError, match="tolerance"):
        Settings(tolerance=0.0)
