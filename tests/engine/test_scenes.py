"""Scenes and presets: what ships is playable, what is wrong is refused with its place, what is saved loads back."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.engine.autogain import TARGETS
from liveriff.engine.scenes import DEFAULT, Scene, apply, list_scenes, load_scene
from liveriff.engine.scenes_files import find, shelved
from liveriff.engine.scenes_presets import apply_preset, list_presets, load_preset
from liveriff.engine.scenes_write import dump, save_scene, scene_of
from liveriff.errors import UsageError
from liveriff.params.kinds import Value
from liveriff.params.registry import Registry
from liveriff.params.table import SPECS
from liveriff.params.words import CHUNKS, DECKS, PER_BANK, TONICS

SCENES = tuple(shelved("scenes"))
PRESETS = tuple(shelved("presets"))
KNOBS = [spec.path for spec in SPECS if spec.stored and spec.travels]
MOVES = st.dictionaries(st.sampled_from(KNOBS), st.floats(0, 1), max_size=12)
SOUND = {"category", "prompt/a", "prompt/b", "seed", "density", "brightness", "width"}


@pytest.fixture(autouse=True)
def no_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The performer's own folder is empty, whoever runs the tests."""
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def playing(scene: Scene) -> Registry:
    """A registry with the scene applied."""
    registry = Registry()
    apply(scene, registry)
    return registry


# --- what ships ---------------------------------------------------------------------------------------------------


def test_there_is_enough_to_play() -> None:
    """A set of many styles, the default among them; ten presets at least of each category, all told apart by sound."""
    assert len(SCENES) >= 12
    assert DEFAULT in SCENES
    listings = list_presets()
    categories = [listing.category for listing in listings]
    assert len(listings) >= 60
    assert all(categories.count(category) >= 10 for category in CHUNKS)
    sounds = {(preset.category, preset.values["prompt/a"]) for preset in map(load_preset, PRESETS)}
    assert len(sounds) == len(listings) == len({listing.title for listing in listings})


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_a_band(name: str) -> None:
    """Four sounding decks with drums and a bass among them, tempo and key said, each with room to move."""
    scene = load_scene(name)
    registry = playing(scene)
    assert scene.about.endswith(".")
    assert {"/tempo/bpm", "/key/tonic", "/key/mode"} <= set(scene.values)
    assert registry.get("/quantum") == "bar"
    for n in DECKS:
        assert registry.get(f"/deck/{n}/prompt/a") != registry.get(f"/deck/{n}/prompt/b")
        assert all(registry.get(f"/deck/{n}/prompt/{side}") for side in ("a", "b"))
        assert registry.number(f"/deck/{n}/level") > -30
        assert registry.get(f"/deck/{n}/mute") is False
        assert 0 < registry.number(f"/deck/{n}/seed/drift") <= 0.5
    categories = [registry.get(f"/deck/{n}/category") for n in DECKS]
    assert categories[:2] == ["drums", "bass"]
    assert len({registry.get(f"/deck/{n}/seed") for n in DECKS}) == len(DECKS)


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_as_loud_as_a_set_should_be(name: str) -> None:
    """By the loudness that chunks are brought to, unrelated sounds add up to -14 LUFS or a little less, and a hand can
    still push any fader."""
    registry = playing(load_scene(name))
    levels = [registry.number(f"/deck/{n}/level") for n in DECKS]
    heard = [level + TARGETS[str(registry.get(f"/deck/{n}/category"))] for n, level in zip(DECKS, levels, strict=True)]
    assert -17.5 <= 10 * math.log10(sum(10 ** (each / 10) for each in heard)) <= -12.5
    assert max(levels) <= 3.0


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_brings_a_kit(name: str) -> None:
    """Every pad of the first bank has words of its own, and no two pads sound alike."""
    scene = load_scene(name)
    words = [str(scene.values.get(f"/pad/{pad}/prompt", "")) for pad in range(1, PER_BANK + 1)]
    assert all(words)
    assert len(set(words)) == PER_BANK


def named_keys(prompt: str) -> list[str]:
    """Words of a prompt that would fight the key and the tempo, which are parameters."""
    words = prompt.replace(",", " ").split()
    return [word for word in words if word in ("major", "minor", "bpm") or word in TONICS]


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_in_one_key(name: str) -> None:
    """Key and tempo hold for all decks: no prompt names its own, neither on a deck nor in the bank."""
    scene = load_scene(name)
    prompts = [str(value) for path, value in scene.values.items() if "/prompt/" in path]
    prompts += [prompt for bank in scene.bank.values() for prompt in bank]
    assert [prompt for prompt in prompts if named_keys(prompt)] == []


@pytest.mark.parametrize("name", SCENES)
def test_every_deck_has_prompts_to_pick_from(name: str) -> None:
    """Two at least for each category, and the decks' knobs reach them."""
    scene = load_scene(name)
    assert all(len(scene.bank.get(category, ())) >= 2 for category in CHUNKS)
    registry = playing(scene)
    for n in DECKS:
        assert registry.set(f"/deck/{n}/prompt/a", 1) == scene.bank[str(registry.get(f"/deck/{n}/category"))][1]


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_a_whole_sound(name: str) -> None:
    """All of them set the same, so that nothing of one stays behind in the next; none touches the fader."""
    preset = load_preset(name)
    assert set(preset.values) == SOUND
    assert preset.values["prompt/a"] != preset.values["prompt/b"]
    assert not named_keys(f"{preset.values['prompt/a']} {preset.values['prompt/b']}")
    assert preset.about.endswith(".")
    registry = Registry()
    before = registry.snapshot("/deck/1")
    apply_preset(preset, 3, registry)
    assert registry.get("/deck/3/category") == preset.category
    assert registry.snapshot("/deck/1") == before
    assert registry.undo()
    assert not registry.undo()


# --- meaning ------------------------------------------------------------------------------------------------------


def written(folder: Path, text: str, name: str = "mine.toml") -> str:
    """Path of a file with some text."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_tables_are_paths(tmp_path: Path) -> None:
    """Dotted, nested, inline and with the rest of a path in a key."""
    text = """
title = "Mine"
quantum = "beat"
tempo.bpm = 90
[deck.2]
level = -3
seed = 7
"seed/drift" = 0.25
density = "auto"
prompt = { a = "one", b = "two" }
[deck.2.eq]
low = -12
"""
    scene = load_scene(written(tmp_path, text))
    assert dict(scene.values) == {
        "/quantum": "beat",
        "/tempo/bpm": 90.0,
        "/deck/2/level": -3.0,
        "/deck/2/seed": 7,
        "/deck/2/seed/drift": 0.25,
        "/deck/2/density": None,
        "/deck/2/prompt/a": "one",
        "/deck/2/prompt/b": "two",
        "/deck/2/eq/low": -12.0,
    }
    assert (scene.title, scene.about) == ("Mine", "")


def test_a_decks_own_values_win_over_its_preset(tmp_path: Path) -> None:
    """Wherever the preset is named."""
    scene = load_scene(written(tmp_path, 'title = "x"\n[deck.1]\nwidth = 2\npreset = "acid"\n'))
    assert scene.values["/deck/1/width"] == 2.0
    assert scene.values["/deck/1/category"] == "bass"


def test_a_scene_may_bind_controls(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('title = "Mine"\n[[binding]]\ncontrol = "knob/1"\npath = "/deck/2/alpha"\n')
    (binding,) = load_scene(str(path)).bindings
    assert (binding.control, binding.path) == ("knob/1", "/deck/2/alpha")
    save_scene(load_scene(str(path)), tmp_path / "again.toml")
    assert load_scene(str(tmp_path / "again.toml")).bindings == (binding,)
    path.write_text('title = "Mine"\n[[binding]]\ncontrol = "knob/1"\npath = "/deck/2/alfa"\n')
    with pytest.raises(UsageError, match="Did you mean /deck/2/alpha"):
        load_scene(str(path))


def test_a_scene_replaces_the_decks_and_leaves_the_master() -> None:
    """What it does not mention on a deck goes to the default; the hall's volume and the models stay."""
    registry = Registry()
    registry.restore({"/deck/1/eq/low": -20, "/deck/4/prompt/a": "old", "/master/level": -9, "/deck/1/model": "big"})
    apply(Scene("empty", values={"/deck/1/prompt/a": "new"}), registry)
    assert [registry.get(f"/deck/{path}") for path in ("1/eq/low", "4/prompt/a", "1/prompt/a")] == [0.0, "", "new"]
    assert (registry.get("/master/level"), registry.get("/deck/1/model")) == (-9.0, "big")


def test_a_scene_is_all_or_nothing_and_one_undo() -> None:
    """A wrong value in a scene made by hand leaves the registry as it was."""
    registry = Registry()
    before = registry.snapshot()
    with pytest.raises(UsageError):
        apply(Scene("bad", values={"/deck/1/level": -3.0, "/deck/1/side": "c"}), registry)
    assert registry.snapshot() == before
    apply(load_scene(), registry)
    assert registry.snapshot() != before
    assert registry.undo()
    assert registry.snapshot() == before


def test_ones_own_scene_comes_first(no_own_folder: Path) -> None:
    """A file in the performer's folder replaces the shipped one of the same name, and is listed."""
    written(no_own_folder / "scenes", 'title = "My house"\n', "house.toml")
    written(no_own_folder / "scenes", "broken", "oops.toml")
    assert load_scene("house").title == "My house"
    listed = {listing.name: listing for listing in list_scenes()}
    assert listed["house"].title == "My house"
    assert "line 1" in listed["oops"].about
    assert set(SCENES) <= set(listed)


def test_the_network_cannot_name_a_path(tmp_path: Path) -> None:
    """With ``paths=False`` only names on the shelf count."""
    path = written(tmp_path, 'title = "x"\n')
    assert load_scene(path).title == "x"
    for name in (path, "../scenes/house", "house.toml"):
        with pytest.raises(UsageError, match="there is no scene"):
            load_scene(name, paths=False)


def test_a_scene_cannot_reach_a_preset_by_path(tmp_path: Path) -> None:
    """A scene handed on to a friend must not depend on the folders of one machine."""
    preset = written(tmp_path, PRESET + 'category = "bass"\n', "own.toml")
    with pytest.raises(UsageError, match="there is no preset"):
        load_scene(written(tmp_path, f'title = "x"\n[deck.1]\npreset = {preset!r}\n'))


# --- mistakes -----------------------------------------------------------------------------------------------------

MISTAKES = [
    ('titel = "x"', 1, 1, "a scene has no titel. Did you mean title?"),
    ('about = "x"', 1, 1, 'it needs a title: write title = "..." at the top.'),
    ("title = 3", 1, 1, "title takes text, not 3."),
    ('title = "x"\n[deck.1]\nlevle = 3', 3, 1, "there is no parameter /deck/1/levle. Did you mean /deck/1/level?"),
    ('title = "x"\n[dek.1]\nlevel = 3', 3, 1, "there is no parameter /dek/1/level. Did you mean /deck/1/level?"),
    ('title = "x"\n\n# loud\n[deck.1]\n  pan = 7', 5, 3, "/deck/1/pan takes a number from -1 to 1, not 7."),
    ('title = "x"\n[deck.1]\npan = "left"', 3, 1, "/deck/1/pan takes a number from -1 to 1, not 'left'."),
    ('title = "x"\n[deck.1]\nmute = 1', 3, 1, "/deck/1/mute takes true or false, not 1."),
    ('title = "x"\n[deck.1]\nside = "c"', 3, 1, "/deck/1/side takes one of a, thru or b, not 'c'."),
    ('title = "x"\n[tempo]\nbpm = [\n1]', 3, 1, "/tempo/bpm takes a number from 40 to 240 BPM, not [1]."),
    ('title = "x"\n[tempo]\nbpm = nan', 3, 1, "/tempo/bpm takes a number from 40 to 240 BPM, not nan."),
    ('title = "x"\ndeck.1.prompt = {a = "x", bb = "y"}', 2, 27,
     "there is no parameter /deck/1/prompt/bb. Did you mean /deck/1/prompt/b?"),
    ('title = "x"\n[deck.1]\n"prompt/a" = "k"\n[deck.1.prompt]\na = "l"', 5, 1, "/deck/1/prompt/a is set twice."),
    ('title = "x"\nplay = true', 2, 1, "/play is not something a file can set."),
    ('title = "x"\n[status]\nbeat = 1', 3, 1, "/status/beat is not something a file can set."),
    ('title = "x"\n[deck.7]\npreset = "acid"', 3, 1, "there is no deck 7; decks are 1 to 4."),
    ('title = "x"\n[deck.1]\npreset = "acidd"', 3, 1, "there is no preset 'acidd'. Did you mean acid?"),
    ('title = "x"\n[deck.1]\npreset = 1', 3, 1, "/deck/1/preset takes the name of a preset, not 1."),
    ('title = "x"\nbank = 1', 2, 1, "bank takes lists of prompts by category."),
    ('title = "x"\n[bank]\ndrum = []', 3, 1, "there is no category drum. Did you mean drums?"),
    ('title = "x"\n[bank]\ndrums = [1]', 3, 1, 'bank drums takes a list of prompts, ["...", "..."].'),
    ('title = "x"\n[deck.1\npan = 0', 2, 8, "expected ']' at the end of a table declaration."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "sentence"), MISTAKES)
def test_mistakes_have_a_place(tmp_path: Path, text: str, line: int, column: int, sentence: str) -> None:
    """File, line, column and what is wrong, in one sentence."""
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        load_scene(path)
    assert str(caught.value) == f"{path}, line {line}, column {column}: {sentence}"


PRESET = 'title = "x"\nabout = "y"\n'
PRESET_MISTAKES = [
    (PRESET, "it needs a category"),
    (PRESET + 'category = "kick"', "category takes one of drums, bass, synth, mix, not 'kick'"),
    (PRESET + 'category = "bass"\n[sounds]\nwidth = 1', "a preset has no sounds. Did you mean sound?"),
    (PRESET + 'category = "bass"\n[sound]\nwidht = 1', "a deck has no widht. Did you mean width?"),
    (PRESET + 'category = "bass"\n[sound]\nwidth = 3', "takes a number from 0 to 2, not 3"),
    (PRESET + 'category = "bass"\n[sound]\nnext = 1', "is not something a file can set"),
    (PRESET + 'category = "bass"\n[sound]\ncategory = "mix"', "category is set twice"),
]


@pytest.mark.parametrize(("text", "sentence"), PRESET_MISTAKES)
def test_mistakes_in_presets(tmp_path: Path, text: str, sentence: str) -> None:
    """Refused in the same way."""
    with pytest.raises(UsageError, match=r"line \d+, column \d+") as caught:
        load_preset(written(tmp_path, text))
    assert sentence in str(caught.value)


def test_a_deck_is_offered_only_names_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a deck has no velocity\.$"):  # which pads have
        load_preset(written(tmp_path, PRESET + 'category = "bass"\n[sound]\nvelocity = 1'))


def test_a_preset_may_leave_to_the_model_what_is_good_for_it(tmp_path: Path) -> None:
    told = PRESET + 'category = "bass"\n[sound]\nsteps = "auto"\nguidance = 7'
    assert load_preset(written(tmp_path, told)).values == {"category": "bass", "steps": None, "guidance": 7.0}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"title = 'x'\nabout = '\xff'", "line 2: this is not UTF-8 text"),
        (b"#" * 1_000_001, "larger than"),
        (b'title = "never closed', "line 1"),
        (b"a = " + b"[" * 5000, "nested too deeply"),
    ],
)
def test_files_that_are_no_scenes(tmp_path: Path, raw: bytes, sentence: str) -> None:
    """One sentence, never a traceback."""
    path = tmp_path / "odd.toml"
    path.write_bytes(raw)
    with pytest.raises(UsageError) as caught:
        load_scene(str(path))
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "name", ["hous", "no/such/file.toml", "x" * 5000 + ".toml", "nul\0.toml", "~nobody/x.toml", ""]
)
def test_names_that_lead_nowhere(name: str) -> None:
    """The nearest name, or what there is."""
    with pytest.raises(UsageError, match=r"there is no scene .*(Did you mean house\?|There are: )"):
        load_scene(name)


def test_more_names_than_a_screen_holds_are_not_all_told() -> None:
    """On stage the sentence stands in one line."""
    with pytest.raises(UsageError, match=r"there is no preset 'zzzz'\. `liveriff presets` lists all \d+\.$"):
        find("presets", "zzzz")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="[]{}\"=.#\n 1ax\\'", max_size=60))
def test_any_text_is_a_scene_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Nothing but UsageError ever comes out."""
    path = written(tmp_path_factory.getbasetemp() / "any", 'title = "x"\n' + text)
    with contextlib.suppress(UsageError):
        load_scene(path)


# --- saving -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCENES)
def test_a_dump_loads_back(name: str, tmp_path: Path) -> None:
    """The same values and bank; and dumping again gives the same text."""
    scene = load_scene(name)
    path = tmp_path / "again.toml"
    save_scene(scene, path)
    again = load_scene(str(path))
    assert (again.title, again.about, again.values, again.bank) == (scene.title, scene.about, scene.values, scene.bank)
    assert dump(again) == dump(scene)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from(KNOBS), st.floats(0, 1), max_size=12), st.text(max_size=30), st.text(max_size=30)
)
def test_what_sounds_now_can_be_saved(
    tmp_path_factory: pytest.TempPathFactory, moves: dict[str, float], title: str, prompt: str
) -> None:
    """Saved and loaded into a fresh instrument, everything that scenes hold is as it was."""
    registry = Registry()
    for path, raw in moves.items():
        registry.set_raw(path, raw)
    registry.set("/deck/1/prompt/a", prompt)
    file = tmp_path_factory.getbasetemp() / "saved.toml"
    save_scene(scene_of(registry, title), file)
    assert playing(load_scene(str(file))).snapshot() == registry.snapshot()


def test_every_sort_of_value_is_written() -> None:
    """In the order of the table, whatever the order they came in."""
    values: dict[str, Value] = {"/deck/1/mute": True, "/deck/1/density": None, "/tempo/bpm": 90.5}
    values |= {"/deck/1/prompt/a": 'a "b"\\', "/quantum": "off"}
    assert (
        dump(Scene("t", "a", values, {"bass": ("x", "y")}))
        == """\
title = "t"
about = "a"
quantum = "off"

[bank]
bass = [
    "x",
    "y",
]

[tempo]
bpm = 90.5

[deck.1]
"prompt/a" = "a \\"b\\"\\\\"
density = "auto"
mute = true
"""
    )


def test_saving_where_one_cannot_is_refused(tmp_path: Path) -> None:
    """In a sentence, with nothing left behind."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="cannot be written"):
        save_scene(Scene("x"), tmp_path / "file" / "x.toml")
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["file"]
