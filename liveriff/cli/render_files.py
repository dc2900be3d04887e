"""The sound files that `liveriff render` and `liveriff oneshot` write: of the format that their suffix tells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from liveriff.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def check_format(out: str, rate: int) -> None:
    """Refuse before the work a format that is none, or cannot hold sound of this rate. Without a suffix it is WAV."""
    import numpy as np

    from liveriff.render.soundfiles import BY_FFMPEG, FORMATS, encoded, suffix_of, writable_suffix

    suffix = suffix_of(out)
    if suffix and not writable_suffix(suffix):
        raise UsageError(f"--out {out}: .{suffix} is none of {', '.join((*FORMATS, *BY_FFMPEG))}.")
    encoded(np.zeros((2, 1), np.float32), rate, suffix if suffix in FORMATS else "wav")


def write(path: str | Path, samples: NDArray[np.float32], rate: int) -> None:
    """Samples (frames, channels) as a file, whole or not at all; see ``check_format``."""
    from liveriff.render import soundfiles
    from liveriff.render.offline import write_wav

    if soundfiles.suffix_of(path) in ("", "wav"):
        write_wav(path, samples, rate)
    else:
        soundfiles.write(path, samples.T, rate)
