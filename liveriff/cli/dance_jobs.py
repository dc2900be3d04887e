"""`liveriff vary` with a model that starts from a sound by its job: any backend but Dance Diffusion's own loop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from liveriff.cli.picture_options import PLACES, WAYS, without_numbers, without_words
from liveriff.errors import UsageError

_FIELDS = {"prompt": ("prompt_a", "prompt_b"), "negative": ("negative",), "guidance": ("guidance",)}
"""Options and the fields of a job that they are."""

if TYPE_CHECKING:
    from liveriff.render.backend import BackendInfo
    from liveriff.render.clips import Clip


def starts_from_sound(model: str) -> bool:
    """Whether a model honours a source; LiveriffError if there is no such model."""
    from liveriff.render.catalog import find

    return find(model).info().honours_field("source")


def _told(info: BackendInfo, given: dict[str, Any]) -> dict[str, Any]:
    """What the job says in words; UsageError where the model does not listen."""
    for name, fields in _FIELDS.items():
        if given.get(name) is not None and not info.honours_field(fields[0]):
            raise UsageError(f"the model {info.name!r} does not listen to --{name}; leave it away.")
    return {field: given[name] for name, fields in _FIELDS.items() if given.get(name) is not None for field in fields}


def vary_by_job(clip: Clip, strength: float, paths: dict[int, Path], **given: Any) -> list[dict[str, Any]]:
    """One-shots of the clip's length that start from it, one for each seed of ``paths``."""
    from liveriff.cli.dance_options import save
    from liveriff.cli.render import progress
    from liveriff.render.catalog import find
    from liveriff.render.clips import Clip
    from liveriff.render.offline import Studio
    from liveriff.render.soundfiles import write
    from liveriff.wire.folders import temporary
    from liveriff.wire.job import Job

    info = find(given["model"]).info()
    without_numbers(given, info.name)
    told = _told(info, without_words(given, info.name, (*PLACES, *WAYS)))
    if not info.one_shots:
        raise UsageError(f"the model {info.name!r} makes loops only; use liveriff render --init with it.")
    if strength <= 0.0:  # a spectrogram and back would be near it, and it is to be the sound itself
        return [save(path, clip, seed) for seed, path in paths.items()]
    category = given["category"] or ("perc" if "perc" in info.one_shots else info.one_shots[0])
    milliseconds = -(-clip.samples.shape[1] * 1000 // clip.rate)
    files = []
    with temporary("dance") as folder, Studio(given["accelerator"]) as studio:
        source = Path(folder) / "source.wav"
        write(source, clip.samples, clip.rate)
        for seed, path in paths.items():
            job = Job(
                model=info.name,
                category=category,
                seed=seed,
                steps=given["passes"] or info.default_steps,
                source=str(source),
                strength=strength,
                beats=0,
                milliseconds=milliseconds,
                rate=clip.rate,
                **told,
            )
            with progress(path.name) as on_step:
                audio = studio.render(job, on_step)
            samples = audio.samples.T[:, : clip.samples.shape[1]]
            files.append(save(path, Clip(samples, clip.rate), seed))
    return files
