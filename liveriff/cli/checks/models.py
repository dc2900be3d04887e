"""Checks of models, scenes and the graphics card (that in a program of its own: a driver may stand still)."""

from __future__ import annotations

import shutil
from pathlib import Path

from liveriff.cli.checks.finding import Finding, fault, fine, note
from liveriff.errors import LiveriffError

NVIDIA, AMD = Path("/proc/driver/nvidia/version"), Path("/dev/kfd")
EMBEDDED = "embedded"


def models() -> Finding:
    """Weights of all backends and of the performer's own models, as far as can be said without loading them."""
    from liveriff.render.catalog import find, names
    from liveriff.render.checkpoints import table

    there: list[str] = []
    absent: list[str] = []
    try:
        own = table()
    except LiveriffError as error:
        return note("models", str(error), "model-missing")
    for name in (*names(), *own):
        try:
            there.append(f"{name} {find(name).info().version[:8]}".strip())
        except LiveriffError as error:
            if name == EMBEDDED:
                return fault("models", str(error), "model-broken")
            if name in own:
                return note("models", f"{name}: {error}", "model-missing")
            absent.append(name)
    more = f"; without weights here: {', '.join(absent)}" if absent else ""
    return fine("models", ", ".join(there) + more, models=there)


def scenes() -> Finding:
    """Scenes that can be read."""
    from liveriff.engine.scenes import list_scenes, load_scene

    listings = list_scenes()
    for listing in listings:
        try:
            load_scene(str(listing.path))
        except LiveriffError as error:
            return note("scenes", str(error), "scene-broken")
    return fine("scenes", f"{len(listings)} scenes", scenes=len(listings))


def accelerator() -> list[Finding]:
    """What torch could use, and a card that it cannot."""
    try:
        from liveriff.render.accelerators import best

        name, title = best()
    except (ImportError, OSError) as error:
        return [fault("accelerator", f"torch cannot be imported ({error})", "torch-broken")]
    if name == "cpu" and (idle := _idle()):
        return [note("accelerator", f"{idle}, which this torch cannot use", "gpu-unused", card="cuda")]
    found = title if name == "cpu" else f"{title}; play with --accelerator {name}"
    return [fine("accelerator", found, accelerator=name)]


def _idle() -> str:
    """A graphics card that could render."""
    if NVIDIA.exists() or shutil.which("nvidia-smi"):
        return "an NVIDIA card"
    return "an AMD card" if AMD.exists() else ""


def accelerator_silent(patience_s: float) -> Finding:
    """torch has not come back."""
    return note("accelerator", f"the graphics card has not answered for {patience_s:g} s", "gpu-silent")
