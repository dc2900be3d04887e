"""What the screen knows of the instrument: latest values, and the one way to change them. The UI's loop only.

Widgets do not wait for messages: at every frame they look at the values they show, and paint when those have changed.
So a flood of changes costs a frame, not a repaint each. Only triggers (somebody hit a pad) are told one by one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

from liveriff.errors import UsageError
from liveriff.params.kinds import Value
from liveriff.params.kinds_worded import Optional, Trigger
from liveriff.params.spec import Spec
from liveriff.params.table import TABLE

Pulled = Callable[[str, float], object]
COARSE = 10
"""Clicks of a coarse step."""


class Link(Protocol):
    """How values come and go: ``control.door.client.DoorClient``, or ``ui.local.LocalLink``."""

    nodes: dict[str, dict[str, Any]]
    connected: bool
    trouble: str

    def set(self, path: str, value: object = True) -> bool:
        """Send; False while there is nobody to send to."""

    def value(self, path: str) -> Any:
        """The latest value heard, None where there is none."""

    def updates(self) -> AsyncIterator[tuple[str, Any]]:
        """Changes as they come."""


class Store:
    """Reads through a link and writes through it; what is written shows at once, and is corrected if it was bent."""

    def __init__(self, link: Link) -> None:
        """answer: one sentence on the last thing that the performer did, for the screen's last line."""
        self.link = link
        self.answer = ""
        self.trouble = False  # whether the answer is that something did not work
        self.answers = 0  # counts up with each, so that the same sentence twice is seen twice
        self.hurry: Callable[[], object] = lambda: None  # called with each, so that it need not wait for a frame
        self._pulled: list[Pulled] = []
        self._own: dict[str, Value] = {}

    # --- reading -----------------------------------------------------------------------------------------------------

    @property
    def met(self) -> bool:
        """Whether there has been an engine: before, none is no trouble, it has only not begun yet."""
        return bool(self.link.nodes)

    def spec(self, path: str) -> Spec | None:
        """The declaration, None for a path that this version does not know."""
        return TABLE.get(path)

    def get(self, path: str) -> Value:
        """The present value in user units; the default until one is heard."""
        if path in self._own:
            return self._own[path]
        value, spec = self.link.value(path), TABLE.get(path)
        if spec is None or (value is not None and not isinstance(spec.kind, Optional)):
            return value if isinstance(value, str | bytes | bool | int | float) else None
        if value is None:
            return spec.default
        return spec.coerce(value) if value >= 0 else None  # "auto" travels as -1

    def number(self, path: str, missing: float = 0.0) -> float:
        """The present value as a number."""
        value = self.get(path)
        return float(value) if isinstance(value, int | float) else missing

    def words(self, path: str) -> str:
        """The present value of a text; "" where there is none."""
        value = self.get(path)
        return value if isinstance(value, str) else ""

    def blob(self, path: str) -> bytes:
        """The present value of bytes; b"" where there is none."""
        value = self.get(path)
        return value if isinstance(value, bytes) else b""

    def text(self, path: str) -> str:
        """For a person, with the unit."""
        spec, value = TABLE.get(path), self.get(path)
        return str(value) if spec is None else spec.format(value)

    def raw(self, path: str) -> float:
        """Position 0..1 of a parameter that has a travel."""
        spec = TABLE.get(path)
        return spec.unmap(self.get(path)) if spec is not None and spec.travels else 0.0

    def offers(self, path: str) -> tuple[str, ...]:
        """Texts to pick from: the prompt bank, the names of scenes or presets."""
        return tuple(self.link.nodes.get(path, {}).get("OFFERS", ()))

    def audible(self, path: str) -> bool:
        """Whether anything honours the parameter, here and in the engine at the other end."""
        return bool(self.link.nodes.get(path, {}).get("AUDIBLE", True))

    # --- writing -----------------------------------------------------------------------------------------------------

    def set(self, path: str, value: object) -> None:
        """Set a parameter from a user value or its text; the answer says what became of it."""
        spec = TABLE.get(path)
        try:
            stored = spec.coerce(value) if spec is not None else value
        except UsageError as error:
            self.say(str(error), trouble=True)
            return
        if not self.link.set(path, stored):
            self.say(f"Not sent: {self.link.trouble}", trouble=True)
        elif spec is None or isinstance(spec.kind, Trigger):
            self.say(label(path))
        else:
            self._own[path] = stored  # type: ignore[assignment]  # coerced above
            self.say(f"{label(path)} {self.text(path)}")

    def pull(self, path: str, value: float = 1.0) -> None:
        """Pull a trigger."""
        self.set(path, value)

    def toggle(self, path: str) -> None:
        """Turn a switch."""
        self.set(path, not self.get(path))

    def nudge(self, path: str, clicks: int) -> None:
        """Move by encoder clicks; COARSE clicks are a coarse step. Texts step through what is offered."""
        spec, offers = TABLE.get(path), self.offers(path)
        if spec is None:
            return
        if offers:
            here = offers.index(self.words(path)) if self.words(path) in offers else -1 if clicks > 0 else 0
            self.set(path, offers[(here + clicks) % len(offers)])
        elif spec.travels:
            self.set(path, spec.kind.nudge(self.get(path), clicks))

    def place(self, path: str, raw: float) -> None:
        """Move to a position 0..1, as a mouse does."""
        spec = TABLE.get(path)
        if spec is not None and spec.travels:
            self.set(path, spec.map(min(1.0, max(0.0, raw))))

    def reset(self, path: str) -> None:
        """Back to the default."""
        if path in TABLE:
            self.set(path, TABLE[path].default)

    def say(self, sentence: str, trouble: bool = False) -> None:
        """Answer the performer; trouble: it did not work."""
        self.answer, self.trouble = sentence, trouble
        self.answers += 1
        self.hurry()

    def forget(self) -> None:
        """What was written and never confirmed is not true of another engine."""
        self._own.clear()

    # --- hearing -----------------------------------------------------------------------------------------------------

    def on_pull(self, heard: Pulled) -> None:
        """Be told of triggers that others pulled: path and number."""
        self._pulled.append(heard)

    async def listen(self) -> None:
        """Hear changes, for ever; values are read where they lie, so only triggers have to be passed on."""
        async for path, value in self.link.updates():
            self._own.pop(path, None)
            spec = TABLE.get(path)
            if spec is not None and isinstance(spec.kind, Trigger):
                for heard in self._pulled:
                    heard(path, float(value))


def label(path: str) -> str:
    """A path for a person: "/deck/1/seed/drift" is "Deck 1 seed drift"."""
    words = path.strip("/").replace("/", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
