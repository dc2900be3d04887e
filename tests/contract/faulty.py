"""Backends that break the contract, each in one way: the checks and the renderer must notice every one."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from liveriff.render.backend import Audio, BackendInfo, Canvas, Tick
from liveriff.render.testtone import TestTone
from liveriff.wire.job import Job


class FaultyBackend:
    """The test tones, spoilt. fault: what is wrong; a plain backend, or one in two stages as ``FaultyInTwo``."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.inner = TestTone()
        self.renders = 0

    @property
    def info(self) -> BackendInfo:
        return self.inner.info

    def load(self, device: str) -> None:
        if self.fault == "load":
            raise RuntimeError("the disk is a lie.\nsecond line")

    def close(self) -> None:
        if self.fault == "close":
            raise RuntimeError("closed twice")

    def render(self, job: Job, tick: Tick) -> Audio:
        self.renders += 1
        changed = replace(job, guidance=0.0) if self.fault != "hears guidance" else job
        if self.fault == "deaf":
            return self.inner.render(replace(changed, seed=1), lambda _step, _of: True)
        if self.fault == "ignores cancel":
            for step in range(1, job.steps + 1):
                tick(step, job.steps)
            return self.inner.render(changed, lambda _step, _of: True)
        audio = self.inner.render(changed, tick)
        return Audio(self.spoilt(audio.samples.copy(), job), None)

    def spoilt(self, samples: np.ndarray, job: Job) -> np.ndarray:  # type: ignore[type-arg]
        """The sound with the fault in it."""
        if self.fault == "raises":
            raise ValueError("tensor of shape [1, 2] is not tensor of shape [2, 1]\nmore")
        if self.fault == "file":
            raise FileNotFoundError("no such weights")
        if self.fault == "memory":
            raise MemoryError
        if self.fault == "hangs":
            time.sleep(600)
        if self.fault == "slow":
            time.sleep(0.5)
        if self.fault == "nan":
            samples[5, 1] = np.nan
        if self.fault == "loud":
            samples[7] = 1.25
        if self.fault == "short":
            return samples[:-1]
        if self.fault == "mono":
            return samples[:, :1]
        if self.fault == "double":
            return samples.astype(np.float64)
        if self.fault == "restless":
            samples[0, 0] += 1e-3 * self.renders
        if self.fault == "seam":
            samples += np.linspace(-0.2, 0.2, len(samples), dtype=np.float32)[:, None]
        if self.fault == "hears guidance":
            samples *= np.float32(0.5 / max(0.5, job.guidance))
        if self.fault == "silent":
            samples[:] = 0.0
        return samples


class FaultyInTwo(FaultyBackend):
    """The same in two stages."""

    def canvas(self, job: Job, tick: Tick) -> Canvas:
        canvas = self.inner.canvas(job, tick)
        if self.fault == "canvas knows tempo":
            return Canvas(canvas.values * np.float32(job.bpm_cents / 24000))
        return canvas

    def decode(self, canvas: Canvas, job: Job) -> Audio:
        audio = self.inner.decode(canvas, job)
        return Audio(self.spoilt(audio.samples.copy(), job), canvas)

    def render(self, job: Job, tick: Tick) -> Audio:
        return self.decode(self.canvas(job, tick), job)
