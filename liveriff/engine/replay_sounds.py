"""The sounds of a log: kept beside it, or among the kept chunks, or rendered again; each held against its digest."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveriff.engine import journal
from liveriff.engine.journal_score import digest_of, sounds_folder
from liveriff.errors import UsageError
from liveriff.player.wavfile import HEADER_BYTES
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.slots import CHANNELS

AT_HAND = 32  # sounds; the same chunk is often told again
_DIGEST = re.compile(r"[0-9a-f]{32}")
Samples = NDArray[np.float32]


class LogSounds:
    """Finds the sounds of one log. ``rendered``: how many had to be rendered; ``differing``: digests of those that
    came out otherwise than they were played, on another machine for example."""

    def __init__(self, log: str | Path, cache: ChunkCache | None, render: Callable[[Job], Samples]) -> None:
        """render: a job's samples (frames, 2); LiveriffError where it cannot."""
        self.rendered = 0
        self.differing: set[str] = set()
        self._folder, self._cache, self._render = sounds_folder(Path(log)), cache, render
        self._at_hand: OrderedDict[str, Samples] = OrderedDict()

    def get(self, sound: journal.Sound) -> Samples:
        """Its samples, (frames, 2); UsageError where they are nowhere."""
        found = self._at_hand.pop(sound.digest, None)
        if found is None:
            found = self._found(sound)
        self._at_hand[sound.digest] = found
        if len(self._at_hand) > AT_HAND:
            self._at_hand.popitem(last=False)
        return found

    def _found(self, sound: journal.Sound) -> Samples:
        for place in (self._beside, self._kept):
            samples = place(sound)
            if samples is not None and digest_of(samples) == sound.digest:
                return samples
        if sound.job is None or sound.job.frames != sound.frames:
            raise UsageError(f"the sound {sound.digest} is not in {self._folder}; copy that folder along with the log.")
        self.rendered += 1
        samples = np.ascontiguousarray(self._render(sound.job), np.float32)
        if digest_of(samples) != sound.digest:
            self.differing.add(sound.digest)
        return samples

    def _beside(self, sound: journal.Sound) -> Samples | None:
        # A log may be a stranger's: a path would be opened, or, on Windows, another machine asked, with who we are.
        if not _DIGEST.fullmatch(sound.digest):
            return None
        try:
            data = (self._folder / f"{sound.digest}.wav").read_bytes()
        except OSError:
            return None
        if len(data) != HEADER_BYTES + sound.frames * 4 * CHANNELS:
            return None
        samples: Samples = np.frombuffer(data, np.float32, offset=HEADER_BYTES).reshape(sound.frames, CHANNELS).copy()
        return samples

    def _kept(self, sound: journal.Sound) -> Samples | None:
        if self._cache is None or sound.job is None or not 0 < sound.frames == sound.job.frames:
            return None
        samples = np.zeros((sound.frames, CHANNELS), np.float32)
        kept = self._cache.load(sound.job, samples)
        return samples if kept is not None else None
