"""Pickled weights to safetensors, on demand only. torch's restricted reader builds tensors and runs nothing."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from liveriff.errors import ModelError, UsageError
from liveriff.render.libraries import gist

_NAMES = {"pytorch_model": "model"}
_KEPT = (".json", ".txt", ".md")
_PICKLED = (".bin", ".ckpt", ".pt", ".pth")
_LEFT_OUT = ("safety_checker", "feature_extractor", "unet_traced")


def convert(source: str | Path, out: str | Path) -> list[Path]:
    """Files written; UsageError or ModelError, and nothing left behind, where it cannot be done whole."""
    start, target = Path(source), Path(out)
    if target.exists():
        raise UsageError(f"{target} exists already; name something new for --out.")
    if not target.parent.is_dir():
        raise UsageError(f"cannot write {target}: the folder {target.parent} does not exist.")
    if start.is_file():
        return _file(start, target)
    return _folder(start, target)


def _file(start: Path, target: Path) -> list[Path]:
    if target.suffix != ".safetensors":
        raise UsageError(f"--out for one file ends with .safetensors, not {target.suffix or 'nothing'}.")
    aside = target.with_name(f".{target.name}.part")
    try:
        _written(start, aside)
        aside.rename(target)
    finally:
        aside.unlink(missing_ok=True)
    return [target]


def _folder(start: Path, target: Path) -> list[Path]:
    wanted = [path for path in sorted(start.rglob("*")) if path.is_file() and not set(path.parts) & set(_LEFT_OUT)]
    pickled = [path for path in wanted if path.suffix in _PICKLED and path.parent != start]
    if not pickled:
        raise ModelError(f"{start} holds no pickled weights in its parts' folders (unet, vae, text_encoder).")
    aside = target.with_name(f".{target.name}.part")
    try:
        written = []
        for path in wanted:
            place = aside / path.relative_to(start)
            place.parent.mkdir(parents=True, exist_ok=True)
            if path in pickled:
                stem = _NAMES.get(path.stem, path.stem)
                written.append(_written(path, place.with_name(f"{stem}.safetensors")))
            elif path.suffix in _KEPT:
                shutil.copyfile(path, place)
        aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return [target / path.relative_to(aside) for path in written]


def _written(source: Path, target: Path) -> Path:
    """One file's tensors."""
    import torch
    from safetensors.torch import save_file

    try:
        loaded = torch.load(source, map_location="cpu", weights_only=True)
    except Exception as error:  # the unpickler's own, a dozen more for broken files
        raise ModelError(f"{source} cannot be read safely: {gist(error)}.") from error
    tensors = {name: value.contiguous().clone() for name, value in _state(loaded).items() if torch.is_tensor(value)}
    if not tensors:
        raise ModelError(f"{source} holds no weights.")
    save_file(tensors, target, {"format": "pt"})
    return target


def _state(loaded: Any) -> Mapping[str, Any]:
    inner = loaded.get("state_dict", loaded) if isinstance(loaded, Mapping) else {}
    return inner if isinstance(inner, Mapping) else {}
