"""The hub: the conductor's loop. Wishes in, chunks out, on the beat; everything that may die is replaced.

One asyncio loop owns the registry, the plan, the slots and the children; every method here runs on it. The loop looks
at the clock (the player's frame count) every TICK_S, and at once when something happens.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

from liveriff.engine.actions import Action, CancelRequest, Discard, Launch, Submit
from liveriff.engine.chronicler import Chronicler
from liveriff.engine.commands import STRUCK, Commands
from liveriff.engine.deckbook import RENDERER, DeckBook
from liveriff.engine.hearing import Hearing
from liveriff.engine.journal_file import JournalFile
from liveriff.engine.kept import KeptChunks
from liveriff.engine.messages import Messages
from liveriff.engine.moment import Wish
from liveriff.engine.options import FALLBACK_MODEL, PlayOptions
from liveriff.engine.pads import PadBook
from liveriff.engine.plan import plan
from liveriff.engine.playing import Player
from liveriff.engine.presence import Presence
from liveriff.engine.presets import Presets
from liveriff.engine.recorder import Recorder
from liveriff.engine.rendering import Renderer, RendererEvents, RendererOptions
from liveriff.engine.rim import Rim
from liveriff.engine.segments import segment_name, sweep
from liveriff.engine.shots import Shots
from liveriff.engine.stage import Stage
from liveriff.engine.status import Status
from liveriff.engine.timekeeper import TimeKeeper
from liveriff.engine.wishes import Setting, wish_for
from liveriff.errors import LiveriffError
from liveriff.params.registry import Registry
from liveriff.params.words import DECKS, PADS
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.slots import PAD_S, Slots, SlotSpec, slot_frames

TICK_S = 1 / 60  # two of them are a frame of the screens' 30 Hz
SOON_S = 0.004
SLOTS = 4 * len(DECKS) + 4
PAD_SLOTS = len(PADS) + 4
WAITS_S = 4.0  # a deck's chunk that is not needed for so long lets a pad's one-shot go first
GATHER_S = 20.0  # a file sink waits so long for all decks before the music begins


class Hub:
    """A performance: ``await run()`` plays until the sink has enough, or ``stop`` is called."""

    def __init__(
        self, registry: Registry, options: PlayOptions, versions: Mapping[str, str], notice: Callable[[str], None]
    ) -> None:
        """registry: with the scene applied; versions: digest of each model's weights; notice: tells a person one
        sentence."""
        self._messages = Messages(registry)
        self._tell = notice
        self.stage = Stage(
            registry, options, DeckBook(DECKS, SLOTS), PadBook(SLOTS, PAD_SLOTS), self._notice, self._soon
        )
        self.stage.log = Chronicler(self.stage, None)
        self.opened = False
        self.final: dict[str, float] = {}  # the gauges as they stood at the end
        self._versions = versions
        self._hearing = Hearing(self.stage, self.stop)
        self.stage.player = Player(options, self._hearing.message, self._hearing.player_back)
        self._slots: Slots | None = None
        self._kept: KeptChunks | None = None
        self._shots: Shots | None = None
        self.rim: Rim | None = None
        self._rim_opening: asyncio.Future[None] | None = None
        self._presence = Presence(self.stage)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._failure: LiveriffError | None = None
        self._born = time.monotonic()
        self._gathering: float | None = None
        self._looking = False

    # --- life ------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Open, play, close in reverse order. Raises DeviceError when the sink cannot take sound."""
        sweep()
        # MIDI drivers call back on their own, sometimes real-time, threads, and wait there for the interpreter.
        sys.setswitchinterval(0.0005)
        try:
            await self._open()
            status = Status(self.stage)
            due = time.monotonic()
            while not self._stop.is_set():
                self._tick()
                status.tick()
                self.stage.log.tick()
                due = max(due + TICK_S, time.monotonic())
                await asyncio.sleep(due - time.monotonic())
        finally:
            await self._close()
        if self._failure is not None:
            raise self._failure

    def _notice_from_thread(self, sentence: str) -> None:
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the performance is over
                self._loop.call_soon_threadsafe(self._notice, sentence)

    def stop(self, failure: LiveriffError | None = None) -> None:
        """End the performance; ``failure`` is what ``run`` then raises."""
        self._failure = failure
        self._stop.set()

    def _notice(self, sentence: str) -> None:
        """Tell a person, the screens and the log."""
        self._messages.tell(sentence)
        self.stage.log.notice(sentence)
        self._tell(sentence)

    async def _open(self) -> None:
        stage, options = self.stage, self.stage.options
        self._loop = asyncio.get_running_loop()
        if options.log:
            stage.log = Chronicler(stage, JournalFile(options.log, self._notice_from_thread))
        render = RendererOptions(options.model or FALLBACK_MODEL, options.accelerator, options.cache_dir)
        warm = asyncio.ensure_future(asyncio.to_thread(Renderer.warm, render))
        opened = await stage.player.open(stage.notice)
        stage.time = TimeKeeper(stage.player, stage.registry, opened.rate, opened.block or options.block)
        scene = str(stage.registry.get("/scene"))
        stage.log.begin(scene, self._versions)
        stage.recorder = Recorder(stage.registry, stage.player.send, stage.notice)
        Commands(stage)
        Presets(stage.registry, stage.notice)
        spec = SlotSpec(segment_name("slots"), SLOTS, slot_frames(opened.rate), PAD_SLOTS, PAD_S * opened.rate)
        self._slots = Slots(spec, create=True)
        cache = ChunkCache(options.cache_dir) if options.cache_dir else None
        self._kept = KeptChunks(cache, self._slots, stage.book) if cache else None
        self._shots = self._hearing.shots = Shots(stage, self._slots, cache, self._versions)
        stage.player.attach(spec)
        if options.record:
            stage.recorder.begin(Path(options.record))
        await warm
        stage.renderer = Renderer(render, spec, RendererEvents(self._hearing.message, self._hearing.renderer_lost))
        self._starting = asyncio.ensure_future(stage.renderer.start())
        self.opened = True
        self._rim_opening = asyncio.ensure_future(self._open_rim())

    async def _open_rim(self) -> None:
        """Beside the music, which needs no controller to begin."""
        rim = self.rim = Rim(self.stage, self.strike, self.stage.options.rim)
        try:
            await rim.open()
        except LiveriffError as error:  # what was asked for by name cannot be had
            self.stop(error)
        if rim.door:
            self._presence.announce(rim.door.address)
        if rim.where:
            self.stage.notice(f"{rim.where}.")

    async def _close(self) -> None:
        self._presence.withdraw()
        if self._rim_opening:
            self._rim_opening.cancel()
        if self.rim:
            await self.rim.close()
        if self.opened:
            self.stage.renderer.close()
        self.final = self.stage.player.gauges.snapshot()
        self.stage.log.close()
        self.stage.player.close()
        if self._slots:
            self._slots.close()

    # --- the loop --------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        self.stage.player.watch()
        self.stage.renderer.watch()
        self._replan()
        if self.rim:
            self.rim.tick()
        self._start_when_ready()
        self._end_when_due()

    def _soon(self) -> None:
        """Look at the moment again in a moment. A flood of changes is one look: planning for each of ten thousand
        messages a second would leave no time to read them."""
        if not self._looking:
            self._looking = True
            asyncio.get_running_loop().call_later(SOON_S, self._look)

    def _look(self) -> None:
        self._looking = False
        self._replan()
        if self.opened and not self._stop.is_set():
            self._start_when_ready()

    def _replan(self) -> None:
        """Look at the moment and do what the plan says."""
        stage = self.stage
        if not self.opened or self._stop.is_set() or not stage.registry.get("/play"):
            return
        now = stage.time.now()
        wishes = stage.wishes = {deck: self._wish(deck, now.beat) for deck in stage.book.states}
        self._take_kept()
        room = stage.renderer.idle and stage.book.lending.free > 0
        for action in plan(now, stage.book.states, wishes, stage.renderer.in_flight, stage.speed, room):
            self._do(action)
        if self._shots and all(state.heading for deck, state in stage.book.states.items() if wishes[deck].now):
            self._shots.work()

    def _wish(self, deck: int, beat: Fraction) -> Wish:
        stage = self.stage
        state = stage.book.states[deck]
        wish = wish_for(stage.registry, deck, beat, state, Setting(stage.time.rate, self._versions))
        return stage.troubles.amend(wish, state, self._versions)

    def _take_kept(self) -> None:
        if self._kept:
            found = self._kept.take(self.stage.wishes)
            self.stage.pictures.update(found)
            self.stage.tally.from_cache += len(found)

    def _do(self, action: Action) -> None:
        match action:
            case Submit(deck=deck, job=job, due=due):
                self._submit(deck, job, due)
            case CancelRequest():
                self.stage.renderer.cancel()
            case Launch(deck=deck, chunk=chunk, at=at):
                self.stage.book.launched(deck, chunk, at)
                self.stage.send_swap(deck, chunk, at)
            case Discard(deck=deck, chunk=chunk):
                self.stage.book.discarded(deck, chunk)

    def _submit(self, deck: int, job: Job, due: Fraction | None) -> None:
        if self._shots and self._may_wait(deck, due) and self._shots.work():
            return
        slot = self.stage.book.lending.lend(RENDERER)
        if slot is not None:
            self.stage.due = due if self.stage.time.running else None
            self.stage.share, self.stage.preview = 0.0, None
            self.stage.renderer.submit(deck, job, slot)
            self.stage.book.submitted(deck)

    def _may_wait(self, deck: int, due: Fraction | None) -> bool:
        """Whether a pad's one-shot may be rendered before a deck's chunk."""
        if self._shots and self._shots.urgent and self.stage.book.states[deck].heading is not None:
            return True
        return due is not None and self.stage.time.now().seconds_to(due) > WAITS_S

    def strike(self, pad: int, velocity: float, time_s: float) -> None:
        """Strike a pad, see ``control.surface.Strike``. Any thread; the player hears of it before the loop does."""
        self.stage.player.hits.push(pad, velocity, time_s)
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the performance is over
                self._loop.call_soon_threadsafe(self._struck, pad, velocity, time_s)

    def _struck(self, pad: int, velocity: float, time_s: float) -> None:
        self.stage.log.struck(pad, velocity, time_s)
        self.stage.registry.set(f"/pad/{pad}/trigger", velocity, STRUCK)

    # --- starting and ending ---------------------------------------------------------------------------------------

    def _start_when_ready(self) -> None:
        """The first downbeat comes with the first chunk; into a file, when all decks have theirs."""
        if self.stage.time.running or not self.stage.registry.get("/play"):
            return
        wanted = [deck for deck, wish in self.stage.wishes.items() if wish.now]
        waiting = [deck for deck in wanted if self.stage.book.states[deck].heading is None]
        if len(waiting) == len(wanted):
            return
        self._gathering = self._gathering or time.monotonic()
        if self.stage.options.is_file and waiting and time.monotonic() - self._gathering < GATHER_S:
            return
        self._announce(self.stage.time.start())

    def _announce(self, frame: int) -> None:
        """The first downbeat: told to the performer, and kept with the time it falls on for those who measure."""
        if self.stage.tally.first_sound_s is not None:
            return
        now = time.monotonic()
        self.stage.tally.first_sound_s = now - self._born
        self.stage.tally.first_downbeat_clock_s = now + (frame - self.stage.player.frame()) / self.stage.time.rate
        self.stage.notice(f"First downbeat at frame {frame}, {self.stage.tally.first_sound_s:.1f} s after the start.")

    def _end_when_due(self) -> None:
        """A device plays for ever by itself; files and the null sink say when they have had enough."""
        first, opened = self.stage.time.transport.first_frame, self.stage.player.opened
        if self.stage.options.seconds is None or first is None or opened is None or opened.sink != "device":
            return
        if self.stage.player.frame() - first >= self.stage.options.seconds * self.stage.time.rate:
            self.stop()
