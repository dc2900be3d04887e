"""What renderers are started with, and whom they tell. Plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from liveriff.engine.moment import InFlight, Speed
from liveriff.engine.options import FALLBACK_MODEL
from liveriff.engine.renderers.local import LocalOptions
from liveriff.engine.renderers.seat import Costs
from liveriff.engine.renderers.where import Where

SPARE = 1000
"""Number of the renderer that stands in for a cluster."""


@dataclass(frozen=True)
class RendererOptions:
    """model: what is loaded first; device: where models run; start_method: of multiprocessing, or "" for the best one
    here; where: which renderers; round_trip_s: a way to them that is made up, for measurements; None for none."""

    model: str = "embedded"
    device: str = "cpu"
    cache_dir: str | None = None
    start_method: str = ""
    where: Where = field(default_factory=Where)
    round_trip_s: float | None = None

    @property
    def here(self) -> LocalOptions:
        """The renderers of this machine; for a cluster's, the spare one."""
        options = LocalOptions(self.model, self.device, self.cache_dir, self.start_method, self.where.count or 1)
        if self.where.kind == "here":
            return options
        return LocalOptions(FALLBACK_MODEL, "cpu", self.cache_dir, self.start_method, 1, SPARE)


@dataclass(frozen=True)
class RendererEvents:
    """Called on the engine's loop. lost: the renders that have died with their renderers; told: one sentence for a
    person; costs: what renders cost, as far as is known."""

    message: Callable[[object], None]
    lost: Callable[[tuple[InFlight, ...]], None]
    told: Callable[[str], None] = lambda sentence: None
    costs: Callable[[], Costs] = Speed
