"""`liveriff print-exif`: how pictures say they were made."""

from __future__ import annotations

import json
from typing import Any

import click


@click.command("print-exif")
@click.argument("given", metavar="FILE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def print_exif(given: tuple[str, ...], as_json: bool) -> None:
    """Print how spectrogram pictures say they were made: the EXIF tags that Riffusion writes."""
    told = [_told(path) for path in given]
    if as_json:
        click.echo(json.dumps({"files": told}, indent=2))
        return
    for each in told:
        click.echo("\n".join(_lines(each)))


def _told(path: str) -> dict[str, Any]:
    from liveriff.render.spectrogram.exif import TAGS, told_by
    from liveriff.render.spectrogram.images import opened

    image = opened(path)
    tags = told_by(image)
    return {
        "file": path,
        "width": image.size[0],
        "height": image.size[1],
        "mode": image.mode,
        "tags": dict(tags),
        "missing": [name for name in TAGS if name not in tags],
    }


def _lines(each: dict[str, Any]) -> list[str]:
    from liveriff.render.spectrogram.exif import TAGS

    lines = [f"{each['file']}: {each['width']} x {each['height']}, mode {each['mode']}"]
    if not each["tags"]:
        return [*lines, "  says nothing of how it was made; Riffusion's defaults apply"]
    lines += [f"  {TAGS[name]}  {name:<10} {value:.10g}" for name, value in each["tags"].items()]
    needed = [name for name in each["missing"] if name != "max_value"]
    if needed:
        lines.append(f"  without {', '.join(needed)} the rest does not count, and Riffusion's defaults apply")
    return lines
