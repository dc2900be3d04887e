"""Profiles are read strictly: one sentence with file and key; the performer's own come first and are read again."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.midi.library import SHIPPED, Library
from liveriff.control.midi.profile_read import read_profile
from liveriff.errors import UsageError

GOOD = """
id: my-box
name: My Box
confidence: high
source: tried out
match: [My Box]
controls:
  - {name: knob/1..8, cc: 21..28, channel: 1}
  - {name: knob/9, cc: [30, 31], encoding: inc-dec}
  - {name: pad/1..16, note: 36..51, channel: [10, 1], light: pad}
lights:
  pad: {send: note, channel: {steady: 1, blink: 2}, palette: {off: 0, red: 5, 00ff00: {steady: 7, blink: 8}}}
"""

WRONG = [
    (("id: my-box", "id: My Box"), "mine.yaml: id: must be lower-case words"),
    (("name: My Box\n", ""), "the key 'name' is missing"),
    (("confidence: high", "confidence: sure"), "confidence: must be one of high"),
    (("source:", "sorce:"), "there is no key 'sorce'; Did you mean source"),
    (("match: [My Box]", "match: []"), "match: must name at least one"),
    (("cc: 21..28", "cc: 21..27"), "controls.0: has 8 names for 7 numbers"),
    (("cc: 21..28", "cc: 121..128"), "controls.0.cc: must lie in 0..127, not 128"),
    (("cc: 21..28", "cc: x"), "controls.0.cc.0: 'x' is no number"),
    (("cc: 21..28", "cc: 28..21"), "is no range"),
    (("channel: 1}", "channel: 17}"), "controls.0.channel.0: must lie in 1..16, not 17"),
    (("cc: 21..28, channel: 1", "channel: 1"), "controls.0: needs one of note, cc"),
    (("cc: 21..28", "cc: 21..28, note: 1..8"), "has both note and cc"),
    (("knob/1..8", "dial/1..8"), "controls.0.name: 'dial/1' begins with none of knob"),
    (("knob/1..8", "Knob 1"), "is no name of a control"),
    (("inc-dec", "incdec"), "controls.1.encoding: must be one of absolute, inc-dec"),
    (("cc: [30, 31]", "cc: [21, 31]"), "controls.1: needs"),
    (("light: pad", "light: pads"), "controls.2.light: must be one of pad"),
    (("send: note", "send: midi"), "lights.pad.0.send: must be one of note, cc, sysex"),
    (("red: 5", "reddish: 5"), "'reddish' is no colour"),
    (("red: 5", "red: 200"), "lights.pad.0.palette.red: must lie in 0..127, not 200"),
    (("red: 5", "red: [5"), "mine.yaml: line"),
    (("red: 5", "red: 5, red: 6"), "the key 'red' is there twice"),
    (("{steady: 1, blink: 2}", "{blink: 2}"), "lights.pad.0.channel: needs steady"),
    (("palette:", "level: 0..5, palette:"), "needs exactly one of palette"),
    (("palette:", "sysex: F0 G0 F7, palette:"), "'G0' is neither a byte"),
    (("name: My Box\n", "name: My Box\ninit: [F0 01]\n"), "init.0: must be one whole MIDI message"),
    (("name: My Box\n", "name: My Box\ninit: [nonsense]\n"), "init.0: must be bytes"),
    (("name: My Box\n", "name: My Box\npace: {sysex_ms: fast}\n"), "pace.sysex_ms: must be a number"),
    (("controls:", "controls: 5\nnotes:"), "controls.0: must be a mapping"),
]


def test_the_good_one_is_good() -> None:
    profile = read_profile(GOOD, "mine.yaml")
    assert len(profile.controls) == 25
    assert profile.controls[8].numbers == (30, 31)
    assert profile.lights["pad"][0].palette == {(255, 0, 0): {"steady": 5}, (0, 255, 0): {"steady": 7, "blink": 8}}


@pytest.mark.parametrize(("change", "told"), WRONG, ids=[told for _, told in WRONG])
def test_a_mistake_is_told_in_one_sentence(change: tuple[str, str], told: str) -> None:
    if change[1] == "cc: [21, 31]":
        change, told = (change[0], "cc: [21, 31], channel: 1"), "cc 21 on channel 1 is knob/1 already"
    assert change[0] in GOOD
    with pytest.raises(UsageError) as refused:
        read_profile(GOOD.replace(*change, 1), "mine.yaml")
    sentence = str(refused.value)
    assert told in sentence
    assert sentence.startswith("mine.yaml: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


@given(st.text(max_size=60), st.integers(0, len(GOOD)), st.integers(0, 30))
def test_whatever_is_written_is_read_or_refused(junk: str, place: int, gone: int) -> None:
    for text in (junk, GOOD[:place] + junk + GOOD[place + gone :]):
        with suppress(UsageError):
            assert read_profile(text, "mine.yaml").controls is not None


def test_shipped_profiles_mention_no_control_twice_with_different_lights() -> None:
    for file in SHIPPED.glob("*.yaml"):
        profile = read_profile(file.read_text(), file.name)
        lit = [control.name for control in profile.controls if control.light]
        assert len(lit) == len(set(lit))


# --- the performer's own -------------------------------------------------------------------------------------------


def touch(file: Path, text: str, age: int) -> None:
    """Write with a time stamp of its own, as editors in different seconds do."""
    file.write_text(text)
    os.utime(file, (age, age))


def test_own_profiles_come_first_and_go_again(tmp_path: Path) -> None:
    library = Library(tmp_path)
    assert library.refresh() is False
    own = tmp_path / "apc.yaml"
    touch(own, GOOD.replace("my-box", "akai-apc-mini-mk2").replace("[My Box]", "[APC mini mk2]"), 1)
    assert library.refresh() is True
    assert library.profiles["akai-apc-mini-mk2"].name == "My Box"
    found = library.find("APC mini mk2 Control")
    assert found
    assert found.name == "My Box"
    own.unlink()
    assert library.refresh() is True
    assert library.profiles["akai-apc-mini-mk2"].name == "Akai APC mini mk2"


def test_of_two_profiles_for_a_port_the_performers_wins(tmp_path: Path) -> None:
    touch(tmp_path / "apc.yaml", GOOD.replace("[My Box]", "[APC mini mk2]"), 1)
    found = Library(tmp_path).find("APC mini mk2 Control")
    assert found
    assert found.id == "my-box"


def test_a_broken_file_is_told_once_and_its_last_good_version_stays(tmp_path: Path) -> None:
    told: list[str] = []
    own = tmp_path / "box.yaml"
    touch(own, GOOD, 1)
    library = Library(tmp_path, told.append)
    assert "my-box" in library.profiles
    touch(own, GOOD.replace("cc: 21..28", "cc: 21..27"), 2)
    assert library.refresh() is False
    assert library.refresh() is False
    assert told == ["box.yaml: controls.0: has 8 names for 7 numbers."]
    assert "my-box" in library.profiles
    own.write_bytes(b"\xff\xfe\x00")
    library.refresh()
    assert "cannot be read" in told[1]


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    assert Library(tmp_path / "none").refresh() is False
