"""The model as the instrument has it: jobs in, sound out, through the backend's public face. Called by the judge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from liveriff.errors import ModelError
from liveriff.render import catalog
from liveriff.render.backend import Canvas, CanvasBackend
from liveriff.render.embedded import model as embedded
from liveriff.render.embedded.codec import Codec
from liveriff.render.embedded.weights import FOLDER, checked_manifest
from liveriff.wire.job import Job

RATE, BEATS, SHOT_MS = 44100, 8, 2000
Sound = NDArray[np.float32]
Picture = NDArray[np.uint8]


def go_on(step: int, of: int) -> bool:
    """A tick that never stops a render."""
    return True


@dataclass(frozen=True, eq=False)
class Player:
    """A loaded backend, its codec, and how jobs are to be rendered."""

    backend: CanvasBackend
    codec: Codec
    steps: int
    guidance: float

    def job(self, facts: dict[str, Any], seed: int) -> Job:
        """The job whose answer can be held against a piece of material: all that is known of it, but no more."""
        category: str = facts["category"]
        loop = not category.startswith("hit ")
        cents = round(facts["bpm"] * 100)
        return Job(
            category=category.removeprefix("hit "),
            prompt_a=prompt_of(facts),
            seed=seed,
            tonic=facts["tonic"],
            mode=facts["mode"],
            density=facts["density"] if loop else None,
            brightness=facts["brightness"],
            guidance=self.guidance,
            steps=self.steps,
            beats=BEATS if loop else 0,
            milliseconds=0 if loop else SHOT_MS,
            canvas_bpm_cents=cents,
            bpm_cents=cents,
            rate=RATE,
        )

    def play(self, job: Job) -> Sound:
        """The sound (frames,) of a job, both sides folded together."""
        return _folded(self.backend.render(job, go_on).samples)

    def canvas(self, job: Job) -> NDArray[np.float32]:
        """The picture (512, columns) of a job, 0..1, before it becomes sound."""
        return np.asarray(self.backend.canvas(job, go_on).values[0], np.float32)

    def canvases(self, jobs: list[Job]) -> list[Canvas]:
        """Pictures of jobs of one length, all at once where the backend can."""
        together = getattr(self.backend, "canvases", None)
        if together is None or len(jobs) == 1:
            return [self.backend.canvas(job, go_on) for job in jobs]
        found: list[Canvas] = together(jobs, go_on)
        return found

    def sound_of(self, values: NDArray[np.float32], job: Job) -> Sound:
        """The sound of a picture (512, columns) with values 0..1."""
        return _folded(self.backend.decode(Canvas(values[None]), job).samples)

    @torch.inference_mode()
    def coded(self, picture: Picture) -> NDArray[np.float32]:
        """A picture after coding and decoding, values 0..1."""
        batch = torch.from_numpy(picture.astype(np.float32) / 255.0)[None, None]
        found: NDArray[np.float32] = self.codec.decode(self.codec.encode(batch))[0, 0].float().numpy()
        return found


def opened(folder: Path | None, steps: int, guidance: float) -> Player:
    """The weights of a folder (None: those that came with liveriff), loaded; steps 0 are the model's own choice."""
    place = folder or FOLDER
    factory = catalog.find("embedded")
    backend: Any = factory.create()
    if place.resolve() != FOLDER.resolve():
        checked_manifest(place)
        try:
            backend = type(backend)(place)
        except TypeError as error:
            raise ModelError(f"this version of the embedded model cannot be opened from {place}.") from error
    backend.load("cpu")
    return Player(backend, embedded.load(place).codec, steps or factory.info().default_steps, guidance)


def with_steps(player: Player, steps: int) -> Player:
    """The same with another number of steps."""
    return replace(player, steps=steps)


def prompt_of(facts: dict[str, Any]) -> str:
    """What a performer would type to get this: a phrase training never saw where there is one."""
    held: list[str] = facts.get("held") or []
    if held:
        return held[0]
    captions: list[str] = facts["captions"]
    return next((caption for caption in captions if facts["style"] in caption), captions[-1])


def _folded(samples: NDArray[np.float32]) -> Sound:
    mono: Sound = samples.mean(axis=1, dtype=np.float32)
    return mono
