"""/record/chunks: every chunk and pad sound of a recording, as a WAV with its job beside it as JSON.

They go into a folder beside the recording. Written by a thread; a disk that refuses is told once, and the switch goes
back to off. Engine's loop only.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from liveriff.engine.folders import fit
from liveriff.engine.journal_score import digest_of, job_in, slots_in
from liveriff.player.wavfile import header
from liveriff.wire.messages import Load
from liveriff.wire.slots import Slots

if TYPE_CHECKING:
    from liveriff.engine.stage import Stage
    from liveriff.wire.job import Job

SWITCH = "/record/chunks"
ORIGIN = "engine"


class Keepsakes:
    """Follows the switch from now on; told of every message to the player."""

    def __init__(self, stage: Stage, slots: Slots, post: Callable[[Callable[[], None]], object]) -> None:
        """post: call something on the loop, from any thread."""
        self._stage, self._slots, self._post = stage, slots, post
        self._folder: Path | None = None
        self._kept: set[str] = set()
        self._writer = ThreadPoolExecutor(1, "keepsakes")
        stage.player.listeners.append(self.sent)
        stage.registry.subscribe(lambda _: self._switched(), SWITCH)
        stage.registry.subscribe(lambda _: self._switched(), "/record")

    def _switched(self) -> None:
        """What sounds already belongs to it."""
        if not self._on:
            self._folder = None
            return
        if self._folder is not None:
            return
        self._kept = set()
        for deck, state in self._stage.book.states.items():
            for chunk in (state.playing, state.scheduled, *state.points):
                if chunk is not None:
                    self._keep(f"deck {deck}", chunk.slot, chunk.job.frames)
        for pad, pad_state in self._stage.pads.states.items():
            for point in pad_state.points.values():
                self._keep(f"pad {pad}", point.slot, point.job.frames)
            if pad_state.sample is not None:
                self._keep(f"pad {pad}", pad_state.sample.slot, pad_state.sample.frames)

    @property
    def _on(self) -> bool:
        return bool(self._stage.registry.get(SWITCH)) and self._stage.recorder.path is not None

    def sent(self, number: int, message: object) -> None:
        """The player was told something; what it names is kept."""
        if not self._on:
            return
        place = f"pad {message.pad}" if isinstance(message, Load) else f"deck {getattr(message, 'deck', 0)}"
        for slot, frames in slots_in(message):
            if frames:
                self._keep(place, slot, frames)

    def _keep(self, place: str, slot: int, frames: int) -> None:
        samples = self._slots[slot][:frames]
        digest, job = digest_of(samples), job_in(self._stage, slot)
        if digest in self._kept:
            return
        self._kept.add(digest)
        time = self._stage.time
        told = {
            "place": place, "frames": frames, "rate": time.rate, "beat": round(float(time.beat()), 4),
            "frame": self._stage.player.frame(), "blake2b": digest, "job": asdict(job) if job else None,
        }  # fmt: skip
        if self._folder is None:
            tape = self._stage.recorder.path
            assert tape is not None
            self._folder = tape.with_name(f"{tape.stem} - chunks")
        stem = f"{len(self._kept):03d} {place} {_words(job)}"
        self._writer.submit(self._write, self._folder / f"{stem}.wav", time.rate, samples.copy(), told)

    def _write(self, path: Path, rate: int, samples: NDArray[np.float32], told: dict[str, object]) -> None:
        """IN A THREAD."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(header(rate, len(samples)) + samples.tobytes())
            path.with_suffix(".json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            sentence = f"Chunks are kept no more: {path.parent} cannot be written ({error.strerror or error})."
            self._post(lambda: self._refused(sentence))

    def _refused(self, sentence: str) -> None:
        if self._on:
            self._stage.notice(sentence)
            self._stage.registry.set(SWITCH, False, ORIGIN)

    def close(self) -> None:
        """Write what waits."""
        self._writer.shutdown()


def _words(job: Job | None) -> str:
    return "capture" if job is None else fit(f"{job.category} {job.prompt_a} {job.seed}")
