"""The sound input through a real audio server: a musician plays to the beat; pad, deck, mix and replay give it back to
the frame."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from e2e.controls import replayed, samples
from e2e.jackear import Heard
from e2e.jacknoise import PERIOD, noise
from e2e.jackserver import MISSING, JackServer
from e2e.test_deck_moves import BPM, Mover
from liveriff.wire.cells import GAUGES

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
RATE, BLOCK = 48000, 256
BEAT = RATE * 60 // int(BPM)
SEAM = 240  # of a piece's end is blended
PLAIN: dict[str, object] = {
    **{f"/deck/2/{name}": 0.0 for name in ("level", "pan", "eq/low", "eq/mid", "eq/high", "filter")},
    **{f"/{place}/send/{effect}": -60.0 for place in ("deck/1", "deck/2", "pad/1") for effect in ("delay", "reverb")},
    "/deck/2/width": 1.0,
    "/deck/2/side": "thru",
    "/pads/level": 0.0,
    "/pad/1/velocity": "linear",
}
HERE = Path(__file__).parent.parent


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    """A server that waits for late clients."""
    with JackServer(RATE, BLOCK, sync=True) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        yield server


def helper(*arguments: str) -> subprocess.Popen[str]:
    """A program of this folder."""
    command = [sys.executable, "-m", *arguments]
    return subprocess.Popen(command, cwd=HERE, env=dict(os.environ), stdin=-1, stdout=-1, text=True)


def end(process: subprocess.Popen[str]) -> None:
    """Let it write what it has."""
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(30) == 0


def round_trip() -> int:
    """Frames that the server says pass from its output to its input, the first of a block."""
    said = subprocess.run(["jack_lsp", "-l"], capture_output=True, text=True, check=True).stdout
    capture = re.search(r"system:capture_1\n.*?port capture latency = \[ (\d+)", said, re.S)
    playback = re.search(r"system:playback_1\n.*?port playback latency = \[ (\d+)", said, re.S)
    assert capture is not None, said
    assert playback is not None, said
    return int(capture[1]) + int(playback[1])


def played_at(sound: NDArray[np.float32]) -> int:
    """The server's frame, modulo PERIOD, at which the musician played this."""
    whole = noise()
    starts = np.flatnonzero(whole == sound[0, 0])
    found = [int(k) for k in starts if np.array_equal(whole[(k + np.arange(64)) % PERIOD], sound[:64, 0])]
    assert len(found) == 1, found
    return found[0]


def expected(first: int, frames: int) -> NDArray[np.float32]:
    """What he played from a frame on."""
    left = noise()[(first + np.arange(frames)) % PERIOD]
    return np.stack([left, left * np.float32(0.5)], axis=1)


class Session(Mover):
    """One deck plays tones, another what comes in; a musician and an ear are there."""

    def __init__(self, tmp_path: Path) -> None:
        super().__init__(tmp_path, decks=(1,))
        self.hub.stage.options = replace(self.hub.stage.options, sink="device", input="", record="")
        self.hub.stage.player._play = self.hub.stage.options
        for path, value in PLAIN.items():
            self.registry.set(path, value)
        self.piece: NDArray[np.float32] = np.zeros((0, 2), np.float32)
        self.loop = self.piece
        self.delay = 0

    async def play(self) -> None:
        """What a performer does."""
        self.set("/deck/1/level", 0.0)
        await self.until("it has a peak", lambda: float(str(self.registry.get("/input/peak"))) > -14.0)
        await self.beats(9)
        self.delay = int(self.hub.stage.player.gauges["input_delay"])
        await self.capture()
        await self.into_a_deck()
        self.set("/deck/2/mute", True)
        self.set("/input/monitor", True)
        await self.beats(8)
        self.set("/panic", 1.0)
        await self.until("the input is silent", lambda: self.registry.get("/input/monitor") is False)

    async def capture(self) -> None:
        """Four beats into a pad, and play it."""
        self.set("/deck/1/mute", True)
        self.set("/pads/capture/from", "input")
        self.set("/pad/1/capture", 1.0)
        states = self.hub.stage.pads.states
        await self.until("it is captured", lambda: states[1].sample is not None)
        sample = states[1].sample
        assert sample is not None
        assert self.hub._slots is not None
        self.piece = self.hub._slots[sample.slot][: sample.frames].copy()
        self.set("/pad/1/trigger", 1.0)
        await self.beats(10)
        self.set("/pad/1/stop", 1.0)
        await self.beats(2)

    async def into_a_deck(self) -> None:
        """The last bar, round and round, without a word."""
        self.set("/deck/2/strength", 0.0)
        self.set("/deck/2/source", "input")
        await self.until("it loops", lambda: self.playing(2, "source_id") not in (None, ""))
        chunk = self.hub.stage.book.states[2].playing
        assert chunk is not None
        assert self.hub._slots is not None
        self.loop = self.hub._slots[chunk.slot][: chunk.job.frames].copy()
        await self.beats(9)


def session(tmp_path: Path) -> tuple[Session, Heard]:
    """Play it."""

    async def main() -> Session:
        made = Session(tmp_path)
        running = asyncio.ensure_future(made.hub.run())
        ear = helper("e2e.jackear", "liveriff", str(tmp_path / "ear.npz"), "60")
        musician = helper("e2e.jacknoise", "liveriff")
        try:
            for each in (ear, musician):
                assert each.stdout is not None
                assert await asyncio.to_thread(each.stdout.readline) == "ready\n"
            await made.until("a deck plays", lambda: made.playing(1, "seed") is not None)
            await made.play()
        finally:
            made.hub.stop()
            await running
            end(musician)
            end(ear)
        return made

    made = asyncio.run(main())
    return made, Heard.load(tmp_path / "ear.npz")


def test_what_is_played_to_the_beat_comes_back_to_the_frame(server: JackServer, tmp_path: Path) -> None:
    made, heard = session(tmp_path)
    trip = round_trip()
    assert made.delay == trip
    assert "input_delay" in GAUGES

    # the log names the downbeat's frame, the ear heard when it left
    lines = [json.loads(line) for line in (tmp_path / "set.jsonl").read_text().splitlines()]
    downbeat = next(line["at_frame"] for line in lines if line["kind"] == "grid" and line["bpm_cents"])
    assert replayed(tmp_path, tmp_path / "set.jsonl", tmp_path / "again.wav").status == 0
    again = samples(tmp_path / "again.wav")[:, 0]
    first = int(np.flatnonzero(heard.sound)[0]) - int(np.flatnonzero(again)[0])
    np.testing.assert_array_equal(heard.sound[first : first + len(again)], again)  # all of it, monitored input too
    zero = heard.frame + first  # the server's frame of the downbeat
    assert downbeat > 0

    for sound in (made.piece, made.loop):  # the samples themselves, and the beat they were played on
        assert len(sound) == 4 * BEAT
    began = played_at(made.piece)
    np.testing.assert_array_equal(made.piece[:-SEAM], expected(began, 4 * BEAT - SEAM))
    assert (began - zero - trip) % PERIOD % BEAT == 0
    began = played_at(made.loop)
    np.testing.assert_array_equal(made.loop[:-SEAM], expected(began, 4 * BEAT - SEAM))
    assert (began - zero - trip) % PERIOD % (4 * BEAT) == 0

    monitored = _place(heard.sound, lambda at: noise()[(heard.frame + at - 72) % PERIOD])
    assert monitored > RATE  # a second of it, at its time and as loud as it came
    for sound in (made.piece, made.loop):  # and both were heard as they lie in memory
        assert _place_of(heard.sound, sound[:, 0]) > 0


def _place(sound: NDArray[np.float32], at: object) -> int:
    """How many samples are what they should be."""
    whole = at(np.arange(len(sound)))  # type: ignore[operator]
    return int((sound == whole).sum())


def _place_of(sound: NDArray[np.float32], piece: NDArray[np.float32]) -> int:
    """Where a piece is heard from its beginning, bit for bit."""
    for start in np.flatnonzero(sound == piece[1000]) - 1000:
        if np.array_equal(sound[start + 1000 : start + 3 * BEAT], piece[1000 : 3 * BEAT]):
            return int(start)
    return -1
