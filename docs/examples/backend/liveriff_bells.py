"""A backend for liveriff in forty lines: bells on the beats, tuned by the words of the prompt."""

import hashlib

import numpy as np

from liveriff.errors import UsageError
from liveriff.render.backend import PATHS, Audio, BackendFactory, BackendInfo, Tick, go_on
from liveriff.wire.job import Job

INFO = BackendInfo(
    name="bells",
    version="1",  # another one whenever the same job would sound different
    title="Bells",
    licence="MIT",
    sample_rate=None,  # any
    channels=1,
    beats=(1, 2, 4, 8, 16),
    categories=("synth",),
    one_shots=("perc",),
    honours=frozenset({PATHS["prompt_a"], PATHS["seed"]}),
)


class Bells:
    """Made and used in the renderer's process, by one thread."""

    info = INFO

    def load(self, device: str) -> None:
        """Weights are read here; ModelError, with one sentence, if they cannot be used."""

    def close(self) -> None:
        """Memory is given back here."""

    def render(self, job: Job, tick: Tick) -> Audio:
        """Exactly job.frames frames of stereo within -1..1; all that is random comes from the job."""
        if job.category not in (*INFO.categories, *INFO.one_shots):
            raise UsageError(f"bells have no category {job.category!r}.")
        for step in range(1, job.steps + 1):
            go_on(tick, step, job.steps)  # one denoising step; raises Cancelled when nobody waits for it any more
        words = hashlib.sha256(f"{job.prompt_a} {job.seed}".encode()).digest()
        dice = np.random.default_rng(list(words))
        time, bells = np.arange(job.frames) / job.rate, np.zeros(job.frames)
        for beat in range(max(1, job.beats)):
            hz = 220.0 * 2.0 ** (dice.choice([0, 3, 5, 7, 10, 12, 15]) / 12)
            bell = np.exp(-9.0 * time) * np.sin(2 * np.pi * hz * time + 2.0 * np.sin(2 * np.pi * 3.5 * hz * time))
            bells += np.roll(bell, round(beat * job.frames / max(1, job.beats)))  # what rings on goes round the loop
        mono = (0.5 * bells / max(1.0, np.abs(bells).max())).astype(np.float32)
        return Audio(np.stack([mono, mono], axis=1))


BACKEND = BackendFactory("bells", lambda: INFO, "liveriff_bells:Bells")
