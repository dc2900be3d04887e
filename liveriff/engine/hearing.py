"""What the children say, and what follows from it. Called on the engine's loop."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from liveriff.engine.heard import heard
from liveriff.engine.moment import InFlight
from liveriff.engine.morphs import Morphs
from liveriff.engine.moves import Moves
from liveriff.engine.patience import stands_in
from liveriff.engine.shots import Shots
from liveriff.engine.stage import Stage
from liveriff.engine.tally import Landed
from liveriff.errors import DeviceError
from liveriff.params.listeners import Change
from liveriff.wire.messages import (
    Dropped,
    Ended,
    InputLost,
    Progress,
    Recorded,
    Refused,
    Released,
    Rendered,
    SinkLost,
    Swapped,
)

_MODEL = re.compile(r"/(deck|pad)/\d+/model")
_FIGURES = re.compile(r"[\d.]+")
"""A chunk that peaks at 1.31 where the last one did at 1.27 is no other trouble."""


class Hearing:
    """Answers messages of renderer and player."""

    def __init__(self, stage: Stage, stop: Callable[[DeviceError | None], None]) -> None:
        """stop: ends the performance, with the reason if there is one to tell."""
        self._stage = stage
        self.shots: Shots | None = None  # once the sink is open
        self.morphs: Morphs | None = None
        self.moves: Moves | None = None
        self._stop = stop
        for place in ("/deck", "/pad"):
            stage.registry.subscribe(self._chosen, place)

    def message(self, message: object) -> None:
        """A child said something; what is not listed here is of no consequence."""
        match message:
            case Rendered():
                self._rendered(message)
            case Refused(request=request, reason=reason):
                self._refused(self._stage.renderer.flight(request), reason)
            case Dropped(request=request):
                self._dropped(self._stage.renderer.flight(request))
            case Progress(request=request, step=step, of=of):
                self._tell_share(self._stage.renderer.flight(request), (step - 1) / max(of, 1))
            case Swapped(deck=deck, slot=slot, frame=frame):
                self._swapped(deck, slot, frame)
            case Released(slot=slot):
                self._give_back(slot)
            case Recorded():
                self._stage.recorder.ended(message)
            case SinkLost(reason=reason):
                self._sink_lost(reason)
            case InputLost(reason=reason):
                self._stage.notice(reason)
            case Ended():
                self._stop(None)

    # --- the renderer ----------------------------------------------------------------------------------------------

    def _rendered(self, message: Rendered) -> None:
        stage = self._stage
        flight = stage.renderer.flight(message.request)
        if flight is None:
            return
        stage.registry.publish("/status/x_realtime", stage.tally.render(message, flight.job.rate))
        stage.troubles.cleared(flight.job)
        if flight.job.beats:  # a one-shot says little of a loop
            stage.speed = stage.speed.learnt(flight.job, message.seconds, message.redecoded)
        stage.speed = replace(stage.speed, way_s=stage.renderer.way_s)
        if flight.pad and self.shots:
            self.shots.load(flight.pad, flight.job, message.slot)
            return
        if flight.fill and self.moves:
            if not self.moves.fills.rendered(flight, message.slot, message.loudness):
                self._give_back(message.slot)
            stage.soon()
            return
        if flight.strip and self.morphs:
            self.morphs.arrived(flight.deck, flight.job, message.slot, message.loudness)
            stage.soon()
            return
        self._count_deadline(flight)
        self._tell_share(flight, 1.0)
        stage.pictures[message.slot] = message.picture
        stage.book.rendered(flight.deck, flight.job, message.slot, message.loudness)
        stage.soon()

    def _count_deadline(self, flight: InFlight) -> None:
        stage = self._stage
        if flight.due is not None and not stage.tally.ready(stage.time.now().seconds_to(flight.due)):
            stage.speed = stage.speed.slower(flight.job.model)  # the next job gets fewer steps

    def _refused(self, flight: InFlight | None, reason: str) -> None:
        stage = self._stage
        stage.tally.refused += 1
        if stage.troubles.is_news(flight.job.model if flight else "", _FIGURES.sub("", reason)):
            stage.notice(f"A chunk was refused, and the loop goes on: {reason}")
        if flight is not None:
            self._take_back(flight)
            self._failed(flight)

    def _dropped(self, flight: InFlight | None) -> None:
        if flight is not None:
            self._take_back(flight)
            if flight.fill:
                self._failed(flight)
            elif flight.pad and self.shots:
                self.shots.lost(flight.pad)
        self._stage.soon()

    def _failed(self, flight: InFlight) -> None:
        if flight.pad and self.shots:
            self.shots.failed(flight.pad, flight.job)
        elif flight.fill and self.moves:
            self.moves.fills.failed(flight)
        elif flight.strip and self.morphs:
            self.morphs.failed(flight)
        elif self._stage.troubles.failed(flight.job):
            self._tell_once(flight, stands_in(flight, "fails"))

    def _tell_once(self, flight: InFlight, sentence: str) -> None:
        if self._stage.troubles.is_news(flight.job.model, sentence):
            self._stage.notice(sentence)

    def _chosen(self, change: Change) -> None:
        if _MODEL.fullmatch(change.path):
            self._stage.troubles.asked_anew(str(change.value))

    def _take_back(self, flight: InFlight) -> None:
        self._tell_share(flight, 0.0)
        self._give_back(flight.slot)

    def _give_back(self, slot: int) -> None:
        if self._stage.pads.owns(slot):
            self._stage.pads.give_back(slot)
            return
        if self.moves:
            self.moves.recall.released(slot)
        self._stage.book.released(slot)
        self._stage.pictures.pop(slot, None)

    def _tell_share(self, flight: InFlight | None, share: float) -> None:
        if flight is not None and not (flight.strip or flight.fill):
            place = f"/pad/{flight.pad}" if flight.pad else f"/deck/{flight.deck}"
            self._stage.registry.publish(f"{place}/progress", share)

    def renderer_lost(self, flights: tuple[InFlight, ...]) -> None:
        """A renderer left with these; another is on its way."""
        for flight in flights:
            self._take_back(flight)
            if flight.pad and self.shots:  # simply asked for again
                self.shots.lost(flight.pad)
            elif not flight.pad and (flight.fill or self._stage.renderer.able(flight.job.model)):
                self._failed(flight)  # a cluster that is away is no fault of the job's
        self._stage.soon()

    # --- the player ------------------------------------------------------------------------------------------------

    def _swapped(self, deck: int, slot: int | None, frame: int) -> None:
        stage = self._stage
        stage.tally.swapped += 1
        stage.book.swapped(deck, slot)
        playing = stage.book.states[deck].playing
        if not any(flight.deck == deck and flight.chunk for flight in stage.renderer.flights):
            stage.registry.publish(f"/deck/{deck}/progress", 0.0)
        if slot is None:
            stage.log.landed(deck, frame, None)
        if slot is None or playing is None:
            return
        stage.log.landed(deck, frame, playing.job)
        stage.tally.landed.append(Landed(deck, frame, playing.job.key))
        readings = dict(heard(deck, playing.job, deck in stage.turned))
        if self.moves:
            self.moves.landed(deck, playing)
            readings |= self.moves.sources.told(deck, playing.job)
        for path, value in readings.items():
            stage.registry.publish(path, value)
        if slot in stage.pictures:
            stage.registry.publish(f"/deck/{deck}/spectrogram", stage.pictures[slot].pixels)

    def _sink_lost(self, reason: str) -> None:
        """A file that cannot be written ends the performance; a device may come back."""
        if self._stage.options.is_file:
            self._stop(DeviceError(reason))
        else:
            self._stage.notice(reason)

    def player_back(self) -> None:
        """A new player took the place of a dead one: same beat, same loops, in its frame count."""
        stage = self._stage
        for deck, chunk in stage.book.player_died().items():
            stage.send_swap(deck, chunk, None)
        if self.shots:
            self.shots.player_back()
        stage.time.resume()
        stage.recorder.player_back()
        if stage.listener and stage.player.opened and stage.player.opened.deaf:
            stage.listener.greet()
        stage.notice("The player was started again and goes on where it was.")
