"""What the controls show."""

from __future__ import annotations

from collections.abc import Mapping as Map

import pytest

from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.colours import BY_CATEGORY, WHEN_ON, WHITE, of_category
from liveriff.control.mapping.default import default_bindings
from liveriff.control.mapping.lights import BRIGHT, DIM, FLASH_S, READY, RESTS_S, Lights
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.surface import OFF, Light, Touch
from liveriff.params.registry import Registry
from liveriff.params.spec import Spec
from liveriff.params.table import TABLE
from liveriff.params.words import CHUNKS, HITS

CONTROLS = ["fader/1", "knob/1", "pad/1", "button/1"]


class Stage:
    def __init__(self, *bindings: Binding, table: Map[str, Spec] = TABLE) -> None:
        self.now = 50.0
        self.registry = Registry(table)
        self.mapping = Mapping(self.registry, bindings or default_bindings(), lambda *_: None, clock=lambda: self.now)
        self.lights = Lights(self.registry, self.mapping, lambda: self.now)
        self.mapping.connected("box", () if bindings else CONTROLS)
        self.registry.publish("/pad/1/state", "ready")

    def light(self, control: str) -> Light:
        return self.lights.wanted("box")[control]

    def send(self, control: str, kind: str, value: float) -> None:
        self.mapping.touch(Touch("box", control, kind, value, self.now))  # type: ignore[arg-type]


def test_every_category_has_a_colour_of_its_own() -> None:
    assert set(BY_CATEGORY) == {*CHUNKS, *HITS}
    assert len(set(BY_CATEGORY.values())) == len(BY_CATEGORY)
    assert of_category("to come") == WHITE


def test_a_switch_is_bright_when_on_whoever_flipped_it_and_dim_in_the_deck_s_colour_when_off() -> None:
    stage = Stage()
    assert stage.light("button/1") == Light(BY_CATEGORY["drums"], level=DIM)
    stage.registry.set("/deck/1/mute", True, "midi:box")
    assert stage.light("button/1") == Light(WHEN_ON["mute"])
    stage.registry.set("/deck/1/mute", False, "osc")
    stage.registry.set("/deck/1/category", "bass")
    assert stage.light("button/1") == Light(BY_CATEGORY["bass"], level=DIM)


def test_a_ring_stands_where_the_hand_would_be() -> None:
    stage = Stage(Binding("knob/1", "/deck/1/alpha", low=0.2, high=0.6, invert=True))
    stage.registry.set("/deck/1/alpha", 0.3)
    assert stage.light("knob/1").level == pytest.approx(0.75)


def test_an_encoder_s_own_moves_come_back_to_its_ring() -> None:
    stage = Stage(Binding("knob/1", "/deck/1/alpha"))
    stage.send("knob/1", "relative", 10)
    assert stage.light("knob/1").level == pytest.approx(0.1)


def test_a_fader_is_not_moved_under_the_hand_and_settles_when_it_rests() -> None:
    stage = Stage(Binding("fader/1", "/deck/1/alpha", takeover="jump"))
    assert stage.light("fader/1").level == 0.0
    stage.send("fader/1", "absolute", 0.5)
    stage.registry.set("/deck/1/alpha", 0.9, "screen")
    assert stage.light("fader/1").level == 0.0
    stage.now += RESTS_S
    assert stage.light("fader/1").level == pytest.approx(0.9)


def test_a_pad_wears_its_category_and_flashes_when_hit() -> None:
    stage = Stage()
    stage.registry.set("/pad/1/category", "kick")
    assert stage.light("pad/1") == Light(BY_CATEGORY["kick"], level=READY)
    stage.send("pad/1", "press", 1.0)
    assert stage.light("pad/1") == Light(WHITE)
    stage.now += FLASH_S
    assert stage.light("pad/1") == Light(BY_CATEGORY["kick"], level=READY)
    stage.registry.trigger("/pad/1/trigger", 1.0, "osc")
    assert stage.light("pad/1") == Light(WHITE)
    stage.now += FLASH_S
    stage.lights.wanted("box")
    stage.lights.struck(1)
    assert stage.light("pad/1") == Light(WHITE)


def test_a_pad_pulses_while_it_is_made_and_blinks_while_it_plays() -> None:
    stage = Stage()
    stage.registry.publish("/pad/1/progress", 0.4)
    assert stage.light("pad/1").style == "pulse"
    stage.registry.publish("/pad/1/progress", 1.0)
    stage.registry.publish("/pad/1/voices", 1.0)
    assert stage.light("pad/1").style == "blink"
    stage.registry.publish("/pad/1/voices", 0.0)
    assert stage.light("pad/1") == Light(of_category(stage.registry.get("/pad/1/category")), level=READY)
    stage.registry.publish("/pad/1/state", "empty")
    assert stage.light("pad/1").level == DIM


def test_next_pulses_while_it_is_rendered_and_blinks_while_it_waits() -> None:
    stage = Stage(Binding("button/1", "/deck/2/next"))
    assert stage.light("button/1") == Light(BY_CATEGORY["bass"], level=DIM)
    stage.registry.publish("/deck/2/progress", 0.5)
    assert stage.light("button/1") == Light(BY_CATEGORY["bass"], "pulse", 0.75)
    stage.registry.publish("/deck/2/progress", 1.0)
    stage.registry.publish("/deck/2/queue", 1.5)
    assert stage.light("button/1") == Light(BY_CATEGORY["bass"], "blink")
    stage.registry.publish("/deck/2/queue", -1.0)
    assert stage.light("button/1") == Light(BY_CATEGORY["bass"], level=DIM)


def test_a_choice_is_lit_while_it_is_the_one() -> None:
    stage = Stage(Binding("button/1", "/quantum", value="off"))
    assert stage.light("button/1").level == DIM
    stage.registry.set("/quantum", "off")
    assert stage.light("button/1").level == BRIGHT


def test_shift_page_focus_and_bank_show_where_the_hands_are() -> None:
    stage = Stage(
        Binding("shift", action="shift"),
        Binding("button/1", action="page", value=1),
        Binding("button/2", action="page", value=2),
        Binding("button/3", action="focus", value=2),
        Binding("button/4", action="bank", value=2),
        Binding("button/5", action="none"),
        Binding("knob/1", "/play", layer="page/2"),
    )
    levels = {control: light.level for control, light in stage.lights.wanted("box").items() if control != "button/5"}
    assert levels == {"shift": DIM, "button/1": BRIGHT, "button/2": DIM, "button/3": DIM, "button/4": DIM}
    stage.mapping.layers.page(2)
    stage.mapping.layers.focus(2)
    stage.send("shift", "press", 1.0)
    stage.registry.set("/pad/bank", 2)
    lights = stage.lights.wanted("box")
    assert [lights[f"button/{n}"].level for n in (1, 2, 3, 4)] == [DIM, BRIGHT, BRIGHT, BRIGHT]
    assert lights["shift"].level == BRIGHT
    assert lights["button/5"] == OFF


def test_a_change_of_layer_repaints_and_puts_out_what_no_longer_does_anything() -> None:
    stage = Stage(Binding("pad/1", "/pad/1/trigger"), Binding("pad/2", "/deck/1/mute", layer="shift"))
    assert stage.lights.wanted("box").keys() == {"pad/1"}
    stage.mapping.layers.shift("me", True)
    assert stage.light("pad/2").level == DIM
    stage.mapping.layers.shift("me", False)
    assert stage.light("pad/2") == OFF


def test_only_what_changed_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    stage.lights.wanted("box")
    looked: list[str] = []
    look = stage.lights._look
    monkeypatch.setattr(stage.lights, "_look", lambda key, now: (looked.append(key[1]), look(key, now)))
    stage.lights.wanted("box")
    assert looked == []
    stage.registry.set("/deck/1/alpha", 0.5)
    stage.lights.wanted("box")
    assert looked == ["knob/1"]


def test_an_unplugged_device_wants_nothing_and_comes_back_with_everything() -> None:
    stage = Stage()
    before = dict(stage.lights.wanted("box"))
    stage.mapping.disconnected("box")
    assert stage.lights.wanted("box") == {}
    assert before.keys() == {*CONTROLS}
    stage.mapping.connected("box", CONTROLS)
    assert stage.lights.wanted("box") == before


def test_every_binding_that_can_be_written_has_a_light() -> None:
    for path, spec in TABLE.items():
        if spec.access != "r":
            for binding in (Binding("button/1", path), Binding("knob/1", path)):
                assert isinstance(Stage(binding).light(binding.control), Light)


def test_closing_looks_no_longer() -> None:
    stage = Stage()
    stage.lights.wanted("box")
    stage.lights.close()
    stage.registry.set("/deck/1/alpha", 0.5)
    assert stage.light("knob/1").level == 0.0


def test_a_deck_s_play_button_is_lit_while_the_deck_is_heard() -> None:
    stage = Stage(Binding("deck/1/play", "/deck/1/mute", invert=True))
    assert stage.light("deck/1/play") == Light(BY_CATEGORY["drums"])
    stage.registry.set("/deck/1/mute", True)
    assert stage.light("deck/1/play") == Light(BY_CATEGORY["drums"], level=DIM)


def test_news_are_only_what_is_new_until_everything_is_painted_again() -> None:
    stage = Stage()
    assert stage.lights.news("box") == stage.lights.wanted("box")
    assert stage.lights.news("box") == {}
    stage.registry.set("/deck/1/mute", True)
    assert stage.lights.news("box") == {"button/1": stage.light("button/1")}
    stage.lights.repaint()
    assert stage.lights.news("box") == stage.lights.wanted("box")
    stage.mapping.disconnected("box")
    assert stage.lights.news("box") == {}
    stage.mapping.connected("box", CONTROLS)
    assert stage.lights.news("box") == stage.lights.wanted("box")
