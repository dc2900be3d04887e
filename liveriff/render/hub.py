"""Where checkpoints lie: local paths, or the hub's cache. Nothing is downloaded unless ``download`` is called.

No torch here. Only safetensors count as weights: a pickle can run any code, and is never read.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from liveriff.errors import ModelError, UsageError

WEIGHTS = ".safetensors"
_ID = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")
_WANTED = ("*.json", "*.txt", "*.safetensors", "*.model", "README.md")
_PICKLED = ("*.bin", "*.ckpt")
_SAMPLES, _SAMPLE_BYTES = 64, 1 << 16


def is_id(model: str) -> bool:
    """Whether it looks like a hub id, owner/name, and not like a path."""
    return bool(_ID.fullmatch(model)) and not model.startswith((".", "~", "/"))


def locate(model: str) -> Path:
    """A folder or a weights file of a path or a hub id; ModelError says how to get what is not there."""
    path = Path(model).expanduser()
    if path.is_dir() or path.is_file():
        return path.resolve()
    if is_id(model):
        return _cached(model)
    raise ModelError(f"there is no model at {path}; give a folder, a {WEIGHTS} file or a hub id such as owner/name.")


def _cached(model: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError) as error:
        raise ModelError(
            f"the model {model} is not on this machine; get it with `liveriff models get {model}`."
        ) from error


def download(model: str, revision: str | None = None, pickled: bool = False) -> Path:
    """Fetch a checkpoint into the hub's cache, with the hub's own progress bar on a terminal; its folder.

    Pickled weights are left out unless asked for. UsageError for what is no id, ModelError where it cannot be had.
    """
    from huggingface_hub import snapshot_download

    if not is_id(model):
        raise UsageError(f"{model!r} is no hub id; those look like owner/name.")
    try:
        wanted = [*_WANTED, *(_PICKLED if pickled else ())]
        return Path(snapshot_download(model, revision=revision, allow_patterns=wanted))
    except Exception as error:  # a dozen kinds: no network, no such name, gated, disk full
        first = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise ModelError(f"the model {model} cannot be downloaded: {first}.") from error


def licence_of(folder: Path) -> str:
    """The licence that a checkpoint's card names, or ""."""
    card = folder / "README.md"
    if not card.is_file():
        return ""
    found = re.search(r"^license:\s*(\S+)", card.read_text("utf-8", "replace")[:4000], re.MULTILINE)
    return found.group(1) if found else ""


def weights_in(path: Path) -> list[Path]:
    """The weights of a folder, or the file itself; ModelError if there are none that may be read."""
    if path.is_file():
        if path.suffix != WEIGHTS:
            raise ModelError(f"{path} is not a {WEIGHTS} file; other formats can hold programs and are not read.")
        return [path]
    found = sorted(path.rglob(f"*{WEIGHTS}"))
    if not found:
        raise ModelError(f"{path} holds no {WEIGHTS} files; pickled weights (.bin, .ckpt) are not read.")
    return found


def fingerprint(path: Path, more: str = "") -> str:
    """Twelve digits for what a checkpoint's weights and settings are, the same on every machine.

    A digest of 64 pieces of each file and of the small JSON files: training moves every number, so that pieces tell
    as much as gigabytes would. ``more``: what else makes the sound.
    """
    state = hashlib.sha256(more.encode())
    base = path if path.is_dir() else path.parent
    settings = sorted(path.rglob("*.json")) if path.is_dir() else []
    for file in (*weights_in(path), *settings):
        about = file.stat()
        state.update(file.relative_to(base).as_posix().encode())
        state.update(_sampled(file, about.st_size, about.st_mtime_ns))
    return state.hexdigest()[:12]


@lru_cache(maxsize=256)
def _sampled(file: Path, size: int, changed_ns: int) -> bytes:
    """Digest of a file's size and pieces, kept as long as its size and time stay the same."""
    state = hashlib.sha256(str(size).encode())
    step = max(_SAMPLE_BYTES, size // _SAMPLES)
    with file.open("rb") as source:
        for start in range(0, size, step):
            source.seek(start)
            state.update(source.read(_SAMPLE_BYTES))
    return state.digest()
