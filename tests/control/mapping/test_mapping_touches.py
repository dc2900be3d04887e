"""Touches in, changes out, as a performer would do it."""

from __future__ import annotations

import pytest
from mappingrig import DEVICE, Rig

from liveriff.control.mapping.bindings import Binding

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
