"""A mapping with hands, for tests of what hands do to it."""

from __future__ import annotations

from typing import Any

from liveriff.control.mapping.actions import Hooks
from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.default import default_bindings
from liveriff.control.mapping.files import merge
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.surface import Touch
from liveriff.params.registry import Registry

DEVICE = "box"


class Rig:
    """A mapping with hands: a registry, a clock, and what was struck, said and told."""

    def __init__(self, *bindings: Binding, default: bool = False) -> None:
        self.now = 100.0
        self.registry = Registry(clock=lambda: self.now)
        self.struck: list[tuple[int, float, float]] = []
        self.said: list[str] = []
        self.scenes: list[str] = []
        self.told: list[tuple[str, object, str]] = []
        hooks = Hooks(lambda n: self.scenes.append(f"={n}"), lambda n: self.scenes.append(f"{n:+}"))
        self.mapping = Mapping(
            self.registry,
            merge(default_bindings() if default else (), bindings),
            lambda *hit: self.struck.append(hit),
            self.said.append,
            lambda: self.now,
            hooks,
        )
        self.registry.subscribe(lambda change: self.told.append((change.path, change.value, change.origin)))
        self.mapping.connected(DEVICE)

    def touch(self, control: str, kind: Any, value: float, device: str = DEVICE, wait: float = 0.01) -> None:
        self.now += wait
        touch = Touch(device, control, kind, value, self.now)
        self.mapping.touch(touch, self.mapping.fast(touch))
        self.mapping.tick(self.now)

    def turn(self, control: str, *values: float) -> None:
        for value in values:
            self.touch(control, "absolute", value)

    def press(self, control: str, velocity: float = 1.0, **more: Any) -> None:
        self.touch(control, "press", velocity, **more)

    def release(self, control: str, **more: Any) -> None:
        self.touch(control, "release", 0.0, **more)

    def tap(self, control: str) -> None:
        self.press(control)
        self.release(control)

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.mapping.tick(self.now)
