"""From note-on at the MIDI port to first sample at the audio port, while everything else goes on.

    cd tests && python -m e2e.padlatency --hits 2000

A private JACK server without a card (256 frames at 48 kHz), the instrument as on a stage: the embedded model renders,
and a screen in a process of its own hears all that changes. A fake controller sends note-ons at random moments, and
hears them on the same clock. What of the jitter is the driver's own is measured in the same run: a bare rtmidi input
gets the same notes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from e2e.command import Playing, wait_until
from e2e.jackear import Ear, Heard
from e2e.jackserver import JackServer

RATE, PERIOD = 48000, 256
GAP_S, HELD_S, HEARD_S = 0.1, 0.03, 0.09
CONTROLLER, PORT = "APC mini mk2", "Control"  # a controller with a profile; its lower left pad is pad 1
NOTE = 0
P99_MS, ADDED_MS = 2 * PERIOD / RATE * 1000 + 3.0, 1.0
READY_S, SETTLE_S = 90.0, 10.0
HERE = Path(__file__).parent
SETTINGS = (
    *(f"--set=/deck/{deck}/mute=on" for deck in (1, 2, 3, 4)),
    *(f"--set=/deck/{deck}/seed/drift=1" for deck in (1, 2, 3, 4)),  # another chunk for every deck every phrase
    "--set=/pad/1/mode=gate",
    "--set=/quantum=beat",
)


@dataclass(frozen=True)
class Report:
    """What a run has shown; times in milliseconds, jitter is a standard deviation. felt: note-ons that the instrument
    says it had; said: what it told the performer meanwhile; driver_jitter: of the note-ons as
    a bare rtmidi callback has them; period_jitter: of a driver that knows no time within a period, in theory; xruns:
    by who was late, as the server logs it; rendered: chunks made meanwhile; told: changes that the screen heard."""

    hits: int
    missing: int
    felt: int
    p50: float
    p99: float
    most: float
    jitter: float
    driver_jitter: float
    period_jitter: float
    xruns: dict[str, int]
    underruns: int
    rendered: int
    told: int
    load: float
    said: tuple[str, ...] = ()

    @property
    def added_jitter(self) -> float:
        """Ours over the driver's: whether it may be called a difference at all."""
        return self.jitter - self.driver_jitter

    @property
    def good(self) -> bool:
        """Whether all targets are met."""
        return self.missing == 0 and self.p99 <= P99_MS and self.added_jitter <= ADDED_MS

    def lines(self) -> Iterator[str]:
        """For a person."""
        yield f"hits       {self.hits}, felt {self.felt}, missing {self.missing}"
        yield f"latency    p50 {self.p50:.2f} ms, p99 {self.p99:.2f} ms (target {P99_MS:.1f}), most {self.most:.2f} ms"
        yield (
            f"jitter     {self.jitter:.2f} ms; the driver's own {self.driver_jitter:.2f} ms (uniform over a period: "
            f"{self.period_jitter:.2f}); ours {self.added_jitter:+.2f} ms (target {ADDED_MS:.1f})"
        )
        yield f"xruns      {self.xruns or 'none'}; underruns of the instrument {self.underruns}"
        yield f"meanwhile  {self.rendered} chunks rendered, {self.told} changes told to a screen; load {self.load:.2f}"
        yield from (f"told       {sentence}" for sentence in self.said)
        yield "targets met" if self.good else "targets NOT met"


# --- the run --------------------------------------------------------------------------------------------------------


class Bare:
    """What the driver alone does: rtmidi over JACK, its callback's own times, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "bare.json"
        self.process = _beside("bare", str(self.path))

    def times(self) -> list[float]:
        """time.time() of every note-on."""
        _end(self.process)
        times: list[float] = json.loads(self.path.read_text())
        return times


def measure(hits: int, home: Path, log: Path | None = None) -> Report:
    """Run once. JACK's variables of this process are changed; folders of ``home`` keep what was rendered."""
    with JackServer(RATE, PERIOD, sync=False) as server, tempfile.TemporaryDirectory() as folder:
        os.environ.update(server.env)
        seconds = hits * GAP_S + READY_S + SETTLE_S
        playing = Playing(home, *SETTINGS, "--midi=jack", "--osc=off", "--door=127.0.0.1:0")
        ear = Ear(CONTROLLER, seconds, PORT)
        bare, screen = Bare(Path(folder)), None
        try:
            screen = _beside("screen", _url(playing))
            _join(ear, playing)
            before, said = _xruns(server), len(playing.said)
            notes = _play(ear, hits)
            late, sentences = _xruns(server) - before, [line.strip() for line in playing.said[said:]]
            heard, had = ear.close(), bare.times()
            told = int(_end(screen) or 0)
            playing.stop()
            report = playing.end().report
        finally:
            for child in (bare.process, screen):
                if child is not None and child.poll() is None:
                    child.kill()
            playing.abandon()
        if log:
            shutil.copy(server._log, log)
        found = _report(hits, heard, notes, had, late, report, told)
        return replace(found, said=tuple(sentences))


def _url(playing: Playing) -> str:
    def told() -> re.Match[str] | None:
        return re.search(r"browsers at (http://[\d.]+:\d+)", "".join(playing.said))

    assert wait_until(lambda: told() or playing.process.poll() is not None, READY_S), playing.said
    found = told()
    assert found is not None
    return found[1]


def _join(ear: Ear, playing: Playing) -> None:
    """Wait until the instrument sounds and has taken the controller; listen to it, and to silence, for a while."""
    playing.sounds(READY_S)
    ports = ear.ports("liveriff")
    out = ear.client.midi_outports[0]

    def taken() -> bool:
        return any("liveriff" in port.name.lower() for port in ear.client.get_all_connections(out))

    assert wait_until(taken, READY_S), playing.said
    ear.client.connect(out, ear.client.get_ports("bare.*", is_midi=True, is_input=True)[0])
    ear.hear(ports[0])
    ear.wait(SETTLE_S)  # the decks are at work


def _play(ear: Ear, hits: int) -> list[int]:
    """Hit a pad again and again, anywhere in a period; the frames of the note-ons."""
    dice = random.Random(1)
    start = int(ear.client.frame_time) + RATE // 5
    ear.sent.clear()
    for n in range(hits):
        at = start + round(n * GAP_S * RATE) + dice.randrange(4 * PERIOD)
        ear.midi.append((at, bytes((0x90, NOTE, 100))))
        ear.midi.append((at + round(HELD_S * RATE), bytes((0x80, NOTE, 0))))
    ear.wait(hits * GAP_S + 1)
    return [frame for frame, message in ear.sent if message[0] == 0x90]


# --- figures --------------------------------------------------------------------------------------------------------


def _report(
    hits: int,
    heard: Heard,
    notes: list[int],
    bare: list[float],
    late: Counter[str],
    report: dict[str, Any],
    told: int,
) -> Report:
    onsets = [heard.onset(note - heard.frame, note - heard.frame + round(HEARD_S * RATE)) for note in notes]
    frames = [onset + heard.frame - note for onset, note in zip(onsets, notes, strict=True) if onset is not None]
    ms = np.array(frames or [np.inf]) * 1000 / RATE
    return Report(
        hits=hits,
        missing=hits - len(frames),
        felt=round(report["strokes"]),
        p50=float(np.median(ms)),
        p99=float(np.percentile(ms, 99)),
        most=float(ms.max()),
        jitter=float(ms.std()),
        driver_jitter=float(_driver_ms(heard, notes, bare).std()),
        period_jitter=PERIOD / RATE * 1000 / 12**0.5,
        xruns=dict(late),
        underruns=round(report["underruns"]),
        rendered=report["chunks"]["rendered"],
        told=told,
        load=os.getloadavg()[0],
    )


def _driver_ms(heard: Heard, notes: list[int], bare: list[float]) -> NDArray[np.float64]:
    """How long after the port the driver's callback had each note; a note that it never had is left out."""
    had = np.array([heard.place(at) + heard.frame for at in bare])
    after = [had[(had > note - PERIOD) & (had < note + HEARD_S * RATE)] for note in notes]
    return np.array([found[0] - note for found, note in zip(after, notes, strict=True) if len(found)]) * 1000 / RATE


def _xruns(server: JackServer) -> Counter[str]:
    """Late cycles so far, by client."""
    log = server._log.read_text()
    return Counter(re.findall(r"client = (.+?) was not finished", log))


# --- other processes ------------------------------------------------------------------------------------------------


def _beside(what: str, argument: str) -> subprocess.Popen[str]:
    """A witness, see ``padwitness``."""
    env = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    command = [sys.executable, "-m", "e2e.padwitness", what, argument]
    child = subprocess.Popen(command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "ready"
    return child


def _end(child: subprocess.Popen[str]) -> str:
    out, _ = child.communicate(timeout=30)
    return out.strip()


def main() -> None:
    """See the module; status 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hits", type=int, default=2000, help="note-ons, ten a second")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, contextlib.suppress(KeyboardInterrupt):
        report = measure(chosen.hits, Path(home))
        said = json.dumps(asdict(report)) if chosen.json else "\n".join(report.lines())
        sys.stdout.write(said + "\n")
        sys.exit(0 if report.good else 1)


if __name__ == "__main__":
    main()
