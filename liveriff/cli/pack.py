"""`liveriff pack`: a folder of one-shots and a sheet that shows them all."""

from __future__ import annotations

import time
from typing import Any

import click

from liveriff.cli.dance import folder_for
from liveriff.cli.render import info_of, progress, shared, shot_job, summary, tell

SHEET = "contact-sheet.png"


@click.command()
@click.option("--category", required=True, help="kick, snare, hat, clap, perc, bass, synth or fx.")
@click.option("--count", type=click.IntRange(1, 999), required=True, help="How many, seed after seed.")
@click.option("--prompt", default="", help="What they sound like, in words.")
@click.option("--key", default="", help="Such as 'A minor', for bass and synth.")
@click.option("--length", type=click.FloatRange(0.05, 8), default=2.0, show_default=True, help="Seconds.")
@shared
@click.option("--out", required=True, metavar="DIR", help="A folder; it may be new.")
def pack(out: str, count: int, as_json: bool, accelerator: str, **given: Any) -> None:
    """Render a sample pack: one-shots as named WAVs, and a picture of all of them."""
    from liveriff.cli.pack_sheet import write_sheet
    from liveriff.render.offline import Studio, write_wav

    info = info_of(given["model"])
    jobs = [shot_job(info, **{**given, "seed": given["seed"] + n}) for n in range(count)]
    folder = folder_for(out)
    started, files, sounds = time.monotonic(), [], {}
    with Studio(accelerator) as studio:
        for job in jobs:
            path = folder / f"{job.category}-{job.seed:04d}.wav"
            with progress(path.name) as on_step:
                audio = studio.render(job, on_step)
            folder.mkdir(exist_ok=True)
            write_wav(path, audio.samples, job.rate)
            sounds[path.stem] = audio.samples
            files.append(summary(str(path), job, audio))
    write_sheet(folder / SHEET, f"{given['category']} · {info.title}", sounds, given["rate"])
    tell(as_json, files, time.monotonic() - started)
