"""Which backends there are, by entry points; looking does not import torch. Engine, CLI and renderer ask it."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from liveriff.errors import LiveriffError, ModelError, UsageError
from liveriff.params.words import did_you_mean
from liveriff.render.backend import BackendFactory
from liveriff.render.checkpoints import Checkpoint, from_name, table

GROUP = "liveriff.backends"
_BUILT_IN = {
    "embedded": "liveriff.render.embedded:BACKEND",
    "test-tone": "liveriff.render.testtone:BACKEND",
    "riffusion": "liveriff.render.riffusion:BACKEND",
    "dance": "liveriff.render.dance:BACKEND",
    "pipelines": "liveriff.render.pipelines:BACKEND",
}
"""Also declared in the package's metadata; kept here so that a checkout that is not installed can play."""


def names() -> tuple[str, ...]:
    """Names of all backends, the built-in ones first."""
    return tuple(_points())


def find(name: str) -> BackendFactory:
    """The factory of a model: a backend, BACKEND:PATH_OR_ID, or a name in the performer's models.yaml.

    UsageError if there is none of that name, ModelError if it does not load.
    """
    points = _points()
    if name in points:
        return _loaded(name, points)
    checkpoint = from_name(name)
    if checkpoint is None:
        known = (*points, *table())
        raise UsageError(f"there is no model {name!r}; use one of {', '.join(known)}.{did_you_mean(name, known)}")
    return _variant(checkpoint, points)


def _variant(checkpoint: Checkpoint, points: dict[str, EntryPoint]) -> BackendFactory:
    """The factory of a checkpoint, made by the backend that reads it."""
    backend = checkpoint.backend
    if backend not in points:
        hint = did_you_mean(backend, points)
        raise UsageError(f"the model {checkpoint.name!r} wants a backend {backend!r}, which is not there.{hint}")
    variant = _loaded(backend, points).variant
    if variant is None:
        raise UsageError(f"the backend {backend!r} plays its own model only; {checkpoint.name!r} cannot be loaded.")
    return variant(checkpoint)


def _loaded(name: str, points: dict[str, EntryPoint]) -> BackendFactory:
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
