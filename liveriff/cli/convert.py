"""`liveriff image-to-audio` and `liveriff audio-to-image`: Riffusion's pictures to sound and back, one or a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liveriff.cli.convert_files import (
    Summary,
    Work,
    convert_all,
    cores,
    made,
    shared,
    sources_in,
    tell,
    works_for,
)
from liveriff.cli.convert_options import given_of, of_pictures
from liveriff.errors import UsageError

if TYPE_CHECKING:
    from liveriff.render.spectrogram.exif import Parameters

BATCH_RATE = 44100


@click.command("image-to-audio")
@click.argument("given", metavar="IN...", nargs=-1, required=True)
@click.option("--out", required=True, metavar="FILE|DIR", help="A sound file for one picture, a folder for several.")
@click.option(
    "--format", "suffix", default="wav", show_default=True, help="Of files in a folder: wav, flac, ogg, mp3, ..."
)
@click.option("--rate", type=click.IntRange(1000, 384000), metavar="HZ", help="Of the sound.  [default: the picture's]")
@click.option(
    "--level",
    type=click.Choice(["fixed", "riffusion"]),
    default="fixed",
    show_default=True,
    help="The level that was pictured, or every clip made equally loud and clipped as Riffusion does.",
)
@click.option("--gain", type=click.FloatRange(-60, 60), default=0.0, metavar="DB", help="Louder, with --level fixed.")
@click.option("--original-length", is_flag=True, help="A column's time shorter, and no loop, as Riffusion decodes.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Of the first phases.")
@of_pictures
@shared
def image_to_audio(given: tuple[str, ...], out: str, suffix: str, as_json: bool, **options: Any) -> None:
    """Turn spectrogram pictures into sound.

    How a picture was made is read from its EXIF, as Riffusion writes it; without it Riffusion's defaults apply. Options
    win over both. A picture of 512 columns becomes a loop of exactly 5.12 s.
    """
    from liveriff.render.soundfiles import BY_FFMPEG, FORMATS, suffix_of, writable_suffix
    from liveriff.render.spectrogram.images import SUFFIXES

    if options["gain"] and options["level"] != "fixed":
        raise UsageError("--gain goes with --level fixed; Riffusion's level is always the same.")
    suffix = one_of("--format", suffix, (*FORMATS, *BY_FFMPEG))
    sources = sources_in(given, lambda path: suffix_of(path) in SUFFIXES, options["pattern"], options["limit"])
    works = works_for(sources, given, out, (*FORMATS, *BY_FFMPEG), suffix)
    writable_suffix(suffix_of(works[0].target))
    workers = _prepared(options["workers"], works)
    outcome = convert_all(works, lambda work: _heard(work, options), workers)
    silent = [each["from"] for each in outcome.files if each["parameters"] == "defaults"]
    tell(outcome, as_json, _sound_line, _notes(silent))


@click.command("audio-to-image")
@click.argument("given", metavar="IN...", nargs=-1, required=True)
@click.option(
    "--out", required=True, metavar="FILE|DIR", help="A PNG or JPEG file for one sound, a folder for several."
)
@click.option("--format", "suffix", default="png", show_default=True, help="Of files in a folder: png or jpg.")
@click.option(
    "--rate",
    type=click.IntRange(1000, 384000),
    metavar="HZ",
    help="Rate to picture at.  [default: the file's own for one, 44100 for several]",
)
@click.option("--loop", is_flag=True, help="The sound is a loop: join its ends, and keep its length to the column.")
@of_pictures
@shared
def audio_to_image(given: tuple[str, ...], out: str, suffix: str, as_json: bool, **options: Any) -> None:
    """Turn sounds into Riffusion's spectrogram pictures, with how they were made in EXIF.

    Mono in all three channels, stereo in green and blue. The loudest becomes black, or with --max-volume a fixed level.
    """
    from liveriff.render.soundfiles import is_sound
    from liveriff.render.spectrogram.exif import DEFAULTS
    from liveriff.render.spectrogram.images import SUFFIXES

    suffix = one_of("--format", suffix, tuple(SUFFIXES))
    sources = sources_in(given, is_sound, options["pattern"], options["limit"])
    works = works_for(sources, given, out, tuple(SUFFIXES), suffix)
    single = len(works) == 1 and not Path(given[0]).is_dir()
    rate = options.pop("rate") or (0 if single else BATCH_RATE)
    asked = DEFAULTS.with_given(given_of(options))
    asked.with_given({"rate": rate or 384000}).checked("the options")
    workers = _prepared(options["workers"], works)
    tell(convert_all(works, lambda work: _seen(work, asked, rate, options), workers), as_json, _picture_line)


def one_of(option: str, value: str, allowed: tuple[str, ...]) -> str:
    """The value in lower case without a dot; UsageError with the nearest if it is none of those allowed."""
    from liveriff.params.words import did_you_mean

    name = value.lower().removeprefix(".")
    if name not in allowed:
        raise UsageError(f"{option} takes one of {', '.join(allowed)}, not {value}.{did_you_mean(name, allowed)}")
    return name


def _prepared(workers: int | None, works: list[Work]) -> int:
    """How many threads. torch is imported before they begin: two of them would do it at once."""
    from liveriff.render.spectrogram.convert import one_core_each

    one_core_each()
    return cores(workers, works)


# --- one file --------------------------------------------------------------------------------------------------------


def _heard(work: Work, options: dict[str, Any]) -> Summary:
    import numpy as np

    from liveriff.render.soundfiles import write
    from liveriff.render.spectrogram.convert import sound_of_picture
    from liveriff.render.spectrogram.images import opened, parameters_of, pixels_of
    from liveriff.render.spectrogram.levels import levelled

    image = opened(work.source)
    told = parameters_of(image)
    how = _how(told, options).checked(str(work.source))
    rate = options["rate"] or how.rate
    raw = sound_of_picture(pixels_of(image), how, rate, options["original_length"], options["seed"], str(work.source))
    sound = levelled(raw, options["level"], options["gain"])
    made(work.target.parent)
    write(work.target, sound, rate)
    return {
        "file": str(work.target),
        "from": str(work.source),
        "columns": image.size[0],
        "frames": sound.shape[1],
        "rate": rate,
        "channels": len(sound),
        "peak": float(np.abs(sound).max()),
        "parameters": "exif" if told else "defaults",
    }


def _how(told: Parameters | None, options: dict[str, Any]) -> Parameters:
    """EXIF, else the defaults; then what was set. The rate asked for is the sound's, not the picture's."""
    from liveriff.render.spectrogram.convert import top_of
    from liveriff.render.spectrogram.exif import DEFAULTS

    given = {name: value for name, value in given_of(options).items() if name != "rate"}
    how = (told or DEFAULTS).with_given(given)
    if options["max_volume"]:
        how = how.with_given({"max_value": top_of(options["max_volume"], how.power)})
    return how


def _seen(work: Work, asked: Parameters, rate: int, options: dict[str, Any]) -> Summary:
    from liveriff.render.offline import write_whole
    from liveriff.render.soundfiles import read, resampled, suffix_of
    from liveriff.render.spectrogram.convert import picture_of_sound
    from liveriff.render.spectrogram.images import SUFFIXES, encoded

    samples, own = read(work.source)
    how = asked.with_given({"rate": rate or own}).checked(str(work.source))
    sound = resampled(samples, own, how.rate, options["loop"])
    pixels, told = picture_of_sound(sound, how, options["loop"], options["max_volume"] or 0.0, str(work.source))
    made(work.target.parent)
    write_whole(work.target, encoded(pixels, told, SUFFIXES[suffix_of(work.target)]))
    return {
        "file": str(work.target),
        "from": str(work.source),
        "columns": pixels.shape[1],
        "rows": pixels.shape[0],
        "rate": how.rate,
        "stereo": how.stereo,
        "seconds": round(samples.shape[1] / own, 6),
        "max_value": told.max_value,
    }


# --- what is told ----------------------------------------------------------------------------------------------------


def _sound_line(each: Summary) -> str:
    return f"{each['file']}: {each['frames']} frames, {each['frames'] / each['rate']:.3f} s, peak {each['peak']:.2f}"


def _picture_line(each: Summary) -> str:
    kind = "stereo" if each["stereo"] else "mono"
    return f"{each['file']}: {each['columns']} x {each['rows']}, {each['seconds']:.3f} s, {kind}"


def _notes(silent: list[str]) -> list[str]:
    """One note for all pictures that do not say how they were made."""
    if not silent:
        return []
    which = f"{silent[0]} does" if len(silent) == 1 else f"{len(silent)} pictures, {silent[0]} first, do"
    return [f"{which} not say how it was made; Riffusion's defaults are taken where no option says otherwise."]
