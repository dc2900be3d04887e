"""Files that performers write and pass on: scenes, presets, bindings (TOML), controllers' profiles (YAML)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from fuzz import jsons
from fuzz.stage import Stage, folder
from fuzz.surface import Surface, Target, must
from liveriff.control.mapping import files as bindings_files
from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.default import FILE as DEFAULT_MAP
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.midi.decode import Decoder
from liveriff.control.midi.library import SHIPPED
from liveriff.control.midi.profile_read import read_profile
from liveriff.control.surface import Touch
from liveriff.engine.scenes import apply, load_scene
from liveriff.engine.scenes_files import Shelf, shelved
from liveriff.engine.scenes_presets import apply_preset, load_preset
from liveriff.engine.scenes_write import dump, save_text, scene_of
from liveriff.errors import LiveriffError
from liveriff.params.table import TABLE

TOML = (
    *(
        b"[deck.1]",
        b"[pad.3]",
        b"[bank]",
        b"[[binding]]",
        b"title = ",
        b'"seed/drift" = ',
        b"preset = ",
        b"level = -3",
        b"=",
    ),
    *(b'"', b"'''", b'"""', b"[", b"]", b"{", b"}", b".", b"\n", b"#", b"true", b"1979-05-27T07:32:00Z", b"07:32:00"),
    *(
        b"0xFF",
        b"\\u0000",
        b"\\uD800",
        b"drums = [",
        b"inf",
        b"-nan",
        b"1e400",
        b"a.b.c = 1",
        b"control = ",
        b"path = ",
    ),
    *(
        b'"/deck/{1-4}/level"',
        b'"knob/{1-4}"',
        b"{1-999}",
        b"value = ",
        b"range = [0.2, 0.8]",
        b"action = ",
        b'"shift"',
    ),
)
YAML = (
    *(
        b"id: ",
        b"match: ",
        b"controls:",
        b"- name: ",
        b"lights:",
        b"note: ",
        b"cc: ",
        b"0..127",
        b"pad/1..16",
        b"&a ",
        b"*a",
    ),
    *(
        b"? ",
        b"!!python/object",
        b"!!binary ",
        b"<<: ",
        b"- ",
        b": ",
        b"\n",
        b"  ",
        b"[",
        b"]",
        b"{",
        b"}",
        b"|",
        b">",
        b"#",
    ),
    *(b"---", b"...", b"%YAML 1.2", b"~", b"init: F0 7E F7", b"encoding: ", b"channel: ", b"template: ", b"palette: "),
)


@cache
def lines(shelf: Shelf) -> tuple[bytes, ...]:
    """All lines that ship on a shelf."""
    return tuple(line for text in _shipped(shelf) for line in text.splitlines(keepends=True))


def _shipped(shelf: Shelf) -> list[bytes]:
    return [path.read_bytes() for path in shelved(shelf).values()]


def setting(random: Random) -> bytes:
    """A line that sets any parameter to anything."""
    path = random.choice(tuple(TABLE)).lstrip("/").split("/")
    value = random.choice(
        ("1", "-3.5", '"off"', '"auto"', "true", "[1]", "{a = 1}", "nan", "9" * 30, '"drums"', '"é\\u0007"')
    )
    cut = random.randrange(1, len(path) + 1)
    key = ".".join(path[:cut]) + ("." + f'"{"/".join(path[cut:])}"' if path[cut:] else "")
    return f"{key} = {value}\n".encode()


def written(shelf: Shelf) -> Target:
    """Files of a shelf: read, played, written again."""
    path = folder(shelf) / "fuzz.toml"
    stage = Stage()
    return {"scenes": _scene, "presets": _preset}[shelf](path, stage)


def _scene(path: Path, stage: Stage) -> Target:
    def target(data: bytes) -> bool:
        stage.begin()
        path.write_bytes(data)
        scene = load_scene(str(path))
        apply(scene, stage.registry)
        stage.check()
        values = stage.registry.snapshot()
        save_text(dump(scene_of(stage.registry, scene.title, scene.about, scene.bank, scene.bindings)), path)
        again = load_scene(str(path))
        apply(again, stage.registry)
        must(stage.registry.snapshot() == values, "a scene that was saved comes back otherwise")
        must(again.bindings == scene.bindings and again.bank == scene.bank, "bindings or prompts come back otherwise")
        return True

    return target


def _preset(path: Path, stage: Stage) -> Target:
    def target(data: bytes) -> bool:
        stage.begin()
        path.write_bytes(data)
        apply_preset(load_preset(str(path)), 1 + len(data) % 4, stage.registry)
        stage.check()
        return True

    return target


def bindings() -> Target:
    """Bindings: read, written again in place, and every bound control moved."""
    stage = Stage()

    def target(data: bytes) -> bool:
        stage.begin()
        text = data.decode()
        found = bindings_files.parse(text, "bindings.toml")
        must(bindings_files.parse(bindings_files.dump(found), "x") == found, "bindings come back otherwise")
        changed = bindings_files.parse(bindings_files.changed(text, found[1:]), "x")
        must(sorted(map(repr, changed)) == sorted(map(repr, found[1:])), "rewriting lost bindings")
        mapping = Mapping(stage.registry, found, stage.strike, stage.notice, lambda: 100.0)
        for each in found[:16]:
            _move(mapping, each)
        mapping.ghosts()
        stage.check()
        return True

    return target


def _move(mapping: Mapping, binding: Binding) -> None:
    control = binding.control.replace("*", "1")
    device = "osc" if binding.device == "osc" else binding.device.replace("*", "x").replace("?", "x")
    mapping.connected(device, (control,))
    for kind, value in (("press", 1.0), ("absolute", 0.7), ("relative", 3.0), ("release", 0.0), ("pressure", 0.4)):
        touch = Touch(device, control, kind, value, 100.0)  # type: ignore[arg-type]
        mapping.touch(touch, mapping.fast(touch))
    mapping.tick(105.0)


def profiles() -> Target:
    """Profiles: read, and a controller of that kind decoded."""

    def target(data: bytes) -> bool:
        profile = read_profile(data.decode(), "fuzz.yaml")
        decoder = Decoder(profile, "fuzz")
        for byte in range(0x80, 0xF0, 8):
            decoder.feed(bytes((byte, 36, 100)), 1.0)
        decoder.flush(2.0)
        return True

    return target


def scene(random: Random) -> bytes:
    """Lines of what ships, and settings of any parameter."""
    some = [random.choice(lines("scenes")) for _ in range(random.randrange(6))]
    more = [setting(random) for _ in range(random.randrange(4))]
    return b'title = "x"\n' + b"".join(more) + b"".join(some)


def preset(random: Random) -> bytes:
    """Lines of what ships."""
    some = [random.choice(lines("presets")) for _ in range(random.randrange(6))]
    return b'title = "x"\ncategory = "bass"\n[sound]\n' + b"".join(some)


def binding(random: Random) -> bytes:
    """A table or two with any words."""
    out = b""
    for _ in range(random.randrange(1, 4)):
        path = random.choice(tuple(TABLE))
        out += f'[[binding]]\ncontrol = "{random.choice(_CONTROLS)}"\npath = "{path}"\n'.encode()
        out += b"".join(random.choice(_KEYS) for _ in range(random.randrange(3)))
    return out


_CONTROLS = ("knob/1", "cc/*/64", "fader/last", "pad/5", "osc/x", "1/fader1", "note/1/60", "button/{1-4}", "jog/1", "")
_KEYS = (
    *(
        b'fire = "long"\n',
        b'fire = "double"\n',
        b'fire = "hold"\n',
        b'fire = "toggle"\n',
        b"step = 5\n",
        b"step = -0.1\n",
    ),
    *(b"acceleration = 9\n", b"invert = true\n", b"range = [0.2, 0.4]\n", b'takeover = "scale"\n', b"value = 3\n"),
    *(
        b'device = "osc"\n',
        b'device = "akai-*"\n',
        b'layer = "page/2+shift"\n',
        b'curve = "s"\n',
        b'sends = "0..127"\n',
    ),
    *(b'relative = "signed-bit"\n', b'velocity = "hard"\n', b"value = true\n", b'value = "drums"\n', b'value = ""\n'),
)


def _profiles() -> list[bytes]:
    small = sorted(SHIPPED.glob("*.yaml"), key=lambda path: path.stat().st_size)[:6]
    least = b"id: a-b\nname: A\nconfidence: low\nsource: b\nmatch: [A]\ncontrols:\n- {name: knob/1..4, cc: 1..4}\n"
    return [least, *(path.read_bytes() for path in small)]


@cache
def _loaded() -> tuple[Any, ...]:
    """The seeds as data; nobody may change them in place."""
    return tuple(yaml.safe_load(each) for each in _profiles())


def profile(random: Random) -> bytes:
    """A profile with a few of its controls, and one thing other than it was."""
    whole = random.choice(_loaded())
    few = random.sample(whole["controls"], min(len(whole["controls"]), random.randrange(1, 6)))
    return jsons.dumped(jsons.changed(random, {**whole, "controls": few}, 1))


def _bindings() -> list[bytes]:
    whole = DEFAULT_MAP.read_bytes()
    tables = [b"[[binding]]" + each for each in whole.split(b"[[binding]]")[1:]]
    return [b"".join(tables[at : at + 5]) for at in range(0, len(tables), 5)]


SURFACES = (
    Surface(
        "scene",
        "scene files: read, set as one, saved and read again",
        lambda: written("scenes"),
        lambda: _shipped("scenes"),
        scene,
        TOML,
        longest=16384,
    ),
    Surface(
        "preset",
        "preset files, down to a deck",
        lambda: written("presets"),
        lambda: _shipped("presets")[:40],
        preset,
        TOML,
    ),
    Surface(
        "bindings",
        "bindings of controllers: read, rewritten in place, and every control of them moved",
        bindings,
        _bindings,
        binding,
        TOML,
        refusals=(LiveriffError, UnicodeDecodeError),  # whoever reads the file tells of the latter
        longest=8192,
    ),
    Surface(
        "profile",
        "controllers' profiles (YAML): read, and messages decoded by them",
        profiles,
        _profiles,
        profile,
        YAML,
        refusals=(LiveriffError, UnicodeDecodeError),
        longest=8192,
    ),
)
