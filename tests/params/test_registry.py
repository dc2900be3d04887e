"""The registry: set, tell, undo, and all or nothing."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.errors import UsageError
from liveriff.params.listeners import Change
from liveriff.params.registry import Registry
from liveriff.params.table import SPECS, TABLE

STORED = [spec.path for spec in SPECS if spec.stored]
KNOBS = [spec.path for spec in SPECS if spec.stored and spec.travels]
MOVES = st.tuples(st.sampled_from(KNOBS), st.floats(0, 1))


class Hand:
    """A registry with a clock that only moves when told, and everything it told."""

    def __init__(self) -> None:
        """Time 0, nothing told."""
        self.now = 0.0
        self.registry = Registry(clock=lambda: self.now)
        self.told: list[tuple[str, object, str]] = []
        self.registry.subscribe(lambda change: self.told.append((change.path, change.value, change.origin)))


@pytest.fixture
def hand() -> Hand:
    """A fresh one."""
    return Hand()


def test_set_clamps_quantises_and_tells(hand: Hand) -> None:
    """What is returned is what is stored and told."""
    assert hand.registry.set("/tempo/bpm", 1000, "osc") == 240.0
    assert hand.registry.set("/deck/1/level", "-3.456 dB") == -3.46
    assert hand.registry.get("/tempo/bpm") == 240.0
    assert hand.told == [("/tempo/bpm", 240.0, "osc"), ("/deck/1/level", -3.46, "")]


@given(st.lists(MOVES, max_size=8))
def test_set_is_idempotent(moves: list[tuple[str, float]]) -> None:
    """The same value again tells nobody."""
    hand = Hand()
    for path, raw in moves:
        hand.registry.set_raw(path, raw)
        told = len(hand.told)
        hand.registry.set(path, hand.registry.get(path))
        hand.registry.set(path, hand.registry.format(path))
        hand.registry.set_raw(path, hand.registry.raw(path))
        assert len(hand.told) == told


@pytest.mark.parametrize(
    ("attempt", "sentence"),
    [
        (lambda r: r.set("/tempo/bmp", 1), "there is no parameter /tempo/bmp. Did you mean /tempo/bpm?"),
        (lambda r: r.get("/nothing/like/it/at/all"), "there is no parameter /nothing/like/it/at/all."),
        (lambda r: r.set("/tempo/bpm", "fast"), "/tempo/bpm takes a number from 40 to 240 BPM, not 'fast'."),
        (lambda r: r.set("/deck/1/alpha", math.nan), "/deck/1/alpha takes a number from 0 to 1, not nan."),
        (lambda r: r.set("/deck/1/side", "c"), "/deck/1/side takes one of a, thru or b, not 'c'."),
        (lambda r: r.set("/status/beat", 1), "/status/beat is a reading and cannot be set."),
        (lambda r: r.publish("/tempo/bpm", 1), "/tempo/bpm is not a reading; set it instead."),
        (lambda r: r.trigger("/tempo/bpm"), "/tempo/bpm is not a trigger; set it to a value."),
    ],
)
def test_mistakes_are_one_sentence(hand: Hand, attempt: Callable[[Registry], object], sentence: str) -> None:
    """UsageError, and nothing has changed or been told."""
    before = hand.registry.snapshot()
    with pytest.raises(UsageError) as caught:
        attempt(hand.registry)
    assert str(caught.value) == sentence
    assert hand.registry.snapshot() == before
    assert hand.told == []


def test_all_but_the_origin_are_told(hand: Hand) -> None:
    """A fader is not told of its own move; everybody else is."""
    heard: dict[str, list[object]] = {"midi": [], "osc": []}
    for name, values in heard.items():
        hand.registry.subscribe(lambda change, values=values: values.append(change.value), origin=name)
    hand.registry.set("/deck/1/pan", 0.5, "midi")
    hand.registry.set("/deck/1/pan", -0.5, "osc")
    assert heard == {"midi": [-0.5], "osc": [0.5]}


@pytest.mark.parametrize(
    ("prefix", "told"),
    [
        ("", True),
        ("/", True),
        ("/pad", True),
        ("/pad/1/", True),
        ("/pad/1/level", True),
        ("/pad/10", False),
        ("/pa", False),
    ],
)
def test_prefixes_are_whole_parts(hand: Hand, prefix: str, told: int) -> None:
    """/pad/1 is not /pad/10."""
    heard: list[Change] = []
    hand.registry.subscribe(heard.append, prefix)
    hand.registry.set("/pad/1/level", -20)
    assert len(heard) == told


def test_unsubscribing_ends_it(hand: Hand) -> None:
    """Even from within the callback, and only for that one."""
    heard: list[Change] = []
    stop = hand.registry.subscribe(lambda change: (heard.append(change), stop()))
    hand.registry.set("/deck/1/pan", 0.5)
    hand.registry.set("/deck/1/pan", 0.6)
    assert len(heard) == 1
    assert len(hand.told) == 2


def test_a_subscriber_that_raises_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged and counted."""
    registry, heard = Registry(), []

    def broken(_: Change) -> None:
        raise RuntimeError("broken screen")

    registry.subscribe(broken)
    registry.subscribe(heard.append)
    registry.set("/deck/1/pan", 0.5)
    assert len(heard) == registry.failures == 1
    assert "broken screen" in caplog.text


def test_changes_made_in_a_callback_come_after(hand: Hand) -> None:
    """All see all changes in the order in which they were made."""

    def link(change: Change) -> None:
        if change.path == "/deck/1/pan":
            hand.registry.set("/deck/2/pan", -float(str(change.value)), "link")

    hand.registry.subscribe(link)
    late: list[str] = []
    hand.registry.subscribe(lambda change: late.append(change.path))
    hand.registry.set("/deck/1/pan", 0.5)
    assert [path for path, _, _ in hand.told] == late == ["/deck/1/pan", "/deck/2/pan"]


def test_nudging_and_raw(hand: Hand) -> None:
    """Encoders move in clicks of user units; controllers in 0..1."""
    assert hand.registry.nudge("/tempo/bpm", 3) == 124.3
    assert hand.registry.nudge("/deck/1/side", -1) == "a"
    assert hand.registry.nudge("/deck/1/density", 1) == 0.0
    assert hand.registry.nudge("/deck/1/density", -1) is None
    assert hand.registry.set_raw("/master/crossfader", 1.0) == 1.0
    with pytest.raises(UsageError, match="no travel"):
        hand.registry.nudge("/deck/1/prompt/a", 1)


def test_a_bank_of_prompts_is_picked_from(hand: Hand) -> None:
    """Numbers, knobs and encoders choose among what the scene offers; words still work."""
    path = "/deck/1/prompt/a"
    hand.registry.offer(path, ["one", "two", "three"])
    assert hand.registry.set(path, 1) == "two"
    assert hand.registry.set_raw(path, 1.0) == "three"
    assert hand.registry.raw(path) == 1.0
    assert hand.registry.nudge(path, -2) == "one"
    assert hand.registry.set(path, 99) == "three"
    assert hand.registry.set(path, "free words") == "free words"
    hand.registry.offer(path, [])
    with pytest.raises(UsageError):
        hand.registry.set(path, 1)


def test_triggers_tell_every_time_but_not_on_release(hand: Hand) -> None:
    """The 0 of a momentary button is dropped, except where letting go means something."""
    for value in (1.0, 1.0, 0.0):
        hand.registry.trigger("/tempo/tap", value, "pad")
        hand.registry.trigger("/pad/1/trigger", value, "pad")
    hand.registry.trigger("/pad/1/capture", 0.0)
    hand.registry.trigger("/pad/1/capture", 3.0)
    assert [value for path, value, _ in hand.told if path == "/tempo/tap"] == [1.0, 1.0]
    assert [value for path, value, _ in hand.told if path == "/pad/1/trigger"] == [1.0, 1.0, 0.0]
    assert [value for path, value, _ in hand.told if path == "/pad/1/capture"] == [1.0]
    assert not hand.registry.undo()


def test_readings_are_published_not_saved(hand: Hand) -> None:
    """Subscribers are told; snapshots and undo know nothing of them."""
    hand.registry.publish("/status/beat", 12.5)
    hand.registry.publish("/status/beat", 12.5)
    assert hand.told == [("/status/beat", 12.5, "engine")]
    assert "/status/beat" not in hand.registry.snapshot()
    assert not hand.registry.undo()


def test_one_gesture_is_one_undo(hand: Hand) -> None:
    """Moves of one knob by one hand within half a second of each other."""
    for tick in range(10):
        hand.now = tick * 0.4
        hand.registry.set("/deck/1/pan", tick / 10, "midi")
    assert hand.registry.undo()
    assert hand.registry.get("/deck/1/pan") == 0.0
    assert hand.told[-1] == ("/deck/1/pan", 0.0, "undo")
    assert hand.registry.redo()
    assert hand.registry.get("/deck/1/pan") == 0.9
    assert not hand.registry.redo()


@pytest.mark.parametrize(
    ("path", "origin", "later", "steps"),
    [
        ("/deck/1/pan", "midi", 0.5, 1),
        ("/deck/1/pan", "midi", 0.6, 2),
        ("/deck/1/pan", "osc", 0.1, 2),
        ("/deck/2/pan", "midi", 0.1, 2),
    ],
)
def test_gestures_are_told_apart(hand: Hand, path: str, origin: str, later: float, steps: int) -> None:
    """By path, by hand, and by a pause."""
    hand.registry.set("/deck/1/pan", 0.5, "midi")
    hand.now = later
    hand.registry.set(path, 0.7, origin)
    undone = 0
    while hand.registry.undo():
        undone += 1
    assert undone == steps


def test_what_nobody_did_by_hand_is_not_undone(hand: Hand) -> None:
    """The engine's own changes and the transport stay out of the history."""
    hand.registry.set("/deck/1/seed", 5, "engine", undoable=False)
    hand.registry.set("/play", False)
    assert not hand.registry.undo()
    assert hand.registry.get("/deck/1/seed") == 5


@given(st.lists(st.tuples(MOVES, st.sampled_from([0.0, 0.1, 1.0]), st.sampled_from(["a", "b"])), max_size=12))
def test_undo_to_the_beginning_and_redo_to_the_end(steps: list[tuple[tuple[str, float], float, str]]) -> None:
    """Undo is the inverse of everything that was done, redo of undo."""
    hand = Hand()
    start = hand.registry.snapshot()
    for (path, raw), pause, origin in steps:
        hand.now += pause
        hand.registry.set_raw(path, raw, origin)
    end = hand.registry.snapshot()
    while hand.registry.undo():
        pass
    assert hand.registry.snapshot() == start
    while hand.registry.redo():
        pass
    assert hand.registry.snapshot() == end


def test_a_new_move_forgets_what_was_undone(hand: Hand) -> None:
    """Redo after a new gesture would mix two pasts."""
    hand.registry.set("/deck/1/pan", 0.5)
    hand.registry.undo()
    hand.registry.set("/deck/1/pan", 0.2)
    assert not hand.registry.redo()
    assert hand.registry.undo()
    assert hand.registry.get("/deck/1/pan") == 0.0


def test_a_transaction_is_one_step_told_once_at_the_end(hand: Hand) -> None:
    """Half a scene is never seen."""
    with hand.registry.transaction():
        hand.registry.set("/deck/1/pan", 0.5, "scene")
        hand.registry.set("/deck/1/pan", 0.6, "scene")
        hand.registry.set("/deck/2/pan", 0.1, "scene")
        hand.registry.set("/deck/2/pan", 0.0, "scene")
        hand.registry.trigger("/tempo/tap")
        assert hand.told == []
    assert hand.told == [("/deck/1/pan", 0.6, "scene"), ("/tempo/tap", 1.0, "")]
    assert hand.registry.undo()
    assert hand.registry.get("/deck/1/pan") == 0.0
    assert not hand.registry.undo()


def test_a_move_after_redo_is_a_new_gesture(hand: Hand) -> None:
    """However soon: what was done again was a decision."""
    hand.registry.set("/deck/1/pan", 0.5, "midi")
    hand.registry.undo()
    hand.registry.redo()
    hand.registry.set("/deck/1/pan", 0.6, "midi")
    hand.registry.undo()
    assert hand.registry.get("/deck/1/pan") == 0.5


def half_a_scene(registry: Registry) -> None:
    """A trigger, a value, and a mistake."""
    with registry.transaction():
        registry.trigger("/tempo/tap")
        registry.set("/deck/1/pan", 0.5)
        registry.set("/deck/1/nothing", 0.5)


def test_a_failed_transaction_leaves_no_trace(hand: Hand) -> None:
    """An inner one neither, when the outer goes on."""
    before = hand.registry.snapshot()
    with pytest.raises(UsageError):
        half_a_scene(hand.registry)
    assert hand.registry.snapshot() == before
    with hand.registry.transaction():
        with pytest.raises(UsageError):
            half_a_scene(hand.registry)
        hand.registry.set("/deck/3/pan", 0.5)
    assert [path for path, _, _ in hand.told] == ["/deck/3/pan"]
    assert hand.registry.undo()
    assert hand.registry.snapshot() == before
    assert not hand.registry.undo()


@given(st.lists(MOVES, max_size=10))
def test_snapshots_restore(moves: list[tuple[str, float]]) -> None:
    """A snapshot brings everything back that a scene holds, and only that."""
    registry = Registry()
    for path, raw in moves:
        registry.set_raw(path, raw)
    snapshot = registry.snapshot()
    assert list(snapshot) == STORED
    other = Registry()
    other.restore(snapshot)
    assert other.snapshot() == snapshot


def test_a_snapshot_of_one_deck() -> None:
    """By prefix."""
    paths = list(Registry().snapshot("/deck/2"))
    assert "/deck/2/prompt/a" in paths
    assert all(path.startswith("/deck/2/") for path in paths)
    assert not any("heard" in path or TABLE[path].access != "rw" for path in paths)


# --- what asks for something -------------------------------------------------------------------------------------


@pytest.fixture
def asking(hand: Hand) -> Hand:
    """Techno was asked for a minute ago, the second of three scenes."""
    hand.registry.offer("/scene", ("house", "techno", "dub"))
    hand.registry.set("/scene", "techno", "osc")
    hand.now = 60.0
    hand.told.clear()
    return hand


@pytest.mark.parametrize("value", ["techno", 1])
def test_a_name_that_is_there_is_asked_for_anew(asking: Hand, value: object) -> None:
    """By its name or its number; everything else that is there already tells nobody."""
    for path in ("/scene", "/deck/1/prompt/a", "/quantum"):
        asking.registry.set(path, value if path == "/scene" else asking.registry.get(path), "midi")
    assert asking.told == [("/scene", "techno", "midi")]
    assert not asking.registry.undo()


def test_echoes_and_fingers_that_bounce_ask_for_nothing(asking: Hand) -> None:
    """An app that says what it is told would otherwise begin the scene again four times a second, for ever."""
    for asking.now in (60.0, 60.5, 61.25, 62.0, 62.9, 70.0):
        asking.registry.set("/scene", "techno", "osc")
    assert asking.told == [("/scene", "techno", "osc")] * 2
    for name in ("dub", "techno"):
        asking.registry.set("/scene", name, "osc")
    assert asking.told[2:] == [("/scene", "dub", "osc"), ("/scene", "techno", "osc")]


def test_a_knob_that_turns_within_a_name_asks_for_nothing(asking: Hand) -> None:
    """A knob has a hundred places and three scenes; an encoder goes on turning at the last."""
    for raw in (0.45, 0.5, 0.55, 1.0, 0.95):
        asking.registry.set_raw("/scene", raw, "knob")
        asking.now += 10.0
    asking.registry.nudge("/scene", 1, "knob")
    assert asking.told == [("/scene", "dub", "knob")]


def test_in_a_transaction_a_name_is_asked_for_once(asking: Hand) -> None:
    """Among other messages of a bundle, by way of nothing, and one in another."""
    with asking.registry.transaction():
        asking.registry.set("/scene", "", "osc")
        with asking.registry.transaction():
            asking.registry.set("/scene", "techno", "osc")
    asking.now += 10.0
    with asking.registry.transaction():
        asking.registry.set("/scene", "techno", "osc")
        asking.registry.set("/deck/1/alpha", 0.5, "osc")
    assert asking.told == [
        ("/scene", "techno", "osc"),
        ("/scene", "techno", "osc"),
        ("/deck/1/alpha", 0.5, "osc"),
    ]
