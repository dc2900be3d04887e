"""How to denoise: sampler, schedule and their numbers, checked once. Pure; options of a checkpoint and of commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from liveriff.errors import UsageError
from liveriff.params.words import did_you_mean
from liveriff.render.dance import schedules

SAMPLERS = {
    "ipndm": "Dance Diffusion's IPLMS",
    "ddim": "with eta",
    "euler": "ddim without eta",
    "euler-ancestral": "ddim with eta 1: DDPM",
    "heun": "two calls a step: PIE",
    "prk": "four calls a step",
    "plms": "four calls in each of three steps, then one",
    "plms-2": "two calls in the first step, then one",
    "lms": "",
    "dpm-2": "two calls a step",
    "dpm-2-ancestral": "two calls a step",
    "dpm-fast": "levels of its own",
    "dpm-adaptive": "levels of its own, as many calls as tolerance asks for",
    "dpmpp-2m": "",
    "dpmpp-2s-ancestral": "two calls a step",
    "dpmpp-sde": "two calls a step",
}
"""Samplers, and what is to be known of each; the rules themselves are in ``samplers``."""

ANCESTRAL = ("euler-ancestral", "dpm-2-ancestral", "dpmpp-2s-ancestral", "dpmpp-sde")
ALIASES = {
    "iplms": "ipndm",
    "ddpm": "euler-ancestral",
    "pie": "heun",
    "plms2": "plms-2",
    "euler-a": "euler-ancestral",
    "eulera": "euler-ancestral",
    "dpm2": "dpm-2",
    "dpm2a": "dpm-2-ancestral",
    "dpmpp2m": "dpmpp-2m",
    "dpmpp-2s": "dpmpp-2s-ancestral",
    "dpmpp2sa": "dpmpp-2s-ancestral",
    "dpmppsde": "dpmpp-sde",
}
"""Other names of samplers, as Dance Diffusion's tools have them after "v-" or "k-"."""

DTYPES = ("auto", "float32", "float16", "bfloat16")
DEFAULT_STEPS = 25
MOST_STEPS = 1000
_MOST = 1e9  # of any number in a table


@dataclass(frozen=True)
class Settings:
    """sampler, schedule: see ``SAMPLERS`` and ``schedules.NAMES``; steps: levels from pure noise to sound, each a call
    of the network or as many as its sampler makes; eta: 0 (deterministic) to 1, of ddim only; tolerance: relative and
    absolute error of a step of dpm-adaptive; sigma_min, sigma_max, rho: of the schedules over sigma / alpha; longest:
    how many trained lengths a deck's loop may have before a shorter one is repeated; shot: how many a one-shot may
    have before silence follows; dtype: of the network's weights ("auto" is float32 on a CPU and float16 elsewhere).
    """

    sampler: str = "ipndm"
    schedule: str = "crash"
    steps: int = DEFAULT_STEPS
    eta: float = 0.0
    tolerance: float = 0.01
    sigma_min: float = 0.01
    sigma_max: float = 80.0
    rho: float | None = None
    longest: float = 2.0
    shot: float = 1.0
    dtype: str = "auto"

    def __post_init__(self) -> None:
        """UsageError for what cannot be."""
        object.__setattr__(self, "sampler", known_as(self.sampler))
        _one_of("sampler", self.sampler, tuple(SAMPLERS))
        _one_of("schedule", self.schedule, schedules.NAMES)
        _one_of("dtype", self.dtype, DTYPES)
        if not 1 <= self.steps <= MOST_STEPS:
            raise UsageError(f"steps must lie within 1 and {MOST_STEPS}, not {self.steps}.")
        if not 0.0 <= self.eta <= 1.0:
            raise UsageError(f"eta must lie within 0 and 1, not {self.eta:g}.")
        if not 0.0 < self.tolerance < 1.0:
            raise UsageError(f"tolerance must lie between 0 and 1, not {self.tolerance:g}.")
        if not 0.0 < self.sigma_min < self.sigma_max:
            raise UsageError(f"sigma_min must lie between 0 and sigma_max, not {self.sigma_min:g}, {self.sigma_max:g}.")
        if min(1.0 if self.rho is None else self.rho, self.longest, self.shot) <= 0.0:
            raise UsageError("rho, longest and shot must be above 0.")

    @property
    def random(self) -> bool:
        """Whether fresh noise is added on the way."""
        return self.noise_share > 0.0

    @property
    def noise_share(self) -> float:
        """eta of the sampler."""
        return 1.0 if self.sampler in ANCESTRAL else self.eta * (self.sampler == "ddim")

    def levels(self, level: float = 1.0) -> schedules.Levels:
        """The levels to pass through, from ``level`` (1 is pure noise) to 0."""
        path = schedules.levels(self.schedule, self.steps, self.sigma_min, self.sigma_max, self.rho)
        return schedules.below(path, level)

    def but(self, **changes: Any) -> Settings:
        """The same with other numbers; None leaves one as it is."""
        return replace(self, **{name: value for name, value in changes.items() if value is not None})


def known_as(sampler: str) -> str:
    """A sampler's name here: k-dpmpp_2s_ancestral, DPM++ 2S and V_IPLMS are read too."""
    word = sampler.strip().lower().replace("++", "pp").replace("_", "-").replace(" ", "-")
    word = word[2:] if word[:2] in ("k-", "v-") else word
    return ALIASES.get(word, word if word in SAMPLERS else sampler)


def from_options(options: Mapping[str, Any], where: str) -> Settings:
    """The settings of a checkpoint of the table; UsageError that names the table's entry ``where``."""
    known = {field.name: field for field in fields(Settings)}
    for name in options:
        if name not in known:
            raise UsageError(f"{where}: there is no option {name!r} for dance.{did_you_mean(name, known)}")
    given: dict[str, Any] = {name: _typed(name, value, where) for name, value in options.items()}
    try:
        return Settings(**given)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from error


def _typed(name: str, value: object, where: str) -> object:
    if name in ("sampler", "schedule", "dtype"):
        if isinstance(value, str):
            return value
    elif (isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MOST) or (
        isinstance(value, float) and name != "steps" and abs(value) <= _MOST
    ):
        return value
    raise UsageError(f"{where}: the option {name!r} cannot be {value!r}.")


def _one_of(what: str, word: str, options: tuple[str, ...]) -> None:
    if word not in options:
        raise UsageError(f"there is no {what} {word!r}; use one of {', '.join(options)}.{did_you_mean(word, options)}")
