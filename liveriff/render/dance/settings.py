"""How to denoise: sampler, schedule and their numbers, checked once. Pure; options of a checkpoint and of commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from liveriff.errors import UsageError
from liveriff.params.words import did_you_mean
from liveriff.render.dance import schedules

SAMPLERS = ("ipndm", "ddim", "euler", "euler-ancestral", "dpmpp-2m", "heun")
"""ipndm is also called iplms. euler is ddim with eta 0 and euler-ancestral is ddim with eta 1, see ``samplers``."""

ALIASES = {"iplms": "ipndm", "dpm++2m": "dpmpp-2m", "euler-a": "euler-ancestral", "k-heun": "heun", "v-ddim": "ddim"}
DTYPES = ("auto", "float32", "float16", "bfloat16")
DEFAULT_STEPS = 25


@dataclass(frozen=True)
class Settings:
    """sampler, schedule: see ``SAMPLERS`` and ``schedules.NAMES``; steps: calls of the network from pure noise; eta: 0
    (deterministic) to 1, of ddim only; sigma_min, sigma_max, rho: of the schedules over sigma / alpha; longest: how
    many trained lengths a deck's loop may have before a shorter one is repeated; dtype: of the network's weights
    ("auto" is float32 on a CPU and float16 elsewhere).
    """

    sampler: str = "ipndm"
    schedule: str = "crash"
    steps: int = DEFAULT_STEPS
    eta: float = 0.0
    sigma_min: float = 0.01
    sigma_max: float = 80.0
    rho: float | None = None
    longest: float = 2.0
    dtype: str = "auto"

    def __post_init__(self) -> None:
        """UsageError for what cannot be."""
        object.__setattr__(self, "sampler", ALIASES.get(self.sampler, self.sampler))
        _one_of("sampler", self.sampler, SAMPLERS)
        _one_of("schedule", self.schedule, schedules.NAMES)
        _one_of("dtype", self.dtype, DTYPES)
        if self.steps < 1:
            raise UsageError(f"steps must be at least 1, not {self.steps}.")
        if not 0.0 <= self.eta <= 1.0:
            raise UsageError(f"eta must lie within 0 and 1, not {self.eta:g}.")
        if not 0.0 < self.sigma_min < self.sigma_max:
            raise UsageError(f"sigma_min must lie between 0 and sigma_max, not {self.sigma_min:g}, {self.sigma_max:g}.")
        if (self.rho is not None and self.rho <= 0.0) or self.longest <= 0.0:
            raise UsageError("rho and longest must be above 0.")

    @property
    def random(self) -> bool:
        """Whether fresh noise is added on the way."""
        return self.noise_share > 0.0

    @property
    def noise_share(self) -> float:
        """eta of the sampler."""
        return {"ddim": self.eta, "euler-ancestral": 1.0}.get(self.sampler, 0.0)

    def levels(self, level: float = 1.0) -> schedules.Levels:
        """The levels to pass through, from ``level`` (1 is pure noise) to 0."""
        path = schedules.levels(self.schedule, self.steps, self.sigma_min, self.sigma_max, self.rho)
        return schedules.below(path, level)

    def but(self, **changes: Any) -> Settings:
        """The same with other numbers; None leaves one as it is."""
        return replace(self, **{name: value for name, value in changes.items() if value is not None})


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
    elif not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and name != "steps")):
        return value
    raise UsageError(f"{where}: the option {name!r} cannot be {value!r}.")


def _one_of(what: str, word: str, options: tuple[str, ...]) -> None:
    if word not in options:
        raise UsageError(f"there is no {what} {word!r}; use one of {', '.join(options)}.{did_you_mean(word, options)}")
