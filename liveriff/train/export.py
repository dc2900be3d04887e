"""From checkpoints to the folder that the renderer reads. Called by the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from liveriff.errors import ModelError
from liveriff.render.embedded.model import Model, save, untrained
from liveriff.render.embedded.vocoder import Vocoder
from liveriff.render.embedded.weights import OPTIONAL, read_manifest
from liveriff.train import codec, unet, vocoder
from liveriff.train.run import Run
from liveriff.train.vocabulary import fresh

MOST_MB = 40.0
"""What the package has room for."""

STAGES = ("codec", "unet", "distil", "listener", "align", "vocoder")


def trained(work: Path) -> Model:
    """The model of the checkpoints in a working folder."""
    found = Model(codec.trained(work), *unet.trained(work))
    if Run(work, "vocoder", 0.0).checkpoint.exists():
        found.vocoder = vocoder.trained(work)
    elif state := Run(work, unet.ADOPTED, 0.0).load():
        found.vocoder = Vocoder()
        found.vocoder.load_state_dict(state["vocoder"])
    return found.to("cpu")


def export(work: Path, folder: Path) -> tuple[str, float]:
    """Write the trained model with what is known of its training; its version and its size in MB."""
    model = trained(work)
    _clear(_writable(folder))
    version = save(model, folder, {"state": "trained", **notes(work)})
    return version, sum(size for size, _ in read_manifest(folder).files.values()) / 1e6


def notes(work: Path) -> dict[str, object]:
    """Steps and minutes of each stage that was trained, and the material's size; under "adopted", the notes of the
    weights that it began with."""
    adopted = (Run(work, unet.ADOPTED, 0.0).load() or {}).get("notes")
    found: dict[str, object] = {"adopted": adopted} if adopted else {}
    for name in STAGES:
        run = Run(work, name, 0.0)
        if run.load() is not None and run.step:
            found[name] = {"steps": run.step, "minutes": round(run.spent / 60, 1)}
    for kind in ("pieces", "shots"):
        path = work / "latents" / f"{kind}.json"
        if path.exists():
            found[kind] = len(json.loads(path.read_text("utf-8"))["facts"])
    return found


def export_untrained(folder: Path) -> str:
    """Write random weights: everything runs, nothing is music."""
    _clear(_writable(folder))
    save(untrained(text=fresh()), folder, {"state": "untrained"})
    return read_manifest(folder).version


def _clear(folder: Path) -> None:
    """Nothing optional of an older model stays."""
    for part in OPTIONAL:
        shutil.rmtree(folder / part, ignore_errors=True)


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelError(f"the folder {folder} cannot be written: {error.strerror}; name another with --to.") from error
    return folder
