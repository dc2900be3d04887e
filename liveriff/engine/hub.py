"""The hub: the conductor's loop. Parameters in, chunks out, on the beat; everything that may die is replaced.

One asyncio loop owns the registry, the plan, the slots and the children; every method here runs on it. The loop looks
at the clock (the player's frame count) every TICK_S and at once when something happens.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from liveriff.engine.deckbook import RENDERER, DeckBook
from liveriff.engine.options import FALLBACK_MODEL, PlayOptions
from liveriff.engine.plan import (
    MARGIN_S,
    Action,
    CancelRequest,
    Chunk,
    Discard,
    InFlight,
    Launch,
    Now,
    Speed,
    Submit,
    Wish,
    plan,
)
from liveriff.engine.playing import Player, fill_panel
from liveriff.engine.rendering import Renderer, RendererEvents, RendererOptions
from liveriff.engine.segments import segment_name, sweep
from liveriff.engine.status import Status
from liveriff.engine.transport import Transport
from liveriff.engine.troubles import Troubles
from liveriff.engine.wishes import Setting, wish_for
from liveriff.errors import DeviceError
from liveriff.music.grid import bpm_to_cents
from liveriff.music.quantum import quantum_step
from liveriff.music.tap import TapTempo
from liveriff.params.listeners import Change
from liveriff.params.registry import Registry
from liveriff.params.words import DECKS
from liveriff.wire.cells import Cells
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.messages import (
    Dropped,
    Ended,
    Opened,
    Picture,
    Progress,
    Record,
    Refused,
    Released,
    Rendered,
    SetGrid,
    SinkLost,
    Swap,
    Swapped,
)
from liveriff.wire.slots import Slots, SlotSpec, slot_frames

TICK_S = 0.02
SLOTS = 4 * len(DECKS) + 4
GATHER_S = 20.0  # a file sink waits so long for all decks before the music begins
FADE_S: Mapping[str, float] = {"drums": 0.008}  # a crossfade into drums is short: hits must stay sharp
OTHER_FADE_S = 0.03
ORIGIN = "engine"


@dataclass
class Counts:
    """What happened in this performance."""

    rendered: int = 0
    redecoded: int = 0
    from_cache: int = 0
    late: int = 0
    refused: int = 0
    swapped: int = 0
    music_s: float = 0.0
    render_s: float = 0.0
    lead_s: float | None = None
    first_sound_s: float | None = None
    first_downbeat_clock_s: float | None = None  # time.monotonic() when the sink takes the first downbeat
    swaps: list[tuple[int, int, str]] = field(default_factory=list)  # deck, frame, job key; the newest last


class Hub:
    """A performance: ``await run()`` plays until the sink has enough, or ``stop`` is called."""

    def __init__(
        self, registry: Registry, options: PlayOptions, versions: Mapping[str, str], notice: Callable[[str], None]
    ) -> None:
        """registry: with the scene applied; versions: digest of each model's weights; notice: tells a person one
        sentence."""
        self.registry = registry
        self.options = options
        self.counts = Counts()
        self.speed = Speed()
        self.pictures: dict[int, Picture] = {}
        self.book = DeckBook(DECKS, SLOTS)
        self.wishes: dict[int, Wish] = {}
        self._versions = versions
        self._notice = notice
        self._player = Player(options, self._heard, self._player_back)
        self._renderer: Renderer | None = None
        self._slots: Slots | None = None
        self._transport: Transport | None = None
        self._cache = ChunkCache(options.cache_dir) if options.cache_dir else None
        self._misses: set[str] = set()
        self._troubles = Troubles()
        self._due: Fraction | None = None
        self._stop = asyncio.Event()
        self._failure: DeviceError | None = None
        self._born = time.monotonic()
        self._gathering: float | None = None
        self._mark = (Fraction(0), self._born)
        self.final: dict[str, float] = {}  # the gauges as they stood at the end
        self._tap = TapTempo()
        self._status = Status(self)

    # --- life ------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Open, play, close in reverse order. Raises DeviceError when the sink cannot take sound."""
        sweep()
        try:
            await self._open()
            while not self._stop.is_set():
                self._tick()
                await asyncio.sleep(TICK_S)
        finally:
            self._close()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """End the performance."""
        self._stop.set()

    async def _open(self) -> None:
        renderer_options = RendererOptions(self.options.model or FALLBACK_MODEL, self.options.accelerator,
                                           self.options.cache_dir)  # fmt: skip
        warm = asyncio.ensure_future(asyncio.to_thread(Renderer.warm, renderer_options))
        fill_panel(self._player.panel, self.registry)
        opened = await self._player.open(self._notice)
        await warm
        self._transport = Transport(opened.rate)
        spec = SlotSpec(segment_name("slots"), SLOTS, slot_frames(opened.rate))
        self._slots = Slots(spec, create=True)
        self._player.attach(spec)
        self._renderer = Renderer(renderer_options, spec, RendererEvents(self._heard, self._renderer_lost))
        self._starting = asyncio.ensure_future(self._renderer.start())
        self._unsubscribe = self.registry.subscribe(self._changed)
        if self.options.record:
            self._player.send(Record(self.options.record))

    def _close(self) -> None:
        if self._renderer:
            self._renderer.close()
        self.final = self.gauges.snapshot()
        self._player.close()
        if self._slots:
            self._slots.close()

    @property
    def opened(self) -> Opened | None:
        """The sink in use."""
        return self._player.opened

    @property
    def renderer(self) -> Renderer | None:
        """The renderer in use."""
        return self._renderer

    @property
    def player(self) -> Player:
        """The player in use."""
        return self._player

    @property
    def gauges(self) -> Cells:
        """What the player last reported."""
        return self._player.gauges

    @property
    def transport(self) -> Transport | None:
        """Musical time; None before the sink is open."""
        return self._transport

    def beat(self) -> Fraction:
        """The beat at this moment; while no player is there, where it would be."""
        if self._transport is None:
            return Fraction(0)
        if self._player.alive:
            self._mark = (self._transport.beat(self._player.frame()), time.monotonic())
            return self._mark[0]
        return self._beat_without_player()

    def _beat_without_player(self) -> Fraction:
        if self._transport is None:
            return Fraction(0)
        beat, at = self._mark
        bpm_cents = self._transport.grid.bpm_cents if self._transport.grid else 0
        return beat + Fraction(time.monotonic() - at) * bpm_cents / 6000

    def seconds_to(self, beat: Fraction) -> float:
        """Seconds until a beat."""
        return self._now().seconds_to(beat)

    # --- the loop --------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        self._player.watch()
        if self._renderer:
            self._renderer.watch()
        self.replan()
        self._start_when_ready()
        self._end_when_due()
        self._status.tick()

    def replan(self) -> None:
        """Look at the moment and do what the plan says."""
        if self._transport is None or self._renderer is None or not self.registry.get("/play"):
            return
        now = self._now()
        self.wishes = {deck: self._wish(deck, now.beat) for deck in self.book.states}
        self._take_from_cache()
        room = self._renderer.idle and self.book.lending.free > 0
        for action in plan(now, self.book.states, self.wishes, self._renderer.in_flight, self.speed, room):
            self._do(action)

    def _now(self) -> Now:
        transport = self._transport
        beat = max(self.beat(), Fraction(0))
        grid = transport.grid if transport else None
        return Now(grid, beat, quantum_step(str(self.registry.get("/quantum"))))

    def _wish(self, deck: int, beat: Fraction) -> Wish:
        assert self._transport is not None
        state = self.book.states[deck]
        setting = Setting(self._transport.rate, self._versions)
        wish = wish_for(self.registry, deck, beat, state, setting)
        return self._troubles.amend(wish, state, self._versions)

    def _do(self, action: Action) -> None:
        match action:
            case Submit(deck=deck, job=job, due=due):
                self._submit(deck, job, due)
            case CancelRequest():
                self._renderer_now.cancel()
            case Launch(deck=deck, chunk=chunk, at=at):
                self._launch(deck, chunk, at)
            case Discard(deck=deck, chunk=chunk):
                self.book.discarded(deck, chunk)

    @property
    def _renderer_now(self) -> Renderer:
        assert self._renderer is not None
        return self._renderer

    def _submit(self, deck: int, job: Job, due: Fraction | None) -> None:
        slot = self.book.lending.lend(RENDERER)
        if slot is None:
            return
        self._due = due if self._transport and self._transport.grid else None
        self._renderer_now.submit(deck, job, slot)

    def _launch(self, deck: int, chunk: Chunk | None, at: Fraction | None) -> None:
        self.book.launched(deck, chunk, at)
        self._player.send(self._swap(deck, chunk, at))

    def _swap(self, deck: int, chunk: Chunk | None, at: Fraction | None) -> Swap:
        rate = self._transport.rate if self._transport else 0
        if chunk is None:
            return Swap(deck, None, 0, 0, Fraction(0), at, round(OTHER_FADE_S * rate))
        fade = round(FADE_S.get(chunk.job.category, OTHER_FADE_S) * rate)
        # Every loop is counted from beat 0, so that all decks stay in phase with the phrase wherever they come in.
        return Swap(deck, chunk.slot, chunk.job.frames, chunk.job.beats, Fraction(0), at, fade)

    def _take_from_cache(self) -> None:
        """Chunks kept on disk from an earlier performance need no renderer."""
        if self._cache is None or self._slots is None:
            return
        for deck, wish in self.wishes.items():
            for job in (wish.now, wish.then):
                if job is not None and job.key not in self._misses and not self._has(deck, job):
                    self._load(self._cache, self._slots, deck, job)

    def _has(self, deck: int, job: Job) -> bool:
        state = self.book.states[deck]
        return any(c is not None and c.job == job for c in (state.playing, state.scheduled, *state.ready))

    def _load(self, cache: ChunkCache, slots: Slots, deck: int, job: Job) -> None:
        slot = self.book.lending.lend(RENDERER)
        if slot is None:
            return
        kept = cache.load(job, slots[slot])
        if kept is None:
            self._misses.add(job.key)
            self.book.lending.give_back(slot)
            return
        self.counts.from_cache += 1
        self.pictures[slot] = kept.picture
        self.book.rendered(deck, job, slot)

    # --- starting and ending -----------------------------------------------------------------------------------

    def _start_when_ready(self) -> None:
        """The first downbeat comes with the first chunk; into a file, when all decks have theirs."""
        transport = self._transport
        if transport is None or transport.grid is not None or not self.registry.get("/play"):
            return
        wanted = [deck for deck, wish in self.wishes.items() if wish.now]
        waiting = [deck for deck in wanted if self.book.states[deck].heading is None]
        if len(waiting) == len(wanted):
            return
        self._gathering = self._gathering or time.monotonic()
        if self.options.is_file and waiting and time.monotonic() - self._gathering < GATHER_S:
            return
        grid = transport.start(self._player.frame(), bpm_to_cents(float(str(self.registry.get("/tempo/bpm")))))
        self._player.send(SetGrid(grid))
        self._announce(grid.frame)

    def _announce(self, frame: int) -> None:
        """The first downbeat: told to the performer, and kept with the time it falls on for those who measure."""
        if self.counts.first_sound_s is not None or self._transport is None:
            return
        now = time.monotonic()
        self.counts.first_sound_s = now - self._born
        self.counts.first_downbeat_clock_s = now + (frame - self._player.frame()) / self._transport.rate
        self._notice(f"First downbeat at frame {frame}, {self.counts.first_sound_s:.1f} s after the start.")

    def _end_when_due(self) -> None:
        """A device plays for ever by itself; files and the null sink say when they have had enough."""
        seconds, transport = self.options.seconds, self._transport
        if seconds is None or transport is None or transport.first_frame is None or self._player.opened is None:
            return
        if self._player.opened.sink == "device":
            played = self._player.frame() - transport.first_frame
            if played >= seconds * transport.rate:
                self.stop()

    # --- what happens ----------------------------------------------------------------------------------------------

    def _heard(self, message: object) -> None:
        match message:
            case Rendered():
                self._rendered(message)
            case Refused(reason=reason):
                self._refused(reason)
            case Dropped():
                self._give_back_in_flight()
            case Swapped(deck=deck, slot=slot, frame=frame):
                self._swapped(deck, slot, frame)
            case Released(slot=slot):
                self.book.released(slot)
                self.pictures.pop(slot, None)
            case SinkLost(reason=reason):
                self._sink_lost(reason)
            case Ended():
                self.stop()
            case Progress(step=step, of=of):
                self._progress(step, of)
            case _:
                pass

    def _rendered(self, message: Rendered) -> None:
        flight = self._renderer_now.in_flight
        if flight is None:
            return
        self._count_render(flight, message)
        self._troubles.cleared(flight.job)
        self.speed = self.speed.learnt(flight.job, message.seconds, message.redecoded)
        self._count_deadline()
        self.pictures[message.slot] = message.picture
        self.book.rendered(flight.deck, flight.job, message.slot)
        asyncio.get_running_loop().call_soon(self.replan)

    def _count_render(self, flight: InFlight, message: Rendered) -> None:
        self.counts.rendered += 1
        self.counts.redecoded += message.redecoded
        self.counts.render_s += message.seconds
        self.counts.music_s += message.frames / flight.job.rate
        self.registry.publish("/status/x_realtime", message.frames / flight.job.rate / max(message.seconds, 1e-6))

    def _count_deadline(self) -> None:
        if self._due is None:
            return
        lead = self._now().seconds_to(self._due)
        self.counts.lead_s = lead if self.counts.lead_s is None else min(self.counts.lead_s, lead)
        if lead < MARGIN_S / 2:
            self.counts.late += 1
            self.speed = replace(self.speed, step_s=self.speed.step_s * 1.25)  # the next job gets fewer steps

    def _refused(self, reason: str) -> None:
        flight = self._renderer_now.in_flight
        self.counts.refused += 1
        self._notice(f"A chunk was refused: {reason} The loop goes on.")
        self._give_back_in_flight()
        if flight is not None:
            self._troubles.failed(flight.job)

    def _give_back_in_flight(self) -> None:
        slot = self._renderer_now.slot
        if slot is not None:
            self.book.lending.give_back(slot)

    def _renderer_lost(self, flight: InFlight | None, slot: int | None) -> None:
        if slot is not None:
            self.book.lending.give_back(slot)
        if flight is not None:
            self._troubles.failed(flight.job)
        self._notice("The renderer left; the decks go on looping while it is started again.")

    def _swapped(self, deck: int, slot: int | None, frame: int) -> None:
        self.counts.swapped += 1
        self.book.swapped(deck, slot)
        playing = self.book.states[deck].playing
        if slot is not None and playing is not None:
            self.counts.swaps = [*self.counts.swaps[-255:], (deck, frame, playing.job.key)]

    def _progress(self, step: int, of: int) -> None:
        flight = self._renderer_now.in_flight
        if flight is not None:
            self.registry.publish(f"/deck/{flight.deck}/progress", step / max(of, 1))

    def _sink_lost(self, reason: str) -> None:
        if self.options.sink == "device":
            self._notice(reason)
            return
        self._failure = DeviceError(reason)
        self.stop()

    def _player_back(self) -> None:
        """A new player took the place of a dead one: same beat, same loops, in its frame count."""
        transport = self._transport
        if transport is None:
            return
        self._notice("The player was started again and goes on where it was.")
        for deck, chunk in self.book.player_died().items():
            self._player.send(self._swap(deck, chunk, None))
        grid = transport.resume(self._beat_without_player(), self._player.frame())
        if grid is not None:
            self._player.send(SetGrid(grid))

    # --- parameters ------------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if not self.registry.spec(change.path).access.endswith("w"):
            return  # a reading of our own
        if change.path in self._player.panel.index:
            self._player.panel[change.path] = self.registry.number(change.path)
        action = self._commands().get(change.path)
        if action:
            action(change)
        elif change.path.endswith("/next") and change.path.startswith("/deck/"):
            deck = change.path.removesuffix("/next")
            self.registry.set(f"{deck}/seed", int(str(self.registry.get(f"{deck}/seed"))) + 1, ORIGIN, undoable=False)
        asyncio.get_running_loop().call_soon(self.replan)

    def _commands(self) -> Mapping[str, Callable[[Change], object]]:
        return {
            "/tempo/bpm": self._retime,
            "/play": self._play_or_stop,
            "/stop": lambda _: self.registry.set("/play", False, ORIGIN),
            "/panic": lambda _: self.registry.set("/play", False, ORIGIN),
            "/tempo/tap": lambda _: self._tapped(),
            "/tempo/nudge": self._nudge,
            "/undo": lambda _: self.registry.undo(),
            "/redo": lambda _: self.registry.redo(),
        }

    def _retime(self, change: Change) -> None:
        if self._transport:
            grid = self._transport.retime(self._player.frame(), bpm_to_cents(float(str(change.value))))
            if grid is not None:
                self._player.send(SetGrid(grid))

    def _tapped(self) -> None:
        tapped = self._tap.tap(time.monotonic())
        if tapped is not None:
            self.registry.set("/tempo/bpm", tapped.bpm_cents / 100, ORIGIN)

    def _nudge(self, change: Change) -> None:
        grid = self._transport.nudge(Fraction(float(str(change.value)))) if self._transport else None
        if grid is not None:
            self._player.send(SetGrid(grid))

    def _play_or_stop(self, change: Change) -> None:
        if not change.value and self._transport:
            self._transport.stop()
            self._player.send(SetGrid(None))
