"""Touches in, changes out, as a performer would do it."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from liveriff.control.mapping.actions import Hooks
from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.default import default_bindings
from liveriff.control.mapping.files import merge
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.surface import Touch
from liveriff.params.registry import Registry
from liveriff.params.words import TAKEOVERS

DEVICE = "box"


class Rig:
    """A mapping with hands: a registry, a clock, and what was struck, said and told."""

    def __init__(self, *bindings: Binding, default: bool = False) -> None:
        self.now = 100.0
        self.registry = Registry(clock=lambda: self.now)
        self.struck: list[tuple[int, float, float]] = []
        self.said: list[str] = []
        self.scenes: list[str] = []
        self.told: list[tuple[str, object, str]] = []
        hooks = Hooks(lambda n: self.scenes.append(f"={n}"), lambda n: self.scenes.append(f"{n:+}"))
        self.mapping = Mapping(
            self.registry,
            merge(default_bindings() if default else (), bindings),
            lambda *hit: self.struck.append(hit),
            self.said.append,
            lambda: self.now,
            hooks,
        )
        self.registry.subscribe(lambda change: self.told.append((change.path, change.value, change.origin)))
        self.mapping.connected(DEVICE)

    def touch(self, control: str, kind: Any, value: float, device: str = DEVICE, wait: float = 0.01) -> None:
        self.now += wait
        touch = Touch(device, control, kind, value, self.now)
        self.mapping.touch(touch, self.mapping.fast(touch))
        self.mapping.tick(self.now)

    def turn(self, control: str, *values: float) -> None:
        for value in values:
            self.touch(control, "absolute", value)

    def press(self, control: str, velocity: float = 1.0, **more: Any) -> None:
        self.touch(control, "press", velocity, **more)

    def release(self, control: str, **more: Any) -> None:
        self.touch(control, "release", 0.0, **more)

    def tap(self, control: str) -> None:
        self.press(control)
        self.release(control)

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.mapping.tick(self.now)


# --- knobs ---------------------------------------------------------------------------------------------------------


def test_a_knob_catches_its_value_and_then_moves_it() -> None:
    rig = Rig(Binding("knob/1", "/deck/1/alpha"))
    rig.registry.set("/deck/1/alpha", 0.5)
    rig.turn("knob/1", 0.1, 0.2)
    assert rig.registry.get("/deck/1/alpha") == 0.5
    rig.turn("knob/1", 0.6)
    assert rig.told[-1] == ("/deck/1/alpha", 0.6, "midi:box")


def test_a_value_moved_from_elsewhere_must_be_caught_again() -> None:
    rig = Rig(Binding("knob/1", "/deck/1/alpha"))
    rig.turn("knob/1", 0.0, 0.3)
    rig.registry.set("/deck/1/alpha", 0.9, "screen")
    rig.turn("knob/1", 0.35, 0.4)
    assert rig.registry.get("/deck/1/alpha") == 0.9


def test_after_another_page_the_knob_must_catch_again_though_nothing_else_moved() -> None:
    rig = Rig(
        Binding("knob/1", "/deck/1/alpha"),
        Binding("knob/1", "/deck/1/filter", layer="page/2", takeover="jump"),
        Binding("button/1", action="page"),
    )
    rig.turn("knob/1", 0.0, 0.3)
    rig.tap("button/1")
    rig.turn("knob/1", 0.9)
    assert rig.registry.get("/deck/1/filter") == 0.8
    rig.tap("button/1")
    rig.turn("knob/1", 0.85)
    assert rig.registry.get("/deck/1/alpha") == 0.3
    rig.turn("knob/1", 0.2)
    assert rig.registry.get("/deck/1/alpha") == 0.2


def test_after_a_replug_the_first_position_moves_nothing() -> None:
    rig = Rig(Binding("knob/1", "/deck/1/alpha"))
    rig.turn("knob/1", 0.0, 0.3)
    rig.mapping.disconnected(DEVICE)
    rig.mapping.connected(DEVICE)
    rig.turn("knob/1", 0.9, 0.8)
    assert rig.registry.get("/deck/1/alpha") == 0.3
    rig.turn("knob/1", 0.1)
    assert rig.registry.get("/deck/1/alpha") == 0.1


def test_a_hot_plugged_device_s_dump_of_positions_moves_nothing() -> None:
    rig = Rig(default=True)
    before = rig.registry.snapshot()
    for n in range(1, 9):
        rig.turn(f"knob/{n}", 0.77)
    assert {p: v for p, v in rig.registry.snapshot().items() if v != before[p]} == {}


def test_ranges_curves_and_direction() -> None:
    rig = Rig(Binding("knob/1", "/deck/1/alpha", low=0.2, high=0.6, invert=True, takeover="jump"))
    rig.turn("knob/1", 0.0)
    assert rig.registry.get("/deck/1/alpha") == 0.6
    rig.turn("knob/1", 1.0)
    assert rig.registry.get("/deck/1/alpha") == 0.2


def test_one_knob_may_move_two_things() -> None:
    rig = Rig(Binding("knob/1", "/deck/1/alpha"), Binding("knob/1", "/deck/2/alpha", invert=True))
    rig.turn("knob/1", 0.0, 1.0, 0.25)
    assert (rig.registry.get("/deck/1/alpha"), rig.registry.get("/deck/2/alpha")) == (0.25, 0.75)


def test_a_knob_picks_prompts_from_the_bank_and_takes_over_a_typed_one_at_once() -> None:
    rig = Rig(Binding("knob/1", "/deck/1/prompt/a"))
    rig.registry.offer("/deck/1/prompt/a", ["dub", "acid", "noir"])
    rig.registry.set("/deck/1/prompt/a", "typed by hand")
    rig.turn("knob/1", 0.5)
    assert rig.registry.get("/deck/1/prompt/a") == "acid"
    rig.turn("knob/1", 1.0)
    assert rig.registry.get("/deck/1/prompt/a") == "noir"


def test_what_cannot_be_obeyed_is_counted_and_said_once_a_second() -> None:
    rig = Rig(Binding("knob/1", "/deck/1/prompt/a"))
    rig.turn("knob/1", 0.1, 0.2, 0.3)
    assert rig.mapping.refused == 3
    assert len(rig.said) == 1
    assert "/deck/1/prompt/a" in rig.said[0]
    rig.wait(1.0)
    rig.turn("knob/1", 0.5)
    assert len(rig.said) == 2


def test_focus_stands_for_a_deck() -> None:
    rig = Rig(Binding("knob/1", "/deck/focus/alpha", takeover="jump"), Binding("nav/down", action="focus"))
    rig.turn("knob/1", 0.25)
    rig.tap("nav/down")
    rig.turn("knob/1", 0.5)
    assert (rig.registry.get("/deck/1/alpha"), rig.registry.get("/deck/2/alpha")) == (0.25, 0.5)


def test_ghosts_show_hand_and_value() -> None:
    rig = Rig(Binding("knob/1", "/deck/1/alpha"))
    rig.registry.set("/deck/1/alpha", 0.5)
    rig.turn("knob/1", 0.25)
    ghost = rig.mapping.last
    assert ghost is not None
    assert (ghost.path, ghost.hand, ghost.target, ghost.hint) == ("/deck/1/alpha", 0.25, 0.5, "up")
    assert rig.mapping.ghosts() == (ghost,)
    rig.registry.set("/deck/1/alpha", 0.0, "screen")
    assert rig.mapping.ghosts()[0].target == 0.0


# --- encoders ------------------------------------------------------------------------------------------------------


def test_clicks_nudge() -> None:
    rig = Rig(Binding("knob/1", "/deck/1/filter"), Binding("knob/2", "/deck/1/category"))
    rig.touch("knob/1", "relative", 3)
    rig.touch("knob/2", "relative", -1)
    assert rig.registry.get("/deck/1/filter") == pytest.approx(0.06)
    assert rig.registry.get("/deck/1/category") == "drums"


def test_an_unknown_encoder_is_decoded_by_its_binding() -> None:
    rig = Rig(Binding("cc/1/74", "/deck/1/seed", relative="twos-complement"))
    rig.turn("cc/1/74", 5 / 127, 127 / 127)
    assert rig.registry.get("/deck/1/seed") == 5


def test_an_encoder_keeps_to_its_range() -> None:
    rig = Rig(Binding("knob/1", "/deck/1/alpha", high=0.1))
    rig.touch("knob/1", "relative", 60)
    assert rig.registry.get("/deck/1/alpha") == 0.1


def test_a_jog_nudges_the_tempo_by_its_step() -> None:
    rig = Rig(default=True)
    rig.touch("jog/1", "relative", -5)
    assert rig.told == [("/tempo/nudge", pytest.approx(-0.02), "midi:box")]


# --- buttons -------------------------------------------------------------------------------------------------------


def test_a_button_flips_a_switch_wherever_it_was_flipped_before() -> None:
    rig = Rig(Binding("button/1", "/deck/1/mute"))
    rig.tap("button/1")
    assert rig.registry.get("/deck/1/mute") is True
    rig.registry.set("/deck/1/mute", False, "screen")
    rig.tap("button/1")
    assert rig.registry.get("/deck/1/mute") is True


def test_a_held_button_puts_back_what_it_found() -> None:
    rig = Rig(
        Binding("button/1", "/quantum", value="off", fire="hold"), Binding("button/2", "/deck/1/mute", fire="hold")
    )
    rig.press("button/1")
    assert rig.registry.get("/quantum") == "off"
    rig.release("button/1")
    assert rig.registry.get("/quantum") == "bar"
    rig.press("button/2")
    assert rig.registry.get("/deck/1/mute") is True
    rig.release("button/2")
    assert rig.registry.get("/deck/1/mute") is False


def test_fingers_that_roll_over_held_buttons_leave_what_was_there_before_them() -> None:
    rig = Rig(
        Binding("pad/1", "/deck/1/repeat", value="1/4", fire="hold"),
        Binding("pad/2", "/deck/1/repeat", value="1/8", fire="hold"),
    )
    heard = []
    for act, control in (("press", 1), ("press", 2), ("release", 1), ("release", 2)):
        getattr(rig, act)(f"pad/{control}")
        heard.append(rig.registry.get("/deck/1/repeat"))
    assert heard == ["1/4", "1/8", "1/8", "off"]
    rig.press("pad/1")
    rig.press("pad/2")
    rig.release("pad/2")
    assert rig.registry.get("/deck/1/repeat") == "1/4"
    rig.release("pad/1")
    assert rig.registry.get("/deck/1/repeat") == "off"


def test_a_held_button_whose_release_was_lost_puts_back_what_it_found_the_next_time() -> None:
    rig = Rig(Binding("pad/1", "/deck/1/repeat", value="1/4", fire="hold"))
    rig.press("pad/1")
    rig.press("pad/1")
    rig.release("pad/1")
    assert rig.registry.get("/deck/1/repeat") == "off"


def test_a_switch_that_two_hands_hold_stays_until_both_have_left() -> None:
    rig = Rig(Binding("button/1", "/deck/1/mute", fire="hold"), Binding("button/2", "/deck/1/mute", fire="hold"))
    rig.press("button/1")
    rig.press("button/2")
    rig.release("button/1")
    assert rig.registry.get("/deck/1/mute") is True
    rig.release("button/2")
    assert rig.registry.get("/deck/1/mute") is False


def test_what_was_pressed_in_a_layer_is_let_go_though_the_layer_has_changed() -> None:
    rig = Rig(
        Binding("button/1", "/deck/1/mute", fire="hold", layer="shift"),
        Binding("button/1", "/deck/2/mute", fire="hold"),
        Binding("shift", action="shift"),
    )
    rig.press("shift")
    rig.press("button/1")
    rig.release("shift")
    assert rig.registry.get("/deck/1/mute") is True
    rig.release("button/1")
    assert rig.registry.get("/deck/1/mute") is False
    assert rig.registry.get("/deck/2/mute") is False


def test_a_deck_s_cue_button_is_heard_while_it_is_held() -> None:
    rig = Rig(default=True)
    rig.registry.set("/deck/1/mute", True)
    rig.press("deck/1/cue")
    assert rig.registry.get("/deck/1/mute") is False
    rig.release("deck/1/cue")
    assert rig.registry.get("/deck/1/mute") is True


def test_press_long_and_double_on_one_button() -> None:
    rig = Rig(
        Binding("button/1", "/deck/1/mute"),
        Binding("button/1", "/deck/1/freeze", fire="long"),
        Binding("button/1", "/deck/1/cue", fire="double"),
    )
    rig.tap("button/1")
    assert rig.told == []
    rig.wait(0.31)
    rig.press("button/1", wait=1.0)
    rig.wait(0.51)
    rig.release("button/1")
    rig.tap("button/1")
    rig.tap("button/1")
    rig.wait(1.0)
    assert [path for path, *_ in rig.told] == ["/deck/1/mute", "/deck/1/freeze", "/deck/1/cue"]


def test_choices_go_round_and_values_are_set() -> None:
    rig = Rig(Binding("button/1", "/deck/1/side"), Binding("button/2", "/deck/1/side", value="a", fire="toggle"))
    rig.tap("button/1")
    rig.tap("button/1")
    assert rig.registry.get("/deck/1/side") == "a"
    rig.tap("button/2")
    assert rig.registry.get("/deck/1/side") == "thru"
    rig.tap("button/2")
    assert rig.registry.get("/deck/1/side") == "a"


def test_a_button_on_a_level_goes_between_the_ends_of_its_range() -> None:
    rig = Rig(Binding("button/1", "/deck/1/alpha", low=0.25, high=0.75))
    rig.tap("button/1")
    assert rig.registry.get("/deck/1/alpha") == 0.75
    rig.tap("button/1")
    assert rig.registry.get("/deck/1/alpha") == 0.25


def test_triggers_are_pulled_once_and_not_by_the_finger_leaving() -> None:
    rig = Rig(Binding("button/1", "/deck/1/next"), Binding("cc/1/20", "/deck/2/next"))
    rig.tap("button/1")
    rig.turn("cc/1/20", 1.0, 1.0, 0.0)
    assert [(path, value) for path, value, _ in rig.told] == [("/deck/1/next", 1.0), ("/deck/2/next", 1.0)]


def test_a_button_that_sends_positions_flips_on_the_way_down_only() -> None:
    rig = Rig(Binding("cc/1/64", "/deck/1/mute", fire="toggle"))
    rig.turn("cc/1/64", 1.0, 0.0, 1.0, 0.0, 1.0, 0.0)
    assert [value for _, value, _ in rig.told] == [True, False, True]


def test_the_sustain_pedal_freezes_while_it_is_down_on_any_channel() -> None:
    rig = Rig(default=True)
    rig.turn("cc/5/64", 1.0)
    assert rig.registry.get("/deck/1/freeze") is True
    rig.turn("cc/5/64", 0.0)
    assert rig.registry.get("/deck/1/freeze") is False


def test_a_program_change_asks_for_a_scene_by_number() -> None:
    rig = Rig(default=True)
    rig.touch("program/3", "absolute", 6 / 127)
    rig.touch("program/3", "press", 0.0)
    rig.tap("transport/forward")
    rig.tap("transport/rewind")
    assert rig.scenes == ["=7", "=1", "+1", "-1"]


def test_buttons_and_program_changes_ask_for_a_preset_anew_and_knobs_do_not() -> None:
    path = "/deck/1/preset"
    rig = Rig(
        Binding("program/3", path), Binding("button/1", path, value="acid"), Binding("fader/1", path, takeover="jump")
    )
    rig.registry.offer(path, ("acid", "reese"))
    for _ in range(2):
        rig.touch("program/3", "absolute", 0.0, wait=5.0)
        rig.press("button/1", wait=5.0)
        rig.release("button/1")
        rig.touch("fader/1", "absolute", 0.1, wait=5.0)
        rig.touch("fader/1", "absolute", 0.2, wait=5.0)
    assert rig.told == [(path, "acid", "midi:box")] * 4


def test_any_program_change_pulls_a_trigger_and_the_first_too() -> None:
    rig = Rig(Binding("program/3", "/deck/1/fill"), Binding("program/4", "/deck/1/steps"))
    for number in (0, 5):
        rig.touch("program/3", "absolute", number / 127)
    assert [(path, value) for path, value, _ in rig.told] == [("/deck/1/fill", 1.0)] * 2
    rig.touch("program/4", "absolute", 6 / 127)
    assert rig.registry.get("/deck/1/steps") == 6


def test_undo_by_shift_and_rewind() -> None:
    rig = Rig(default=True)
    rig.press("shift")
    rig.tap("transport/rewind")
    rig.release("shift")
    assert [path for path, *_ in rig.told] == ["/undo"]
    assert rig.scenes == []


def test_a_latched_shift_stays() -> None:
    rig = Rig(Binding("button/1", action="shift", fire="toggle"))
    rig.tap("button/1")
    assert rig.mapping.here.shift
    rig.tap("button/1")
    assert not rig.mapping.here.shift


def test_an_encoder_turns_pages_and_the_bank_goes_round() -> None:
    rig = Rig(Binding("knob/1", action="page"), Binding("button/1", action="bank", step=-1),
              Binding("knob/9", "/play", layer="page/3"))  # fmt: skip
    rig.touch("knob/1", "relative", 2)
    assert rig.mapping.here.page == 3
    rig.tap("button/1")
    assert rig.registry.get("/pad/bank") == 4


# --- pads ----------------------------------------------------------------------------------------------------------


def test_a_pad_is_struck_once_on_the_driver_s_thread_and_let_go() -> None:
    rig = Rig(default=True)
    touch = Touch(DEVICE, "pad/5", "press", 0.5, 1.25)
    driver = threading.Thread(target=rig.mapping.fast, args=(touch,), name="driver")
    driver.start()
    driver.join()
    rig.mapping.touch(touch, True)
    rig.release("pad/5")
    assert rig.struck == [(5, 0.5, 1.25), (5, 0.0, rig.now)]
    assert rig.told == []


def test_without_the_fast_way_the_loop_strikes() -> None:
    rig = Rig(Binding("pad/5", "/pad/5/trigger", velocity="fixed"))
    rig.mapping.touch(Touch("new", "pad/5", "press", 0.5, 1.0))
    rig.mapping.touch(Touch("new", "pad/5", "release", 0.0, 2.0))
    assert rig.struck == [(5, 1.0, 1.0), (5, 0.0, 2.0)]


def test_the_first_hit_of_a_device_nobody_announced_is_not_lost() -> None:
    rig = Rig(default=True)
    rig.press("pad/1", device="newcomer")
    rig.release("pad/1", device="newcomer")
    assert [(pad, velocity) for pad, velocity, _ in rig.struck] == [(1, 1.0), (1, 0.0)]
    assert rig.mapping.fast(Touch("newcomer", "pad/1", "press", 1.0, 0.0))


def test_velocity_has_a_curve_and_a_range_and_is_never_nothing() -> None:
    rig = Rig(Binding("pad/1", "/pad/1/trigger", velocity="soft", low=0.5), Binding("pad/2", "/pad/2/trigger"))
    rig.press("pad/1", 0.25)
    rig.press("pad/2", 0.0)
    assert rig.struck[0][1] == pytest.approx(0.75)
    assert rig.struck[1][1] > 0


def test_with_shift_a_pad_is_a_button_and_a_held_pad_is_still_let_go() -> None:
    rig = Rig(default=True)
    rig.press("pad/1")
    rig.press("shift")
    rig.release("pad/1")
    rig.tap("pad/1")
    rig.release("shift")
    assert [(pad, velocity) for pad, velocity, _ in rig.struck] == [(1, 1.0), (1, 0.0)]
    assert rig.registry.get("/deck/1/mute") is True


def test_a_pad_in_cc_mode_plays_with_its_velocity() -> None:
    rig = Rig(Binding("cc/1/12", "/pad/3/trigger"))
    rig.turn("cc/1/12", 0.3, 0.0)
    assert [(pad, velocity) for pad, velocity, _ in rig.struck] == [(3, 0.3), (3, 0.0)]


def test_a_pad_with_a_second_duty_takes_the_slow_way() -> None:
    rig = Rig(Binding("pad/1", "/pad/1/trigger"), Binding("pad/1", "/deck/1/next"))
    assert not rig.mapping.fast(Touch(DEVICE, "pad/1", "press", 1.0, 0.0))
    rig.press("pad/1")
    assert [pad for pad, *_ in rig.struck] == [1]
    assert [path for path, *_ in rig.told] == ["/deck/1/next"]


def test_pressure_does_not_strike() -> None:
    rig = Rig(default=True)
    rig.touch("pad/1", "pressure", 0.8)
    assert rig.struck == []


def test_unplugging_lets_go_of_everything_held_and_moves_nothing_else() -> None:
    rig = Rig(Binding("button/1", "/deck/1/freeze", fire="hold"), default=True)
    rig.press("pad/1")
    rig.press("button/1")
    rig.press("shift")
    before = rig.registry.snapshot()
    rig.mapping.disconnected(DEVICE)
    assert rig.struck[-1][:2] == (1, 0.0)
    assert not rig.mapping.here.shift
    changed = {path for path, value in rig.registry.snapshot().items() if value != before[path]}
    assert changed == {"/deck/1/freeze"}


def test_new_bindings_act_at_once_also_on_the_driver_s_thread() -> None:
    rig = Rig(default=True)
    rig.mapping.set_bindings([Binding("pad/1", "/pad/9/trigger")])
    rig.press("pad/1")
    assert rig.struck[0][0] == 9
    assert not rig.mapping.fast(Touch(DEVICE, "pad/2", "press", 1.0, 0.0))


@pytest.mark.parametrize("kind", ["absolute", "relative", "press", "release", "pressure"])
@pytest.mark.parametrize("value", [-1e9, 0.0, 0.5, 1e9])
def test_nothing_a_device_sends_raises(kind: str, value: float) -> None:
    knobs = [Binding(f"knob/{n}", "/deck/1/pan", takeover=mode) for n, mode in enumerate(TAKEOVERS)]
    rig = Rig(*knobs, default=True)
    rig.turn("knob/2", 1.0)
    for control in ("pad/1", "fader/1", "program/1", "jog/1", "nav/up", "shift", "cc/1/64", "what/ever"):
        rig.touch(control, kind, value)
    for knob in (*knobs, *knobs):
        rig.touch(knob.control, kind, value)


def test_devices_that_come_and_go_are_told_by_who_is_there() -> None:
    rig = Rig(default=True)
    rig.mapping.present({DEVICE: ["fader/1", "fader/2"], "other": ["pad/1"]})
    assert set(rig.mapping.devices()) == {DEVICE, "other"}
    version = rig.mapping.version
    rig.mapping.present({DEVICE: ["fader/1", "fader/2"], "other": ["pad/1"]})
    assert rig.mapping.version == version
    assert rig.mapping.shown("other").keys() >= {"pad/1"}
    assert "knob/1" not in rig.mapping.shown("other")
    rig.mapping.present({})
    assert rig.mapping.devices() == ()


def test_pads_of_the_bank_follow_it_in_the_drivers_thread_and_a_finger_lets_go_what_it_struck() -> None:
    rig = Rig(Binding("pad/3", "/pad/bank/3/trigger"), Binding("pad/4", "/pad/4/trigger"))
    rig.mapping.connected(DEVICE, ("pad/3", "pad/4"))
    rig.press("pad/3")
    rig.registry.set("/pad/bank", 3)
    rig.release("pad/3")
    rig.press("pad/3")
    rig.press("pad/4")
    assert [(pad, force > 0) for pad, force, _ in rig.struck] == [(3, True), (3, False), (35, True), (4, True)]
