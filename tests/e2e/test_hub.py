"""The engine with real children, played by hand: tempo, prompts, stop and start, freeze, next."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile

from e2e.house import TONE
from liveriff.engine import journal, sessions
from liveriff.engine.hub import Hub
from liveriff.engine.options import PlayOptions, RimOptions
from liveriff.engine.replay import lives
from liveriff.engine.scenes import apply, load_scene
from liveriff.params.registry import Registry
from liveriff.params.words import DECKS, PER_BANK

pytestmark = pytest.mark.e2e
PATIENCE_S = 40.0


class Hands:
    """A performer: the hub's registry, and waiting for what should happen."""

    def __init__(self, tmp_path: Path, door: bool = False) -> None:
        self.registry = Registry()
        apply(load_scene("house"), self.registry)
        for deck in DECKS:
            plain = {"model": TONE[1], "seed/drift": 0.0, "prompt/b": ""}
            self.registry.restore({f"/deck/{deck}/{name}": value for name, value in plain.items()})
        self.said: list[str] = []
        log = str(tmp_path / "set.jsonl")
        rim = RimOptions(door=("127.0.0.1", 0), token="") if door else RimOptions()
        options = PlayOptions(sink="null", model=TONE[1], cache_dir=str(tmp_path), log=log, rim=rim)
        self.hub = Hub(self.registry, options, {}, self.said.append)

    def set(self, path: str, value: object) -> None:
        """Turn a knob."""
        self.registry.set(path, value, "hand")

    async def until(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait for something to become true."""
        for _ in range(int(PATIENCE_S / 0.02)):
            if condition():
                return
            await asyncio.sleep(0.02)
        pytest.fail(f"never happened: {what}; said {self.said}")

    def chunks(self, deck: int) -> list[list[str]]:
        """A deck's queue as screens are told of it, a list of fields a chunk."""
        return [line.split("\t") for line in str(self.registry.get(f"/deck/{deck}/chunks")).split("\n") if line]

    def playing(self, deck: int, field: str) -> object:
        """A field of the job that is heard of a deck, wherever in its strip the hand is."""
        job = self.hub.stage.book.states[deck].sounding
        return getattr(job, field) if job else None

    async def all_play(self) -> None:
        """Wait until four decks sound."""
        await self.until("four decks play", lambda: all(self.playing(n, "seed") is not None for n in DECKS))


def perform(tmp_path: Path, script: Callable[[Hands], Coroutine[object, object, None]], door: bool = False) -> Hands:
    """Run a script against a real engine, then end it."""

    async def main() -> Hands:
        hands = Hands(tmp_path, door)
        running = asyncio.ensure_future(hands.hub.run())
        try:
            await hands.all_play()
            await script(hands)
        finally:
            hands.hub.stop()
            await running
        return hands

    return asyncio.run(main())


def test_a_tempo_change_decodes_again_and_generates_nothing(tmp_path: Path) -> None:
    async def script(hands: Hands) -> None:
        kit = [f"/pad/{n}/state" for n in range(1, PER_BANK + 1)]
        await hands.until("the kit is rendered", lambda: all(hands.registry.get(path) == "ready" for path in kit))
        rendered = hands.hub.stage.tally.rendered
        hands.set("/tempo/bpm", 131.5)
        await hands.until("new tempo", lambda: all(hands.playing(n, "bpm_cents") == 13150 for n in DECKS))
        tally = hands.hub.stage.tally
        assert tally.rendered - rendered == tally.redecoded == len(DECKS)
        assert all(hands.playing(n, "canvas_bpm_cents") == 12400 for n in DECKS)

    perform(tmp_path, script)


def test_a_prompt_lands_at_once_with_quantum_off_and_on_the_bar_otherwise(tmp_path: Path) -> None:
    async def script(hands: Hands) -> None:
        hands.set("/quantum", "bar")
        hands.set("/deck/2/prompt/a", "reese")
        await hands.until("on the bar", lambda: hands.playing(2, "prompt_a") == "reese")
        landed = hands.hub.stage.tally.landed[-1]
        beat = hands.hub.stage.time.transport.beat(landed.frame)
        assert abs(beat - round(beat / 4) * 4) < 1 / 1000
        hands.set("/quantum", "off")
        hands.set("/deck/2/prompt/a", "sub")
        await hands.until("at once", lambda: hands.playing(2, "prompt_a") == "sub")
        assert hands.registry.get("/deck/2/heard/prompt/a") == "sub"
        assert len(hands.registry.get("/deck/2/spectrogram")) == 64 * 128

    perform(tmp_path, script)


def test_stop_start_next_and_freeze(tmp_path: Path) -> None:
    async def script(hands: Hands) -> None:
        hands.set("/quantum", "off")
        seed = int(str(hands.playing(1, "seed")))
        hands.set("/deck/1/next", 1.0)
        await hands.until("next seed", lambda: hands.playing(1, "seed") == seed + 1)
        hands.set("/deck/1/freeze", True)
        hands.set("/deck/1/next", 1.0)
        hands.set("/deck/3/prompt/a", "")
        await hands.until("silence", lambda: hands.hub.stage.book.states[3].heading is None)
        assert hands.playing(1, "seed") == seed + 1
        hands.set("/stop", 1.0)
        await hands.until("stopped", lambda: not hands.hub.stage.time.running)
        hands.set("/play", True)
        await hands.until("running", lambda: hands.hub.stage.time.running)
        hands.set("/deck/1/freeze", False)
        await hands.until("the frozen deck moves on", lambda: hands.playing(1, "seed") == seed + 2)

    perform(tmp_path, script)


def test_slots_do_not_leak_while_a_knob_turns(tmp_path: Path) -> None:
    async def script(hands: Hands) -> None:
        hands.set("/quantum", "off")
        hands.set("/deck/1/prompt/b", "something else")
        for step in range(60):
            hands.set("/deck/1/alpha", (step % 20) / 19)
            await asyncio.sleep(0.03)
        hands.set("/deck/1/alpha", 1.0)
        await hands.until("the end of the sweep", lambda: hands.playing(1, "alpha") == 1.0)
        book = hands.hub.stage.book
        await hands.until("all else is given back", lambda: book.lending.free >= 20 - len(DECKS) - 1)

    perform(tmp_path, script)


def test_the_queue_says_what_comes_and_shows_it(tmp_path: Path) -> None:
    async def script(hands: Hands) -> None:
        await hands.until("one line", lambda: [line[0] for line in hands.chunks(2)] == ["playing"])
        seen: set[str] = set()
        pictures: set[bytes] = set()
        hands.registry.subscribe(lambda _: seen.update(line[0] for line in hands.chunks(2)), "/deck/2/chunks")
        hands.registry.subscribe(lambda change: pictures.add(bytes(change.value)), "/deck/2/coming")  # type: ignore[arg-type]
        hands.set("/quantum", "bar")
        hands.set("/deck/2/prompt/a", "reese")
        await hands.until("it is heard", lambda: hands.chunks(2)[0][6] == "reese")
        assert "landing" in seen
        await hands.until("nothing comes", lambda: hands.registry.get("/deck/2/coming") == b"")
        assert {len(picture) for picture in pictures} == {0, 64 * 128}
        assert hands.registry.get("/deck/2/spectrogram") in pictures, "it looked as it was going to"
        assert hands.registry.format("/deck/2/queue") == "never"
        processes = str(hands.registry.get("/status/processes"))
        assert {"engine", "player", "renderer"} <= {line.split("\t")[0] for line in processes.split("\n")}

    perform(tmp_path, script)


def size(path: Path) -> int:
    """Bytes of a file; 0 while there is none."""
    return path.stat().st_size if path.exists() else 0


def test_a_recording_survives_the_player_and_the_log_tells_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path / "home"))
    folder = tmp_path / "home" / "recordings"

    async def script(hands: Hands) -> None:
        hands.set("/record", True)
        name = str(hands.registry.get("/status/recording"))
        await hands.until("it is written", lambda: size(folder / name) > 500_000)
        pid = hands.hub.stage.player.pid
        assert pid is not None
        psutil.Process(pid).kill()
        await hands.until("it goes on", lambda: hands.registry.get("/status/recording") != name)
        assert (folder / name).exists()
        second = str(hands.registry.get("/status/recording"))
        await hands.until("and is written", lambda: size(folder / second) > 50_000)
        await asyncio.sleep(1.0)
        hands.set("/deck/3/preset", "acid")
        hands.hub.strike(1, 0.5, time.monotonic())
        hands.set("/record", False)
        written = f"{second} is written"
        await hands.until("and closed", lambda: written in str(hands.registry.get("/status/log")))
        await hands.until("the preset is heard", lambda: "acid" in str(hands.playing(3, "prompt_a")))

    hands = perform(tmp_path, script)
    for recording in folder.iterdir():
        sound, rate = soundfile.read(recording)
        assert len(sound) > rate / 4
        assert np.abs(sound).max() > 0.01
    log = journal.read(tmp_path / "set.jsonl")
    assert log.whole
    assert log.header.rate == 48000
    assert [bool(life.sent and life.blocks) for life in lives(log, "set")] == [True, True]
    landed = [event for event in log.events if isinstance(event, journal.Landed)]
    assert {event.deck for event in landed} == set(DECKS)
    assert [event.job.key for event in landed if event.job] == [each.job for each in hands.hub.stage.tally.landed]
    kinds = {type(event) for event in log.events}
    assert {journal.Set, journal.Levels, journal.Grid, journal.Hit, journal.Loaded, journal.Notice} <= kinds
    assert any(isinstance(event, journal.Set) and event.path == "/deck/3/preset" for event in log.events)


def test_a_scene_is_called_off_while_it_waits_and_asked_for_anew_while_it_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path / "home"))

    async def script(hands: Hands) -> None:
        hands.set("/quantum", "phrase")
        before = hands.registry.get("/deck/2/prompt/a")
        hands.set("/scene/save", "first")
        hands.set("/deck/2/prompt/a", "reese")
        hands.set("/scene", "first")
        scenes = hands.hub.stage.scenes
        assert scenes.coming
        hands.registry.trigger("/undo", 1.0, "hand")
        assert (scenes.coming, hands.registry.get("/scene")) == (None, "")
        await hands.until("the hand's sound", lambda: hands.playing(2, "prompt_a") == "reese")
        hands.set("/quantum", "beat")
        hands.set("/scene", "first")
        await hands.until("the scene", lambda: hands.playing(2, "prompt_a") == before)
        hands.set("/deck/2/prompt/a", "sub")
        await hands.until("the hand's sound", lambda: hands.playing(2, "prompt_a") == "sub")
        await asyncio.sleep(1.0)
        hands.set("/scene", "first")
        await hands.until("the scene again", lambda: hands.playing(2, "prompt_a") == before)

    perform(tmp_path, script)


def test_screens_find_the_performance_while_its_door_is_open_and_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sessions, "BY_MARK", True)

    async def script(hands: Hands) -> None:
        await hands.until("it is announced", lambda: bool(sessions.find()))
        (session,) = sessions.find()
        assert hands.hub.rim is not None
        assert hands.hub.rim.door is not None
        assert session.url == hands.hub.rim.door.address
        sessions.end(session)
        await hands.until("it ends", hands.hub._stop.is_set)

    perform(tmp_path, script, door=True)
    assert sessions.find() == []
    assert list((tmp_path / "home" / "sessions").iterdir()) == []
