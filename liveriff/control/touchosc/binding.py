"""How a parameter meets a control: which address, which range, which way. Pure.

A control's travel is 0..1. Where a parameter is linear its plain address is bound, in user units. Where it has a
curve, steps, a switch or words (a radio cannot read "drums", a button cannot read OSC's true), ``<path>/raw`` is bound
both ways, which is the travel itself. ``<path>/text`` is the value as a person reads it, and ``<path>/z`` says that a
finger is on the control, so that nothing moves under it.
"""

from __future__ import annotations

from dataclasses import replace

from liveriff.control.touchosc.node import Binding, Conversion
from liveriff.params.kinds import Kind
from liveriff.params.kinds_worded import Text
from liveriff.params.spec import Spec

RAW, TEXT, TOUCH = "/raw", "/text", "/z"
REFRESH, SUBSCRIBE = "/refresh", "/subscribe/text"
"""No parameters: ask for a snapshot of everything; the same, and to be told from now on at a port."""


def move(spec: Spec, value: str = "x") -> Binding:
    """For a control with a travel 0..1, both ways."""
    ends = spec.kind.range
    if spec.kind.curve != "linear" or ends is None:
        return Binding(f"{spec.path}{RAW}", value)
    return Binding(spec.path, value, conversion(spec.kind), *ends)


def touch(spec: Spec) -> Binding:
    """A finger came down (1) or left (0)."""
    return Binding(f"{spec.path}{TOUCH}", "touch", "INTEGER", receives=False)


def pick(spec: Spec) -> Binding:
    """For a radio, whose x is the index of its step, 0, 1, 2 and so on, and is scaled as if it were a travel 0..1."""
    if spec.kind.options:
        # Rounded down, so that the index that comes back as travel / step is never a hair below a whole number.
        return Binding(f"{spec.path}{RAW}", high=int(1e4 / (len(spec.kind.options) - 1)) / 1e4)
    first = int(_low(spec))
    return Binding(spec.path, conversion="INTEGER", low=first, high=first + 1)


def turn(spec: Spec) -> Binding:
    """For a pager whose pages are the numbers of a parameter: its page is an index, scaled as a radio's is."""
    return replace(pick(spec), value="page")


def steps(spec: Spec) -> list[str]:
    """What a radio for it picks from, as a person reads it."""
    if spec.kind.options:
        return [spec.format(option) for option in spec.kind.options]
    low, high = spec.kind.range or (0, 0)
    return [spec.format(number) for number in range(int(low), int(high) + 1)]


def near(spec: Spec, highest: int) -> Binding:
    """For a fader over the first of very many numbers."""
    return Binding(spec.path, conversion="INTEGER", low=int(_low(spec)), high=highest)


def read(spec: Spec) -> tuple[Binding, ...]:
    """For a label: the value as it is, then as a person reads it, which a server that knows ``/text`` sends after."""
    plain = Binding(spec.path, "text", "STRING", sends=False)
    if isinstance(spec.kind, Text):
        return (plain,)
    return plain, replace(plain, path=f"{spec.path}{TEXT}")


def meter(spec: Spec, low: float, high: float) -> Binding:
    """For a bar that shows a reading between two values."""
    return Binding(spec.path, low=low, high=high, sends=False)


def press(spec: Spec) -> Binding:
    """For a button that pulls a trigger with 1 when it goes down."""
    return Binding(spec.path, receives=False, condition="RISE")


def say(spec: Spec, words: str) -> Binding:
    """For a button that sends fixed words or a fixed number."""
    how: Conversion = "STRING" if spec.kind.osc == "s" else conversion(spec.kind)
    return Binding(spec.path, conversion=how, receives=False, condition="RISE", constant=words)


def hold(spec: Spec, words: str, rest: str) -> tuple[Binding, ...]:
    """For a button that says one thing going down and another going up."""
    down = say(spec, words)
    return down, replace(down, condition="FALL", constant=rest)


def strike(spec: Spec, softest: float) -> tuple[Binding, ...]:
    """For a pad whose x is where it was hit: velocity from ``softest`` to 1 going down, 0 going up."""
    down = Binding(spec.path, low=softest, receives=False, condition="RISE")
    return down, Binding(spec.path, receives=False, condition="FALL", constant="0")


def hello(port: int) -> Binding:
    """For a pager: whoever turns a page is told everything anew, in case a datagram was lost or the server restarted.

    port: where the tablet listens; 0 where answers come back the way they were asked for, as over TCP.
    """
    if port:
        return Binding(SUBSCRIBE, "page", "INTEGER", receives=False, constant=str(port))
    return Binding(REFRESH, "page", "INTEGER", receives=False)


def wants_raw(spec: Spec) -> bool:
    """Whether the layout follows it by ``<path>/raw``, so that a server must send that to a tablet."""
    return spec.access == "rw" and spec.travels and spec.kind.held and move(spec).path != spec.path


def conversion(kind: Kind) -> Conversion:
    """What TouchOSC calls the type of a number."""
    return "INTEGER" if kind.osc == "i" else "FLOAT"


def _low(spec: Spec) -> float:
    return spec.kind.range[0] if spec.kind.range else 0.0
