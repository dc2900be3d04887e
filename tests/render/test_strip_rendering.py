"""Points of a strip as the renderer makes them: with the phases of the chunk that leads, one by one or in a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from liveriff.player.strip import likeness
from liveriff.render.backend import AligningBackend, Audio, BackendFactory, BatchBackend, Canvas, Tick
from liveriff.render.embedded.backend import Embedded
from liveriff.render.shelf import Shelf
from liveriff.render.testtone import INFO, TestTone
from liveriff.wire.job import Job

JOB = Job(
    category="synth", prompt_a="soft piano chords", prompt_b="bright organ chords", seed=3, steps=1, beats=4, alpha=0.25
)


def go_on(step: int, of: int) -> bool:
    """Never stop."""
    return True


class Batched(TestTone):
    """The test tone, counting how its canvases are drawn; decoded like a reference it is that reference."""

    drawn: list[int]

    def __init__(self) -> None:
        super().__init__()
        self.drawn = []

    def canvas(self, job: Job, tick: Tick) -> Canvas:
        self.drawn.append(1)
        return super().canvas(job, tick)

    def canvases(self, jobs: Sequence[Job], tick: Tick) -> list[Canvas]:
        self.drawn.append(len(jobs))
        return [super(Batched, self).canvas(job, tick) for job in jobs]

    def decode_like(self, canvas: Canvas, reference: Canvas, job: Job) -> Audio:
        return self.decode(reference, job)


def shelf(device: str) -> tuple[Shelf, Batched]:
    backend = Batched()
    made = Shelf(device, lambda name: BackendFactory(name, lambda: INFO, ""))
    made._backends["test-tone"] = backend
    return made, backend


TONE = Job(model="test-tone", category="synth", prompt_a="a", prompt_b="b", steps=1)
POINTS = tuple(TONE.beside(alpha) for alpha in (0.25, 0.5, 0.75, 1.0))


@pytest.mark.parametrize(("device", "drawn"), [("cuda", [1, 4]), ("cpu", [1, 1, 1, 1, 1])])
def test_where_it_is_cheaper_points_are_drawn_at_once(device: str, drawn: list[int]) -> None:
    made, backend = shelf(device)
    made.make(TONE, go_on)
    results = [made.make(job, go_on, None, POINTS[i + 1 :]) for i, job in enumerate(POINTS)]
    assert backend.drawn == drawn
    assert [result.redecoded for result in results] == [device == "cuda" and i > 0 for i in range(4)]


def test_a_point_is_decoded_like_the_chunk_that_leads_it_which_is_drawn_again_if_need_be() -> None:
    made, backend = shelf("cpu")
    point = made.make(POINTS[1], go_on).audio.samples
    assert backend.drawn == [1, 1]
    np.testing.assert_array_equal(point, made.make(TONE, go_on).audio.samples)
    assert backend.drawn == [1, 1]


def test_the_embedded_model_aligns_its_points() -> None:
    """By their own phases neighbours are hardly alike; decoded with those of one of them they nearly are the same."""
    backend = Embedded()
    assert isinstance(backend, BatchBackend)
    assert isinstance(backend, AligningBackend)
    there = JOB.beside(0.5)
    lead, other = backend.canvases([JOB, there], go_on)
    first = backend.decode(lead, JOB)
    alone, aligned = backend.decode(other, there), backend.decode_like(other, lead, there)
    assert aligned.samples.shape == (JOB.frames, 2)
    assert likeness(first.samples, aligned.samples) > 0.95
    assert likeness(first.samples, aligned.samples) > likeness(first.samples, alone.samples)
    np.testing.assert_array_equal(backend.decode_like(lead, lead, JOB).samples, first.samples)
    np.testing.assert_array_equal(backend.decode_like(other, lead, there).samples, aligned.samples)


class Streaming(Batched):
    """Remembers what led and what came along."""

    def __init__(self) -> None:
        super().__init__()
        self.led: list[tuple[Job, tuple[Job, ...]]] = []

    def streamed(self, job: Job, beside: Sequence[Job], tick: Tick) -> Canvas:
        self.led.append((job, tuple(beside)))
        return super().canvas(job, tick)

    def stream_gain(self, job: Job) -> float:
        return 4.0


OTHERS = (
    replace(TONE, seed=9, category="bass"),
    replace(TONE, model="another"),
    replace(TONE, fill_beats=1, fill_end=4),
)


def streaming(device: str) -> tuple[Shelf, Streaming]:
    backend = Streaming()
    made = Shelf(device, lambda name: BackendFactory(name, lambda: INFO, ""))
    made._backends["test-tone"] = backend
    return made, backend


def test_what_comes_next_is_carried_along_where_a_backend_can() -> None:
    made, backend = streaming("cuda")
    result = made.make(TONE, go_on, None, OTHERS)
    assert backend.led == [(TONE, (OTHERS[0],))]  # not those of other models, nor fills
    np.testing.assert_array_equal(result.audio.samples, made.make(TONE, go_on).audio.samples)
    assert len(backend.led) == 1  # it is kept
    made.make(OTHERS[0], go_on, None, (TONE,))
    assert backend.led[1] == (OTHERS[0], ())


def test_on_a_processor_nothing_is_carried() -> None:
    made, backend = streaming("cpu")
    made.make(TONE, go_on, None, OTHERS)
    assert backend.led == []


def test_only_jobs_that_fit_are_drawn_in_one_batch() -> None:
    """Another category or another number of steps is no reason to refuse the job that is wanted now."""
    made, backend = shelf("cuda")
    made.make(TONE, go_on, None, (replace(TONE, category="bass"), replace(TONE, steps=2), replace(TONE, seed=4)))
    assert backend.drawn == [2]
