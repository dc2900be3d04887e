"""Fills: the last beats before a bar line made anew, heard once. Engine's loop only.

A fill is asked for by a finger, so it goes before what can wait. It is aimed at the first bar line that it can still
reach; if it is not there by then, at the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from liveriff.engine.deckbook import PLAYER, READY, RENDERER
from liveriff.engine.moment import MARGIN_S, SILENCE, Chunk, InFlight, Now, Speed
from liveriff.engine.sameness import one_morph
from liveriff.engine.stage import FADE_S, OTHER_FADE_S, Stage
from liveriff.music.grid import BEATS_PER_BAR, boundary
from liveriff.wire.job import Job
from liveriff.wire.messages import Fill

TRIES = 3
SEED_STRIDE = 7919  # one fill after another: seeds that no deck is likely to come by
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Aim:
    """A fill on its way. job: what is made; end: the bar line; count: of the deck's fills; slot: where it lies, once it
    is rendered."""

    job: Job
    end: Fraction
    count: int
    tries: int = 0
    slot: int | None = None
    loudness: float = SILENCE

    @property
    def begin(self) -> Fraction:
        """The beat where it begins."""
        return self.end - self.job.fill_beats


def aimed(job: Job, beats: int, count: int, now: Now, speed: Speed) -> Aim:
    """The fill of a sounding job that lands first. Only the piece before the bar line is made anew, so which piece of
    the loop that is follows from the bar line."""
    seed = (job.seed + count * SEED_STRIDE) % LARGEST_SEED
    made = replace(job, lead=None, fill_beats=min(beats, job.beats), fill_seed=seed)
    reach = now.beat + Fraction(speed.seconds(made) + 2 * MARGIN_S) * _bpm_cents(now) / 6000 + made.fill_beats
    end = boundary(reach, Fraction(BEATS_PER_BAR))
    return Aim(replace(made, fill_end=int(end % job.beats) or job.beats), end, count)


def _bpm_cents(now: Now) -> int:
    return now.grid.bpm_cents if now.grid else 0


class Fills:
    """``look`` is called at every look of the hub, before the plan, which then finds the renderer busy."""

    def __init__(self, stage: Stage) -> None:
        """None is wanted."""
        self._stage = stage
        self._wanted: dict[int, int] = {}  # by deck: tries so far
        self._aims: dict[int, Aim] = {}
        self._counts: dict[int, int] = {}

    def pull(self, deck: int) -> None:
        """A finger asks for a fill; one that is on its way is enough."""
        if deck not in self._aims:
            self._wanted.setdefault(deck, 0)

    def look(self, now: Now) -> None:
        """Begin what is wanted, send what is ready, give up what nothing plays for."""
        if now.grid is None:
            self._wanted.clear()
            return
        for deck, aim in list(self._aims.items()):
            if aim.slot is not None:
                self._settle(deck, aim, now)
        for deck in list(self._wanted):
            self._begin(deck, now)

    def _begin(self, deck: int, now: Now) -> None:
        stage = self._stage
        sounding = stage.book.states[deck].sounding
        if sounding is None:
            del self._wanted[deck]
            return
        if not stage.renderer.idle:
            strip = next((flight for flight in reversed(stage.renderer.flights) if flight.strip), None)
            if strip is not None:
                stage.renderer.cancel(strip.request)
            return
        slot = stage.book.lending.lend(RENDERER)
        if slot is None:
            return
        count = self._counts[deck] = self._counts.get(deck, 0) + 1
        beats = int(stage.registry.number(f"/deck/{deck}/fill/beats"))
        aim = aimed(sounding, beats, count, now, stage.speed)
        self._aims[deck] = replace(aim, tries=self._wanted.pop(deck))
        stage.renderer.submit(deck, aim.job, slot, fill=True, by_s=now.seconds_to(aim.begin))

    def _settle(self, deck: int, aim: Aim, now: Now) -> None:
        """Send it, unless the loop it belongs to is gone or its time has passed."""
        playing = self._stage.book.states[deck].playing
        assert aim.slot is not None
        fits = playing is not None and one_morph(playing.job, aim.job.whole)
        if fits and now.seconds_to(aim.begin) > MARGIN_S:
            self._send(deck, aim, aim.slot)
            del self._aims[deck]
            return
        self._stage.book.released(aim.slot)
        self._again(deck, aim)

    def _send(self, deck: int, aim: Aim, slot: int) -> None:
        stage, job = self._stage, aim.job
        stage.book.lending.move(slot, PLAYER)
        fade = round(FADE_S.get(job.category, OTHER_FADE_S) * stage.time.rate)
        gain = stage.gain(Chunk(job, slot, aim.loudness))
        frames, anchor = job.frames, Fraction(0)
        stage.player.send(Fill(deck, slot, frames, job.beats, anchor, aim.begin, aim.end, fade, gain))

    def _again(self, deck: int, aim: Aim) -> None:
        del self._aims[deck]
        if aim.tries + 1 < TRIES:
            self._wanted[deck] = aim.tries + 1
        else:
            self._stage.notice(f"Deck {deck} plays no fill: it could not be made in time.")

    # --- what becomes of it -----------------------------------------------------------------------------------------

    def rendered(self, flight: InFlight, slot: int, loudness: float) -> bool:
        """It lies in its slot; False if nobody waits for it."""
        aim = self._aims.get(flight.deck)
        if aim is None or aim.job != flight.job:
            return False
        self._stage.book.lending.move(slot, READY)
        self._aims[flight.deck] = replace(aim, slot=slot, loudness=loudness)
        return True

    def failed(self, flight: InFlight) -> None:
        """It was refused, dropped, or lost with its renderer."""
        aim = self._aims.get(flight.deck)
        if aim is not None and aim.job == flight.job and aim.slot is None:
            self._again(flight.deck, aim)
