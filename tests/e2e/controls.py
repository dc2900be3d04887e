"""A performer made of a text: plays a script of controls over OSC into a headless `liveriff play`.

A line is a time in seconds after the first downbeat, a path, and its values; ``PATH FROM > TO in SECONDS`` is a hand
that moves. Lines that begin with # are remarks. ``python -m tests.e2e.controls SCRIPT FOLDER [OPTIONS of play]`` plays
one, records and logs it, replays the log and compares.
"""

from __future__ import annotations

import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pythonosc.udp_client import SimpleUDPClient

from .command import COMMAND, Done, Playing, run, surroundings

MOVES_HZ = 50.0


@dataclass(frozen=True, order=True)
class Control:
    """A message at a time in seconds."""

    at_s: float
    path: str
    values: tuple[float | int | str, ...]


def parse(text: str) -> list[Control]:
    """The controls of a script in the order of their times."""
    lines = (line.strip() for line in text.splitlines())
    return sorted(
        (control for line in lines if line and not line.startswith("#") for control in _line(line)),
        key=lambda control: control.at_s,
    )


def _line(line: str) -> Iterator[Control]:
    at, path, *rest = shlex.split(line)
    if len(rest) == 5 and rest[1] == ">" and rest[3] == "in":
        first, last, lasts = float(rest[0]), float(rest[2]), float(rest[4])
        steps = max(1, round(lasts * MOVES_HZ))
        for step in range(steps + 1):
            value = first + (last - first) * step / steps
            yield Control(float(at) + lasts * step / steps, path, (value,))
        return
    yield Control(float(at), path, tuple(map(_value, rest)))


def _value(text: str) -> float | int | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def perform(controls: list[Control], port: int) -> None:
    """Play them now."""
    client, began = SimpleUDPClient("127.0.0.1", port), time.monotonic()
    for control in controls:
        time.sleep(max(0.0, began + control.at_s - time.monotonic()))
        client.send_message(control.path, list(control.values))


def free_port() -> int:
    """A UDP port that nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def play_script(home: Path, text: str, *options: str, patience_s: float = 300.0) -> Done:
    """Run ``liveriff play`` with the script; it ends by its own ``--seconds``, or by Ctrl-C two seconds after the last
    line."""
    port = free_port()
    playing = Playing(home, "--osc", f"127.0.0.1:{port}", "--door", "off", "--midi", "off", *options)
    try:
        playing.sounds(240.0)
        perform(parse(text), port)
        if "--seconds" not in options:
            time.sleep(2.0)
            playing.stop()
        return playing.end(patience_s)
    finally:
        playing.abandon()


def replayed(home: Path, log: Path, out: Path, *options: str) -> Done:
    """``liveriff replay``."""
    return run(home, "replay", str(log), "--out", str(out), "--json", *options, patience_s=600)


def samples(path: Path) -> np.ndarray:
    """The frames of a float WAV of ours, (frames, 2)."""
    return np.frombuffer(path.read_bytes()[58:], np.float32).reshape(-1, 2)


def main(script: str, folder: str, *options: str) -> int:
    """Play a script into FOLDER/played.wav, replay its log, and say whether both are the same."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    for old in ("set.jsonl", "played.wav", "again.wav"):
        (place / old).unlink(missing_ok=True)
    log = place / "set.jsonl"
    sink = ("--sink", f"wav:{place / 'played.wav'}", "--log", str(log))
    done = play_script(place, Path(script).read_text("utf-8"), *sink, *options)
    sys.stdout.write(f"{done.out}\n{done.err[-3000:]}\n")
    command = [*COMMAND, "replay", str(log), "--out", str(place / "again.wav"), "--json"]
    again = subprocess.run(command, env=surroundings(place), check=False)
    if done.status or again.returncode:
        return 1
    one, other = samples(place / "played.wav"), samples(place / "again.wav")
    length = min(len(one), len(other))
    differ = np.flatnonzero((one[:length] != other[:length]).any(axis=1))
    first = differ[:1].tolist()
    sys.stdout.write(f"{len(one)} frames played, {len(other)} again; {len(differ)} differ, the first at {first}\n")
    rest = max(one[length:], other[length:], key=len)  # after a fade-out the file ends somewhere in the silence
    return int(len(differ) > 0 or bool(rest.any()))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
