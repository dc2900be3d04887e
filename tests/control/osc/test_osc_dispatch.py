"""What messages do to the registry and to the player, and what the sender hears of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.osc import codec
from liveriff.control.osc.codec import BANG, Argument, Message
from liveriff.control.osc.counters import OscCounters
from liveriff.control.osc.dispatch import MAX_MATCHES, Dispatcher, Peer
from liveriff.errors import UsageError
from liveriff.params.listeners import Change
from liveriff.params.registry import Registry
from liveriff.params.table import TABLE


@dataclass
class Hand:
    """A peer that remembers."""

    origin: str = "osc:hand"
    replies: list[tuple[str, tuple[Argument, ...]]] = field(default_factory=list)
    refusals: list[tuple[str, str]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    touches: list[tuple[str, bool]] = field(default_factory=list)

    def reply(self, data: bytes) -> None:
        """As for Peer."""
        [message] = codec.parse(data)
        self.replies.append((message.address, message.args))

    def refused(self, address: str, why: Callable[[], str]) -> None:
        """As for Peer."""
        self.refusals.append((address, why()))

    def wrote(self, path: str) -> None:
        """As for Peer."""
        self.written.append(path)

    def touch(self, path: str, down: bool) -> None:
        """As for Peer."""
        self.touches.append((path, down))


class Rig:
    """A registry, a dispatcher and a hand."""

    def __init__(self) -> None:
        self.registry, self.counters, self.hand = Registry(), OscCounters(), Hand()
        self.hits: list[tuple[int, float, float]] = []
        self.changes: list[Change] = []
        self.registry.subscribe(self.changes.append)
        self.dispatcher = Dispatcher(self.registry, self._strike, self.counters, {"/boo": self._boo})

    def send(self, address: str, *args: Argument) -> None:
        """One message for now."""
        self.dispatcher.obey([Message(None, address, args)], self.hand)

    def _strike(self, pad: int, velocity: float, time_s: float) -> None:
        self.hits.append((pad, velocity, time_s))

    def _boo(self, peer: Peer, args: Sequence[Argument]) -> None:
        raise UsageError("do not shout.")


@pytest.fixture
def rig() -> Rig:
    """Ready to play."""
    return Rig()


@pytest.mark.parametrize(
    ("address", "args", "stored"),
    [
        ("/deck/1/level", (-3.5,), -3.5),
        ("/deck/1/level", (-3,), -3.0),
        ("/deck/1/level", ("-3.5",), -3.5),
        ("/deck/1/level", ("-3.5 dB",), -3.5),
        ("/deck/1/level", (100.0,), 6.0),
        ("/deck/1/level", (float("-inf"),), -60.0),
        ("/deck/1/level", (2**60,), 6.0),
        ("/deck/1/level", ([-3.5],), -3.5),
        ("/deck/1/level", ([[-3.5], 1.0],), -3.5),
        ("/deck/1/level", (-3.5, 0.2, "extra"), -3.5),
        ("/deck/1/level/raw", (1.0,), 6.0),
        ("/deck/1/level/raw", (0,), -60.0),
        ("/deck/1/level/raw", ("0.25",), -27.0),
        ("/deck/1/level/raw", (7.0,), 6.0),
        ("/deck/1/pan/raw", (True,), 1.0),
        ("/deck/1/seed", (7.6,), 8),
        ("/deck/1/beats", (15.0,), 16),
        ("/deck/1/mute", (1.0,), True),
        ("/deck/1/mute", (True,), True),
        ("/deck/1/mute", ("on",), True),
        ("/deck/1/mute", (BANG,), True),
        ("/deck/1/mute/raw", (0.7,), True),
        ("/play", (0.0,), False),
        ("/play", (False,), False),
        ("/play", (BANG,), False),
        ("/deck/2/category", ("DRUMS",), "drums"),
        ("/deck/2/category", (2.0,), "synth"),
        ("/deck/2/category/raw", (1.0,), "mix"),
        ("/quantum", ("none",), "off"),
        ("/deck/1/density", (0.25,), 0.25),
        ("/deck/1/prompt/a", ("deep house",), "deep house"),
        ("/deck/1/prompt/a", ("deep", "house", 909.0, 2), "deep house 909 2"),
    ],
)
def test_set(rig: Rig, address: str, args: tuple[Argument, ...], stored: object) -> None:
    """What programs send for one and the same wish."""
    path = address.removesuffix("/raw")
    rig.send(address, *args)
    assert rig.registry.get(path) == stored
    assert [(change.path, change.value, change.origin) for change in rig.changes] == [(path, stored, "osc:hand")]
    assert rig.hand.written == [path]
    assert rig.hand.refusals == []


@pytest.mark.parametrize("auto", [None, "auto", -1.0])
def test_back_to_auto(rig: Rig, auto: Argument) -> None:
    """Nil, the word, and what a fader can say."""
    rig.send("/deck/1/density", 0.5)
    rig.send("/deck/1/density", auto)
    assert rig.registry.get("/deck/1/density") is None


def test_a_number_picks_an_offered_prompt(rig: Rig) -> None:
    """By index, and by travel."""
    rig.registry.offer("/deck/1/prompt/a", ("wind", "fire", "acid"))
    rig.send("/deck/1/prompt/a", 1.0)
    assert rig.registry.get("/deck/1/prompt/a") == "fire"
    rig.send("/deck/1/prompt/a/raw", 1.0)
    assert rig.registry.get("/deck/1/prompt/a") == "acid"


@pytest.mark.parametrize(
    ("address", "args"),
    [
        ("/deck/1/level", ("loud",)),
        ("/deck/1/level", (None,)),
        ("/deck/1/level", (BANG,)),
        ("/deck/1/level", (b"\0\0",)),
        ("/deck/1/level", (float("nan"),)),
        ("/deck/1/level/raw", (float("nan"),)),
        ("/deck/1/level/raw", ("up",)),
        ("/deck/1/level/raw", (None,)),
        ("/deck/1/category", ("polka",)),
        ("/deck/1/category", (True,)),
        ("/deck/1/prompt/a", (3.0,)),
        ("/deck/1/prompt/a/raw", (0.5,)),
        ("/deck/1/next", ("now",)),
        ("/pad/1/trigger", ("hard",)),
        ("/pad/1/trigger/raw", (b"",)),
        ("/deck/1/level/z", ("down",)),
        ("/status/beat", (1.0,)),
        ("/boo", ()),
        ("/deck/[1/level", (1.0,)),
        ("//", (1.0,)),
    ],
)
def test_wrong(rig: Rig, address: str, args: tuple[Argument, ...]) -> None:
    """Counted, told with one sentence, nothing changed."""
    rig.send(address, *args)
    assert rig.changes == []
    assert rig.hits == []
    assert rig.counters.wrong == 1
    assert rig.counters.unknown == 0
    [(refused, sentence)] = rig.hand.refusals
    assert refused == address
    assert sentence.endswith(".")
    assert len(sentence) < 300


def test_a_refused_control_is_told_the_truth(rig: Rig) -> None:
    """The fader moved on the tablet, the value did not."""
    rig.send("/deck/1/level", "loud")
    assert rig.hand.written == ["/deck/1/level"]


def test_unknown(rig: Rig) -> None:
    """With the nearest name."""
    rig.send("/deck/1/levl", 1.0)
    rig.send("/1", 1.0)
    rig.send("/status/beat/raw", 0.5)
    rig.send("/none*", 1.0)
    assert rig.counters.unknown == 4
    assert rig.hand.refusals[0] == ("/deck/1/levl", "there is no address /deck/1/levl. Did you mean /deck/1/level?")


def test_answers_of_servers_are_not_answered(rig: Rig) -> None:
    """Two of us must not argue for ever."""
    rig.send("/error", "/x", "there is no address /x.")
    rig.send("/pong")
    assert rig.hand.refusals == []
    assert rig.counters.unknown == 0


@pytest.mark.parametrize(
    ("address", "reply"),
    [
        ("/deck/1/level", (-12.0,)),
        ("/deck/1/pan/raw", (0.5,)),
        ("/play", (1.0,)),
        ("/deck/1/density", (-1.0,)),
        ("/deck/1/seed", (1,)),
        ("/quantum", ("bar",)),
        ("/status/bar", ("1.1.1",)),
        ("/deck/1/spectrogram", (b"",)),
    ],
)
def test_no_argument_asks(rig: Rig, address: str, reply: tuple[Argument, ...]) -> None:
    """The same address comes back with the value; nothing changes."""
    rig.send(address)
    assert rig.hand.replies == [(address, reply)]
    assert rig.changes == []


@pytest.mark.parametrize("args", [(), (BANG,), (None,), (1.0,), (1,), (True,), ("1.0",)])
def test_triggers_are_pulled(rig: Rig, args: tuple[Argument, ...]) -> None:
    """By any word for "now"."""
    rig.send("/deck/1/next", *args)
    assert [(change.path, change.value) for change in rig.changes] == [("/deck/1/next", 1.0)]


@pytest.mark.parametrize("args", [(0.0,), (0,), (False,), ("0",)])
@pytest.mark.parametrize("address", ["/deck/1/next", "/pad/1/capture", "/pad/1/capture/raw"])
def test_letting_go_is_no_trigger(rig: Rig, address: str, args: tuple[Argument, ...]) -> None:
    """Every momentary button sends a 0."""
    rig.send(address, *args)
    assert rig.changes == []
    assert rig.hand.refusals == []


def test_a_number_rides_on_a_trigger(rig: Rig) -> None:
    """The tempo's nudge."""
    rig.send("/tempo/nudge", -0.25)
    assert rig.changes == [Change("/tempo/nudge", -0.25, "osc:hand")]


@pytest.mark.parametrize(
    ("address", "args", "hits"),
    [
        ("/pad/3/trigger", (0.5,), [(3, 0.5)]),
        ("/pad/3/trigger", (), [(3, 1.0)]),
        ("/pad/3/trigger", (BANG,), [(3, 1.0)]),
        ("/pad/3/trigger", (0.0,), [(3, 0.0)]),
        ("/pad/3/trigger", (5.0,), [(3, 1.0)]),
        ("/pad/16/trigger/raw", (0.25,), [(16, 0.25)]),
        ("/pad/{2,5}/trigger", (1.0,), [(2, 1.0), (5, 1.0)]),
    ],
)
def test_pads_go_to_the_player(
    rig: Rig, address: str, args: tuple[Argument, ...], hits: list[tuple[int, float]]
) -> None:
    """Not through the registry, with the time of the message."""
    before = time.monotonic()
    rig.send(address, *args)
    assert [(pad, velocity) for pad, velocity, _ in rig.hits] == hits
    assert all(before <= at <= time.monotonic() for _, _, at in rig.hits)
    assert rig.changes == []
    assert rig.counters.strikes == len(hits)


def test_hits_of_a_timed_bundle_carry_its_time(rig: Rig) -> None:
    """So that the player can place them."""
    rig.dispatcher.obey_timed([Message(5.0, "/pad/1/trigger", (1.0,))], rig.hand, 1234.5)
    assert rig.hits == [(1, 1.0, 1234.5)]


@pytest.mark.parametrize(("args", "down"), [((1.0,), True), ((0.0,), False), ((True,), True), ((1,), True), ((), True)])
def test_touch(rig: Rig, args: tuple[Argument, ...], down: bool) -> None:
    """A finger is no value."""
    rig.send("/pad/1/trigger/z", *args)
    rig.send("/deck/1/level/z", *args)
    assert rig.hand.touches == [("/pad/1/trigger", down), ("/deck/1/level", down)]
    assert rig.changes == []
    assert rig.hits == []


def test_a_pattern_sets_all_as_one(rig: Rig) -> None:
    """One step of undo; those that refuse do not keep the others."""
    rig.send("/deck/*/mute", 1.0)
    assert [rig.registry.get(f"/deck/{n}/mute") for n in range(1, 5)] == [True] * 4
    rig.registry.undo()
    assert [rig.registry.get(f"/deck/{n}/mute") for n in range(1, 5)] == [False] * 4
    rig.send("/deck/1/{level,queue,pan}", 0.5)
    assert (rig.registry.get("/deck/1/level"), rig.registry.get("/deck/1/pan")) == (0.5, 0.5)
    assert rig.counters.wrong == 1


def test_a_pattern_asks_all(rig: Rig) -> None:
    """A reply each."""
    rig.send("/deck/[12]/eq/*")
    assert len(rig.hand.replies) == 6


def test_a_pattern_is_bounded(rig: Rig) -> None:
    """All at once is /refresh's business."""
    assert len(TABLE) > MAX_MATCHES
    rig.send("//")
    assert rig.hand.replies == []
    assert rig.counters.wrong == 1


def test_a_bundle_is_one_change(rig: Rig) -> None:
    """Told at the end, undone as one; a message that is wrong does not keep the others."""
    seen: list[tuple[object, object]] = []
    both = ("/deck/1/level", "/deck/1/pan")
    rig.registry.subscribe(lambda change: seen.append((rig.registry.get(both[0]), rig.registry.get(both[1]))))
    wrong = Message(None, both[0], ("loud",))
    rig.dispatcher.obey([Message(None, both[0], (-1.0,)), wrong, Message(None, both[1], (0.5,))], rig.hand)
    assert seen == [(-1.0, 0.5), (-1.0, 0.5)]
    rig.registry.undo()
    assert (rig.registry.get(both[0]), rig.registry.get(both[1])) == (-12.0, 0.0)


def test_a_sequencer_does_not_bury_the_undo_history(rig: Rig) -> None:
    """Timed bundles are not made by hand."""
    rig.send("/deck/1/level", -3.0)
    for n in range(5):
        rig.dispatcher.obey_timed([Message(9.0, "/deck/1/pan", (n / 10,))], rig.hand, 0.0)
    rig.registry.undo()
    assert (rig.registry.get("/deck/1/level"), rig.registry.get("/deck/1/pan")) == (-12.0, 0.4)


def test_knows(rig: Rig) -> None:
    """What makes a sender a client."""
    knows = rig.dispatcher.knows
    assert all(map(knows, ["/deck/1/level", "/deck/*/level", "/deck/1/level/z", "/boo"]))
    assert not any(map(knows, ["/1/fader1", "/deck/[/level", "/none*", "/"]))


def test_strikes(rig: Rig) -> None:
    """What is handed over ahead of its time."""
    strikes = rig.dispatcher.strikes
    assert all(map(strikes, ["/pad/1/trigger", "/pad/*/trigger", "/pad/1/trigger/raw"]))
    assert not any(map(strikes, ["/pad/1/trigger/z", "/pad/1/stop", "/deck/1/next", "/pad/[/trigger"]))


def test_what_shapes_hits(rig: Rig) -> None:
    """What must be there before a hit of the same bundle."""
    shapes = rig.dispatcher.shapes_hits
    assert all(map(shapes, ["/pad/1/pitch", "/pad/*/level/raw", "/pad/2/choke"]))
    assert not any(map(shapes, ["/pad/bank", "/deck/1/level", "/boo", "/pad/[/pitch"]))


arguments = st.recursive(
    st.one_of(st.none(), st.just(BANG), st.booleans(), st.integers(), st.floats(), st.text(), st.binary()),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
anywhere = st.one_of(
    st.sampled_from(sorted(TABLE)),
    st.sampled_from(sorted(TABLE)).map(lambda path: f"{path}/raw"),
    st.sampled_from(sorted(TABLE)).map(lambda path: f"{path}/z"),
    st.text(max_size=20).map(lambda text: f"/{text}"),
)


@given(st.lists(st.tuples(anywhere, st.lists(arguments, max_size=3)), max_size=10))
def test_nothing_raises(script: list[tuple[str, list[Argument]]]) -> None:
    """Any address with any arguments leaves every value fit for its parameter."""
    rig = Rig()
    for address, args in script:
        rig.send(address, *args)
    rig.dispatcher.obey([Message(None, address, tuple(args)) for address, args in script], rig.hand)
    for path, spec in TABLE.items():
        if spec.kind.held:
            assert spec.coerce(rig.registry.get(path)) == rig.registry.get(path)
