"""Bindings as data: strict reading, the way back, the default map, and the examples in the docs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.mapping import files
from liveriff.control.mapping.bindings import FIRES, Binding
from liveriff.control.mapping.curves import TRAVEL, VELOCITY
from liveriff.control.mapping.default import default_bindings
from liveriff.control.mapping.encodings import ENCODINGS
from liveriff.control.mapping.layers import Place
from liveriff.control.mapping.lookup import Lookup
from liveriff.control.mapping.reading import as_tables, read_bindings, spec_of
from liveriff.errors import UsageError
from liveriff.params.words import DECKS, PER_BANK, TAKEOVERS

DOCS = Path(__file__).parents[3] / "docs" / "mapping.md"

words = st.sampled_from
bindings = st.builds(
    Binding,
    control=words(["knob/1", "cc/*/74", "fader/last", "shift", "note/10/36"]),
    path=words(["/deck/1/alpha", "/deck/focus/filter", "/pad/3/trigger", "/play"]),
    device=words(["*", "akai-lpd8-mk2#2", 'a "quoted" name', "Ünicode \x7f"]),
    layer=words(["", "shift", "page/2", "page/3+shift"]),
    low=st.floats(0, 0.49),
    high=st.floats(0.5, 1),
    invert=st.booleans(),
    curve=words([*TRAVEL]),
    takeover=words(TAKEOVERS),
    relative=words(["", *ENCODINGS]),
    step=st.floats(-1000, 1000).filter(bool),
    acceleration=st.floats(0, 100),
    fire=words(FIRES),
    velocity=words([*VELOCITY]),
)
actions = st.builds(Binding, control=st.just("button/1"), action=words(["page", "focus"]), value=words([None, 1, 3]))


@given(st.lists(bindings | actions, max_size=5))
def test_what_is_written_reads_back_the_same(made: list[Binding]) -> None:
    assert read_bindings(as_tables(made), "here") == tuple(made)
    assert files.parse(files.dump(made), "here") == tuple(made)


def test_values_of_every_kind_survive_the_file() -> None:
    made = tuple(
        Binding("button/1", path, value=value)
        for path, value in [("/quantum", "bar"), ("/play", True), ("/deck/1/alpha", 0.25), ("/deck/1/seed", 7),
                            ("/deck/1/density", "auto")]
    )  # fmt: skip
    read = files.parse(files.dump(made), "here")
    assert read == made
    assert [type(each.value) for each in read] == [type(each.value) for each in made]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"path": "/play"}, "needs a control"),
        ({"control": "Knob 1", "path": "/play"}, "is named as in knob/1"),
        ({"control": "knob/1"}, "either a path"),
        ({"control": "knob/1", "path": "/play", "action": "shift"}, "either a path"),
        ({"control": "knob/1", "path": "/deck/1/alfa"}, "Did you mean /deck/1/alpha?"),
        ({"control": "knob/1", "path": "/deck/1/peak"}, "is a reading"),
        ({"control": "knob/1", "pth": "/play"}, "Did you mean path?"),
        ({"control": "knob/1", "path": "/play", "curve": "expo"}, "Did you mean exp?"),
        ({"control": "knob/1", "path": "/play", "takeover": "pick-up"}, "Did you mean pickup?"),
        ({"control": "knob/1", "path": "/play", "fire": "duble"}, "Did you mean double?"),
        ({"control": "knob/1", "path": "/play", "relative": "mackie"}, "relative takes twos-complement"),
        ({"control": "knob/1", "action": "shft"}, "Did you mean shift?"),
        ({"control": "knob/1", "path": "/play", "layer": "page 2"}, "a layer is shift, page/2"),
        ({"control": "knob/1", "path": "/play", "range": [0.5, 0.2]}, "two ascending numbers"),
        ({"control": "knob/1", "path": "/play", "range": "all"}, "two ascending numbers"),
        ({"control": "knob/1", "path": "/play", "invert": "yes"}, "invert takes true or false"),
        ({"control": "knob/1", "path": "/play", "step": 0}, "step takes a number"),
        ({"control": "knob/1", "path": "/play", "step": True}, "step takes a number"),
        ({"control": "knob/1", "path": "/play", "acceleration": -1}, "acceleration takes"),
        ({"control": "knob/1", "path": "/quantum", "value": "baar"}, "/quantum takes one of"),
        ({"control": "knob/1", "path": "/play", "value": [1]}, "value takes a number, a word"),
        ({"control": "knob/1", "action": "focus", "value": 5}, "whole number from 1 to 4"),
        ({"control": "knob/1", "action": "shift", "value": 1}, "shift takes no value"),
        ({"control": "knob/1", "path": "/play", "device": ""}, "every device"),
        ({"control": "knob/{1-4}", "path": "/deck/{1-3}/alpha"}, "of one length"),
        ({"control": "knob/1", "path": "/deck/{1-4}/alpha"}, "of one length"),
        ({"control": "knob/{1-999}", "path": "/play"}, "of one length"),
    ],
)
def test_a_mistake_is_told_with_its_place(table: dict[str, object], sentence: str) -> None:
    with pytest.raises(UsageError, match=re.escape(sentence)) as caught:
        read_bindings([{"control": "knob/9", "path": "/play"}, table], "my.toml")
    assert str(caught.value).startswith("my.toml, binding 2")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("tables", ["x", 7, [7], {"control": "knob/1"}])
def test_what_is_no_list_of_tables_is_refused(tables: object) -> None:
    with pytest.raises(UsageError, match=r"\[\[binding\]\]"):
        read_bindings(tables, "my.toml")


def test_rows_count_through_controls_and_paths() -> None:
    table = {"control": "knob/{5-7}", "path": "/deck/{1-3}/filter"}
    assert [(each.control, each.path) for each in read_bindings([table], "x")] == [
        ("knob/5", "/deck/1/filter"),
        ("knob/6", "/deck/2/filter"),
        ("knob/7", "/deck/3/filter"),
    ]


def test_later_sources_replace_what_they_bind_and_nothing_else() -> None:
    default = [Binding("knob/1", "/deck/1/alpha"), Binding("knob/2", "/deck/2/alpha")]
    mine = [Binding("knob/1", "/deck/1/pan"), Binding("knob/1", "/deck/1/width")]
    assert files.merge(default, mine) == (default[1], *mine)
    assert len(files.merge(default, [Binding("knob/1", "/play", layer="shift")])) == 3


def test_what_is_bound_for_all_devices_replaces_what_was_bound_for_one_and_not_the_other_way() -> None:
    one, every = Binding("knob/1", "/deck/1/alpha", device="pioneer*"), Binding("knob/1", "/deck/1/pan")
    assert files.merge([one], [every]) == (every,)
    assert files.merge([every], [one]) == (every, one)


def test_a_file_is_saved_whole_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / files.NAME
    assert files.load(path) == ()
    files.save(path, [Binding("knob/1", "/deck/1/alpha")])
    assert files.load(path) == (Binding("knob/1", "/deck/1/alpha"),)
    assert [each.name for each in path.parent.iterdir()] == [files.NAME]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [(b"[[binding]\n", "bindings.toml"), (b"\xff\xfe", "UTF-8"), (b"[[bindings]]\ncontrol='a'\n", "Did you mean bind")],
)
def test_a_broken_file_is_one_sentence(tmp_path: Path, raw: bytes, sentence: str) -> None:
    path = tmp_path / files.NAME
    path.write_bytes(raw)
    with pytest.raises(UsageError, match=sentence):
        files.load(path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        files.save(tmp_path / "file" / files.NAME, [])


# --- the default map -----------------------------------------------------------------------------------------------


def default_paths(*controls: str, shift: bool = False) -> set[str]:
    lookup = Lookup(default_bindings())
    places = [Place(page, shift) for page in range(1, lookup.pages + 1)]
    found = [lookup.at("any", control, place, controls) for control in controls for place in places]
    return {binding.on_deck(1) or binding.action for bindings in found for binding in bindings}


def test_the_default_map_reads_and_rows_fit_what_there_is() -> None:
    made = default_bindings()
    assert {each.path for each in made} >= {f"/pad/bank/{n}/trigger" for n in range(1, PER_BANK + 1)}
    assert {each.path for each in made} >= {f"/deck/{n}/{what}" for n in DECKS for what in ("level", "alpha", "next")}
    assert all(spec_of(each.path) for each in made if each.path)


def test_eight_pads_and_eight_knobs_play_everything_that_matters() -> None:
    paths = default_paths(*(f"knob/{n}" for n in range(1, 9)), *(f"pad/{n}" for n in range(1, 9)))
    assert paths >= {"/deck/4/alpha", "/deck/4/filter", "/deck/1/density", "/pad/8/trigger", "/master/level"}


def test_pads_alone_are_played_and_with_shift_they_are_buttons() -> None:
    pads = [f"pad/{n}" for n in range(1, 17)]
    assert default_paths(*pads) == {f"/pad/{n}/trigger" for n in range(1, PER_BANK + 1)}
    assert default_paths(*pads, shift=True) >= {"/deck/1/mute", "/deck/4/next", "/deck/2/freeze", "page"}


def test_what_is_played_by_the_beat_lies_under_the_hand_of_every_kind_of_controller() -> None:
    beat = {f"/deck/{n}/{what}" for n in DECKS for what in ("fill", "loop", "repeat")}
    for rows in ([f"pad/{n}" for n in range(1, 13)], [f"button/{n}" for n in range(1, 17)]):
        assert default_paths(*rows, shift=True) >= beat
    grid = [f"grid/{row}/{column}" for row in range(5, 8) for column in range(1, 9)]
    assert default_paths(*grid) >= beat | {"bank", "page"}


@pytest.mark.parametrize("count", [5, 8, 9])
def test_the_last_fader_is_the_master(count: int) -> None:
    faders = [f"fader/{n}" for n in range(1, count + 1)]
    found = Lookup(default_bindings()).at("any", f"fader/{count}", Place(), faders)
    assert [each.path for each in found] == (["/delay/level"] if count == 5 else ["/master/level"])


def test_no_control_does_two_things_at_once_by_default() -> None:
    lookup = Lookup(default_bindings())
    for binding in lookup.bindings:
        place = Place(binding.place.page or 1, binding.place.shift)
        assert len(lookup.at(binding.device, binding.control, place)) == 1, binding


# --- the docs ------------------------------------------------------------------------------------------------------


def test_every_example_in_the_docs_loads() -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
    assert len(examples) >= 5
    for number, example in enumerate(examples):
        assert files.parse(example, f"example {number}")


def test_the_docs_name_every_word() -> None:
    text = DOCS.read_text(encoding="utf-8")
    from liveriff.control.mapping.bindings import ACTIONS
    from liveriff.control.mapping.reading import KEYS

    for word in (*KEYS, *TAKEOVERS, *ACTIONS, *filter(None, FIRES), *TRAVEL, *VELOCITY, *ENCODINGS):
        assert f"`{word}`" in text, word
