"""What the screen knows and how it sets it: at once, corrected when it was bent, never silently lost."""

from __future__ import annotations

import asyncio

import pytest

from liveriff.params.registry import Registry
from liveriff.ui.local import LocalLink
from liveriff.ui.store import COARSE, Store, label


@pytest.fixture
def store() -> Store:
    return Store(LocalLink(Registry()))


def registry(store: Store) -> Registry:
    link = store.link
    assert isinstance(link, LocalLink)
    return link.registry


def test_what_is_set_shows_at_once_and_is_answered(store: Store) -> None:
    store.set("/tempo/bpm", 132)
    assert store.get("/tempo/bpm") == 132.0
    assert store.answer == "Tempo bpm 132.00 BPM"
    assert registry(store).get("/tempo/bpm") == 132.0


def test_what_cannot_be_is_refused_in_words_and_changes_nothing(store: Store) -> None:
    store.set("/tempo/bpm", "fast")
    assert store.get("/tempo/bpm") == 124.0
    assert store.trouble
    assert "takes a number from 40 to 240 BPM" in store.answer


def test_without_a_connection_it_says_so_and_shows_nothing_that_is_not(store: Store) -> None:
    store.link.connected, store.link.trouble = False, "Nobody there."
    store.set("/tempo/bpm", 132)
    assert store.get("/tempo/bpm") == 124.0
    assert store.answer == "Not sent: Nobody there."
    assert store.trouble


def test_the_same_answer_twice_is_two_answers(store: Store) -> None:
    store.pull("/tempo/tap")
    before = store.answers
    store.pull("/tempo/tap")
    assert store.answers == before + 1


def test_auto_travels_as_minus_one_and_is_read_back(store: Store) -> None:
    store.set("/deck/1/density", "auto")
    assert store.get("/deck/1/density") is None
    assert store.text("/deck/1/density") == "auto"
    registry(store).set("/deck/1/density", 0.5, "engine")
    store.forget()
    assert store.get("/deck/1/density") == 0.5


def test_texts_step_through_what_is_offered_and_begin_at_its_ends(store: Store) -> None:
    store.link.nodes["/scene"]["OFFERS"] = ["a", "b", "c"]
    for clicks, words in ((1, "a"), (1, "b"), (-1, "a"), (-1, "c")):
        store.nudge("/scene", clicks)
        assert store.words("/scene") == words
    store.set("/scene", "")
    store.nudge("/scene", -1)
    assert store.words("/scene") == "c"


def test_nudging_placing_and_resetting(store: Store) -> None:
    store.nudge("/tempo/bpm", COARSE)
    assert store.get("/tempo/bpm") == 125.0
    store.place("/deck/1/alpha", 0.25)
    assert store.raw("/deck/1/alpha") == 0.25
    store.place("/deck/1/alpha", 7.0)
    assert store.get("/deck/1/alpha") == 1.0
    store.reset("/deck/1/alpha")
    assert store.get("/deck/1/alpha") == 0.0


def test_paths_that_this_version_does_not_know_are_no_error(store: Store) -> None:
    assert store.get("/new/thing") is None
    assert store.number("/new/thing", 3.0) == 3.0
    assert (store.words("/new/thing"), store.blob("/new/thing"), store.raw("/new/thing")) == ("", b"", 0.0)
    store.nudge("/new/thing", 1)
    store.place("/new/thing", 0.5)
    store.reset("/new/thing")


def test_wrong_types_read_as_nothing(store: Store) -> None:
    assert store.number("/deck/1/prompt/a") == 0.0
    assert store.words("/tempo/bpm") == ""
    assert store.blob("/tempo/bpm") == b""


async def test_triggers_of_others_are_told_one_by_one(store: Store) -> None:
    heard: list[tuple[str, float]] = []
    store.on_pull(lambda path, value: heard.append((path, value)))
    ear = asyncio.ensure_future(store.listen())
    for velocity in (0.5, 0.5, 1.0):
        registry(store).set("/pad/3/trigger", velocity, "midi")
    registry(store).set("/tempo/bpm", 99.0, "midi")
    await asyncio.sleep(0.05)
    ear.cancel()
    assert heard == [("/pad/3/trigger", 0.5), ("/pad/3/trigger", 0.5), ("/pad/3/trigger", 1.0)]
    assert store.get("/tempo/bpm") == 99.0


def test_paths_have_names() -> None:
    assert label("/deck/1/seed/drift") == "Deck 1 seed drift"
