"""`liveriff sample-clips`: random cuts of sounds, for seeds, pads and training material."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any
from zlib import crc32

import click

from liveriff.cli.convert_files import Outcome, Summary, Work, convert_all, cores, made, shared, sources_in, tell
from liveriff.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

DRAWN = -1


@click.command("sample-clips")
@click.argument("given", metavar="IN...", nargs=-1, required=True)
@click.option("--out", required=True, metavar="DIR", help="The folder the clips go into.")
@click.option("-n", "--count", type=click.IntRange(1, 10000), default=1, show_default=True, help="Clips of each file.")
@click.option(
    "--length", type=click.IntRange(1, 660000), default=5120, show_default=True, metavar="MS", help="Of a clip."
)
@click.option("--mono", is_flag=True, help="Mix the channels into one.")
@click.option("--format", "suffix", default="wav", show_default=True, help="wav, flac, ogg, mp3, ...")
@click.option(
    "--seed", type=click.IntRange(DRAWN, 2**31 - 1), default=DRAWN, help="The cuts; -1 draws one.  [default: -1]"
)
@shared
def sample_clips(given: tuple[str, ...], out: str, suffix: str, seed: int, as_json: bool, **options: Any) -> None:
    """Cut clips out of sounds at random places; their names say where they begin and how long they are, in ms.

    The same seed cuts the same file at the same places, whatever other files there are.
    """
    from liveriff.cli.convert import one_of
    from liveriff.cli.convert_files import works_for
    from liveriff.render.soundfiles import BY_FFMPEG, FORMATS, is_sound, writable_suffix

    suffix = one_of("--format", suffix, (*FORMATS, *BY_FFMPEG))
    writable_suffix(suffix)
    sources = sources_in(given, is_sound, options["pattern"], options["limit"])
    works = works_for(sources, (str(sources[0].parent),), out, (*FORMATS, *BY_FFMPEG), suffix)
    seed = secrets.randbelow(2**31) if seed == DRAWN else seed
    outcome = convert_all(works, lambda work: _cut(work, suffix, seed, options), cores(options["workers"], works))
    tell(_flat(outcome), as_json, lambda each: f"{each['file']}: {each['frames']} frames at {each['rate']} Hz")


def _flat(outcome: Outcome) -> Outcome:
    """A summary for every clip instead of one for every source."""
    clips = [clip for source in outcome.files for clip in source["clips"]]
    return Outcome(clips, outcome.failed, outcome.seconds)


def _cut(work: Work, suffix: str, seed: int, options: dict[str, Any]) -> Summary:
    import numpy as np

    from liveriff.render.soundfiles import opened

    length = options["length"]
    with opened(work.source) as file:
        most_ms = int(file.frames * 1000 / file.samplerate) - length
        if most_ms < 0:
            seconds = file.frames / file.samplerate
            raise UsageError(f"{work.source} lasts {seconds:.3f} s; too short for clips of {length / 1000:g} s.")
        dice = np.random.default_rng([seed, crc32(work.source.name.encode())])
        starts = dice.integers(0, most_ms + 1, options["count"])
        clips = [_clip(file, work, suffix, number, int(start), options) for number, start in enumerate(starts)]
    return {"from": str(work.source), "clips": [{**clip, "seed": seed} for clip in clips]}


def _clip(file: Any, work: Work, suffix: str, number: int, start_ms: int, options: dict[str, Any]) -> Summary:
    from liveriff.render.soundfiles import folded, part, sound_in, write

    rate, length = int(file.samplerate), options["length"]
    sound = sound_in(part(file, start_ms * rate // 1000, length * rate // 1000), work.source)
    if options["mono"]:
        sound = folded(sound, 1)
    name = f"{work.target.stem}_clip_{number}_start_{start_ms}_ms_duration_{length}_ms.{suffix}"
    target: Path = made(work.target.parent) / name
    write(target, sound, rate)
    return {
        "file": str(target),
        "from": str(work.source),
        "start_ms": start_ms,
        "frames": sound.shape[1],
        "rate": rate,
        "channels": len(sound),
    }
