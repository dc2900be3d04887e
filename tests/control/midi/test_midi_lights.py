"""Lights are state: the newest wish, only differences, at the device's pace, until the farewell."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.midi.library import Library
from liveriff.control.midi.lights import Lights
from liveriff.control.surface import OFF, Light

PROFILES = Library().profiles
APC2 = PROFILES["akai-apc-mini-mk2"]
MINILAB = PROFILES["arturia-minilab-3"]
RED, GREEN = Light("red"), Light("green")


def settle(lights: Lights, now_s: float = 0.0, beat: float | None = None) -> list[bytes]:
    """Tick until nothing waits; a minute at most."""
    sent: list[bytes] = []
    for _ in range(10000):
        wait_s = lights.tick(now_s, sent.append, beat)
        if wait_s > 1.0 or (wait_s > 0.05 and beat is not None):
            return sent
        now_s += max(wait_s, 1e-4)
    raise AssertionError("never settles")


def painted(profile: str) -> Lights:
    """Lights of a device that has been painted dark."""
    lights = Lights(PROFILES[profile])
    settle(lights)
    return lights


def test_a_device_is_painted_whole_when_it_comes() -> None:
    lights = Lights(APC2)
    lights.show({"pad/1": RED})
    sent = settle(lights)
    assert len(sent) == len(set(sent)) == len(APC2.lit()) == 80
    assert bytes.fromhex("96 00 05") in sent
    assert bytes.fromhex("90 64 00") in sent


def test_only_differences_are_sent() -> None:
    lights = painted("akai-apc-mini-mk2")
    lights.show({"pad/1": RED, "pad/2": OFF})
    assert settle(lights, 1) == [bytes.fromhex("96 00 05")]
    lights.show({"pad/1": RED})
    assert settle(lights, 2) == []
    lights.show({"pad/1": GREEN})
    lights.show({"pad/1": RED})
    assert settle(lights, 3) == [], "there and back between two ticks"
    lights.show({"nothing/1": RED, "fader/1": RED})
    assert settle(lights, 4) == []


def test_repaint_sends_all_again() -> None:
    lights = painted("akai-apc-mini-mk2")
    lights.repaint()
    assert len(settle(lights, 1)) == 80


def test_short_messages_keep_their_pace_and_latest_wins() -> None:
    lights = Lights(APC2)
    sent: list[bytes] = []
    wait_s = lights.tick(0.0, sent.append)
    assert len(sent) == 51, "what 50 ms bear, and one"
    assert 0 < wait_s < 0.0011
    assert lights.tick(0.0, sent.append) > 0
    assert len(sent) == 51
    lights.show({"button/16": RED})  # still waits for its first painting
    lights.show({"button/16": OFF})
    for now_ms in range(1, 60):
        lights.tick(now_ms / 1000, sent.append)
    assert len(sent) == 80
    assert [message[2] for message in sent if message[:2] == bytes((0x90, 119))] == [0]


def test_sysex_keeps_its_distance() -> None:
    lights = Lights(MINILAB)
    times: list[float] = []
    now_s = 0.0
    sent: list[bytes] = []
    wait_s = 0.0
    while wait_s < 1:
        now_s += wait_s
        wait_s = lights.tick(now_s, sent.append)
        times += [now_s] * (len(sent) - len(times))
    assert len(times) == 21
    assert min(b - a for a, b in pairwise(times)) >= 0.002 - 1e-9


def test_the_hardware_blinks_where_it_can() -> None:
    lights = painted("akai-apc-mini-mk2")
    lights.show({"pad/1": Light("red", "blink")})
    assert settle(lights, 1) == [bytes.fromhex("9D 00 05")]


def test_what_cannot_blink_is_switched_on_the_beat() -> None:
    lights = painted("korg-nanokontrol2")
    lights.show({"transport/play": Light("red", "blink")})
    values = []
    for step in range(16):
        sent: list[bytes] = []
        wait_s = lights.tick(1 + step / 8, sent.append, beat=step / 8)
        assert wait_s < 0.1
        values += [(step, message.hex()) for message in sent]
    assert values == [
        (0, "b0297f"), (2, "b02900"), (4, "b0297f"), (6, "b02900"),
        (8, "b0297f"), (10, "b02900"), (12, "b0297f"), (14, "b02900"),
    ]  # fmt: skip


def test_a_software_pulse_is_dimmed_and_comes_back() -> None:
    lights = painted("arturia-minilab-3")
    lights.show({"pad/1": Light("red", "pulse")})
    sent: list[bytes] = []
    for step in range(64):
        lights.tick(1 + step / 16, sent.append, beat=step / 16)
    reds = [message[-4] for message in sent]
    assert min(reds) < 20
    assert max(reds) == 127
    assert reds.index(127) not in (0, len(reds) - 1)


def test_a_ring_that_the_hand_turned_is_not_sent_back() -> None:
    lights = painted("djtt-midi-fighter-twister")
    lights.show({"knob/1": Light("red", level=0.5)})
    assert settle(lights, 1) == [bytes.fromhex(text) for text in ("B0 00 40", "B2 00 2F")], "black was red 0"
    lights.touched("knob/1", bytes.fromhex("B0 00 41"), False)
    lights.show({"knob/1": Light("red", level=65 / 127)})
    assert settle(lights, 2) == []
    lights.touched("knob/1", bytes.fromhex("B0 00 50"), False)
    assert settle(lights, 3) == [bytes.fromhex("B0 00 41")], "the parameter did not follow, so the ring goes back"


def test_a_light_that_the_device_overwrites_is_sent_again_on_release() -> None:
    lights = painted("behringer-x-touch-mini")
    lights.show({"button/1": RED})
    assert settle(lights, 1) == [bytes.fromhex("90 00 01")]
    lights.touched("button/1", bytes.fromhex("9A 08 7F"), False)
    assert settle(lights, 2) == []
    lights.touched("button/1", bytes.fromhex("8A 08 00"), True)
    assert settle(lights, 3) == [bytes.fromhex("90 00 01")]


def test_lights_go_to_the_channel_that_was_heard_last() -> None:
    heard: dict[str, int] = {}
    lights = Lights(PROFILES["novation-launch-control-xl-mk1-mk2"], heard)
    settle(lights)
    heard["button/1"] = 3
    lights.show({"button/1": RED})
    assert settle(lights, 1) == [bytes.fromhex("92 29 0F")]


def test_all_pads_in_one_message() -> None:
    lights = painted("akai-lpd8-mk2")
    lights.show({"pad/1": RED, "pad/8": GREEN})
    (message,) = settle(lights, 1)
    assert len(message) == 7 + 48 + 1
    assert message[7:13].hex() == "017f00000000"
    assert message[-7:-1].hex() == "0000017f0000"


def test_the_farewell_blanks_what_shines_and_hands_back() -> None:
    lights = painted("novation-launchpad-x")
    lights.show({"pad/1": RED})
    settle(lights, 1)
    assert lights.farewell() == [bytes.fromhex("90 0B 00"), *PROFILES["novation-launchpad-x"].exit]
    fresh = Lights(PROFILES["novation-launchpad-x"])
    assert fresh.farewell() == [*PROFILES["novation-launchpad-x"].exit], "what was never painted is left alone"


def test_positions_are_left_where_they_are_at_the_end() -> None:
    lights = painted("faderfox-ec4")
    lights.show({"knob/1": Light("white", level=0.5)})
    settle(lights, 1)
    assert lights.farewell() == []


COLOURS, STYLES = st.sampled_from(["", "red", "#123456", "nonsense"]), st.sampled_from(["steady", "pulse", "blink"])
CONTROLS = st.sampled_from(["pad/1", "pad/2", "knob/1", "button/1", "lamp/1", "what/ever"])
WISHES = st.dictionaries(CONTROLS, st.builds(Light, COLOURS, STYLES, st.floats(0, 1)))


@given(st.sampled_from(sorted(PROFILES)), st.lists(WISHES, max_size=5))
def test_after_all_wishes_the_device_shows_the_last_ones(profile: str, wishes: list[dict[str, Light]]) -> None:
    """A device that remembers the last message to each address shows the same, however the wishes came."""
    slowly, at_once = Lights(PROFILES[profile]), Lights(PROFILES[profile])
    final: dict[str, Light] = {}
    now_s = 0.0
    for wish in wishes:
        slowly.show(wish)
        final |= wish
        slowly.tick(now_s, lambda message: None, beat=0.0)
        now_s += 0.01
    at_once.show(final)
    for lights, last_s in ((slowly, now_s), (at_once, 0.0)):
        for step in range(300):
            lights.tick(last_s + step, lambda message: None, beat=0.0)
    assert shown(slowly) == shown(at_once)


def shown(lights: Lights) -> dict[object, bytes]:
    """What the device shows, but for rings, which darkness leaves where they are."""
    lit = lights.profile.lit()
    rings = {(name, i) for name in lit for i, part in enumerate(lights.profile.lights[lit[name].light]) if part.echo}
    return {slot: sent for slot, sent in lights._sent.items() if slot not in rings}


def test_what_is_only_on_or_off_shows_nothing_for_a_faint_light() -> None:
    lights = painted("akai-apc-mini-mk2")
    lights.show({"button/1": Light("red", level=0.15)})
    assert settle(lights, 1) == []
    lights.show({"button/1": Light("red")})
    assert len(settle(lights, 2)) == 1
    first = painted("akai-apc-mini-mk1")
    first.show({"pad/1": Light("red", level=0.15)})
    assert settle(first, 1) == []
