"""Which backends there are, by entry points; looking does not import torch. Engine, CLI and renderer ask it."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from liveriff.errors import LiveriffError, ModelError, UsageError
from liveriff.params.words import did_you_mean
from liveriff.render.backend import BackendFactory

GROUP = "liveriff.backends"
_BUILT_IN = {
    "embedded": "liveriff.render.embedded:BACKEND",
    "test-tone": "liveriff.render.testtone:BACKEND",
}
"""Also declared in the package's metadata; kept here so that a checkout that is not installed can play."""


def names() -> tuple[str, ...]:
    """Names of all backends, the built-in ones first."""
    return tuple(_points())


def find(name: str) -> BackendFactory:
    """The factory of a backend; UsageError if there is none of that name, ModelError if it does not load."""
    points = _points()
    if name not in points:
        known = ", ".join(points)
        raise UsageError(f"there is no model {name!r}; use one of {known}.{did_you_mean(name, points)}")
    try:
        factory = points[name].load()
    except LiveriffError:
        raise
    except Exception as error:
        raise ModelError(f"the backend {name!r} cannot be imported: {error}.") from error
    if not isinstance(factory, BackendFactory):
        raise ModelError(f"the backend {name!r} is no BackendFactory; its package needs an update.")
    return factory


def _points() -> dict[str, EntryPoint]:
    built_in = {name: EntryPoint(name, target, GROUP) for name, target in _BUILT_IN.items()}
    installed = {point.name: point for point in entry_points(group=GROUP)}
    return built_in | {name: point for name, point in sorted(installed.items()) if name not in built_in}
