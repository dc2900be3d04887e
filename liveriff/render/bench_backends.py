"""Figures for `liveriff bench`: one loop of every backend, in one run.

Where a backend's checkpoint is not at hand it is measured with random weights, which take as long as trained ones of
the same size and sound like noise. torch is imported when something is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from liveriff.errors import LiveriffError
from liveriff.render.backend import BackendInfo, StreamBackend
from liveriff.render.bench import job_for, speed
from liveriff.render.catalog import find
from liveriff.render.checkpoints import from_name
from liveriff.render.libraries import gist, quiet
from liveriff.render.specimens import KINDS, backend_of, make
from liveriff.wire.folders import temporary

SHIPPED = "shipped with liveriff"
OWN = "its own"
SMALL = "architecture only: a small network of random weights"
FULL = "random, of the published size"
FULL_STEPS = 2


@dataclass(frozen=True)
class Figures:
    """One loop of a backend.

    weights: what was measured; specimen: whether they are random; parameters: how many numbers its networks have, 0
    where it has none; music_s: how long the loop lasts; seconds: median of its rendering; decode_seconds: of
    its decoding alone from a kept spectrogram; x_realtime: music per second; decode_ratio: how many times faster that
    decoding is than Riffusion's of the same length of sound in the same run, None, as the seconds, where sound is made
    without a spectrogram; stream_gain: how many times faster four loops are denoised together than one after the other,
    None where the backend cannot.
    """

    backend: str
    weights: str
    specimen: bool
    parameters: int
    steps: int
    music_s: float
    seconds: float
    seconds_a_step: float
    x_realtime: float
    decode_seconds: float | None
    decode_ratio: float | None
    stream_gain: float | None


def backends(
    model: str, device: str, repeats: int, riffusion_seconds_a_second: float, full: bool = False
) -> dict[str, Any]:
    """Figures by name, or why there are none. ``model``: the one that is measured with its own weights.

    riffusion_seconds_a_second: how long Riffusion's decoder takes for a second of sound; full: also make checkpoints
    of the published sizes, which takes gigabytes and minutes, and ``FULL_STEPS`` steps with each.
    """
    named = from_name(model)
    told = named.backend if named else model
    classic, own = riffusion_seconds_a_second, OWN if named else SHIPPED
    found = {model: _told(lambda: figures(model, own, device, repeats, classic))}
    for kind in KINDS:
        backend = backend_of(kind)
        if backend == told and backend != "pipelines":
            continue
        key = kind if backend == kind else f"{backend}/{kind}"
        found[key] = _told(lambda kind=kind: _of_specimen(kind, full, device, repeats, classic))  # type: ignore[misc]
    return found


def _of_specimen(kind: str, full: bool, device: str, repeats: int, classic: float) -> Figures:
    """Figures of a checkpoint that lasts as long as it is measured."""
    with temporary("bench") as folder:
        with quiet():
            place = make(kind, Path(folder) / kind, full)
        steps, weights = (FULL_STEPS, FULL) if full else (None, SMALL)
        return figures(f"{backend_of(kind)}:{place}", weights, device, repeats, classic, steps)


def _told(measure: Callable[[], Figures]) -> dict[str, Any]:
    """Figures, or one sentence why there are none: one backend that fails must not take all other figures along."""
    try:
        return asdict(measure())
    except LiveriffError as error:
        return {"problem": str(error)}
    except Exception as error:  # no room on the disk or the accelerator, an operation that this accelerator has not
        return {"problem": f"it failed: {gist(error)}."}


def figures(name: str, weights: str, device: str, repeats: int, classic: float, steps: int | None = None) -> Figures:
    """Measure a model by name; ModelError where it cannot be loaded."""
    backend = find(name).create()
    backend.load(device)
    info = backend.info
    try:
        loop = bool(info.categories)
        job = job_for(info, (info.categories or info.one_shots)[-1], loop, steps)
        took = speed(backend, job, repeats)
        gain = backend.stream_gain(job) if isinstance(backend, StreamBackend) else None
    finally:
        backend.close()
    music_s = job.frames / job.rate
    ratio = classic * music_s / took.decode_seconds if took.decode_seconds else None
    specimen = weights in (SMALL, FULL)
    return Figures(
        backend=name.partition(":")[0] if specimen else info.name,
        weights=weights,
        specimen=specimen,
        parameters=parameters_of(info),
        steps=job.steps,
        music_s=music_s,
        seconds=took.seconds,
        seconds_a_step=(took.seconds - took.decode_seconds) / job.steps,
        x_realtime=took.x_realtime,
        decode_seconds=took.decode_seconds or None,
        decode_ratio=ratio,
        stream_gain=gain,
    )


def parameters_of(info: BackendInfo) -> int:
    """How many numbers a model's weights have; 0 where it has none."""
    from safetensors import safe_open

    from liveriff.render.hub import weights_in

    place = _weights(info)
    total = 0
    for file in weights_in(place) if place else ():
        with safe_open(file, "numpy") as opened:
            total += sum(_product(opened.get_slice(key).get_shape()) for key in opened.keys())  # noqa: SIM118
    return total


def _weights(info: BackendInfo) -> Path | None:
    """Where they lie: those of a checkpoint, or those that come with liveriff."""
    from liveriff.render.embedded.weights import FOLDER
    from liveriff.render.hub import locate

    checkpoint = from_name(info.name)
    if checkpoint is not None and checkpoint.model:
        return locate(checkpoint.model)
    return FOLDER if info.name.partition("?")[0] == "embedded" else None


def _product(shape: list[int]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count
