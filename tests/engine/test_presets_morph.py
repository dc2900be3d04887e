"""A preset over some bars: numbers glide, the prompts go by way of alpha, and the end is the preset as it is."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveriff.engine.presets import Presets
from liveriff.engine.scenes_presets import load_preset
from liveriff.params.registry import Registry


class Desk:
    """Deck 2 with a sound of its own, and a clock."""

    def __init__(self) -> None:
        self.registry, self.beat, self.said = Registry(), Fraction(10), []
        self.presets = Presets(self.registry, self.said.append, lambda: self.beat)
        for name, value in (("prompt/a", "before"), ("density", 0.2), ("seed", 9), ("category", "bass")):
            self.registry.set(f"/deck/2/{name}", value, "hand")
        self.registry.set("/deck/2/preset/bars", 4, "hand")

    def get(self, name: str) -> object:
        return self.registry.get(f"/deck/2/{name}")

    def at(self, beat: int) -> None:
        self.beat = Fraction(beat)
        self.presets.tick()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    return Desk()


ACID = "acid bass, 303, squelching resonance, sixteenth notes, slides"


def test_it_walks_from_one_sound_to_the_other(desk: Desk) -> None:
    desk.registry.set("/deck/2/preset", "acid", "hand")
    assert (desk.get("prompt/a"), desk.get("prompt/b"), desk.get("alpha")) == ("before", ACID, 0.0)
    desk.at(18)
    assert desk.get("alpha") == pytest.approx(0.5)
    assert desk.get("density") == pytest.approx(0.5)
    assert desk.get("prompt/a") == "before"
    desk.at(25)
    assert 0.9 < float(str(desk.get("alpha"))) < 1.0
    assert desk.get("seed") == 9
    desk.at(26)
    for path, value in load_preset("acid").on_deck(2).items():
        assert desk.registry.get(path) == value
    assert desk.get("alpha") == 0.0
    assert desk.get("preset") == "acid"


def test_undo_takes_the_way_back_whole(desk: Desk) -> None:
    before = desk.registry.snapshot("/deck/2")
    desk.registry.set("/deck/2/preset", "acid", "hand")
    for beat in range(10, 27):
        desk.at(beat)
    desk.registry.undo()
    assert desk.registry.snapshot("/deck/2") == before


def test_what_is_halted_on_its_way_goes_back_before_what_was_done_before_it(desk: Desk) -> None:
    desk.registry.set("/deck/1/level", -30.0, "hand")
    before = desk.registry.snapshot()
    desk.registry.set("/deck/2/preset", "acid", "hand")
    desk.at(18)
    desk.presets.halt()
    desk.registry.undo()
    assert desk.registry.snapshot() == before
    desk.at(26)
    assert (desk.registry.snapshot(), desk.get("preset")) == (before, "")
    desk.presets.halt()  # nothing is on its way
    desk.registry.undo()
    assert desk.registry.get("/deck/1/level") != -30.0


def test_what_a_hand_takes_is_the_hands(desk: Desk) -> None:
    desk.registry.set("/deck/2/preset", "acid", "hand")
    desk.at(12)
    desk.registry.set("/deck/2/density", 0.05, "hand")
    desk.at(20)
    desk.at(26)
    assert desk.get("density") == 0.05
    assert desk.get("prompt/a") == ACID


TAKEN = {"prompt/a": "mine", "prompt/b": "yours", "alpha": 0.3, "density": 0.05, "seed": 99, "guidance": 5.0}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(taken=st.lists(st.tuples(st.sampled_from(sorted(TAKEN)), st.integers(11, 25)), max_size=6))
def test_whatever_hands_take_on_the_way_stays_with_them(desk: Desk, taken: list[tuple[str, int]]) -> None:
    desk = Desk()
    desk.registry.set("/deck/2/preset", "acid", "hand")
    for beat in range(11, 27):
        for name in (name for name, at in taken if at == beat):
            desk.registry.set(f"/deck/2/{name}", TAKEN[name], "hand")
        desk.at(beat)
    assert desk.registry.failures == 0
    for name in {name for name, _ in taken}:
        assert desk.get(name) == TAKEN[name]
    assert desk.get("category") == load_preset("acid").on_deck(2)["/deck/2/category"]


@pytest.mark.parametrize("prompt", ["prompt/a", "prompt/b"])
def test_with_one_prompt_the_hand_takes_the_other_and_alpha(desk: Desk, prompt: str) -> None:
    desk.registry.set("/deck/2/preset", "acid", "hand")
    desk.at(18)
    desk.registry.set(f"/deck/2/{prompt}", "mine", "hand")
    there = [desk.get(name) for name in ("prompt/a", "prompt/b", "alpha")]
    desk.at(20)
    desk.at(26)
    assert [desk.get(name) for name in ("prompt/a", "prompt/b", "alpha")] == there


def test_the_prompt_that_is_heard_is_where_it_begins(desk: Desk) -> None:
    desk.registry.set("/deck/2/prompt/b", "other", "hand")
    desk.registry.set("/deck/2/alpha", 1.0, "hand")
    desk.registry.set("/deck/2/preset", "acid", "hand")
    assert (desk.get("prompt/a"), desk.get("prompt/b"), desk.get("alpha")) == ("other", ACID, 0.0)


def test_another_preset_begins_where_the_first_has_come(desk: Desk) -> None:
    desk.registry.set("/deck/2/preset", "acid", "hand")
    desk.at(18)
    desk.registry.set("/deck/2/preset", "reese", "hand")
    assert desk.get("density") == pytest.approx(0.5)
    desk.at(40)
    for path, value in load_preset("reese").on_deck(2).items():
        assert desk.registry.get(path) == value


def test_a_stopped_transport_ends_the_way(desk: Desk) -> None:
    desk.registry.set("/deck/2/preset", "acid", "hand")
    desk.presets._beat = lambda: None
    desk.presets.tick()
    assert desk.get("prompt/a") == ACID


def test_no_bars_is_at_once(desk: Desk) -> None:
    desk.registry.set("/deck/2/preset/bars", 0, "hand")
    desk.registry.set("/deck/2/preset", "acid", "hand")
    assert desk.get("prompt/a") == ACID


def test_the_same_preset_again_gives_its_sound_again_and_on_the_way_changes_nothing(desk: Desk) -> None:
    for beat in (10, 12, 18, 25):
        desk.at(beat)
        desk.presets._asked(2, "acid")
    desk.at(26)
    for path, value in load_preset("acid").on_deck(2).items():
        assert desk.registry.get(path) == value
    desk.registry.set("/deck/2/seed", 77, "hand")
    desk.presets._asked(2, "acid")
    desk.registry.set("/deck/2/preset/bars", 0, "hand")
    desk.presets._asked(2, "acid")
    assert desk.get("seed") == load_preset("acid").values["seed"]
