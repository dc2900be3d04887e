"""Stream batch: renders at different steps in one call of the net, each as it would be alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from liveriff.render.backend import Cancelled, Canvas, StreamBackend
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.riffusion.backend import Riffusion
from liveriff.render.riffusion.lanes import Lane, finish, together
from liveriff.render.riffusion.nets import Nets
from liveriff.render.riffusion.options import SCHEDULERS
from liveriff.render.riffusion.request import End, Request
from liveriff.render.riffusion.sampling import lane_of_picture, lane_of_words
from liveriff.render.riffusion.stream import LANES, gain
from liveriff.wire.job import Job

WIDTH, HEIGHT = 128, 64
A = End("techno drums", 11, "piano", 0.8, 2.0)
LONG = " ".join(["techno drums piano jazz funk"] * 20)  # more than one window of the text encoder
CLOSE = 2e-4


def always(_step: int, _of: int) -> bool:
    return True


def picture(seed: int) -> Tensor:
    return torch.rand(1, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def wanted(scheduler: str, cfg: str) -> list[Request]:
    """Different in everything that jobs of one model differ in."""
    ends = [A, replace(A, seed=12, guidance=1.0), replace(A, prompt="soft piano", negative="", guidance=5.0)]
    steps = (3, 5, 4)
    alphas = ((0.0,), (0.5,), (0.2, 1.0))
    return [
        Request(end, replace(end, prompt="jazz", seed=40), alpha, many, scheduler, cfg=cfg)
        for end, many, alpha in zip(ends, steps, alphas, strict=True)
    ]


def lane(nets: Nets, request: Request, number: int) -> Lane:
    """Every second one starts from a picture."""
    if number % 2:
        return lane_of_picture(nets, request, picture(number))
    return lane_of_words(nets, request, WIDTH, height=HEIGHT)


@pytest.mark.parametrize(
    ("scheduler", "cfg"), [*((name, "full") for name in SCHEDULERS), ("lcm", "onetime"), ("ddim", "self")]
)
@torch.inference_mode()
def test_each_comes_out_as_if_it_had_been_alone(nets: Nets, scheduler: str, cfg: str) -> None:
    requests = wanted(scheduler, cfg)
    alone = [finish(nets, lane(nets, request, n), always) for n, request in enumerate(requests)]
    lanes: list[Lane] = []
    for number, request in enumerate(requests):  # one more joins at every step
        lanes.append(lane(nets, request, number))
        together(nets, lanes)
    while any(each.question for each in lanes):
        together(nets, lanes)
    for each, known in zip(lanes, alone, strict=True):
        assert float((each.latents - known).abs().max()) < CLOSE * float(known.abs().max())


@pytest.fixture
def asked(nets: Nets, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many latents the net is asked about, call by call."""
    sizes: list[int] = []
    plain = nets.unet.forward

    def counted(x: Tensor, *args: object, **kwargs: object) -> object:
        sizes.append(len(x))
        return plain(x, *args, **kwargs)

    monkeypatch.setattr(nets.unet, "forward", counted)
    return sizes


@pytest.mark.parametrize(
    ("cfg", "sizes"), [("full", [2, 4, 6, 4, 2]), ("onetime", [2, 3, 4, 2, 1]), ("self", [1, 2, 3, 2, 1])]
)
@torch.inference_mode()
def test_a_step_of_all_is_one_call(nets: Nets, asked: list[int], cfg: str, sizes: list[int]) -> None:
    """Three clips of three steps, each begun a step after the one before: five calls instead of nine."""
    lanes: list[Lane] = []
    end = replace(A, denoising=1.0)
    for number in range(3):
        one = Request(replace(end, seed=number), end, (0.0,), 4, "lcm", cfg=cfg)  # of which it takes three
        lanes.append(lane_of_picture(nets, one, picture(number)))
        together(nets, lanes)
    while any(each.question for each in lanes):
        together(nets, lanes)
    assert asked == sizes
    assert [each.taken for each in lanes] == [3, 3, 3]


@torch.inference_mode()
def test_what_does_not_fit_together_is_asked_apart(nets: Nets, asked: list[int]) -> None:
    plain = Request(replace(A, guidance=1.0), replace(A, guidance=1.0), steps=2)
    wordy = replace(A, prompt=LONG, guidance=1.0)
    lanes = [
        lane_of_words(nets, plain, WIDTH, height=HEIGHT),
        lane_of_words(nets, plain, 2 * WIDTH, height=HEIGHT),
        lane_of_words(nets, replace(plain, circular=True), WIDTH, height=HEIGHT),
        lane_of_words(nets, Request(wordy, wordy, steps=2), WIDTH, height=HEIGHT),
        lane_of_words(nets, plain, WIDTH, height=HEIGHT),
    ]
    together(nets, lanes)
    assert sorted(asked) == [1, 1, 1, 2]
    assert not nets.circle.on


# --- jobs ------------------------------------------------------------------------------------------------------------

JOB = Job(category="drums", prompt_a="techno", prompt_b="piano", steps=4, beats=4)
NEXT = (replace(JOB, category="bass", prompt_a="funk"), replace(JOB, seed=9, alpha=0.5), replace(JOB, alpha=1.0))


@pytest.fixture
def backend(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Riffusion]:
    """On a machine where it pays."""
    monkeypatch.setattr("liveriff.render.riffusion.stream.ENOUGH", 0.0)
    monkeypatch.setattr("liveriff.render.riffusion.stream.SLOW_S", 1e9)
    made = Riffusion(Checkpoint("tiny", "riffusion", str(folder)))
    made.load("cpu")
    yield made
    made.close()


def furthest(one: Canvas, other: Canvas) -> float:
    return float(np.abs(np.asarray(one.values, np.float32) - np.asarray(other.values, np.float32)).max())


def counting(heard: list[tuple[int, int]], stop_at: int = 0) -> Callable[[int, int], bool]:
    def tick(step: int, of: int) -> bool:
        heard.append((step, of))
        return not stop_at or step < stop_at

    return tick


def test_jobs_are_carried_along_and_come_out_as_if_alone(backend: Riffusion) -> None:
    assert isinstance(backend, StreamBackend)
    heard: list[tuple[int, int]] = []
    first = backend.streamed(JOB, NEXT, counting(heard))
    assert heard == [(step, 4) for step in range(1, 5)]
    heard.clear()
    rest = [backend.streamed(job, NEXT[n + 1 :], counting(heard)) for n, job in enumerate(NEXT)]
    assert heard == []  # all were done when the first was
    for job, canvas in zip((JOB, *NEXT), (first, *rest), strict=True):
        assert furthest(canvas, backend.canvas(job, always)) < 2e-3  # half precision's step


def test_a_job_that_needs_more_steps_goes_on_where_it_is(backend: Riffusion) -> None:
    longer = replace(JOB, steps=7, seed=5)
    backend.streamed(JOB, (longer,), always)
    heard: list[tuple[int, int]] = []
    canvas = backend.streamed(longer, (), counting(heard))
    assert heard == [(5, 7), (6, 7), (7, 7)]
    assert furthest(canvas, backend.canvas(longer, always)) < 2e-3


def test_a_cancelled_job_has_lost_nothing(backend: Riffusion) -> None:
    with pytest.raises(Cancelled):
        backend.streamed(JOB, NEXT, counting([], 3))
    heard: list[tuple[int, int]] = []
    canvas = backend.streamed(JOB, (), counting(heard))
    assert heard == [(3, 4), (4, 4)]
    assert furthest(canvas, backend.canvas(JOB, always)) < 2e-3
    assert len(backend._stream) == 0  # and what is not wanted any more is gone


def test_what_cannot_be_carried_does_not_keep_the_others(backend: Riffusion, tmp_path: Path) -> None:
    lost = replace(JOB, source=str(tmp_path / "lost.wav"), strength=0.5)
    wrong = replace(JOB, category="no such category")
    canvas = backend.streamed(JOB, (lost, wrong, NEXT[0]), always)
    assert furthest(canvas, backend.canvas(JOB, always)) < 2e-3
    assert len(backend._stream) == 1


def test_an_error_leaves_nothing_behind(backend: Riffusion, monkeypatch: pytest.MonkeyPatch) -> None:
    backend.streamed(replace(JOB, steps=1), NEXT, always)
    assert len(backend._stream) == len(NEXT)

    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("out of memory")

    with monkeypatch.context() as broken:
        broken.setattr(backend.nets.unet, "forward", failing)
        with pytest.raises(RuntimeError, match="out of memory"):
            backend.streamed(JOB, NEXT, always)
    assert len(backend._stream) == 0
    assert furthest(backend.streamed(JOB, NEXT, always), backend.canvas(JOB, always)) < 2e-3


def test_where_it_does_not_pay_nothing_is_carried(backend: Riffusion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liveriff.render.riffusion.stream.ENOUGH", 1e9)
    canvas = backend.streamed(JOB, NEXT, always)
    assert len(backend._stream) == 0
    assert furthest(canvas, backend.canvas(JOB, always)) == 0.0


def test_a_net_that_is_slow_alone_is_not_asked_for_four(backend: Riffusion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liveriff.render.riffusion.stream.SLOW_S", 0.0)
    sizes: list[int] = []
    plain = backend.nets.unet.forward

    def counted(x: Tensor, *args: object, **kwargs: object) -> object:
        sizes.append(len(x))
        return plain(x, *args, **kwargs)

    monkeypatch.setattr(backend.nets.unet, "forward", counted)
    backend.streamed(replace(JOB, guidance=1.0), NEXT, always)
    assert set(sizes) == {1}


def test_no_more_are_carried_than_there_is_room_for(backend: Riffusion, monkeypatch: pytest.MonkeyPatch) -> None:
    many = tuple(replace(JOB, seed=seed) for seed in range(20, 30))
    backend.streamed(JOB, many, always)
    assert len(backend._stream) == LANES - 1
    monkeypatch.setattr("liveriff.render.riffusion.backend._STRIP_COLUMNS", 512)
    backend.streamed(replace(JOB, seed=1), many, always)
    assert len(backend._stream) == 1


def test_the_gain_is_a_ratio_of_times(nets: Nets, asked: list[int]) -> None:
    assert 0.05 < gain(nets, 128, 1) < 50.0
    assert asked == [1, 1, LANES, LANES]
