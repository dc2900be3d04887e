"""Reading checkpoints with diffusers and transformers: quietly, and with one sentence where they fail."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from liveriff.errors import LiveriffError, ModelError

_LONGEST = 200


def gist(error: BaseException) -> str:
    """The first sentence of what a library says, at most 200 letters, without its full stop."""
    first = (str(error).strip().splitlines() or [type(error).__name__])[0].split(". ")[0].rstrip(".")
    return first if len(first) <= _LONGEST else first[: _LONGEST - 1] + "…"


@contextlib.contextmanager
def sentences(model: str) -> Iterator[None]:
    """What the libraries raise, as one sentence."""
    try:
        yield
    except LiveriffError:
        raise
    except ImportError as error:
        raise ModelError(f"playing {model} needs more packages: install liveriff[models] ({gist(error)}).") from error
    except Exception as error:  # a dozen kinds, the safetensors library's own among them
        raise ModelError(f"the model {model} cannot be loaded: {gist(error)}.") from error


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No progress bars or advice of the libraries that are there over the instrument's screen."""
    logs = list(_logs())
    before = [log.get_verbosity() for log in logs]
    for log in logs:
        log.disable_progress_bar()
        log.set_verbosity_error()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        for log, verbosity in zip(logs, before, strict=True):
            log.set_verbosity(verbosity)


def _logs() -> Iterator[Any]:
    """transformers comes with liveriff[models] only."""
    import diffusers.utils.logging as diffusers_log

    yield diffusers_log
    with contextlib.suppress(ImportError):
        import transformers.utils.logging as transformers_log

        yield transformers_log


def half_only(folder: Path) -> dict[str, str]:
    """What to tell ``from_pretrained`` of a folder: its half-precision weights, where it holds no others."""
    names = [path.name for path in folder.rglob("*.safetensors")]
    halves = [name for name in names if ".fp16." in name]
    return {"variant": "fp16"} if halves and len(halves) == len(names) else {}
