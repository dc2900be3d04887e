"""The bytes of a .tosc file, judged by py2tosc, which reads what the editor writes."""

from __future__ import annotations

import re
import subprocess
import sys
import zlib
from collections import Counter
from pathlib import Path

import py2tosc
import pytest

from liveriff.control.touchosc import PHONE, SIZES, TABLET, Show, layout, tosc

NASTY = "a ]]> b & <c> \"d\" 'e' ü 808 \x00\x1b\n tab\tend 🥁"
SHOW = Show("show", (1, 2, 3, 4), {1: (NASTY, "plain")}, {"/deck/1/prompt/a": "x ]]> y"}, ("house",))
FILES = {name: tosc(layout(SHOW, size)) for name, size in SIZES.items()}
EVERY = pytest.mark.parametrize("size", FILES)


def loaded(size: str, tmp_path: Path) -> py2tosc.Document:
    file = tmp_path / f"{size}.tosc"
    file.write_bytes(FILES[size])
    return py2tosc.load(file)


@EVERY
def test_the_judge_finds_nothing(size: str, tmp_path: Path) -> None:
    assert loaded(size, tmp_path).validate() == []


@EVERY
def test_it_is_zlib_with_one_line_of_lexml_6(size: str) -> None:
    assert FILES[size][0] == 0x78
    text = zlib.decompress(FILES[size]).decode()
    assert text.startswith("<?xml version='1.0' encoding='UTF-8'?><lexml version='6'><node ID='")
    assert "\n" not in text
    assert text.count("<includes></includes>") == 1
    assert '"' not in re.sub(r"<!\[CDATA\[.*?\]\]>", "", text, flags=re.S)


@EVERY
def test_reading_and_writing_it_again_changes_no_byte(size: str, tmp_path: Path) -> None:
    assert loaded(size, tmp_path).dumps() == zlib.decompress(FILES[size]).decode()


@EVERY
def test_properties_are_complete_and_in_order(size: str, tmp_path: Path) -> None:
    from py2tosc.defaults import defaults_for

    text = zlib.decompress(FILES[size]).decode()
    for block in re.findall(r"<properties>(.*?)</properties>", text, flags=re.S):
        keys = re.findall(r"<key><!\[CDATA\[(.*?)\]\]></key>", block)
        assert keys == sorted(keys)
    for control in loaded(size, tmp_path).walk():
        assert set(defaults_for(control.control_type)) <= set(control.properties)


@EVERY
def test_ids_are_unique_and_the_root_is_a_group_with_a_pager(size: str, tmp_path: Path) -> None:
    document = loaded(size, tmp_path)
    ids = [control.id for control in document.walk()]
    assert len(set(ids)) == len(ids)
    assert str(document.root.control_type) == "GROUP"
    assert [str(child.control_type) for child in document.root.children] == ["GROUP", "PAGER"]


def test_the_tablet_has_what_it_is_meant_to_have(tmp_path: Path) -> None:
    document = loaded("tablet", tmp_path)
    kinds = Counter(str(control.control_type) for control in document.walk())
    pages = document.root.children[1].children
    assert [page.get("tabLabel") for page in pages] == [
        "DECKS", "MIXER", "PADS", "CAPTURE", "MOVES", "PROMPTS", "STATUS",
    ]  # fmt: skip
    assert (kinds["XY"], kinds["PAGER"]) == (4, 3)
    assert kinds["RADIO"] == 4 + 4 + 2 * 4 + 3 + 2
    # categories, sides; lengths of fills, sources; clock, mode and quantum; what is captured and how much
    buttons = 3 + 4 * 3 + 4 * 3 + 64 + 1 + 64 + 4 * 15 + 2 * 2 + 1 + 3 + 12
    assert kinds["BUTTON"] == buttons  # bar, decks, mixer, pads, kit, captures, moves, prompts, scene, time, key notes


def test_the_phone_shows_a_deck_at_a_time(tmp_path: Path) -> None:
    document = loaded("phone", tmp_path)
    pagers = [control for control in document.walk() if str(control.control_type) == "PAGER"]
    assert [len(pager.children) for pager in pagers] == [8, 4, 5, 4, 4, 4, 5]
    for pager in pagers:
        for page in pager.children:
            assert page.frame == (0, pager.get("tabbarSize"), pager.frame.w, pager.frame.h - pager.get("tabbarSize"))


def test_texts_survive_whatever_a_scene_says(tmp_path: Path) -> None:
    document = loaded("tablet", tmp_path)
    said = [
        partial.value
        for control in document.walk()
        for message in control.messages
        for partial in message.arguments
        if message.path[0].value == "/deck/1/prompt/a" and str(partial.type) == "CONSTANT"
    ]
    assert said == ["a ]] > b & <c> \"d\" 'e' ü 808 tab end 🥁", "plain"]


def test_a_label_is_bound_by_its_text(tmp_path: Path) -> None:
    label = next(c for c in loaded("tablet", tmp_path).walk() if c.get("name") == "/deck/1/state")
    message = label.messages[0]
    assert (message.send, message.receive, message.feedback) == (False, True, False)
    assert [trigger.var for trigger in message.triggers] == ["text"]
    assert [(str(p.type), str(p.conversion), p.value) for p in message.arguments] == [("VALUE", "STRING", "text")]


def test_a_fader_carries_its_range(tmp_path: Path) -> None:
    bpm = next(
        c for c in loaded("tablet", tmp_path).walk() if c.get("name") == "/tempo/bpm" and str(c.control_type) == "FADER"
    )
    value, touch = bpm.messages
    assert (value.path[0].value, value.arguments[0].scale_min, value.arguments[0].scale_max) == ("/tempo/bpm", 40, 240)
    assert (touch.path[0].value, touch.triggers[0].var, touch.receive) == ("/tempo/bpm/z", "touch", False)


def test_the_same_show_gives_the_same_bytes_in_any_process() -> None:
    code = (
        "import sys, hashlib; from liveriff.control.touchosc import *; "
        "print(hashlib.sha256(tosc(layout(Show('x', (1, 2)), PHONE))).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert tosc(layout(Show("x", (1, 2)), PHONE)) != tosc(layout(Show("x", (1, 2)), TABLET))
