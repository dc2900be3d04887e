"""`liveriff vary`, `morph`, `inpaint` and `extend`: sound files made into others by a model of sound."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liveriff.cli.dance_options import MOST_PLACES, denoising, named, places_of, save, steps_shown, target, workshop
from liveriff.cli.picture_options import backend_named, pictured, without_words, worded
from liveriff.cli.render import tell
from liveriff.errors import UsageError

if TYPE_CHECKING:
    from liveriff.render.dance.mending import Mending

OUT_HELP = "Where the result goes.  [default: a new WAV in this folder]"
METHOD_HELP = "both, replace (faster) or guide: how the new part is made to fit (Dance Diffusion).  [default: both]"


def mended(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of how Dance Diffusion makes a new part fit; None where not given."""
    scale = click.option("--scale", type=click.FloatRange(0), help="Of the guidance (Dance Diffusion).  [default: 12]")
    return click.option("--method", help=METHOD_HELP)(scale(command))


@click.command()
@click.argument("source", metavar="FILE")
@click.option("--strength", type=click.FloatRange(0, 1), required=True, help="0 is the sound itself, 1 a new one.")
@click.option("--start", type=click.FloatRange(0), default=0.0, help="Seconds of the file to leave out first.")
@click.option("--length", type=click.FloatRange(0.001), help="Seconds of the file to use.  [default: to its end]")
@click.option("--count", type=click.IntRange(1, 999), default=1, show_default=True, help="How many, seed after seed.")
@pictured(ways=True)
@denoising()
@click.option("--out", default="", metavar="FILE|DIR", help=OUT_HELP)
def vary(source: str, strength: float, out: str, count: int, seed: int, as_json: bool, **given: Any) -> None:
    """Make variations of a sound."""
    from liveriff.cli.dance_jobs import starts_from_sound, vary_by_job
    from liveriff.cli.rework import vary_long
    from liveriff.render.clips import read_clip
    from liveriff.render.dance.modes import Seed

    paths = _targets(out, source, "vary", seed, count)
    started, files = time.monotonic(), []
    if backend_named(given["model"]) == "riffusion":
        numbered = dict(zip(range(seed, seed + count), paths, strict=True))
        tell(as_json, vary_long(source, strength, numbered, seed=seed, **given), time.monotonic() - started)
        return
    clip = read_clip(source, given.pop("start"), given.pop("length"))
    given["model"] = given["model"] or ("embedded" if starts_from_sound("embedded") else "")
    if given["model"] and starts_from_sound(given["model"]) and backend_named(given["model"]) != "dance":
        files = vary_by_job(clip, strength, dict(zip(range(seed, seed + count), paths, strict=True)), **given)
    else:
        given = without_words(given, given["model"])
        model = named(given.pop("model"), "start from a sound")
        shop, settings = workshop(model, **given)
        for number, path in enumerate(paths, seed):
            with steps_shown(path.name) as tick:
                made = shop.vary(clip, strength, Seed(number), settings, tick)
            files.append(save(path, made, number))
    tell(as_json, files, time.monotonic() - started)


@click.command()
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@click.option(
    "--steps", "count", type=click.IntRange(2, MOST_PLACES), help="Sounds to make, evenly spaced, from A to B."
)
@click.option("--at", default="", metavar="X,Y,...", help="In place of --steps, where on the way: 0 is A, 1 is B.")
@click.option(
    "--depth", type=click.FloatRange(0.01, 1), default=1.0, show_default=True, help="Of the noise to meet in."
)
@denoising("--denoising")
@click.option("--out", required=True, metavar="DIR", help="A folder; it may be new.")
def morph(
    one: str, other: str, count: int | None, at: str, depth: float, out: str, seed: int, as_json: bool, **given: Any
) -> None:
    """Make a row of sounds that leads from A to B, numbered in order; with --steps the first is A and the last B."""
    from liveriff.render.clips import read_clip

    places = places_of(count, at)
    clips = [read_clip(path) for path in (one, other)]
    model = named(given.pop("model"), "morph two sounds")
    folder = folder_for(out)
    started = time.monotonic()
    shop, settings = workshop(model, **given)
    with steps_shown("morph") as tick:
        made = shop.morph(clips[0], clips[1], places, settings, tick, depth)
    files = [save(folder / f"morph-{k:03d}.wav", clip, seed) for k, clip in enumerate(made)]
    tell(as_json, files, time.monotonic() - started)


@click.command()
@click.argument("source", metavar="FILE")
@click.option("--from", "start", type=click.FloatRange(0), required=True, help="Second where the new part begins.")
@click.option("--to", "end", type=click.FloatRange(0), required=True, help="Second where it ends.")
@mended
@worded
@denoising()
@click.option("--out", default="", metavar="FILE", help=OUT_HELP)
def inpaint(source: str, start: float, end: float, out: str, seed: int, as_json: bool, **given: Any) -> None:
    """Make a part of a sound anew; the rest stays as it is, sample by sample."""
    from liveriff.cli.mend_words import mended_by_words
    from liveriff.render.clips import read_clip
    from liveriff.render.dance.modes import Seed

    clip, path = read_clip(source), target(out, source, "inpaint", seed)
    started = time.monotonic()
    if backend_named(given["model"]) == "pipelines":
        made = mended_by_words(clip, start, end, path, seed=seed, **given)
    else:
        mending, given = _mending(without_words(given, given["model"]))
        shop, settings = workshop(named(given.pop("model"), "make a part of a sound anew"), **given)
        with steps_shown(path.name) as tick:
            made = shop.inpaint(clip, start, end, Seed(seed), settings, tick, mending)
    tell(as_json, [save(path, made, seed)], time.monotonic() - started)


@click.command()
@click.argument("source", metavar="FILE")
@click.option(
    "--seconds", type=click.FloatRange(0.01, 600), help="How much to add.  [default: half of the model's length]"
)
@click.option("--only-new", is_flag=True, help="Write what is added without what was there.")
@mended
@pictured(ways=False)
@denoising()
@click.option("--out", default="", metavar="FILE", help=OUT_HELP)
def extend(source: str, only_new: bool, out: str, seed: int, as_json: bool, **given: Any) -> None:
    """Let a sound go on after its end."""
    import numpy as np

    from liveriff.cli.lengthen import extended
    from liveriff.cli.mend_words import extended_by_words
    from liveriff.render.clips import Clip, read_clip
    from liveriff.render.dance.modes import Seed

    clip, path, seconds = read_clip(source), target(out, source, "extend", seed), given.pop("seconds")
    started = time.monotonic()
    by_words = {"riffusion": extended, "pipelines": extended_by_words}.get(backend_named(given["model"]))
    if by_words:
        new = by_words(clip, path, seed=seed, seconds=seconds, **given)
    else:
        mending, given = _mending(without_words(given, given["model"]))
        shop, settings = workshop(named(given.pop("model"), "let a sound go on"), **given)
        with steps_shown(path.name) as tick:
            new = shop.extend(clip, seconds, Seed(seed), settings, tick, mending)
    whole = new if only_new else Clip(np.concatenate((clip.samples, new.samples), axis=1), clip.rate)
    tell(as_json, [save(path, whole, seed)], time.monotonic() - started)


def folder_for(out: str) -> Path:
    """A folder that is there or can be made; UsageError otherwise. It is not made yet."""
    folder = Path(out)
    if not folder.absolute().parent.is_dir() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"cannot write into {out}: it is not a folder and cannot be made one.")
    return folder


def _mending(given: dict[str, Any]) -> tuple[Mending, dict[str, Any]]:
    """How Dance Diffusion makes a new part fit, and the other options."""
    from liveriff.render.dance.mending import METHODS, SCALE, Mending

    method, scale = given.pop("method"), given.pop("scale")
    return Mending(METHODS[0] if method is None else method, SCALE if scale is None else scale), given


def _targets(out: str, source: str, word: str, seed: int, count: int) -> list[Path]:
    """A file for one, files in a folder for several."""
    if count == 1:
        return [target(out, source, word, seed)]
    if Path(out).suffix:
        raise UsageError(f"--count {count} needs a folder for --out, not the file {out}.")
    folder = folder_for(out or ".")
    return [folder / f"{Path(source).stem}-{word}-{seed + k}.wav" for k in range(count)]
