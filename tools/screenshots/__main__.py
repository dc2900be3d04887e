"""Take every picture in the documents anew, from a running instrument.

    PYTHONPATH=tests:tools python -m screenshots docs [screens] [recording] [overview] [loop] [remote]

Needs tmux, fontconfig and DejaVu Sans Mono; the remote's pictures need Chromium and playwright.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from e2e.browser import door_of
from e2e.command import COMMAND, Playing
from e2e.screened import Stage
from e2e.terminal import MISSING, Terminal
from screenshots import camera
from screenshots.controller import plugged_in
from screenshots.setlist import Performer

KEYS = {"play": "F2", "mixer": "F3", "pads": "F4", "browser": "F5", "controllers": "F6", "health": "F7", "help": "F1"}
SIZES = {"": (120, 40), "-small": (80, 24), "-large": (200, 60)}
VIEWS = {"": tuple(KEYS), "-small": ("play", "pads"), "-large": ("play", "mixer")}
"""Of the documents; in the largest and smallest terminals only what lives of its size."""
REST = ("--sink=null", "--osc=off", "--door=127.0.0.1:0")
PATIENCE_S, SETTLE_S, FILLED_S = 120.0, 2.5, 20.0
ONE_MB, ALL_MB, RECORDING_MB = 0.4, 3.0, 1.5
LOOP = ("--prompt=deep house, warehouse drums, rolling bass, warm chords", "--key=A minor", "--bpm=124", "--seed=3")
PARTS = ("screens", "overview", "recording", "loop", "remote")


def main(folder: Path, parts: tuple[str, ...]) -> None:
    """All parts, or some."""
    if MISSING:
        raise SystemExit(f"screenshots: {MISSING}.")
    with tempfile.TemporaryDirectory() as home:
        if "screens" in parts or "overview" in parts:
            with plugged_in() as midi:
                the_set(Path(home), folder, parts, midi)
    if "recording" in parts:
        with tempfile.TemporaryDirectory() as home:
            recording(Path(home), folder)
    if "loop" in parts:
        out = Path(tempfile.gettempdir()) / "loop.wav"
        command("render", *LOOP, f"--out={out}", f"--spectrogram={folder / 'loop.png'}")
    if "remote" in parts:
        remote(folder)
    weigh(folder)


def the_set(home: Path, folder: Path, parts: tuple[str, ...], midi: tuple[str, ...]) -> None:
    """Play the set; pictures of the screens meanwhile, its overview afterwards."""
    log = home / "set.jsonl"
    playing = Playing(home, "--scene=techno", *REST, *midi, f"--log={log}")
    stage = Stage(home)
    try:
        playing.sounds(PATIENCE_S)
        url = door_of(playing)
        performer = Performer(url)
        performer.start()
        if "screens" in parts:
            time.sleep(FILLED_S)
            for suffix, size in SIZES.items():
                screens(stage, url, folder, suffix, size)
        if "overview" in parts:
            performer.join()
            playing.stop()
            playing.end()
            command("overview", str(log), f"--out={folder / 'overview.png'}")
    finally:
        stage.close()
        playing.abandon()


def screens(stage: Stage, url: str, folder: Path, suffix: str, size: tuple[int, int]) -> None:
    """Every view in a terminal of one size."""
    terminal = stage.run("attach", url, columns=size[0], rows=size[1])
    terminal.until(lambda shown: "techno" in shown and "no words yet" not in shown, PATIENCE_S)
    for view in VIEWS[suffix]:
        terminal.keys(KEYS[view])
        time.sleep(SETTLE_S)
        camera.still(terminal, folder / f"screen-{view}{suffix}.png", *size)
    terminal.close()


# --- a recording -----------------------------------------------------------------------------------------------------


def recording(home: Path, folder: Path) -> None:
    """From the command to a prompt that was typed, landed, pads and the mixer."""
    columns, rows = 110, 34
    stage = Stage(home)
    stage.run("play", "--scene=house", *REST, "--midi=off", "--plain", "--seconds=12").status(
        PATIENCE_S
    )  # compiles the mixer
    terminal = stage.run("play", "--scene=house", *REST, "--midi=off", columns=columns, rows=rows)
    try:
        recorder = camera.Recorder(terminal, 6)
        performed(terminal)
        frames = recorder.stop()
        end(terminal)
    finally:
        stage.close()
    camera.write_cast(folder / "play.cast", frames, columns, rows, "liveriff play")
    say(f"{camera.write_animation(folder / 'play.webp', frames, columns, rows, 4)} frames")


def performed(terminal: Terminal) -> None:
    """What the performer does, at the pace of a hand."""
    terminal.until("house", PATIENCE_S)
    time.sleep(8)
    terminal.keys("e")
    time.sleep(0.5)
    for letter in "breakbeat drums, dusty, shuffled":
        terminal.type(letter)
        time.sleep(0.07)
    time.sleep(0.5)
    terminal.keys("Enter")
    time.sleep(8)
    for pad in "1313313":
        terminal.keys(pad)
        time.sleep(0.35)
    for key, rest in (("]", 0.7), ("}", 0.4), ("}", 0.4), ("}", 4), ("F3", 4), ("F4", 1)):
        terminal.keys(key)
        time.sleep(rest)
    for pad in "12341234":
        terminal.keys(pad)
        time.sleep(0.25)
    time.sleep(1)
    terminal.keys("F2")
    time.sleep(3)


def end(terminal: Terminal) -> None:
    """End the music."""
    terminal.keys("C-q")
    terminal.until("again to end")
    terminal.keys("C-q")
    terminal.status(PATIENCE_S)


# --- the rest --------------------------------------------------------------------------------------------------------


def remote(folder: Path) -> None:
    """The web remote's own."""
    if not shutil.which("chromium") and not shutil.which("google-chrome"):
        say("no Chromium: docs/remote-*.png stay as they are (apt install chromium; pip install playwright)")
        return
    subprocess.run([sys.executable, "-m", "e2e.browser", str(folder)], check=True)


def command(*arguments: str) -> None:
    """A command of the instrument's, to its end."""
    subprocess.run([*COMMAND, *arguments], check=True)


def weigh(folder: Path) -> None:
    """Say how large the pictures are; a failure where they are larger than a page should load."""
    files = [path for path in sorted(folder.iterdir()) if path.suffix in (".png", ".webp", ".cast")]
    sizes = {path.name: path.stat().st_size / 1e6 for path in files}
    for name, size in sizes.items():
        say(f"{size:6.3f} MB  {name}")
    large = [n for n, size in sizes.items() if size > (ONE_MB if n.endswith(".png") else RECORDING_MB)]
    shown = sum(size for name, size in sizes.items() if not name.endswith(".cast"))
    say(f"{shown:6.3f} MB  together")
    if large or shown > ALL_MB:
        raise SystemExit(f"screenshots: too large: {', '.join(large) or 'all together'}.")


def say(words: str) -> None:
    """To whoever started it."""
    sys.stderr.write(words + "\n")


if __name__ == "__main__":
    wanted = tuple(sys.argv[2:]) or PARTS
    if unknown := set(wanted) - set(PARTS):
        raise SystemExit(f"screenshots: there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    main(Path(sys.argv[1]), wanted)
