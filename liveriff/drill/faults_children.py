"""Faults of the engine's children: killed, or standing still."""

from __future__ import annotations

from liveriff.drill.acts import Act
from liveriff.drill.liveset import KILL, STOP, LiveSet
from liveriff.errors import UsageError


class _Signalled(Act):
    """A signal to one child."""

    name, number = "renderer", KILL
    hold_s = 1.0
    from_lift = False

    def begin(self, live: LiveSet) -> None:
        if not live.signal(self.name, self.number):
            raise UsageError(f"there is no {self.name} to send a signal to.")


class RendererKilled(_Signalled):
    """kill -9."""


class RendererStopped(_Signalled):
    """kill -STOP; whoever stands so still is killed by the engine."""

    number = STOP


class ForkserverKilled(_Signalled):
    """kill -9 to where renderers come from, then to the renderer."""

    name = "forkserver"

    def begin(self, live: LiveSet) -> None:
        renderer = live.pid("renderer")
        super().begin(live)
        if renderer is not None:
            live.signal("renderer", KILL)


class PlayerKilled(_Signalled):
    """kill -9, while the loops are left alone."""

    name = "player"
    rests = True
    renders = False


class PlayerStopped(PlayerKilled):
    """kill -STOP."""

    number = STOP
