"""Chunks into files, without an engine: `render`, `oneshot` and their kin call this in their own process.

torch is imported by the backend when the first job is rendered, not before.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import DeviceError, LiveriffError, ModelError, UsageError
from liveriff.render.backend import Audio, Cancelled
from liveriff.render.shelf import Shelf
from liveriff.render.worker import misfit, refusal
from liveriff.wire.job import Job

Steps = Callable[[int, int], None]
"""on_step(step, of): for a progress bar."""


class Studio:
    """Renders jobs one after the other with models that stay loaded; close it, or use it in a with statement."""

    def __init__(self, device: str = "cpu") -> None:
        """Nothing is loaded before the first job."""
        self._shelf = Shelf(device)

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def render(self, job: Job, on_step: Steps | None = None, beside: Sequence[Job] = ()) -> Audio:
        """The chunk of a job; LiveriffError with one sentence if it cannot be made. beside: what will be asked for
        next, which an accelerator may draw along."""

        def tick(step: int, of: int) -> bool:
            if on_step:
                on_step(step, of)
            return True

        try:
            audio = self._shelf.make(job, tick, None, beside).audio
        except (LiveriffError, Cancelled):
            raise
        except Exception as error:
            raise ModelError(refusal(error, job)) from error
        problem = misfit(audio, job)
        if problem:
            raise ModelError(f"the model {job.model!r} {problem}.")
        return audio

    def close(self) -> None:
        """Close all models."""
        self._shelf.close()


def render_job(job: Job, on_step: Steps | None = None, device: str = "cpu") -> Audio:
    """One chunk in this process; see ``Studio.render``."""
    with Studio(device) as studio:
        return studio.render(job, on_step)


def write_wav(path: str | Path, samples: NDArray[np.float32], rate: int) -> None:
    """Samples (frames, channels) as WAV, 24 bits: beyond what the ear and any converter resolve, readable everywhere.

    Whole or not at all. UsageError for a path that cannot be, DeviceError for a disk that is full or fails.
    """
    import soundfile

    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, subtype="PCM_24", format="WAV")
    write_whole(path, buffer.getvalue())


def write_whole(path: str | Path, data: bytes) -> None:
    """Write a file aside and rename it, so that nobody ever sees half of it."""
    target = Path(path)
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, target)
    except OSError as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise sentence_of(error, target) from error


def sentence_of(error: OSError, target: Path) -> LiveriffError:
    """What went wrong with writing a file, for the performer."""
    folder = target.parent
    if isinstance(error, FileNotFoundError):
        return UsageError(f"cannot write {target}: the folder {folder} does not exist.")
    if isinstance(error, NotADirectoryError):
        return UsageError(f"cannot write {target}: {folder} is not a folder.")
    if isinstance(error, IsADirectoryError) or target.is_dir():
        return UsageError(f"cannot write {target}: it is a folder; name a file in it.")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return UsageError(f"cannot write {target}: no permission to write into {folder}.")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DeviceError(f"cannot write {target}: the disk is full.")
    return DeviceError(f"cannot write {target}: {error.strerror or error}.")
