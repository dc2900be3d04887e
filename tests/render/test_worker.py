"""The renderer answers every request once, whatever the backend does, and hears the pipe between steps."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from contract.faulty import FaultyBackend, FaultyInTwo
from liveriff.errors import ModelError
from liveriff.render.backend import BackendFactory
from liveriff.render.entry import renderer_main
from liveriff.render.servant import PipeGone
from liveriff.render.shelf import Shelf
from liveriff.render.testtone import INFO
from liveriff.render.worker import Renderer
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.messages import Cancel, Dropped, Loading, Preview, Progress, Quit, Ready, Refused, Render, Rendered
from liveriff.wire.slots import Slots, SlotSpec, slot_frames

JOB = Job(model="fine", prompt_a="techno", steps=3, beats=2, bpm_cents=12000)


class Bespoke(BackendFactory):
    """A factory of a backend made already."""

    def create(self) -> FaultyBackend:  # type: ignore[override]
        if self.name == "absent":
            raise ModelError("the weights are not there.")
        return FaultyInTwo() if self.name == "fine" else FaultyBackend(self.name)


def bespoke(name: str) -> BackendFactory:
    return Bespoke(name, lambda: INFO, "")


class Desk:
    """A renderer in a thread and the engine's end of its pipe."""

    def __init__(self, slots: Slots, cache: ChunkCache | None = None) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        self.slots = slots
        renderer = Renderer(theirs, slots, Shelf("cpu", bespoke), cache)
        self.thread = threading.Thread(target=self._run, args=(renderer,), name="renderer")
        self.left = ""
        self.shown: list[Preview] = []
        self.loading: list[Loading] = []
        self.thread.start()
        assert isinstance(self.pipe.recv(), Ready)

    def _run(self, renderer: Renderer) -> None:
        try:
            renderer.run("fine")
            self.left = "quit"
        except PipeGone:
            self.left = "gone"

    def ask(self, request: int, job: Job, slot: int = 0) -> list[object]:
        self.pipe.send(Render(request, job, slot))
        return self.until_answer()

    def until_answer(self) -> list[object]:
        heard: list[object] = []
        while not heard or isinstance(heard[-1], Progress):
            assert self.pipe.poll(20), "no answer"
            message = self.pipe.recv()
            others = {Preview: self.shown, Loading: self.loading}
            others.get(type(message), heard).append(message)
        return heard

    def quit(self) -> None:
        with contextlib.suppress(OSError):  # it may have left already
            self.pipe.send(Quit())
        end = time.monotonic() + 30
        while self.thread.is_alive() and time.monotonic() < end:
            with contextlib.suppress(EOFError, OSError):  # read what it says: it waits where nobody does
                if self.pipe.poll(0.02):
                    self.pipe.recv()
        self.thread.join(1)
        assert not self.thread.is_alive()


@pytest.fixture
def slots() -> Iterator[Slots]:
    pool = Slots(SlotSpec(f"lrtest-{os.getpid()}", 3, slot_frames(44100)), create=True)
    yield pool
    pool.close()


@pytest.fixture
def desk(slots: Slots, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(slots, ChunkCache(tmp_path))
    yield made
    made.quit()


def test_a_chunk_lies_in_its_slot(desk: Desk) -> None:
    *progress, answer = desk.ask(1, JOB, 2)
    assert progress == [Progress(1, step, 3) for step in (1, 2, 3)]
    assert isinstance(answer, Rendered)
    assert (answer.request, answer.slot, answer.frames, answer.redecoded) == (1, 2, JOB.frames, False)
    sound = desk.slots[2][: JOB.frames]
    assert answer.peak == pytest.approx(float(np.abs(sound).max()))
    assert answer.rms == pytest.approx(float(np.sqrt(np.mean(sound.astype(float) ** 2))))
    assert len(answer.picture.pixels) == answer.picture.rows * answer.picture.columns == 64 * 128
    assert max(answer.picture.pixels) > 100


def test_a_model_that_is_loaded_first_is_told_once(desk: Desk) -> None:
    """The engine waits longer for such a request: a large model takes its time."""
    desk.ask(1, JOB)
    assert desk.loading == []
    desk.ask(2, replace(JOB, model="other"))
    desk.ask(3, replace(JOB, model="other", seed=1))
    assert desk.loading == [Loading(2)]


def test_a_chunk_is_seen_before_it_is_decoded_and_looks_as_it_will(desk: Desk) -> None:
    answer = desk.ask(1, JOB)[-1]
    assert isinstance(answer, Rendered)
    assert desk.shown == [Preview(1, answer.picture)]
    desk.ask(2, replace(JOB, beats=0, milliseconds=200))
    assert len(desk.shown) == 1, "nobody looks at a pad's sound"


def test_a_retimed_chunk_is_only_decoded(desk: Desk) -> None:
    desk.ask(1, JOB)
    heard = desk.ask(2, JOB.retimed(9000), 1)
    assert isinstance(heard[-1], Rendered)
    assert heard[-1].redecoded
    assert len(heard) == 1, "no step was taken"
    assert heard[-1].frames == JOB.retimed(9000).frames


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("raises", "ValueError: tensor of shape [1, 2] is not tensor of shape [2, 1]."),
        ("file", "no such weights"),
        ("memory", "out of memory"),
        ("nan", "not finite"),
        ("loud", "peaks at 1.25"),
        ("short", "44099 x 2 samples instead of 44100 x 2"),
        ("mono", "44100 x 1"),
        ("double", "float32"),
        ("load", "the disk is a lie."),
        ("absent", "the weights are not there."),
    ],
)
def test_a_broken_backend_is_refused_in_one_sentence(desk: Desk, model: str, says: str) -> None:
    answer = desk.ask(1, Job(model=model, steps=2, beats=2))[-1]
    assert isinstance(answer, Refused)
    assert says in answer.reason
    assert answer.reason.endswith(".")
    assert "\n" not in answer.reason
    assert isinstance(desk.ask(2, JOB)[-1], Rendered), "it goes on"


@pytest.mark.parametrize(
    ("job", "slot"),
    [(JOB, 3), (JOB, -1), (Job(model="fine", beats=400), 0), (Job(model="fine", beats=0), 0)],
)
def test_a_request_that_cannot_be_is_refused(desk: Desk, job: Job, slot: int) -> None:
    assert isinstance(desk.ask(1, job, slot)[-1], Refused)


def test_other_weights_are_refused(desk: Desk) -> None:
    answer = desk.ask(1, Job(model="fine", model_version="of old", beats=2))[-1]
    assert isinstance(answer, Refused)
    assert "version" in answer.reason


def test_noise_on_the_pipe_is_passed_over(desk: Desk) -> None:
    for noise in ("hello", 5, None, Cancel(77)):
        desk.pipe.send(noise)
    desk.pipe.send_bytes(b"not a pickle")
    assert isinstance(desk.ask(1, JOB)[-1], Rendered)


def test_cancel_before_a_step_drops_the_request(desk: Desk) -> None:
    desk.pipe.send(Render(1, Job(model="fine", steps=200_000, beats=2), 0))
    assert isinstance(desk.pipe.recv(), Progress)
    desk.pipe.send(Cancel(1))
    assert desk.until_answer()[-1] == Dropped(1)
    assert isinstance(desk.ask(2, JOB)[-1], Rendered), "the next is clean"


def test_a_waiting_request_is_dropped_without_being_rendered(desk: Desk) -> None:
    desk.pipe.send(Render(1, Job(model="fine", steps=200_000, beats=2), 0))
    desk.pipe.recv()
    desk.pipe.send(Render(2, JOB, 1))
    desk.pipe.send(Cancel(2))
    assert desk.until_answer()[-1] == Dropped(2)
    desk.pipe.send(Cancel(1))
    assert desk.until_answer()[-1] == Dropped(1)


def test_quit_in_the_middle_of_a_render_ends_it(desk: Desk) -> None:
    desk.pipe.send(Render(1, Job(model="fine", steps=10_000_000, beats=2), 0))
    desk.pipe.recv()
    desk.quit()
    assert desk.left == "quit"


def test_the_renderer_leaves_with_the_engine(desk: Desk) -> None:
    desk.pipe.close()
    desk.thread.join(10)
    assert desk.left == "gone"


def test_a_chunk_is_kept_on_disk(desk: Desk, tmp_path: Path) -> None:
    answer = desk.ask(1, JOB)[-1]
    assert isinstance(answer, Rendered)
    desk.ask(2, JOB.retimed(9000), 1)  # the first is stored before the second is begun
    out = np.zeros((JOB.frames, 2), np.float32)
    kept = ChunkCache(tmp_path).load(JOB, out)
    assert kept is not None
    assert kept.picture == answer.picture
    assert np.array_equal(out, desk.slots[0][: JOB.frames])


def process(context: str, slots: Slots) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    ours, theirs = multiprocessing.Pipe()
    args = (theirs, slots.spec, "test-tone", "cpu", None)
    child = multiprocessing.get_context(context).Process(target=renderer_main, args=args, daemon=True)  # type: ignore[attr-defined]
    child.start()
    theirs.close()
    return child, ours


def test_the_process_serves_and_leaves(slots: Slots) -> None:
    child, pipe = process("spawn", slots)
    assert isinstance(pipe.recv(), Ready)
    pipe.send(Render(1, Job(model="test-tone", beats=2, steps=1), 0))
    assert isinstance(pipe.recv(), Progress)
    assert isinstance(pipe.recv(), Preview)
    assert isinstance(pipe.recv(), Rendered)
    assert np.abs(slots[0]).max() > 0.1
    pipe.send(Quit())
    child.join(10)
    assert child.exitcode == 0


def test_the_process_leaves_when_its_engine_is_gone(slots: Slots) -> None:
    child, pipe = process("spawn", slots)
    pipe.recv()
    pipe.close()
    child.join(10)
    assert child.exitcode == 0
