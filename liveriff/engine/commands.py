"""What parameters do beyond being read: the panel, the transport, taps, undo. Engine's loop only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from fractions import Fraction

from liveriff.engine.deckmodels import DeckModels
from liveriff.engine.evolve import following
from liveriff.engine.stage import Stage
from liveriff.engine.turning import ends, hand, swapped
from liveriff.music.tap import Tapped, TapTempo
from liveriff.params.listeners import Change
from liveriff.params.words import DECKS
from liveriff.wire.hits import ALL_PADS, CUT

ORIGIN = "engine"
NEAR_BEATS = 0.03  # no hand taps better
STRUCK = "strike"
"""Origin of a pad's trigger that the player has heard of already."""


class Commands:
    """Obeys changes of the registry; looks at the moment again after each that may ask for other chunks."""

    def __init__(self, stage: Stage) -> None:
        """Subscribe, and write all block-rate values; once the sink is open."""
        self._stage, self._registry, self._time = stage, stage.registry, stage.time
        self._panel, self._hits = stage.player.panel, stage.player.hits
        self._tap = TapTempo()
        self._by_path: Mapping[str, Callable[[Change], object]] = {
            "/tempo/bpm": lambda _: self._time.retime(),
            "/tempo/tap": lambda _: self._tapped(),
            "/tempo/nudge": lambda change: self._time.nudge(Fraction(str(change.value))),
            "/play": lambda change: None if change.value else self._time.stop(),
            "/stop": lambda _: self._halt(),
            "/panic": lambda _: self._panic(),
            "/scene": lambda change: None if change.origin == ORIGIN else self._stage.scenes.load(str(change.value)),
            "/undo": lambda _: self._undo(),
            "/redo": lambda _: self._travel(self._registry.redo),
        }
        for path in self._panel.names:
            self._panel[path] = hand(self._registry, path, stage.turned)
        DeckModels(self._registry)
        self._registry.subscribe(self._changed)

    def _changed(self, change: Change) -> None:
        spec = self._registry.spec(change.path)
        if spec.access == "r":
            return  # a reading of our own
        if change.path in self._panel.index:
            self._panel[change.path] = hand(self._registry, change.path, self._stage.turned)
        if change.path in self._by_path:
            self._by_path[change.path](change)
        elif change.path.startswith("/deck/") and change.path.endswith("/next"):
            self._next(change.path.removesuffix("/next"))
        elif change.path.startswith("/pad/"):
            self._pad(change)
        if spec.rate != "block" or change.path in self._by_path:
            self._stage.soon()

    def _pad(self, change: Change) -> None:
        """Strokes and rerolls; a stroke that came by ``Hub.strike`` sounds already."""
        pad, _, what = change.path.removeprefix("/pad/").partition("/")
        if what == "trigger" and change.origin != STRUCK:
            now, velocity = time.monotonic(), float(str(change.value))
            self._hits.push(int(pad), velocity, now)
            self._stage.log.struck(int(pad), velocity, now)
        elif what == "stop":
            self._hits.push(int(pad), CUT, time.monotonic())
        elif what == "reroll":
            self._next(f"/pad/{pad}")

    def _next(self, place: str) -> None:
        """Another variation of a deck or a pad."""
        seed = following(int(self._registry.number(f"{place}/seed")))
        self._registry.set(f"{place}/seed", seed, ORIGIN, undoable=False)

    def _undo(self) -> None:
        """A scene that waits for its beat is called off, and that is all; a preset on its way is taken back with all
        that it has come."""
        if self._stage.scenes.call_off():
            return
        self._stage.presets.halt()
        self._travel(self._registry.undo)

    def _travel(self, through: Callable[[], bool]) -> None:
        """Undo or redo; where that turns two prompts round again, the deck turns with them and nothing is heard."""
        before = {deck: ends(self._registry, deck) for deck in DECKS}
        through()
        for deck, ends_before in before.items():
            if swapped(ends_before, ends(self._registry, deck)):
                self._stage.turned ^= {deck}
                path = f"/deck/{deck}/alpha"
                self._panel[path] = hand(self._registry, path, self._stage.turned)

    def _panic(self) -> None:
        self._hits.push(ALL_PADS, CUT, time.monotonic())
        self._registry.set("/input/monitor", False, ORIGIN)  # it may be what howls
        self._halt()

    def _tapped(self) -> None:
        tapped = self._tap.tap(time.monotonic())
        if tapped is not None:
            self._registry.set("/tempo/bpm", tapped.bpm_cents / 100, ORIGIN)
            self._meet(tapped)

    def _meet(self, tapped: Tapped) -> None:
        """Let our beats be heard on the taps: they jump at the next beat, hidden in a crossfade."""
        if not self._time.steady:
            return
        since = time.monotonic() - tapped.downbeat_s + self._time.latency_s
        heard = float(self._time.beat()) - since * tapped.bpm_cents / 6000  # the beat that was heard on the first tap
        off = round(heard) - heard
        if abs(off) > NEAR_BEATS:
            self._time.jump(Fraction(round(off * 1000), 1000), on_beat=True)

    def _halt(self) -> None:
        self._registry.set("/play", False, ORIGIN)
