"""Feedback to one client: rate, echo, snapshots, full lines. Time is turned by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.osc import codec
from liveriff.control.osc.outbox import LONGEST_TOUCH_S, QUIET_S, SNAPSHOT_PER_TICK, Outbox
from liveriff.params.registry import Registry
from liveriff.params.table import TABLE

ME = "osc:me"
LEVEL, PAN = "/deck/1/level", "/deck/1/pan"


@dataclass
class Line:
    """What a client was told, and a clock that is turned by hand."""

    told: list[tuple[str, object]] = field(default_factory=list)
    now: float = 100.0
    full: bool = False

    def send(self, data: bytes) -> None:
        """As a socket."""
        if self.full:
            raise BlockingIOError
        [message] = codec.parse(data)
        self.told.append((message.address, message.args[0]))

    def values(self, path: str) -> list[object]:
        """All that was told of a path."""
        return [value for address, value in self.told if address == path]


@pytest.fixture
def line() -> Line:
    """Nobody was told anything."""
    return Line()


@pytest.fixture
def registry() -> Registry:
    """All defaults."""
    return Registry()


@pytest.fixture
def outbox(line: Line, registry: Registry) -> Outbox:
    """A client named ME."""
    return Outbox(registry, line.send, ME, clock=lambda: line.now)


def wait(line: Line, outbox: Outbox, seconds: float, step: float = 0.02) -> None:
    """Tick as the engine does."""
    end = line.now + seconds
    while line.now < end:
        line.now += step
        outbox.tick(line.now)


def test_a_change_is_told_at_the_next_tick(line: Line, registry: Registry, outbox: Outbox) -> None:
    """Once, with the value stored."""
    registry.set(LEVEL, -6, "midi")
    assert line.told == []
    wait(line, outbox, 1.0)
    assert line.told == [(LEVEL, -6.0)]


def test_the_rate_is_bounded_and_the_latest_wins(line: Line, registry: Registry, outbox: Outbox) -> None:
    """A sweep of 500 values in a second."""
    for n in range(500):
        registry.set(PAN, n / 500, "midi")
        line.now += 0.002
        outbox.tick(line.now)
    wait(line, outbox, 0.5)
    told = line.values(PAN)
    assert 20 <= len(told) <= 31
    assert told[-1] == pytest.approx(0.998)
    assert outbox.counts.merged > 400


def test_no_echo_then_one_settled_value(line: Line, registry: Registry, outbox: Outbox) -> None:
    """The client moves a fader beyond its end; another client hears it meanwhile."""
    other = Line(now=line.now)
    elsewhere = Outbox(registry, other.send, "osc:other", clock=lambda: line.now)
    for n in range(50):
        registry.set(LEVEL, n / 5, ME)
        outbox.wrote(LEVEL)
        elsewhere.tick(line.now)
        wait(line, outbox, 0.02)
    assert line.told == []
    assert len(other.told) > 10
    wait(line, outbox, QUIET_S - 0.06)
    assert line.told == []
    wait(line, outbox, 1.0)
    assert line.told == [(LEVEL, 6.0)]


def test_a_write_that_changes_nothing_is_settled_too(line: Line, registry: Registry, outbox: Outbox) -> None:
    """The fader stands at +9 on the tablet, the value at its end: the tablet must be told."""
    registry.set(LEVEL, 6.0, "midi")
    wait(line, outbox, 1.0)
    registry.set(LEVEL, 9.0, ME)
    outbox.wrote(LEVEL)
    wait(line, outbox, 1.0)
    assert line.values(LEVEL) == [6.0, 6.0]


def test_nothing_moves_under_a_finger(line: Line, registry: Registry, outbox: Outbox) -> None:
    """MIDI moves what a finger holds; other controls go on; the release brings the value at once."""
    outbox.touch(LEVEL, True)
    registry.set(LEVEL, -20, "midi")
    registry.set(PAN, 0.5, "midi")
    wait(line, outbox, 5.0)
    assert line.told == [(PAN, 0.5)]
    registry.set(LEVEL, -30, ME)
    outbox.wrote(LEVEL)
    outbox.touch(LEVEL, False)
    line.now += 0.02
    outbox.tick(line.now)
    assert line.values(LEVEL) == [-30.0]


def test_a_lost_release_does_not_last_for_ever(line: Line, registry: Registry, outbox: Outbox) -> None:
    """The packet that said "up" was lost."""
    outbox.touch(LEVEL, True)
    registry.set(LEVEL, -20, "midi")
    wait(line, outbox, LONGEST_TOUCH_S - 1)
    assert line.told == []
    wait(line, outbox, 2)
    assert line.told == [(LEVEL, -20.0)]


def test_a_release_without_a_touch_is_nothing(line: Line, outbox: Outbox) -> None:
    """Tablets send it when a page opens."""
    outbox.touch(LEVEL, False)
    wait(line, outbox, 1.0)
    assert line.told == []


def test_a_snapshot_is_spread_and_whole(line: Line, outbox: Outbox) -> None:
    """Each value that is held, once; so many a tick."""
    outbox.snapshot()
    sizes = []
    while outbox.pending:
        before = len(line.told)
        line.now += 0.02
        outbox.tick(line.now)
        sizes.append(len(line.told) - before)
    assert max(sizes) <= SNAPSHOT_PER_TICK
    assert len(sizes) > 1
    assert [path for path, _ in line.told] == [path for path, spec in TABLE.items() if spec.kind.held]


def test_a_snapshot_of_a_branch(line: Line, outbox: Outbox) -> None:
    """/deck/1 has nothing to do with /pad/1."""
    outbox.snapshot("/deck/1/eq")
    wait(line, outbox, 1.0)
    assert [path for path, _ in line.told] == ["/deck/1/eq/low", "/deck/1/eq/mid", "/deck/1/eq/high"]


def test_a_snapshot_does_not_move_the_hand(line: Line, registry: Registry, outbox: Outbox) -> None:
    """The first message of a tablet is a move of a fader, and brings the snapshot: not for that fader, not yet."""
    outbox.snapshot()
    registry.set(LEVEL, -3, ME)
    outbox.wrote(LEVEL)
    wait(line, outbox, QUIET_S - 0.05)
    assert line.values(LEVEL) == []
    assert len(line.values(PAN)) == 1
    wait(line, outbox, 0.2)
    assert line.values(LEVEL) == [-3.0]


def test_only_what_is_wanted(line: Line, registry: Registry) -> None:
    """The answer may change while it listens."""
    wanted = {PAN}
    outbox = Outbox(registry, line.send, ME, wanted=wanted.__contains__, clock=lambda: line.now)
    registry.set(LEVEL, -3, "midi")
    registry.set(PAN, 0.5, "midi")
    outbox.wrote(LEVEL)
    outbox.snapshot()
    wait(line, outbox, 1.0)
    assert line.told == [(PAN, 0.5)]
    wanted.add(LEVEL)
    registry.set(LEVEL, -4, "midi")
    wait(line, outbox, 1.0)
    assert line.told[1:] == [(LEVEL, -4.0)]


def test_positions_are_told_where_wanted(line: Line, registry: Registry) -> None:
    """A fader bound to /raw moves as well; readings have no position; a prompt has one while it is on offer."""
    outbox = Outbox(registry, line.send, ME, raw=lambda path: True, clock=lambda: line.now)
    registry.set(PAN, 0.5, "midi")
    registry.publish("/status/beat", 4.0)
    registry.set("/deck/1/prompt/a", "rain", "midi")
    wait(line, outbox, 1.0)
    expected = [(PAN, 0.5), (f"{PAN}/raw", 0.75), ("/status/beat", 4.0), ("/deck/1/prompt/a", "rain")]
    assert line.told == expected
    registry.offer("/deck/1/prompt/a", ("wind", "fire", "acid"))
    registry.set("/deck/1/prompt/a", "fire", "midi")
    wait(line, outbox, 1.0)
    assert line.told[4:] == [("/deck/1/prompt/a", "fire"), ("/deck/1/prompt/a/raw", 0.5)]


def test_switches(line: Line, registry: Registry, outbox: Outbox) -> None:
    """As truth values, or plain for peers that only know numbers."""
    plainly = Line()
    plain = Outbox(registry, plainly.send, "osc:plain", plain=True, clock=lambda: line.now)
    registry.set("/play", False, "midi")
    wait(line, outbox, 0.1)
    plain.tick(line.now)
    [(_, told)], [(_, told_plainly)] = line.told, plainly.told
    assert told is False
    assert isinstance(told_plainly, float)


def test_triggers_are_no_state(line: Line, registry: Registry, outbox: Outbox) -> None:
    """A tablet's button would stay lit."""
    registry.trigger("/deck/1/next", 1.0, "midi")
    outbox.wrote("/deck/1/next")
    outbox.snapshot("/deck/1/next")
    wait(line, outbox, 1.0)
    assert line.told == []


def test_a_full_line_loses_nothing(line: Line, registry: Registry, outbox: Outbox) -> None:
    """The peer does not read for a while; afterwards the latest values come."""
    line.full = True
    for n in range(20):
        registry.set(LEVEL, -n, "midi")
        registry.set(PAN, n / 20, "midi")
        wait(line, outbox, 0.04)
    assert line.told == []
    assert outbox.counts.failed > 0
    line.full = False
    wait(line, outbox, 0.2)
    assert sorted(line.told) == [(LEVEL, -19.0), (PAN, pytest.approx(0.95))]


def test_closed(line: Line, registry: Registry, outbox: Outbox) -> None:
    """Nothing more, and the registry has forgotten it."""
    registry.set(LEVEL, -3, "midi")
    outbox.close()
    registry.set(PAN, 0.5, "midi")
    wait(line, outbox, 1.0)
    assert line.told == []
    assert outbox.pending == 0


moves = st.lists(
    st.tuples(
        st.sampled_from(["me", "midi", "touch", "lift", "wait", "snapshot"]),
        st.sampled_from([LEVEL, PAN, "/deck/2/level"]),
        st.floats(-1, 1),
    ),
    max_size=40,
)


@given(moves)
def test_in_the_end_the_client_knows_everything(script: list[tuple[str, str, float]]) -> None:
    """Whatever was moved by whom: once all rests, the last told value of each path is the present one."""
    line, registry = Line(), Registry()
    outbox = Outbox(registry, line.send, ME, clock=lambda: line.now)
    outbox.snapshot()
    deeds: dict[str, Callable[[str, float], object]] = {
        "me": lambda path, value: (registry.set(path, value, ME), outbox.wrote(path)),
        "midi": lambda path, value: registry.set(path, value, "midi"),
        "touch": lambda path, value: outbox.touch(path, True),
        "lift": lambda path, value: outbox.touch(path, False),
        "wait": lambda path, value: wait(line, outbox, abs(value) * 0.3),
        "snapshot": lambda path, value: outbox.snapshot(path),
    }
    for deed, path, value in script:
        deeds[deed](path, value)
        line.now += 0.005
        outbox.tick(line.now)
        assert outbox.pending <= 2 * len(TABLE)
    line.now += LONGEST_TOUCH_S
    wait(line, outbox, 2.0)
    assert outbox.pending == 0
    for path in (LEVEL, PAN, "/deck/2/level"):
        assert line.values(path)[-1] == pytest.approx(registry.get(path), abs=1e-5)
