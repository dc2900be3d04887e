"""The contract that every backend keeps, as checks. Called by the tests and by `liveriff doctor --backend`.

Each check is a function of a Bench; it returns what is wrong as a sentence, or nothing where all is well. No torch of
its own: it only knows the protocol.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveriff.render.backend import (
    PATHS,
    Audio,
    Backend,
    BackendFactory,
    Cancelled,
    CanvasBackend,
    ShowingBackend,
    Tick,
)
from liveriff.render.worker import misfit
from liveriff.wire.job import Job

_TEMPOS = (4000, 9375, 12413, 24000)
_RATES = (44100, 48000, 96000)
_OTHER: dict[str, Any] = {
    "negative": "bright distorted lead",
    "seed_drift": 0.5,
    "tonic": 7,
    "mode": "major",
    "density": 0.9,
    "brightness": 0.9,
    "guidance": 5.0,
    "strength": 0.5,
}
"""Another value for each field that a backend may leave alone."""
_NEAR = 1e-4
_SEAM_S = 0.005


@dataclass(frozen=True)
class Result:
    """One check: ``problem`` is "" where the contract holds; ``skipped`` says why it does not apply."""

    name: str
    problem: str
    skipped: str
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem


class Skip(Exception):  # noqa: N818 - not an error
    """A check does not apply to this backend."""


class Bench:
    """A loaded backend and a job to try it with."""

    def __init__(self, backend: Backend) -> None:
        """``backend`` is loaded."""
        self.backend = backend
        info = backend.info
        beats = 8 if 8 in info.beats else (info.beats or (0,))[0]
        self.job = Job(
            model=info.name,
            category=info.categories[0] if info.categories else info.one_shots[0],
            prompt_a="techno drums",
            prompt_b="soft piano",
            seed=7,
            steps=min(4, info.default_steps),
            beats=beats,
            milliseconds=0 if beats else 500,
            bpm_cents=12800,
            canvas_bpm_cents=12800,
            rate=info.sample_rate or 44100,
        )
        self._first: NDArray[np.float32] | None = None

    @property
    def first(self) -> NDArray[np.float32]:
        """The sound of the job, rendered once."""
        if self._first is None:
            self._first = self.sound(self.job)
        return self._first

    def sound(self, job: Job, tick: Tick = lambda _step, _of: True) -> NDArray[np.float32]:
        """Render a job; samples (frames, 2)."""
        return self.backend.render(job, tick).samples

    def look(self, job: Job) -> NDArray[np.float32]:
        """What a job looks like: its canvas, or its sound where there is none (phases magnify rounding)."""
        audio = self.backend.render(job, lambda _step, _of: True)
        return audio.samples if audio.canvas is None else audio.canvas.values.astype(np.float32)

    def ticks(self, stop_at: int = 0) -> list[tuple[int, int]]:
        """The steps that a render of the job reports; at step ``stop_at`` it is cancelled, and must say so."""
        heard: list[tuple[int, int]] = []

        def tick(step: int, of: int) -> bool:
            heard.append((step, of))
            return not stop_at or step < stop_at

        try:
            self.sound(self.job, tick)
        except Cancelled:
            return heard
        if stop_at:
            raise RuntimeError(f"told to stop at step {stop_at}, it went on to the end")
        return heard

    def same(self, one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
        """Equal bytes from a backend that promises them, near enough from another."""
        if one.shape != other.shape:
            return False
        return np.array_equal(one, other) or (not self.backend.info.deterministic and distance(one, other) < _NEAR)


def distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Largest difference of two sounds of one length."""
    return float(np.abs(one - other).max(initial=0.0))


def same_job_same_bytes(bench: Bench) -> str:
    """A chunk can be made again, bit for bit."""
    if not bench.backend.info.deterministic:
        raise Skip("the backend does not promise it")
    return "" if np.array_equal(bench.first, bench.sound(bench.job)) else "the same job gave another sound"


def exact_length(bench: Bench) -> str:
    """Every tempo and rate gets exactly its frames, and sound that can be played."""
    rates = (bench.backend.info.sample_rate,) if bench.backend.info.sample_rate else _RATES
    canvas = bench.backend.canvas(bench.job, lambda _s, _o: True) if isinstance(bench.backend, CanvasBackend) else None
    for index, tempo in enumerate(_TEMPOS):
        job = replace(bench.job, bpm_cents=tempo, rate=rates[index % len(rates)])
        audio = _decoded(bench.backend, canvas, job)
        problem = misfit(audio, job)
        if problem:
            return f"at {tempo / 100:g} BPM and {job.rate} Hz it {problem}"
    return ""


def _decoded(backend: Backend, canvas: Any, job: Job) -> Audio:
    if canvas is not None and isinstance(backend, CanvasBackend):
        return backend.decode(canvas, job)
    return backend.render(job, lambda _step, _of: True)


def every_category(bench: Bench) -> str:
    """Each kind of loop and one-shot that it names gives sound that can be played, and not silence."""
    info = bench.backend.info
    loops = [replace(bench.job, category=name) for name in info.categories]
    hits = [replace(bench.job, category=name, beats=0, milliseconds=400) for name in info.one_shots]
    for job in (*loops, *hits):
        audio = bench.backend.render(job, lambda _step, _of: True)
        kind = "loop" if job.beats else "one-shot"
        problem = misfit(audio, job)
        if not problem and distance(audio.samples, np.zeros_like(audio.samples)) < 1e-3:
            problem = "gave back silence"
        if problem:
            return f"as {job.category} {kind} it {problem}"
    return ""


def pure_ends(bench: Bench) -> str:
    """Alpha 0 is prompt a alone and alpha 1 is prompt b alone."""
    _needs(bench, "alpha")
    job = bench.job
    ends = {0.0: job.prompt_a, 1.0: job.prompt_b}
    for alpha, prompt in ends.items():
        pure = bench.sound(replace(job, prompt_a=prompt, prompt_b=prompt, alpha=alpha))
        if not bench.same(pure, bench.sound(replace(job, alpha=alpha))):
            return f"alpha {alpha:g} is not the pure end"
    if distance(bench.first, bench.sound(replace(job, alpha=1.0))) < _NEAR:
        return "alpha 1 sounds the same as alpha 0"
    return ""


def another_seed_differs(bench: Bench) -> str:
    """The seed matters."""
    _needs(bench, "seed")
    other = bench.sound(replace(bench.job, seed=bench.job.seed + 1))
    return "another seed gave the same sound" if distance(bench.first, other) < _NEAR else ""


def drift_ends(bench: Bench) -> str:
    """A drift of 1 is the next seed, or the one that the job drifts towards."""
    _needs(bench, "seed_drift")
    for towards, seed in ((None, bench.job.seed + 1), (bench.job.seed + 40, bench.job.seed + 40)):
        drifted = bench.look(replace(bench.job, seed_drift=1.0, seed_b=towards))
        if distance(drifted, bench.look(replace(bench.job, seed=seed))) >= 0.02:
            return f"a drift of 1 from seed {bench.job.seed} is not the seed {seed} that it leads to"
    return ""


def steps_are_counted(bench: Bench) -> str:
    """The tick hears 1, 2 ... of the same number."""
    heard = bench.ticks()
    if not heard:
        return "no step was reported"
    wanted = [(step, heard[0][1]) for step in range(1, heard[0][1] + 1)]
    return "" if heard == wanted else f"the steps were reported as {heard}"


def cancel_is_obeyed(bench: Bench) -> str:
    """A render stops at the step that says so, and leaves nothing behind."""
    for stop_at in (1, bench.job.steps):
        heard = bench.ticks(stop_at)
        if len(heard) != stop_at:
            return f"told to stop at step {stop_at}, it reported {len(heard)} steps"
        if not bench.same(bench.first, bench.sound(bench.job)):
            return "the render after a cancelled one is another"
    return ""


def unhonoured_changes_nothing(bench: Bench) -> str:
    """A parameter that it does not claim to listen to has no effect."""
    info = bench.backend.info
    unknown = info.honours - set(PATHS.values())
    if unknown:
        return f"it honours {sorted(unknown)}, which are no parameters"
    for field, value in _OTHER.items():
        if info.honours_field(field):
            continue
        if not bench.same(bench.first, bench.sound(replace(bench.job, **{field: value}))):
            return f"{PATHS[field]} changes the sound but is not among what it honours"
    return ""


def honoured_has_effect(bench: Bench) -> str:
    """A parameter that it claims to listen to is heard."""
    fields = ("tonic", "density", "brightness", "seed_drift")
    base: dict[str, Any] = {"tonic": 0, "density": 0.1, "brightness": 0.1, "seed_drift": 0.0}
    category = next((name for name in ("synth", "mix") if name in bench.backend.info.categories), bench.job.category)
    for field in fields:
        if not bench.backend.info.honours_field(field):
            continue
        low = replace(bench.job, category=category, **{field: base[field]})
        high = replace(low, **{field: _OTHER[field]})
        if distance(bench.sound(low), bench.sound(high)) < _NEAR:
            return f"{PATHS[field]} is among what it honours but changes nothing"
    return ""


def loop_closes(bench: Bench) -> str:
    """The step from the last frame to the first is no larger than the steps around it."""
    if not bench.job.beats:
        raise Skip("it makes no loops")
    sound = bench.first
    steps = np.abs(np.diff(np.concatenate((sound, sound[:1])), axis=0)).max(axis=1)
    near = max(2, int(_SEAM_S * bench.job.rate))
    around = np.concatenate((steps[-near - 1 : -1], steps[:near]))
    allowed = max(float(np.percentile(steps[:-1], 95)), 1.5 * float(around.max()))
    return "" if steps[-1] <= allowed else f"the loop's seam jumps by {steps[-1]:.3g}; {allowed:.3g} is usual there"


def tempo_keeps_the_canvas(bench: Bench) -> str:
    """Another tempo or rate is the same spectrogram, and ``render`` is ``decode`` of ``canvas``."""
    backend = bench.backend
    if not isinstance(backend, CanvasBackend):
        raise Skip("it has no canvas")
    here = backend.canvas(bench.job, lambda _step, _of: True)
    there = backend.canvas(bench.job.retimed(9000), lambda _step, _of: True)
    if not np.array_equal(here.values, there.values):
        return "the canvas depends on the tempo"
    if not bench.same(bench.first, backend.decode(here, bench.job).samples):
        return "decoding a canvas gives another sound than rendering"
    low, high = float(here.values.min()), float(here.values.max())
    return "" if low >= 0.0 and high <= 1.0 else f"the canvas holds {low:.3g} to {high:.3g} instead of 0 to 1"


def showing_changes_nothing(bench: Bench) -> str:
    """What is shown of a chunk on its way is a picture, comes at most once a step, and leaves the sound as it is."""
    backend = bench.backend
    if not isinstance(backend, ShowingBackend):
        raise Skip("it shows nothing on the way")
    shown: list[NDArray[np.float32]] = []
    for _ in range(2):  # some learn from the first chunk how to show the second
        backend.show = shown.append
        sound = bench.sound(bench.job)
        backend.show = None
        if not bench.same(bench.first, sound):
            return "showing a chunk on its way makes another sound"
    if len(shown) > 2 * bench.job.steps:
        return f"it showed {len(shown)} pictures in {2 * bench.job.steps} steps"
    if any(values.ndim != 2 or not (values.min() >= 0.0 and values.max() <= 1.0) for values in shown):
        return "it shows something that is no picture of values 0 to 1"
    return ""


def nonsense_is_refused(bench: Bench) -> str:
    """A category that does not exist is an error, and the render after it is clean."""
    try:
        bench.sound(replace(bench.job, category="no such category"))
    except Exception:
        return "" if bench.same(bench.first, bench.sound(bench.job)) else "the render after an error is another"
    return "a category that does not exist was rendered"


def close_twice(bench: Bench) -> str:
    """Closing again does nothing. Last: the backend cannot be used any more."""
    bench.backend.close()
    bench.backend.close()
    return ""


def _needs(bench: Bench, field: str) -> None:
    if not bench.backend.info.honours_field(field):
        raise Skip(f"it does not honour {PATHS[field]}")


CHECKS: tuple[Callable[[Bench], str], ...] = (
    same_job_same_bytes,
    exact_length,
    every_category,
    pure_ends,
    another_seed_differs,
    drift_ends,
    steps_are_counted,
    cancel_is_obeyed,
    unhonoured_changes_nothing,
    honoured_has_effect,
    loop_closes,
    tempo_keeps_the_canvas,
    showing_changes_nothing,
    nonsense_is_refused,
    close_twice,
)
"""In the order in which they are run."""


def run_check(check: Callable[[Bench], str], bench: Bench) -> Result:
    """One check, never raising: what a backend throws is a broken contract."""
    started = time.monotonic()
    problem = skipped = ""
    try:
        problem = check(bench)
    except Skip as reason:
        skipped = str(reason)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    return Result(check.__name__.replace("_", " "), problem, skipped, time.monotonic() - started)


def check_backend(factory: BackendFactory, device: str = "cpu") -> Iterator[Result]:
    """All checks on a backend, one result after the other; ModelError if it does not load."""
    backend = factory.create()
    backend.load(device)
    bench = Bench(backend)
    for check in CHECKS:
        yield run_check(check, bench)
