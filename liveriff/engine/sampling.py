"""Pads that play sounds of the performer's: captured, loaded, saved, emptied, and kits. Engine's loop only.

Files are read and written beside the loop. A captured sound is in the pad at once and in the library a moment later,
so that a scene, and undo, can name it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from liveriff.engine import library
from liveriff.engine.captures import Piece, Sound, cut, piece
from liveriff.engine.evolve import following
from liveriff.engine.folders import stamped
from liveriff.engine.kits import kit
from liveriff.engine.pads import Sample
from liveriff.engine.scenes import ORIGIN as SCENE
from liveriff.engine.segments import segment_name
from liveriff.engine.shots import Shots
from liveriff.engine.stage import Stage
from liveriff.errors import DeviceError, LiveriffError
from liveriff.params.kinds import Value
from liveriff.params.listeners import Change
from liveriff.params.registry import UNDO
from liveriff.params.words import INPUT, PER_BANK, PLAYED
from liveriff.wire.past import Past
from liveriff.wire.slots import PAD_S, Slots

ORIGIN = "engine"
LOOKS_S = 0.01
PATIENCE_S = 3.0  # a beat at the slowest tempo, and the sink's buffer
AS_HEARD: dict[str, Value] = {
    "level": 0.0,
    "pitch": 0.0,
    "start": 0.0,
    "end": 1.0,
    "reverse": False,
    "mode": "loop",
    "quantum": "beat",
}
"""How a captured sound is played: as loud as it was, round and round, on the beat; no other sound of the pad is."""
OWN_SOUND = ("category", "prompt", "seed", "reroll", "morph", "morph/with")
"""What gives a pad that plays a sample its rendered sound back."""

Made = TypeVar("Made")


class Sampling:
    """Obeys what is asked of pads besides rendering; before ``Shots`` hears of it."""

    def __init__(self, stage: Stage, slots: Slots, shots: Shots) -> None:
        """Subscribe, and make the rings of what is heard; sounds that the scene names are read at once."""
        self._stage, self._slots, self._shots = stage, slots, shots
        self.segment = segment_name("past")
        self._past = Past(self.segment, stage.time.rate, create=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._before: dict[int, dict[str, Value]] = {}  # by pad: how it played before it was given a capture
        stage.registry.subscribe(self._changed)
        for pad in stage.pads.states:
            if name := str(stage.registry.get(f"/pad/{pad}/load")):
                self._load(pad, name)

    def close(self) -> None:
        """Give the rings back."""
        for task in self._tasks:
            task.cancel()
        self._past.close()

    def _changed(self, change: Change) -> None:
        if change.path == "/pad/kit/make":
            self._kit()
            return
        pad, _, what = change.path.removeprefix("/pad/").partition("/")
        if not change.path.startswith("/pad/") or not pad.isdecimal():
            return
        if change.origin == SCENE:
            self._before.pop(int(pad), None)  # a scene says how all pads play
        if what in OWN_SOUND and change.origin != UNDO:
            self._render(int(pad))
        elif what == "load":
            self._load(int(pad), str(change.value))
            if not change.value and change.origin != UNDO:
                self._stage.registry.restore(self._as_before(int(pad)), ORIGIN)
        elif what == "save" and change.value:
            self._save(int(pad), str(change.value))
        elif what == "clear":
            self._clear(int(pad))
        elif what == "capture":
            self._capture(int(pad))

    def _kit(self) -> None:
        """Another kit for the bank under the hand; one step of undo."""
        registry = self._stage.registry
        seed = following(int(registry.number("/pad/kit/seed")))
        bank = int(registry.number("/pad/bank"))
        values = {**kit(bank, str(registry.get("/pad/kit")), seed), "/pad/kit/seed": seed}
        pads = range((bank - 1) * PER_BANK + 1, bank * PER_BANK + 1)
        for pad in pads:
            values |= self._as_before(pad)
        registry.restore(values, ORIGIN)
        for pad in pads:
            self._shots.ask(pad)
        self._stage.soon()

    def _as_before(self, pad: int) -> dict[str, Value]:
        """What a capture has changed of how a pad plays, and no hand since, as it was: for a sound that is none."""
        get = self._stage.registry.get
        before = self._before.pop(pad, {})
        return {path: was for path, was in before.items() if get(path) == AS_HEARD[path.rpartition("/")[2]]}

    # --- samples -----------------------------------------------------------------------------------------------------

    def _render(self, pad: int) -> None:
        """The pad's words are meant again, unless the file that it names has only just been named."""
        sample = self._stage.pads.states[pad].sample
        path = f"/pad/{pad}/load"
        if sample is not None and self._stage.registry.get(path) == sample.name:
            self._stage.registry.restore({path: "", **self._as_before(pad)}, ORIGIN)
            self._shots.ask(pad)

    def _load(self, pad: int, name: str) -> None:
        state = self._stage.pads.states[pad]
        if not name:
            if state.sample is not None:
                self._shots.ask(pad)
            return
        if state.sample is None or state.sample.name != name:
            again = self._shots.ask if self._shots.asked(pad) else self._shots.tell
            self._shots.forget(pad)
            self._shots.tell(pad, "waiting")
            rate = self._stage.time.rate
            self._aside(
                lambda: library.fetched(library.named(name), rate, PAD_S),
                lambda sound: self._fetched(pad, name, sound),
                lambda: again(pad),
            )
        else:  # it is still there, and is meant again
            self._shots.forget(pad)
            self._shots.tell(pad)

    def _fetched(self, pad: int, name: str, sound: Sound) -> None:
        if self._stage.registry.get(f"/pad/{pad}/load") == name:
            self._give(pad, sound, name, library.beats_in(name))

    def _give(self, pad: int, sound: Sound, name: str, beats: int) -> bool:
        slot = self._shots.lend()
        if slot is None:
            self._stage.notice("All memory for pads is taken; clear one first.")
            return False
        try:
            self._slots.reserve(slot, len(sound))
        except DeviceError as error:
            self._stage.pads.give_back(slot)
            self._stage.notice(f"{str(error)[:1].upper()}{str(error)[1:]}")
            return False
        self._slots[slot][: len(sound)] = sound
        self._shots.forget(pad)
        self._shots.send(self._stage.pads.sampled(pad, Sample(name, slot, len(sound), beats)))
        return True

    def _clear(self, pad: int) -> None:
        self._shots.forget(pad)
        self._shots.send(self._stage.pads.emptied(pad))
        self._stage.registry.set(f"/pad/{pad}/load", "", ORIGIN)

    # --- to the library ----------------------------------------------------------------------------------------------

    def _save(self, pad: int, name: str) -> None:
        self._stage.registry.set(f"/pad/{pad}/save", "", ORIGIN, undoable=False)
        state = self._stage.pads.states[pad]
        found = state.sample or state.playing
        if found is None:
            self._stage.notice(f"Pad {pad} is empty; there is nothing to save.")
            return
        frames = found.frames if isinstance(found, Sample) else found.job.frames
        sound, rate = self._slots[found.slot][:frames].copy(), self._stage.time.rate
        self._aside(
            lambda: library.stored(name, sound, rate),
            lambda stored: self._stage.notice(f"Pad {pad} is saved as {Path(stored).stem!r} in the library."),
        )

    # --- what was just heard -----------------------------------------------------------------------------------------

    def _capture(self, pad: int) -> None:
        stage = self._stage
        grid = stage.time.transport.grid
        if grid is None or not stage.time.steady:
            stage.notice("The transport stands: there are no beats to capture.")
            return
        if stage.registry.get("/pads/capture/from") == INPUT and not (stage.listener and stage.listener.there):
            stage.notice("There is no sound input to capture; start with --input.")
            return
        source, beats = str(stage.registry.get("/pads/capture/from")), int(stage.registry.number("/pads/capture/beats"))
        heard = stage.player.frame() - round(stage.time.latency_s * stage.time.rate)
        wanted = piece(grid, max(heard, grid.frame), source, beats, PAD_S * stage.time.rate)
        if wanted is None:
            stage.notice(f"There have not been {beats} beats yet; capture again when there have.")
            return
        title = f"{source} {wanted.beats} {'beat' if wanted.beats == 1 else 'beats'} {grid.bpm:g} BPM"
        self._aside_when(lambda: self._taken(wanted), lambda sound: self._captured(pad, sound, wanted, title))

    def _taken(self, wanted: Piece) -> Sound | None:
        first, frames = wanted.first - wanted.lead, wanted.lead + wanted.frames
        if wanted.source < len(PLAYED):
            heard = self._past.read(wanted.source, first, frames)
        else:
            listener = self._stage.listener
            heard = listener.read(first, frames) if listener else None
        return None if heard is None else cut(heard, wanted.lead)

    def _captured(self, pad: int, sound: Sound, wanted: Piece, title: str) -> None:
        """The pad plays it at once."""
        name = stamped(title, ".wav")
        heard = {f"/pad/{pad}/{key}": value for key, value in AS_HEARD.items()}
        if self._stage.pads.states[pad].sample is None or pad not in self._before:
            self._before[pad] = {path: self._stage.registry.get(path) for path in heard}
        if not self._give(pad, sound, name, wanted.beats):
            return
        self._stage.registry.restore(heard, ORIGIN)
        rate = self._stage.time.rate
        self._aside(
            lambda: library.stored(name, sound, rate),
            lambda stored: self._named(pad, name, stored),
        )

    def _named(self, pad: int, name: str, stored: str) -> None:
        """The file is there: what the pad plays can be named."""
        sample = self._stage.pads.states[pad].sample
        if sample is not None and sample.name == name:
            self._stage.pads.renamed(pad, stored)
            self._stage.registry.set(f"/pad/{pad}/load", stored, ORIGIN)

    # --- beside the loop ---------------------------------------------------------------------------------------------

    def _aside(
        self, work: Callable[[], Made], then: Callable[[Made], object], failed: Callable[[], object] = lambda: None
    ) -> None:
        """Work that may block, in a thread; then what follows, on the loop. What goes wrong is told in its sentence."""

        async def run() -> None:
            try:
                made = await asyncio.to_thread(work)
            except LiveriffError as error:
                self._stage.notice(f"{str(error)[:1].upper()}{str(error)[1:]}")
                failed()
            else:
                then(made)

        self._keep(asyncio.ensure_future(run()))

    def _aside_when(self, look: Callable[[], Made | None], then: Callable[[Made], object]) -> None:
        """Look every now and then until there is something."""

        async def run() -> None:
            for _ in range(round(PATIENCE_S / LOOKS_S)):
                found = look()
                if found is not None:
                    then(found)
                    return
                await asyncio.sleep(LOOKS_S)
            self._stage.notice("What was to be captured is not there; capture again.")

        self._keep(asyncio.ensure_future(run()))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
