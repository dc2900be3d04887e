"""The set of a soak: in order, the same for a seed, all of it means something, nothing is left out."""

from __future__ import annotations

from itertools import islice, takewhile

from liveriff.drill.soak_set import EVERY_S, Event, events
from liveriff.errors import LiveriffError
from liveriff.params.registry import Registry


def first(seconds: float, seed: int = 1, rate: float = 1.0) -> list[Event]:
    return list(takewhile(lambda event: event.time_s < seconds, events(seed, rate)))


def test_it_is_in_the_order_of_time_and_the_same_again() -> None:
    one = first(3600)
    assert one == sorted(one, key=lambda event: event.time_s)
    assert one == first(3600)
    assert one != first(3600, seed=2)


def test_every_event_is_a_value_that_its_parameter_takes() -> None:
    registry, refused = Registry(), set()
    for event in first(7200):
        try:
            registry.set(event.path, event.value, "osc")
        except LiveriffError as error:
            refused.add(f"{event}: {error}")
    assert refused == set()


def test_an_hour_holds_everything() -> None:
    paths = {event.path.split("/")[-1] for event in first(2 * 3600)}
    assert paths >= {
        "bpm", "tonic", "alpha", "a", "filter", "next", "fill", "copy", "freeze", "density", "source", "trigger",
        "reroll", "capture", "scene", "save", "preset", "undo", "redo", "record", "play", "loop", "repeat", "clear",
    }  # fmt: skip


def test_it_never_moves_the_beats_by_hand() -> None:
    assert not {event.path for event in first(7200)} & {"/tempo/nudge", "/tempo/tap", "/stop", "/panic"}


def test_the_transport_that_is_stopped_runs_again() -> None:
    plays = [event for event in first(20 * 3600) if event.path == "/play"]
    assert [event.value for event in plays[:4]] == [False, True, False, True]


def test_a_busier_set_has_more() -> None:
    assert 3 < len(first(1800, rate=5.0)) / len(first(1800)) < 8
    assert len(list(islice(events(3), 10_000))) == 10_000
    assert len(EVERY_S) > 10
