"""Pads under fingers: struck on the driver's thread, let go, and what devices that come and go leave."""

from __future__ import annotations

import threading

import pytest
from mappingrig import DEVICE, Rig

from liveriff.control.mapping.bindings import Binding
from liveriff.control.surface import Touch
from liveriff.params.words import TAKEOVERS


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
