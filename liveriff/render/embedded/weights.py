"""The folder of weights: a diffusers folder for each net and a manifest that names and digests every file. No torch."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from liveriff.errors import ModelError

FOLDER = Path(__file__).with_name("weights")
MANIFEST = "manifest.json"
PARTS, OPTIONAL = ("codec", "unet", "text"), ("vocoder",)
"""Folders of nets: those that must be there, and those that may be."""

_REMEDY = "reinstall liveriff or run `liveriff train export`"


@dataclass(frozen=True)
class Manifest:
    """version: digest of all files; files: size and sha256 by relative path; notes: how it was trained."""

    version: str
    files: dict[str, tuple[int, str]]
    notes: dict[str, Any]


def read_manifest(folder: Path = FOLDER) -> Manifest:
    """The manifest of a folder; ModelError if there is none or it cannot be read."""
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_text("utf-8"))
        files = {name: (int(size), str(digest)) for name, (size, digest) in data["files"].items()}
        return Manifest(str(data["version"]), files, dict(data.get("notes", {})))
    except OSError as error:
        raise ModelError(f"the embedded model's {path} is missing; {_REMEDY}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ModelError(f"the embedded model's {path} is broken; {_REMEDY}.") from error


def checked_manifest(folder: Path = FOLDER) -> Manifest:
    """The manifest, every file of it being there, whole; ModelError names the first that is not."""
    manifest = read_manifest(folder)
    for name, (size, digest) in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise ModelError(f"the embedded model's {path} is missing; {_REMEDY}.")
        state = path.stat()
        if state.st_size != size or _digest_of(path, state.st_size, state.st_mtime_ns) != digest:
            raise ModelError(f"the embedded model's {path} is corrupted; {_REMEDY}.")
    return manifest


def has_part(name: str, folder: Path = FOLDER) -> bool:
    """Whether the manifest names files of a net; ModelError if there is no manifest."""
    return any(file.startswith(f"{name}/") for file in read_manifest(folder).files)


def write_manifest(folder: Path, notes: dict[str, Any]) -> Manifest:
    """Digest what is in the nets' folders and write the manifest."""
    files: dict[str, tuple[int, str]] = {}
    there = [folder / part for part in (*PARTS, *OPTIONAL) if part in PARTS or (folder / part).is_dir()]
    for path in sorted(path for part in there for path in part.iterdir()):
        content = path.read_bytes()
        files[path.relative_to(folder).as_posix()] = (len(content), hashlib.sha256(content).hexdigest())
    seed = json.dumps(files, sort_keys=True)
    manifest = Manifest(hashlib.sha256(seed.encode()).hexdigest()[:12], files, notes)
    text = json.dumps(vars(manifest), indent=1, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(text, "utf-8")
    return manifest


@lru_cache(maxsize=64)
def _digest_of(path: Path, size: int, changed_ns: int) -> str:
    """sha256 of a file; kept as long as its size and time stay the same."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
