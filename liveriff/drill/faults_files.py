"""Faults of memory and disks: full, or holding garbage. File systems of a few megabytes are mounted for one performance
alone; the drill reaches them by way of its processes."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import wave
from pathlib import Path

from liveriff.drill.acts import Act
from liveriff.drill.home import PYTHON
from liveriff.drill.liveset import LiveSet, Plan
from liveriff.drill.needs import unshare
from liveriff.params.words import DECKS
from liveriff.render.checkpoints import TABLE_NAME
from liveriff.render.embedded.weights import FOLDER, write_manifest

MEMORY_MB, DISK_MB = 900, 24
PIECE = bytes(1 << 16)
BALLAST = "ballast"
FLOAT_HEADER = 58
GONE_PID = 4_194_000  # above the highest number that Linux gives out by itself
TOLD_S = 5.0
BROKEN_BPM = 200
BROKEN = {
    "scenes/drill-scene.toml": f'title = "Half"\n[tempo]\nbpm = {BROKEN_BPM}\n[deck.1\n'.encode(),
    "presets/drill-preset.toml": b'title = "Half\x00\xff\n',
    "sounds/drill-sound.wav": b"RIFF\xff\xff\xff\x7fWAVEfmt \x10\x00\x00\x00",
}
"""Below the performer's folder."""
DAMAGED = ("drill-changed", "drill-cut")
"""Models: what their manifest can tell, and what it cannot."""


def mounted(folder: Path, megabytes: int) -> list[str]:
    """The command before one that shall have a small disk of its own at ``folder``."""
    script = f'mount -t tmpfs -o size={megabytes}m tmpfs {shlex.quote(str(folder))} && exec "$@"'
    return [*unshare(), "sh", "-c", script, "sh"]


def fill(file: Path) -> int:
    """Write until nothing goes in any more; the bytes of the file."""
    with file.open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
        while ballast.write(PIECE):
            pass
    with file.open("ab", buffering=0) as ballast, contextlib.suppress(OSError):
        while ballast.write(b"\0"):
            pass
    return file.stat().st_size


class MemoryFull(Act):
    """The rest of /dev/shm is taken, while new sounds are asked for."""

    hold_s = 10.0

    def prepare(self, plan: Plan) -> None:
        plan.wrap = mounted(Path("/dev/shm"), MEMORY_MB)

    def begin(self, live: LiveSet) -> None:
        self._ballast = Path(f"/proc/{live.instrument.pid}/root/dev/shm/{BALLAST}")
        fill(self._ballast)
        for deck in DECKS:  # longer loops need memory that has never been used
            live.instrument.send(f"/deck/{deck}/beats", 16)

    def lift(self, live: LiveSet) -> None:
        self._ballast.unlink(missing_ok=True)


class DiskFull(Act):
    """The disk with recordings, state and log is full while a recording runs."""

    hold_s = 6.0

    def prepare(self, plan: Plan) -> None:
        plan.wrap = mounted(plan.home.performer, DISK_MB)
        plan.arguments += ["--log", str(plan.home.performer / "set.jsonl")]

    def begin(self, live: LiveSet) -> None:
        root = Path(f"/proc/{live.instrument.pid}/root")
        self._folder = root / live.plan.home.performer.relative_to("/")
        live.instrument.send("/record", True)
        live.wait(lambda: list(self._folder.glob("recordings/*.wav")), 5.0)
        live.wait(lambda: False, 2.0)
        fill(self._folder / BALLAST)

    def lift(self, live: LiveSet) -> None:
        (self._folder / BALLAST).unlink(missing_ok=True)

    def complaints(self, live: LiveSet) -> list[str]:
        tapes = list(self._folder.glob("recordings/*.wav"))
        if not tapes:
            return ["of the recording nothing is left."]
        return [f"{tape.name} cannot be played: {why}." for tape in tapes if (why := unplayable(tape))]


def unplayable(tape: Path) -> str:
    """Why a recording cannot be played, "" if it can. Its head must tell of what is there."""
    try:
        with wave.open(str(tape)) as file:
            return "" if file.getnframes() else "it is empty"
    except wave.Error as error:
        if "unknown format: 3" not in str(error):  # 32-bit floats, which this module does not read
            return str(error)
    except (OSError, EOFError) as error:
        return str(error) or "it is cut short"
    told = int.from_bytes(tape.read_bytes()[FLOAT_HEADER - 4 : FLOAT_HEADER], "little")
    there = os.path.getsize(tape) - FLOAT_HEADER
    return "" if 0 < told <= there else f"its head tells of {told} bytes and there are {there}"


class AutosaveCorrupt(Act):
    """Garbage where states are kept, in the name of the last performance and of one that was cut short."""

    hold_s = 1.0

    def __init__(self) -> None:
        """Nothing is written yet."""
        self._wrong: list[str] = []

    def prepare(self, plan: Plan) -> None:
        folder = plan.home.performer / "autosave"
        folder.mkdir(parents=True)
        for name in ("last", str(GONE_PID)):
            (folder / f"{name}.toml").write_bytes(b'title = "half\x00\xff\n[deck.1\n' * 9)
        command = [*PYTHON, "play", "--headless", "--restore", "--sink", "null", "--seconds", "1"]
        done = subprocess.run(
            command, env=plan.home.surroundings(plan.env), stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=120,
        )  # fmt: skip
        lines = done.stderr.strip().splitlines()
        if done.returncode != 2 or len(lines) != 1:
            self._wrong.append(f"--restore left with status {done.returncode} and {len(lines)} lines: {lines[-1:]}.")

    def complaints(self, live: LiveSet) -> list[str]:
        return self._wrong


class FilesBroken(Act):
    """Files of a friend, damaged on their way: they lie where the performer's lie, and are asked for by name."""

    def prepare(self, plan: Plan) -> None:
        for name, content in BROKEN.items():
            file = plan.home.performer / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def begin(self, live: LiveSet) -> None:
        live.instrument.send("/scene", "drill-scene")
        live.instrument.send("/deck/1/preset", "drill-preset")
        live.instrument.send("/pad/1/load", "drill-sound.wav")

    def complaints(self, live: LiveSet) -> list[str]:
        wrong = [f"nobody was told that {name} is damaged." for name in BROKEN if not told_of(live, Path(name).name)]
        half = live.watch.latest("/tempo/bpm") == BROKEN_BPM
        return [*wrong, "half of a scene was set."] if half else wrong


class WeightsBroken(Act):
    """Two folders of weights by somebody else: in one, files are not what the manifest says; in the other, the manifest
    agrees with what is no safetensors file any more. Decks ask for them by name, and play the embedded model."""

    hold_s = 8.0

    def prepare(self, plan: Plan) -> None:
        entries = []
        for name in DAMAGED:
            folder = plan.home.performer / "models" / name
            shutil.copytree(FOLDER, folder)
            spoil(folder, told=name == DAMAGED[0])
            entries.append(f"{name}: {{backend: embedded, model: ./models/{name}}}\n")
        (plan.home.performer / TABLE_NAME).write_text("".join(entries))

    def begin(self, live: LiveSet) -> None:
        for deck, name in enumerate(DAMAGED, 1):
            live.instrument.send(f"/deck/{deck}/model", name)

    def complaints(self, live: LiveSet) -> list[str]:
        return [f"nobody was told that {name} is damaged." for name in DAMAGED if not told_of(live, name)]


def spoil(folder: Path, told: bool) -> None:
    """Damage the weights of every net in a folder. told: its manifest can tell; else it is written anew."""
    for file in folder.rglob("*.safetensors"):
        content = file.read_bytes()
        file.write_bytes(b"\xff" * 64 + content[64 : len(content) // 2])
    if not told:
        write_manifest(folder, {})


def told_of(live: LiveSet, name: str) -> bool:
    """Whether the performer is told a sentence with a name in it, soon."""
    return live.wait(lambda: any(name in said.text for said in live.said), TOLD_S)
