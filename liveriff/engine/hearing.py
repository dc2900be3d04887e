"""What the children say, and what follows from it. Called on the engine's loop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from liveriff.engine.heard import heard
from liveriff.engine.plan import InFlight
from liveriff.engine.tally import Landed
from liveriff.errors import DeviceError
from liveriff.wire.messages import Dropped, Ended, Progress, Recorded, Refused, Released, Rendered, SinkLost, Swapped

if TYPE_CHECKING:
    from liveriff.engine.hub import Hub


class Hearing:
    """Answers messages of renderer and player for the hub."""

    def __init__(self, hub: Hub) -> None:
        """Nothing is heard yet."""
        self._hub = hub

    def message(self, message: object) -> None:
        """A child said something; what is not listed here is of no consequence."""
        match message:
            case Rendered():
                self._rendered(message)
            case Refused(reason=reason):
                self._refused(reason)
            case Dropped():
                self._give_back_in_flight()
            case Progress(step=step, of=of):
                self._progress(step / max(of, 1))
            case Swapped(deck=deck, slot=slot, frame=frame):
                self._swapped(deck, slot, frame)
            case Released(slot=slot):
                self._hub.book.released(slot)
                self._hub.pictures.pop(slot, None)
            case Recorded(path=path, reason=reason):
                self._hub.notice(reason or f"{path} is written.")
            case SinkLost(reason=reason):
                self._sink_lost(reason)
            case Ended():
                self._hub.stop()

    # --- the renderer ----------------------------------------------------------------------------------------------

    def _rendered(self, message: Rendered) -> None:
        hub = self._hub
        flight = hub.renderer.in_flight
        if flight is None:
            return
        hub.registry.publish("/status/x_realtime", hub.tally.render(message, flight.job.rate))
        hub.troubles.cleared(flight.job)
        hub.speed = hub.speed.learnt(flight.job, message.seconds, message.redecoded)
        self._count_deadline()
        hub.pictures[message.slot] = message.picture
        hub.book.rendered(flight.deck, flight.job, message.slot)
        hub.soon()

    def _count_deadline(self) -> None:
        hub = self._hub
        if hub.due is not None and not hub.tally.ready(hub.time.now().seconds_to(hub.due)):
            hub.speed = replace(hub.speed, step_s=hub.speed.step_s * 1.25)  # the next job gets fewer steps

    def _refused(self, reason: str) -> None:
        hub = self._hub
        flight = hub.renderer.in_flight
        hub.tally.refused += 1
        hub.notice(f"A chunk was refused, and the loop goes on: {reason}")
        self._give_back_in_flight()
        if flight is not None:
            hub.troubles.failed(flight.job)

    def _give_back_in_flight(self) -> None:
        if self._hub.renderer.slot is not None:
            self._hub.book.lending.give_back(self._hub.renderer.slot)

    def _progress(self, share: float) -> None:
        flight = self._hub.renderer.in_flight
        if flight is not None:
            self._hub.registry.publish(f"/deck/{flight.deck}/progress", share)

    def renderer_lost(self, flight: InFlight | None, slot: int | None) -> None:
        """The renderer left; a new one is on its way."""
        if slot is not None:
            self._hub.book.lending.give_back(slot)
        if flight is not None:
            self._hub.troubles.failed(flight.job)
        self._hub.notice("The renderer left; the decks go on looping while it is started again.")

    # --- the player ------------------------------------------------------------------------------------------------

    def _swapped(self, deck: int, slot: int | None, frame: int) -> None:
        hub = self._hub
        hub.tally.swapped += 1
        hub.book.swapped(deck, slot)
        playing = hub.book.states[deck].playing
        if slot is None or playing is None:
            return
        hub.tally.landed.append(Landed(deck, frame, playing.job.key))
        for path, value in heard(deck, playing.job):
            hub.registry.publish(path, value)
        if slot in hub.pictures:
            hub.registry.publish(f"/deck/{deck}/spectrogram", hub.pictures[slot].pixels)

    def _sink_lost(self, reason: str) -> None:
        """A file that cannot be written ends the performance; a device may come back."""
        if self._hub.options.is_file:
            self._hub.stop(DeviceError(reason))
        else:
            self._hub.notice(reason)

    def player_back(self) -> None:
        """A new player took the place of a dead one: same beat, same loops, in its frame count."""
        hub = self._hub
        for deck, chunk in hub.book.player_died().items():
            hub.player.send(hub.swap(deck, chunk, None))
        hub.time.resume()
        hub.notice("The player was started again and goes on where it was.")
