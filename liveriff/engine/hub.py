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
from functools import partial
from pathlib import Path

from liveriff.engine import litter
from liveriff.engine.autosave import Autosave
from liveriff.engine.chronicler import Chronicler
from liveriff.engine.commands import STRUCK, Commands
from liveriff.engine.deckbook import DeckBook
from liveriff.engine.guard import Guard
from liveriff.engine.headphones import Headphones
from liveriff.engine.hearing import Hearing
from liveriff.engine.journal_file import JournalFile
from liveriff.engine.keepsakes import Keepsakes
from liveriff.engine.kept import KeptChunks
from liveriff.engine.listener import Listener
from liveriff.engine.messages import Messages
from liveriff.engine.morphs import Morphs
from liveriff.engine.moves import Moves
from liveriff.engine.options import FALLBACK_MODEL, PlayOptions
from liveriff.engine.pads import PadBook
from liveriff.engine.planning import Planning
from liveriff.engine.playing import Player
from liveriff.engine.presence import Presence
from liveriff.engine.presets import Presets
from liveriff.engine.recorder import Recorder
from liveriff.engine.renderers.asked import RendererEvents, RendererOptions
from liveriff.engine.renderers.where import Where
from liveriff.engine.rendering import Renderer
from liveriff.engine.rim import Rim
from liveriff.engine.sampling import Sampling
from liveriff.engine.scenes_save import Keeping
from liveriff.engine.segments import segment_name, sweep
from liveriff.engine.shots import Shots
from liveriff.engine.stage import Stage
from liveriff.engine.status import Status
from liveriff.engine.strips import MOST_POINTS
from liveriff.engine.timekeeper import TimeKeeper
from liveriff.errors import LiveriffError
from liveriff.params.registry import Registry
from liveriff.params.words import DECKS, PADS
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.frugal import Heap, settle
from liveriff.wire.slots import PAD_S, Slots, SlotSpec, slot_frames

TICK_S = 1 / 60  # two of them are a frame of the screens' 30 Hz
SOON_S = 0.004
SLOTS = (4 + MOST_POINTS) * len(DECKS) + 4
PAD_SLOTS = len(PADS) + 40  # for sounds on their way, and the strips of eight pads that morph
GATHER_S = 20.0  # a file sink waits so long for all decks before the music begins


class Hub:
    """A performance: ``await run()`` plays until the sink has enough, or ``stop`` is called."""

    def __init__(
        self,
        registry: Registry,
        options: PlayOptions,
        versions: Mapping[str, str],
        notice: Callable[[str], None],
        keyed: frozenset[str] = frozenset({FALLBACK_MODEL}),
    ) -> None:
        """registry: with the scene applied; versions: digest of each model's weights; notice: tells a person one
        sentence; keyed: models that play in the key that they are told."""
        self._messages = Messages(registry)
        self._tell = notice
        self._guard = Guard(self._notice)
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
        self._planning: Planning | None = None
        self._moves: Moves | None = None
        self._keyed = keyed
        self._sampling: Sampling | None = None
        self.rim: Rim | None = None
        self._rim_opening: asyncio.Future[None] | None = None
        self._presence = Presence(self.stage, self.stop)
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
        litter.sweep()
        litter.house_sockets()
        # MIDI drivers call back on their own, sometimes real-time, threads, and wait there for the interpreter.
        sys.setswitchinterval(0.0005)
        try:
            await self._open()
            status, heap = Status(self.stage, self._guard), Heap()
            due = time.monotonic()
            while not self._stop.is_set():
                self._tick()
                status.tick()
                self._guard(self.stage.log.tick)
                heap.trim()
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
        model = options.model or FALLBACK_MODEL
        render = RendererOptions(
            model,
            options.accelerator,
            options.cache_dir,
            where=options.where or Where(),
            round_trip_s=options.round_trip_s,
        )
        warm = asyncio.ensure_future(asyncio.to_thread(Renderer.warm, render))
        opened = await stage.player.open(stage.notice)
        stage.time = TimeKeeper(stage.player, stage.registry, opened.rate, opened.block or options.block)
        scene = str(stage.registry.get("/scene"))
        stage.log.begin(scene, self._versions)
        stage.recorder = Recorder(stage.registry, stage.player.send, stage.notice)
        Commands(stage)
        Headphones(stage.registry, lambda: stage.player.opened, stage.notice)
        stage.presets = Presets(stage.registry, stage.notice, lambda: stage.time.beat() if stage.time.steady else None)
        Keeping(stage)
        stage.autosave = Autosave(stage)
        spec = SlotSpec(segment_name("slots"), SLOTS, slot_frames(opened.rate), PAD_SLOTS, PAD_S * opened.rate)
        slots = self._slots = Slots(spec, create=True)
        stage.book.lending.cooled = slots.empty
        stage.pads.lending.cooled = lambda slot: slots.empty(SLOTS + slot)
        if stage.log.score:
            stage.log.score.slots = self._slots
        self._keepsakes = Keepsakes(stage, self._slots, self._loop.call_soon_threadsafe)
        cache = ChunkCache(options.cache_dir) if options.cache_dir else None
        kept = KeptChunks(cache, self._slots, stage.book) if cache else None
        shots = self._hearing.shots = Shots(stage, self._slots, cache, self._versions)
        morphs = self._hearing.morphs = Morphs(stage, kept)
        moves = self._moves = self._hearing.moves = Moves(stage, self._slots, self._keyed)
        self._planning = Planning(stage, self._versions, kept, shots, morphs, moves)
        self._sampling = Sampling(stage, self._slots, shots)
        if options.input is not None:
            stage.listener = Listener(stage)
        stage.player.attach(spec, self._sampling.segment, stage.listener.segment if stage.listener else "")
        if options.record:
            stage.recorder.begin(Path(options.record))
        await warm
        hearing = self._hearing
        events = RendererEvents(hearing.message, hearing.renderer_lost, stage.notice, lambda: stage.speed)
        stage.renderer = Renderer(render, spec, events)
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
        settle()  # from now on the collector looks only through what comes and goes: often, and quickly

    async def _close(self) -> None:
        self._presence.withdraw()
        if self._rim_opening:
            self._rim_opening.cancel()
        if self.rim:
            await self.rim.close()
        if self.opened:
            self.stage.autosave.close()
            self._keepsakes.close()
            self.stage.renderer.close()
        self.final = self.stage.player.gauges.snapshot()
        self.stage.player.leave()
        self.stage.log.close()  # after the player, whose last blocks it is to hold
        self.stage.player.close()
        if self.stage.listener:
            self.stage.listener.close()
        if self._sampling:
            self._sampling.close()
        if self._moves:
            self._moves.close()
        if self._slots:
            self._slots.close()

    # --- the loop --------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        guard, stage = self._guard, self.stage
        guard(partial(self._presence.tick, time.monotonic()))
        guard(stage.player.watch)
        guard(stage.renderer.watch)
        guard(self._replan)
        if self.rim:
            self.rim.tick()
        guard(self._start_when_ready)
        guard(self._end_when_due)

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
        playing = self.opened and not self._stop.is_set() and self.stage.registry.get("/play")
        if playing and self._planning:
            self._planning.look()

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
