"""The hub: the conductor's loop. Wishes in, chunks out, on the beat; everything that may die is replaced.

One asyncio loop owns the registry, the plan, the slots and the children; every method here runs on it. The loop looks
at the clock (the player's frame count) every TICK_S, and at once when something happens.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from fractions import Fraction

from liveriff.engine.commands import Commands
from liveriff.engine.deckbook import RENDERER, DeckBook
from liveriff.engine.hearing import Hearing
from liveriff.engine.kept import KeptChunks
from liveriff.engine.options import FALLBACK_MODEL, PlayOptions
from liveriff.engine.plan import Action, CancelRequest, Chunk, Discard, Launch, Speed, Submit, Wish, plan
from liveriff.engine.playing import Player
from liveriff.engine.rendering import Renderer, RendererEvents, RendererOptions
from liveriff.engine.segments import segment_name, sweep
from liveriff.engine.status import Status
from liveriff.engine.tally import Tally
from liveriff.engine.timekeeper import TimeKeeper
from liveriff.engine.troubles import Troubles
from liveriff.engine.wishes import Setting, wish_for
from liveriff.errors import DeviceError
from liveriff.params.registry import Registry
from liveriff.params.words import DECKS
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.messages import Picture, Record, Swap
from liveriff.wire.slots import Slots, SlotSpec, slot_frames

TICK_S = 0.02
SLOTS = 4 * len(DECKS) + 4
GATHER_S = 20.0  # a file sink waits so long for all decks before the music begins
FADE_S: Mapping[str, float] = {"drums": 0.008}  # a crossfade into drums is short: hits must stay sharp
OTHER_FADE_S = 0.03


class Hub:
    """A performance: ``await run()`` plays until the sink has enough, or ``stop`` is called."""

    renderer: Renderer
    time: TimeKeeper

    def __init__(
        self, registry: Registry, options: PlayOptions, versions: Mapping[str, str], notice: Callable[[str], None]
    ) -> None:
        """registry: with the scene applied; versions: digest of each model's weights; notice: tells a person one
        sentence."""
        self.registry, self.options, self.notice = registry, options, notice
        self.versions = versions
        self.tally = Tally()
        self.speed = Speed()
        self.troubles = Troubles()
        self.book = DeckBook(DECKS, SLOTS)
        self.wishes: dict[int, Wish] = {}
        self.pictures: dict[int, Picture] = {}  # of chunks, by slot
        self.due: Fraction | None = None  # the beat that the render in flight is for
        self.final: dict[str, float] = {}  # the gauges as they stood at the end
        self.hearing = Hearing(self)
        self.player = Player(options, self.hearing.message, self.hearing.player_back)
        self.opened = False
        self._slots: Slots | None = None
        self._kept: KeptChunks | None = None
        self._stop = asyncio.Event()
        self._failure: DeviceError | None = None
        self._born = time.monotonic()
        self._gathering: float | None = None

    # --- life ------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Open, play, close in reverse order. Raises DeviceError when the sink cannot take sound."""
        sweep()
        try:
            await self._open()
            status = Status(self)
            while not self._stop.is_set():
                self._tick()
                status.tick()
                await asyncio.sleep(TICK_S)
        finally:
            self._close()
        if self._failure is not None:
            raise self._failure

    def stop(self, failure: DeviceError | None = None) -> None:
        """End the performance; ``failure`` is what ``run`` then raises."""
        self._failure = failure
        self._stop.set()

    async def _open(self) -> None:
        options = RendererOptions(
            self.options.model or FALLBACK_MODEL, self.options.accelerator, self.options.cache_dir
        )
        warm = asyncio.ensure_future(asyncio.to_thread(Renderer.warm, options))
        opened = await self.player.open(self.notice)
        self.time = TimeKeeper(self.player, self.registry, opened.rate, opened.block or self.options.block)
        Commands(self.registry, self.player.panel, self.time, self.soon)
        spec = SlotSpec(segment_name("slots"), SLOTS, slot_frames(opened.rate))
        self._slots = Slots(spec, create=True)
        if self.options.cache_dir:
            self._kept = KeptChunks(ChunkCache(self.options.cache_dir), self._slots, self.book)
        self.player.attach(spec)
        if self.options.record:
            self.player.send(Record(self.options.record))
        await warm
        events = RendererEvents(self.hearing.message, self.hearing.renderer_lost)
        self.renderer = Renderer(options, spec, events)
        self._starting = asyncio.ensure_future(self.renderer.start())
        self.opened = True

    def _close(self) -> None:
        if self.opened:
            self.renderer.close()
        self.final = self.player.gauges.snapshot()
        self.player.close()
        if self._slots:
            self._slots.close()

    # --- the loop --------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        self.player.watch()
        self.renderer.watch()
        self.replan()
        self._start_when_ready()
        self._end_when_due()

    def soon(self) -> None:
        """Look at the moment again as soon as the loop is free."""
        asyncio.get_running_loop().call_soon(self.replan)

    def replan(self) -> None:
        """Look at the moment and do what the plan says."""
        if not self.opened or self._stop.is_set() or not self.registry.get("/play"):
            return
        now = self.time.now()
        self.wishes = {deck: self._wish(deck, now.beat) for deck in self.book.states}
        if self._kept:
            found = self._kept.take(self.wishes)
            self.pictures.update(found)
            self.tally.from_cache += len(found)
        room = self.renderer.idle and self.book.lending.free > 0
        for action in plan(now, self.book.states, self.wishes, self.renderer.in_flight, self.speed, room):
            self._do(action)

    def _wish(self, deck: int, beat: Fraction) -> Wish:
        state = self.book.states[deck]
        wish = wish_for(self.registry, deck, beat, state, Setting(self.time.rate, self.versions))
        return self.troubles.amend(wish, state, self.versions)

    def _do(self, action: Action) -> None:
        match action:
            case Submit(deck=deck, job=job, due=due):
                self._submit(deck, job, due)
            case CancelRequest():
                self.renderer.cancel()
            case Launch(deck=deck, chunk=chunk, at=at):
                self.book.launched(deck, chunk, at)
                self.player.send(self.swap(deck, chunk, at))
            case Discard(deck=deck, chunk=chunk):
                self.book.discarded(deck, chunk)

    def _submit(self, deck: int, job: Job, due: Fraction | None) -> None:
        slot = self.book.lending.lend(RENDERER)
        if slot is not None:
            self.due = due if self.time.running else None
            self.renderer.submit(deck, job, slot)

    def swap(self, deck: int, chunk: Chunk | None, at: Fraction | None) -> Swap:
        """The message that lets a deck play a chunk, or nothing, from a beat on."""
        rate = self.time.rate
        if chunk is None:
            return Swap(deck, None, 0, 0, Fraction(0), at, round(OTHER_FADE_S * rate))
        fade = round(FADE_S.get(chunk.job.category, OTHER_FADE_S) * rate)
        # Every loop is counted from beat 0, so that all decks stay in phase with the phrase wherever they come in.
        return Swap(deck, chunk.slot, chunk.job.frames, chunk.job.beats, Fraction(0), at, fade)

    # --- starting and ending ---------------------------------------------------------------------------------------

    def _start_when_ready(self) -> None:
        """The first downbeat comes with the first chunk; into a file, when all decks have theirs."""
        if self.time.running or not self.registry.get("/play"):
            return
        wanted = [deck for deck, wish in self.wishes.items() if wish.now]
        waiting = [deck for deck in wanted if self.book.states[deck].heading is None]
        if len(waiting) == len(wanted):
            return
        self._gathering = self._gathering or time.monotonic()
        if self.options.is_file and waiting and time.monotonic() - self._gathering < GATHER_S:
            return
        self._announce(self.time.start())

    def _announce(self, frame: int) -> None:
        """The first downbeat: told to the performer, and kept with the time it falls on for those who measure."""
        if self.tally.first_sound_s is not None:
            return
        now = time.monotonic()
        self.tally.first_sound_s = now - self._born
        self.tally.first_downbeat_clock_s = now + (frame - self.player.frame()) / self.time.rate
        self.notice(f"First downbeat at frame {frame}, {self.tally.first_sound_s:.1f} s after the start.")

    def _end_when_due(self) -> None:
        """A device plays for ever by itself; files and the null sink say when they have had enough."""
        first, opened = self.time.transport.first_frame, self.player.opened
        if self.options.seconds is None or first is None or opened is None or opened.sink != "device":
            return
        if self.player.frame() - first >= self.options.seconds * self.time.rate:
            self.stop()
