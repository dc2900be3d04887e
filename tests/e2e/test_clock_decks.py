"""A tempo that changes under the music: beats stay on the grid at once, the pitch comes back with the chunks decoded
anew, and a tempo that keeps moving does not keep the decks from new sounds."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from e2e.house import RATE, TONE
from e2e.test_hub import Hands
from liveriff.control.clock.midi_in import MidiClockIn
from liveriff.engine.hub import Hub
from liveriff.engine.options import PlayOptions
from liveriff.music.grid import Grid
from liveriff.params.words import DECKS
from liveriff.wire.messages import SetGrid

pytestmark = [pytest.mark.e2e, pytest.mark.alone]
CLICK_HZ = 1500.0
OLD, NEW = 124.0, 132.0


class Filmed(Hands):
    """A performer whose first deck alone is heard, in a file, and who notes every grid."""

    def __init__(self, tmp_path: Path) -> None:
        super().__init__(tmp_path)
        self.hub.stage.player.close()  # a hub of our own takes its place
        self.path, self.grids = tmp_path / "film.wav", list[Grid]()
        options = PlayOptions(sink=f"wav:{self.path}", model=TONE[1], cache_dir=str(tmp_path), seconds=14)
        self.hub = Hub(self.registry, options, {}, self.said.append)
        for deck in DECKS[1:]:
            self.registry.set(f"/deck/{deck}/prompt/a", "")
        self.registry.restore({"/deck/1/density": 0.0, "/deck/1/level": 0.0, "/quantum": "bar", "/tempo/bpm": OLD})
        send = self.hub.stage.player.send

        def noted(message: object) -> None:
            if isinstance(message, SetGrid) and message.grid:
                self.grids.append(message.grid)
            send(message)

        self.hub.stage.player.send = noted  # type: ignore[method-assign]

    def frames_of_beats(self) -> list[tuple[int, float]]:
        """Frame in the film of every beat, and the tempo there."""
        first, beats = self.grids[0].frame, []
        for grid, after in zip(self.grids, [*self.grids[1:], None], strict=True):
            beat = -(-grid.beat // 1)
            while (after is None or grid.frame_of(beat) < after.frame) and grid.frame_of(beat) - first < 13 * RATE:
                beats.append((grid.frame_of(beat) - first, grid.bpm))
                beat += 1
        return beats


def perform(hands: Hands, script: Callable[[], Coroutine[object, object, None]]) -> None:
    """Run a script against a real engine, then end it."""

    async def main() -> None:
        running = asyncio.ensure_future(hands.hub.run())
        try:
            await hands.until("sound", lambda: hands.playing(1, "seed") is not None)
            await script()
        finally:
            hands.hub.stop()
            await running

    asyncio.run(main())


def onset(sound: NDArray[np.float32], frame: int) -> int:
    """Where near a frame the click begins."""
    near = sound[max(frame - 480, 0) : frame + 480]
    sharp = np.abs(near - np.convolve(near, np.ones(48) / 48, "same"))
    return int(np.argmax(sharp > 0.2 * sharp.max())) + max(frame - 480, 0)


def pitch(sound: NDArray[np.float32], frame: int) -> float:
    """Frequency of the click at a frame."""
    burst = sound[frame : frame + 480]
    spectrum = np.abs(np.fft.rfft(burst * np.hanning(len(burst)), 1 << 16))
    low = int(1000 * (1 << 16) / RATE)
    return float((low + np.argmax(spectrum[low:])) * RATE / (1 << 16))


def test_beats_stay_on_the_grid_at_once_and_the_pitch_returns(tmp_path: Path) -> None:
    hands = Filmed(tmp_path)

    async def script() -> None:
        await asyncio.sleep(4.2)
        hands.registry.set("/tempo/bpm", NEW, "clock", undoable=False)
        await hands.until("decoded anew", lambda: hands.playing(1, "bpm_cents") == round(NEW * 100))
        await asyncio.sleep(5.0)

    perform(hands, script)
    assert hands.hub.stage.tally.redecoded >= 1
    sound = soundfile.read(hands.path, dtype="float32")[0][:, 0]
    beats = [(frame, bpm) for frame, bpm in hands.frames_of_beats() if 0 < frame < len(sound) - RATE]
    assert {bpm for _, bpm in beats} == {OLD, NEW}
    off = [onset(sound, frame) - frame for frame, _ in beats]
    assert max(map(abs, off)) <= 60, off
    after = [pitch(sound, frame) for frame, bpm in beats if bpm == NEW]
    assert after[0] == pytest.approx(CLICK_HZ * NEW / OLD, abs=30)  # stretched at once
    assert after[-1] == pytest.approx(CLICK_HZ, abs=15)


def test_a_tempo_that_keeps_moving_starves_nobody(tmp_path: Path) -> None:
    hands = Hands(tmp_path)
    hands.registry.set("/quantum", "beat")

    async def script() -> None:
        await hands.all_play()
        begun, rendered, bpm, steps = time.monotonic(), hands.hub.stage.tally.rendered, OLD, 0
        while time.monotonic() - begun < 10:
            bpm, steps = round(bpm + 0.3, 2), steps + 1
            hands.registry.set("/tempo/bpm", bpm, "clock", undoable=False)
            if steps == 8:
                hands.set("/deck/2/prompt/a", "reese")
            await asyncio.sleep(0.5)
        assert hands.playing(2, "prompt_a") == "reese"  # it landed while the tempo moved
        assert hands.hub.stage.tally.rendered - rendered <= (steps + 2) * len(DECKS)
        await hands.until("the end", lambda: all(hands.playing(n, "bpm_cents") == round(bpm * 100) for n in DECKS))

    perform(hands, script)


def test_the_engine_follows_a_clock_and_its_stop(tmp_path: Path) -> None:
    """A master at 126 whose ticks come from another thread; the player's own clock is the judge."""
    hands = Hands(tmp_path)
    bpm, over = 126.0, threading.Event()

    async def script() -> None:
        hub, clock = hands.hub, MidiClockIn(asyncio.get_running_loop())
        sync = hub.rim.sync if hub.rim else None
        assert sync is not None
        sync.add("midi", clock)
        hands.set("/tempo/source", "midi")
        await hands.all_play()
        begin = time.monotonic() + 0.5

        def master() -> None:
            clock.on_clock("drums", b"\xfa", begin)
            tick = 0
            while not over.wait(max(0.0, begin + tick * 60 / 24 / bpm - time.monotonic())):
                clock.on_clock("drums", b"\xf8", time.monotonic())
                tick += 1
            clock.on_clock("drums", b"\xfc", time.monotonic())

        thread = threading.Thread(target=master)
        thread.start()
        try:
            await hands.until("the tempo", lambda: hands.registry.get("/tempo/bpm") == bpm)
            await asyncio.sleep(5)
            keeper = hub.stage.time
            off_s = []
            for _ in range(50):
                await asyncio.sleep(0.02)
                off_s.append(float(keeper.beat()) * 60 / bpm - (time.monotonic() + keeper.latency_s - begin))
        finally:
            over.set()
            thread.join()
        assert abs(float(np.median(off_s))) <= 0.02
        await hands.until("stop", lambda: hands.registry.get("/play") is False)
        assert hands.registry.get("/tempo/bpm") == bpm

    perform(hands, script)
