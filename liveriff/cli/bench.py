"""`liveriff bench`: how fast this machine renders, mixes and starts, in one run; medians."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from typing import Any

import click


@click.command()
@click.option("--model", default="embedded", show_default=True, help="The backend.")
@click.option("--accelerator", default="cpu", show_default=True, help="Where the model runs: cpu, cuda, mps.")
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True, help="Threads torch may use.")
@click.option("--repeats", type=click.IntRange(1), default=5, show_default=True, help="Runs behind each median.")
@click.option("--old-inverse", is_flag=True, help="Also time the mel inverse that Riffusion shipped with (a minute).")
@click.option(
    "--full", is_flag=True, help="Measure absent checkpoints at their published sizes: gigabytes, many minutes."
)
@click.option(
    "--screen", is_flag=True, help="Measure the screen instead: frames, load, bytes, key to screen (a minute)."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def bench(
    model: str, accelerator: str, threads: int, repeats: int, old_inverse: bool, full: bool, screen: bool, as_json: bool
) -> None:
    """Measure: render speed by category and by backend, decoding against Riffusion's settings, mixing, first sound.

    Backends whose checkpoints are not named by --model are measured with small networks of random weights.
    """
    if screen:
        from liveriff.cli.bench_screen import bench as of_screen

        _tell({"machine": _machine(), "screen": of_screen(model=model)}, as_json)
        return
    from liveriff.player.bench import bench as mixing
    from liveriff.render.bench import CLIP_S
    from liveriff.render.bench import bench as rendering
    from liveriff.render.bench_backends import backends
    from liveriff.render.environment import VARIABLES

    if any(os.environ.get(name) != value for name, value in VARIABLES.items()):
        # The allocator reads these when a process starts, so a measuring process must be started with them.
        raise SystemExit(
            subprocess.run(
                [sys.executable, "-m", "liveriff", *sys.argv[1:]], env={**os.environ, **VARIABLES}
            ).returncode
        )
    results: dict[str, Any] = {"machine": _machine(), "first_sound": _first_sound(model, accelerator)}
    results["mixing"] = mixing()
    results["rendering"] = rendering(model, accelerator, threads=threads, repeats=repeats, sgd=old_inverse)
    classic = results["rendering"]["decoders"]["riffusion_seconds"] / CLIP_S
    results["backends"] = backends(model, accelerator, repeats, classic, full)
    _tell(results, as_json)


def _tell(results: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(results, indent=2))
    else:
        _print(results)


def _machine() -> dict[str, Any]:
    return {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}


def _first_sound(model: str, accelerator: str) -> dict[str, float]:
    """Seconds from the start of `play` to the first downbeat: with nothing kept, and played before."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "XDG_CACHE_HOME": home, "LOCALAPPDATA": home, "LIVERIFF_CACHE": home}
        options = [
            "--headless",
            "--json",
            "--sink=null",
            "--seconds=2",
            f"--model={model}",
            f"--accelerator={accelerator}",
        ]
        command = [sys.executable, "-m", "liveriff", "play", *options]
        times = []
        for _ in range(2):
            done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
            times.append(float(json.loads(done.stdout)["first_sound_s"]))
    return {"first_run_s": times[0], "played_before_s": times[1]}


def _print(results: Any, indent: int = 0) -> None:
    for name, value in results.items():
        if isinstance(value, dict):
            click.echo(f"{' ' * indent}{name}")
            _print(value, indent + 2)
        else:
            shown = f"{value:.4g}" if isinstance(value, float) else value
            click.echo(f"{' ' * indent}{name:{max(28 - indent, 1)}} {shown}")
