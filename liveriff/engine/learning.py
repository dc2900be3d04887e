"""Learning, the monitor and the hands' places, as parameters: joins the registry and the mapping.

Screens set /learn and its neighbours and read /learn/state; nothing here knows how they look. Engine's loop only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from liveriff.control.mapping.bindings import OSC
from liveriff.control.mapping.default import default_bindings
from liveriff.control.mapping.learn import LearnMode
from liveriff.control.mapping.monitor import Monitor
from liveriff.control.mapping.movers import map_text, movers, target_of
from liveriff.control.mapping.own import OwnFile
from liveriff.control.mapping.reading import spec_of
from liveriff.control.mapping.sources import Sources
from liveriff.control.mapping.takeover import hands_text
from liveriff.engine.learning_text import NOBODY, state_text
from liveriff.errors import UsageError
from liveriff.params.kinds_worded import Text
from liveriff.params.listeners import Change
from liveriff.params.registry import Registry

if TYPE_CHECKING:
    from pathlib import Path

    from liveriff.control.mapping.bindings import Binding
    from liveriff.control.mapping.mapping import Mapping
    from liveriff.control.mapping.movers import Mover
    from liveriff.control.surface import Touch

LOOK_S = 1.0  # the performer's file is looked at so often
EVERY_S = 0.1  # readings are published so often
ME = "engine"
PLAIN = {"/learn/invert": False, "/learn/low": 0.0, "/learn/high": 1.0}


class Learning:
    """Owns what the mapping has bound: the default map, the performer's file, the scene's.

    ``touch`` before the mapping gets a touch; ``tick`` every look of the hub.
    """

    def __init__(
        self,
        registry: Registry,
        mapping: Mapping,
        notice: Callable[[str], object],
        file: Path,
        scene: Callable[[], tuple[Binding, ...]] = tuple,
        controllers: Callable[[], list[str]] = list,
        absent: str = NOBODY,
    ) -> None:
        """scene: bindings of the scene that is loaded; controllers: titles of those that are there; absent: said where
        there are none."""
        self._registry, self._mapping, self._notice = registry, mapping, notice
        self._file, self._scene, self._controllers, self._absent = OwnFile(file), scene, controllers, absent
        self._monitor = Monitor()
        self._last = ""
        self._looked = self._told = float("-inf")
        self._movers: tuple[tuple[int, str], tuple[Mover, ...]] = ((-1, ""), ())
        self._mapped = -1  # version of the mapping that was told
        self._followed: frozenset[str] = frozenset()  # paths under hands whose place is known
        self._stirred = True  # a hand or a value under one has moved
        self._of_scene = scene()
        # By whether it is an OSC app's control. Those jump: what such an app shows is told to it.
        self._liked: dict[bool, object] = {False: registry.get("/learn/takeover"), True: "jump"}
        self._takeovers, self._chosen = dict(self._liked), False  # what is proposed for this target
        self.sends: Callable[[str], str] = lambda control: ""  # the ends of an OSC control
        self.learn = LearnMode(mapping)
        self.learn.use(Sources(default_bindings(), self._load(), self._of_scene))
        self._does: dict[str, Callable[[], object]] = {
            "/learn/accept": self._accept,
            "/learn/clear": self._clear,
            "/learn/undo": self._undo,
            "/learn/takeover": self._like,
            "/learn": self._open,
        }
        registry.subscribe(self._changed, "/learn", ME)
        registry.subscribe(self._valued)
        for path in ("/panic", "/scene"):
            registry.subscribe(lambda _: self.close(), path)

    def touch(self, touch: Touch) -> None:
        """Watch a touch on its way to the mapping."""
        bound = self._mapping.at(touch.device, touch.control)
        targets = [target_of(self._mapping, each) for each in bound if each.target != "none"]
        self._monitor.heard(touch, ", ".join(targets))
        self._stirred = True

    def tick(self, now: float) -> None:
        """Follow the scene and the file, and publish what has changed."""
        if self._scene() is not self._of_scene:
            self._of_scene = self._scene()
            self.learn.use(self.learn.sources.with_scene(self._of_scene))
        if now - self._looked >= LOOK_S:
            self._looked = now
            self._look()
        if now - self._told >= EVERY_S:
            self._told = now
            self._publish()

    def close(self) -> None:
        """End learning, as on stage when something else matters more."""
        self._registry.set("/learn", "", ME)
        self._open()

    # --- what the screen asks for ------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        try:
            self._does.get(change.path, lambda: None)()
        except UsageError as error:
            self._notice(str(error))

    def _open(self) -> None:
        text, self._last = str(self._registry.get("/learn")), ""
        self.learn.stop()
        if not text:
            return
        try:
            self._check(text)
            self.learn.open(text)
        except UsageError:
            self._registry.set("/learn", "", ME)
            raise
        self._show_options(text)

    def _check(self, path: str) -> None:
        """Refuse what no control can move here and now, though a binding with a value could."""
        spec = spec_of(path)
        if spec is not None and isinstance(spec.kind, Text) and spec.access != "r":
            here = path.replace("/focus/", f"/{self._mapping.here.focus}/")
            if not self._registry.offered(here):
                raise UsageError(f"{path} has nothing to choose from, so no control can move it.")

    def _show_options(self, target: str) -> None:
        """Those of the binding that the performer has made of it before, or plain ones."""
        mine = next((each for each in self.learn.own if each.target == target), None)
        self._takeovers, self._chosen = dict(self._liked), False
        if mine is not None:
            self._takeovers |= {mine.device == OSC: mine.takeover}
        shown = {"/learn/takeover": self._takeovers[self._is_osc], **PLAIN}
        if mine is not None:
            shown = {f"/learn/{name}": getattr(mine, name) for name in ("takeover", "invert", "low", "high")}
        for path, value in shown.items():
            self._registry.set(path, value, ME)

    @property
    def _is_osc(self) -> bool:
        return self.learn.proposal is not None and self.learn.proposal.device == OSC

    def _like(self) -> None:
        self._liked[self._is_osc], self._chosen = self._registry.get("/learn/takeover"), True

    def _suit(self) -> None:
        """Propose the takeover that suits what is moved, until the performer chooses one."""
        if self.learn.proposal and not self._chosen:
            self._registry.set("/learn/takeover", self._takeovers[self._is_osc], ME)

    def _accept(self) -> None:
        target = self._target()
        self._look()
        self._suit()
        binding = self.learn.accept(stay=True, **self._options())
        self._done(f"{binding.control} moves {target}.")

    def _options(self) -> dict[str, object]:
        proposal = self.learn.proposal
        sends: dict[str, object] = {"sends": self.sends(proposal.control)} if proposal and self._is_osc else {}
        if proposal is None or proposal.binding.action:
            return sends
        low, high = self._registry.number("/learn/low"), self._registry.number("/learn/high")
        if low == high:
            raise UsageError("/learn/low and /learn/high are the same; leave the control some way to go.")
        turned = bool(self._registry.get("/learn/invert")) != (low > high)
        options: dict[str, object] = {"low": min(low, high), "high": max(low, high), "invert": turned, **sends}
        takes_over = proposal.kind == "absolute" or (self._is_osc and not proposal.binding.fire)  # a followed switch
        return options | ({"takeover": self._registry.get("/learn/takeover")} if takes_over else {})

    def _clear(self) -> None:
        target = self._target()
        self._look()
        sources = self.learn.sources
        bound = sources.bound(target)
        if not bound:
            raise UsageError(f"nothing is bound to {target}.")
        is_default = all(sources.whose(each) == "default" for each in bound)
        self.learn.clear(target, deep=is_default)
        left = "" if is_default else self._left(target)
        self._done(f"{target} is unbound.{left}")

    def _left(self, target: str) -> str:
        controls = dict.fromkeys(control for _, control, _ in movers(self._mapping, target))
        return f" The default map moves it by {' and '.join(controls)}." if controls else ""

    def _undo(self) -> None:
        if not self.learn.undo():
            raise UsageError("there is no binding to take back.")
        self._done("The last binding is taken back.")

    def _target(self) -> str:
        if not self.learn.target:
            raise UsageError("nothing is being learnt; set /learn to a parameter first.")
        return self.learn.target

    def _done(self, sentence: str) -> None:
        """Keep it; a file that cannot be written costs nothing but the next performance."""
        self._last = sentence
        try:
            self._file.save(self.learn.own)
        except UsageError as error:
            sentence = f"{sentence} But {error}"
        self._notice(sentence)

    # --- the file and the readings -----------------------------------------------------------------------------------

    def _look(self) -> None:
        if self._file.changed():
            self.learn.use(self.learn.sources.with_own(self._load()))

    def _load(self) -> tuple[Binding, ...]:
        own = self._file.load()
        if self._file.fault:
            self._notice(self._file.fault)
        return own

    def _publish(self) -> None:
        self._suit()
        mapping, publish = self._mapping, self._registry.publish
        target, version = self.learn.target, mapping.version
        if target and self._movers[0] != (version, target):
            self._movers = ((version, target), movers(mapping, target))
        controllers = ", ".join(self._controllers()) or self._absent
        publish("/learn/state", state_text(controllers, self.learn, mapping.here.name, self._movers[1], self._last))
        if self._monitor.fresh:
            publish("/midi/monitor", self._monitor.text())
        if self._stirred or self._mapped != version:
            self._stirred = False
            ghosts = mapping.ghosts()
            self._followed = frozenset(ghost.path for ghost in ghosts)
            publish("/status/hands", hands_text(ghosts))
        if self._mapped != version:
            self._mapped = version
            publish("/learn/map", map_text(mapping))

    def _valued(self, change: Change) -> None:
        self._stirred = self._stirred or change.path in self._followed
