"""What parameters do beyond being read: the panel, the transport, taps, undo. Engine's loop only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from fractions import Fraction

from liveriff.engine.scenes import apply, load_scene
from liveriff.engine.timekeeper import TimeKeeper
from liveriff.errors import LiveriffError
from liveriff.music.tap import TapTempo
from liveriff.params.listeners import Change
from liveriff.params.registry import Registry
from liveriff.wire.cells import Cells
from liveriff.wire.hits import ALL_PADS, CUT, Hits

ORIGIN = "engine"
STRUCK = "strike"
"""Origin of a pad's trigger that the player has heard of already."""


class Commands:
    """Obeys changes of the registry; calls ``replan`` after each that may ask for other chunks."""

    def __init__(
        self,
        registry: Registry,
        panel: Cells,
        hits: Hits,
        time_keeper: TimeKeeper,
        replan: Callable[[], object],
        notice: Callable[[str], object],
    ) -> None:
        """Subscribe, and write all block-rate values. notice: one sentence for the performer."""
        self._registry, self._panel, self._hits, self._notice = registry, panel, hits, notice
        self._time, self._replan = time_keeper, replan
        self._tap = TapTempo()
        self._by_path: Mapping[str, Callable[[Change], object]] = {
            "/tempo/bpm": lambda _: time_keeper.retime(),
            "/tempo/tap": lambda _: self._tapped(),
            "/tempo/nudge": lambda change: time_keeper.nudge(Fraction(str(change.value))),
            "/play": lambda change: None if change.value else time_keeper.stop(),
            "/stop": lambda _: self._halt(),
            "/panic": lambda _: self._panic(),
            "/scene": lambda change: self._scene(str(change.value)),
            "/undo": lambda _: registry.undo(),
            "/redo": lambda _: registry.redo(),
        }
        for path in panel.names:
            panel[path] = registry.number(path)
        registry.subscribe(self._changed)

    def _changed(self, change: Change) -> None:
        if self._registry.spec(change.path).access == "r":
            return  # a reading of our own
        if change.path in self._panel.index:
            self._panel[change.path] = self._registry.number(change.path)
        if change.path in self._by_path:
            self._by_path[change.path](change)
        elif change.path.startswith("/deck/") and change.path.endswith("/next"):
            self._next(change.path.removesuffix("/next"))
        elif change.path.startswith("/pad/"):
            self._pad(change)
        self._replan()

    def _scene(self, name: str) -> None:
        """Another scene, by name only: no peer may make us read a file of its choice."""
        try:
            scene = load_scene(name, paths=False)
            apply(scene, self._registry)
        except LiveriffError as error:
            self._notice(str(error))
        else:
            self._notice(f"{scene.title}: {scene.about}")

    def _pad(self, change: Change) -> None:
        """Strokes and rerolls; a stroke that came by ``Hub.strike`` sounds already."""
        pad, _, what = change.path.removeprefix("/pad/").partition("/")
        if what == "trigger" and change.origin != STRUCK:
            self._hits.push(int(pad), float(str(change.value)), time.monotonic())
        elif what == "stop":
            self._hits.push(int(pad), CUT, time.monotonic())
        elif what == "reroll":
            self._next(f"/pad/{pad}")

    def _next(self, place: str) -> None:
        """Another variation of a deck or a pad."""
        seed = int(self._registry.number(f"{place}/seed")) + 1
        self._registry.set(f"{place}/seed", seed, ORIGIN, undoable=False)

    def _panic(self) -> None:
        self._hits.push(ALL_PADS, CUT, time.monotonic())
        self._halt()

    def _tapped(self) -> None:
        tapped = self._tap.tap(time.monotonic())
        if tapped is not None:
            self._registry.set("/tempo/bpm", tapped.bpm_cents / 100, ORIGIN)

    def _halt(self) -> None:
        self._registry.set("/play", False, ORIGIN)
