"""What every bound control shows. The engine's loop only; sends nothing itself.

Pads wear the colour of their category, pulse while their sound is made, blink while it plays and flash when hit.
Switches are bright when on and dim when off. Rings and motor faders stand where the hand would be for the value.
``next`` pulses while the deck's next chunk is rendered and blinks while it waits for its turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Map

from liveriff.control.mapping.actions import BANK
from liveriff.control.mapping.bindings import NOTHING, Binding
from liveriff.control.mapping.colours import NEUTRAL, SCENE, WHEN_ON, WHITE, of_category
from liveriff.control.mapping.fast import pad_of
from liveriff.control.mapping.mapping import Key, Mapping
from liveriff.control.mapping.pressing import fire_of
from liveriff.control.surface import OFF, Light
from liveriff.errors import UsageError
from liveriff.params.kinds import Value
from liveriff.params.kinds_worded import Toggle, Trigger
from liveriff.params.listeners import Change
from liveriff.params.registry import Registry

DIM, READY, BRIGHT = 0.15, 0.6, 1.0
"""Levels of "there is something here", "ready to play" and "on"."""

FLASH_S = 0.12  # a hit is seen as long as this
RESTS_S = 0.3  # a fader is not moved under a hand; it is sent where it belongs once the hand has rested this long
_FADERS = ("fader", "crossfader")


class Lights:
    """The lights of each device, brought up to date when asked; only what changed since is looked at again."""

    def __init__(self, registry: Registry, mapping: Mapping, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` is the mapping's. Takes the mapping's ``on_touch``."""
        self._registry, self._mapping, self._clock = registry, mapping, clock
        self._seen = -1  # the mapping's version
        self._told: dict[str, dict[str, Light]] = {}  # what ``news`` has told
        self._lights: dict[str, dict[str, Light]] = {}
        self._dirty: set[Key] = set()
        self._until: dict[Key, float] = {}  # look again at this time
        self._watchers: dict[str, set[Key]] = {}  # controls by the paths that they show
        self._hits: dict[int, float] = {}  # when a pad was last hit
        self._unsubscribe = registry.subscribe(self._changed)
        mapping.on_touch = lambda device, control: self._dirty.add((device, control))

    def close(self) -> None:
        """Look no longer at the registry."""
        self._unsubscribe()

    def repaint(self) -> None:
        """Work everything out anew, as after a device was plugged in."""
        self._seen = -1
        self._told = {}

    def wanted(self, device: str) -> Map[str, Light]:
        """What each control of a device is to show now; what no longer does anything is off."""
        self._refresh()
        return self._lights.get(device, {})

    def news(self, device: str) -> dict[str, Light]:
        """What is to be shown otherwise than when this was last asked; everything the first time after a repaint."""
        self._refresh()
        wanted, told = self._lights.get(device, {}), self._told.setdefault(device, {})
        new = {control: light for control, light in wanted.items() if told.get(control) != light}
        told.update(new)
        return new

    def struck(self, pad: int) -> None:
        """A pad was hit from elsewhere than a control (a sequence, the screen): its lights flash."""
        self._hits[pad] = self._clock()
        self._dirty |= self._watchers.get(f"/pad/{pad}/trigger", set())

    # --- what has changed ----------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        watchers = self._watchers.get(change.path)
        if watchers:
            pad = pad_of(change.path)
            if pad and change.value:
                self._hits[pad] = self._clock()
            self._dirty |= watchers

    def _refresh(self) -> None:
        now = self._clock()
        if self._seen != self._mapping.version:
            self._start_anew()
        due = {key for key, at in self._until.items() if now >= at}
        for key in due:
            del self._until[key]
        todo, self._dirty = self._dirty | due, set()
        for key in todo:
            self._look(key, now)

    def _start_anew(self) -> None:
        self._seen = self._mapping.version
        self._watchers, self._until = {}, {}
        for device in self._mapping.devices():
            shown = self._mapping.shown(device)
            before = self._lights.get(device, {})
            self._lights[device] = {name: before.get(name, OFF) if name in shown else OFF for name in {*before, *shown}}
            for control, bindings in shown.items():
                self._dirty.add((device, control))
                for path in self._depends(bindings):
                    self._watchers.setdefault(path, set()).add((device, control))
        present = self._mapping.devices()
        self._lights = {device: lights for device, lights in self._lights.items() if device in present}
        self._told = {device: lights for device, lights in self._told.items() if device in present}

    def _depends(self, bindings: Iterable[Binding]) -> Iterable[str]:
        for binding in bindings:
            path = self._mapping.path_of(binding) or BANK
            if binding.action == "focus":
                path = f"/deck/{self._focused(binding)}/category"
            root = "/".join(path.split("/")[:3])
            yield path
            for reading in ("category", "progress", "queue", "voices", "state"):
                yield f"{root}/{reading}"

    def _look(self, key: Key, now: float) -> None:
        device, control = key
        bindings = self._mapping.shown(device).get(control)
        if not bindings:
            return
        if self._under_hand(key, now):
            self._until[key] = self._mapping.touched[key] + RESTS_S
            return
        lit = self._flash(key, bindings[0], now) or self._light(bindings[0])
        self._lights[device][control] = lit

    def _under_hand(self, key: Key, now: float) -> bool:
        family = key[1].partition("/")[0]
        return family in _FADERS and now < self._mapping.touched.get(key, -RESTS_S) + RESTS_S

    def _flash(self, key: Key, binding: Binding, now: float) -> Light | None:
        """White for a moment after a trigger was pulled."""
        path = self._mapping.path_of(binding)
        pad, spec = pad_of(path), self._registry.table.get(path)
        if spec is None or not isinstance(spec.kind, Trigger):
            return None
        at = max(self._mapping.pressed.get(key, -FLASH_S), self._hits.get(pad or 0, -FLASH_S))
        if now >= at + FLASH_S:
            return None
        self._until[key] = at + FLASH_S
        return Light(WHITE)

    # --- what one binding shows ----------------------------------------------------------------------------------

    def _light(self, binding: Binding) -> Light:
        if binding.action:
            return self._action(binding)
        path = self._mapping.path_of(binding)
        pad, kind = pad_of(path), self._registry.spec(path).kind
        if pad:
            return self._pad(pad)
        if isinstance(kind, Trigger):
            return self._next(path) if path.endswith("/next") else Light(self._colour(path), level=DIM)
        if isinstance(kind, Toggle) or binding.value is not None or fire_of(binding):
            return self._switch(binding, path)
        return Light(self._colour(path), level=self._place(binding, path))

    def _action(self, binding: Binding) -> Light:
        if binding.action == NOTHING:
            return OFF
        here, value = self._mapping.here, binding.value
        chosen = {"shift": here.shift, "page": here.page == value, "focus": here.focus == value}
        chosen["bank"] = self._registry.get(BANK) == value
        colour = SCENE if binding.action == "scene" else WHITE
        if binding.action == "focus":
            colour = self._colour(f"/deck/{self._focused(binding)}/")
        return Light(colour, level=BRIGHT if chosen.get(binding.action) else DIM)

    def _focused(self, binding: Binding) -> int:
        return binding.value if isinstance(binding.value, int) else self._mapping.here.focus

    def _pad(self, pad: int) -> Light:
        colour = of_category(self._registry.get(f"/pad/{pad}/category"))
        if 0 < self._reading(f"/pad/{pad}/progress") < 1:
            return Light(colour, "pulse")
        if self._reading(f"/pad/{pad}/voices") > 0:
            return Light(colour, "blink")
        return Light(colour, level=READY if self._registry.get(f"/pad/{pad}/state") == "ready" else DIM)

    def _next(self, path: str) -> Light:
        deck, colour = path.removesuffix("/next"), self._colour(path)
        if 0 < self._reading(f"{deck}/progress") < 1:
            return Light(colour, "pulse", 0.5 + self._reading(f"{deck}/progress") / 2)
        if self._reading(f"{deck}/queue", -1.0) >= 0:
            return Light(colour, "blink")
        return Light(colour, level=DIM)

    def _switch(self, binding: Binding, path: str) -> Light:
        value = self._registry.get(path)
        on = bool(value) if binding.value is None else value == self._registry.spec(path).coerce(binding.value)
        colour = self._colour(path)
        if binding.invert and binding.value is None:  # a deck's play button is lit while the deck is not muted
            return Light(colour, level=DIM if on else BRIGHT)
        return Light(WHEN_ON.get(path.rpartition("/")[2], colour)) if on else Light(colour, level=DIM)

    def _place(self, binding: Binding, path: str) -> float:
        try:
            return binding.hand(self._registry.raw(path))
        except UsageError:  # a text without a travel: nothing stands anywhere
            return DIM

    def _colour(self, path: str) -> str:
        parts = path.split("/")
        has_category = parts[1] in ("deck", "pad") and len(parts) > 3 and parts[2].isdigit()
        return of_category(self._registry.get(f"/{parts[1]}/{parts[2]}/category")) if has_category else NEUTRAL

    def _reading(self, path: str, absent: float = 0.0) -> float:
        """A reading that the instrument may not have."""
        value: Value = self._registry.get(path) if path in self._registry.table else None
        return float(value) if isinstance(value, int | float) else absent
