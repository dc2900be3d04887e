"""From checkpoints to the folder that the renderer reads. Called by the command line."""

from __future__ import annotations

from pathlib import Path

from liveriff.errors import ModelError
from liveriff.render.embedded.model import Model, save, untrained
from liveriff.train import codec, unet
from liveriff.train.run import Run


def trained(work: Path) -> Model:
    """The model of the checkpoints in a working folder."""
    return Model(codec.trained(work), *unet.trained(work)).to("cpu")


def export(work: Path, folder: Path) -> str:
    """Write the trained model with what is known of its training; its version."""
    notes: dict[str, object] = {"state": "trained"}
    for name in ("codec", "unet"):
        run = Run(work, name, 0.0)
        run.load()
        notes[name] = {"steps": run.step, "minutes": round(run.spent / 60)}
    return save(trained(work), _writable(folder), notes)


def export_untrained(folder: Path) -> str:
    """Write random weights: everything runs, nothing is music."""
    return save(untrained(), _writable(folder), {"state": "untrained"})


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelError(f"the folder {folder} cannot be written: {error.strerror}; name another with --to.") from error
    return folder
