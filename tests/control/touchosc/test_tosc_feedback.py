"""What the OSC server tells a tablet is what the layout listens for, in types that its controls can read."""

from __future__ import annotations

import pytest

from liveriff.control.osc import codec
from liveriff.control.osc.outbox import Outbox
from liveriff.control.touchosc import SIZES, Show, layout
from liveriff.control.touchosc.binding import TEXT, wants_raw
from liveriff.params.registry import Registry
from liveriff.params.table import TABLE


def told(registry: Registry) -> dict[str, object]:
    """A snapshot: the first argument of each message by its address."""
    packets: list[bytes] = []
    outbox = Outbox(registry, packets.append, "tablet", raw=lambda path: wants_raw(TABLE[path]), clock=lambda: 0.0)
    outbox.snapshot()
    for tick in range(1000):
        if not outbox.pending:
            break
        outbox.tick(float(tick))
    messages = [codec.parse(packet)[0] for packet in packets]
    return {message.address: message.args[0] for message in messages}


@pytest.mark.parametrize("size", SIZES)
def test_whatever_listens_is_told_something_it_can_read(size: str) -> None:
    snapshot = told(Registry())
    listening = [(n, b) for n in layout(Show(), SIZES[size]).walk() for b in n.bindings if b.receives]
    assert len(listening) > 200
    for node, bound in listening:
        if bound.path.endswith(TEXT):
            assert bound.path.removesuffix(TEXT) in snapshot
            continue
        value = snapshot[bound.path]
        if bound.value == "text":
            continue
        assert isinstance(value, int | float), (node.kind, bound)
        assert not isinstance(value, bool), (node.kind, bound)


def test_only_what_the_layout_binds_as_travel_is_wanted_as_travel() -> None:
    bound = {b.path for size in SIZES.values() for n in layout(Show(), size).walk() for b in n.bindings}
    for path in bound:
        if path.endswith("/raw"):
            assert wants_raw(TABLE[path.removesuffix("/raw")])
    assert not wants_raw(TABLE["/deck/1/pan"])
    assert not wants_raw(TABLE["/status/cpu"])
    assert not wants_raw(TABLE["/pad/1/trigger"])
