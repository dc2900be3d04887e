"""What the instrument writes and finds again: kept chunks, sessions, autosaves; names, hostile layouts."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from fuzz import jsons
from fuzz.stage import folder
from fuzz.surface import Surface, Target, must
from fuzz.surfaces import scenes
from liveriff.control.touchosc import SIZES, Show, layout, pictures, tosc
from liveriff.control.touchosc.frame import Frame
from liveriff.control.touchosc.node import Binding, Node
from liveriff.engine import autosave, library, orphans, sessions
from liveriff.engine.scenes import load_scene
from liveriff.engine.scenes_files import user_folder
from liveriff.engine.scenes_save import place_for
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.messages import Picture

JOB = Job(beats=0, milliseconds=10, rate=8000)
WHOLE = 5000  # one input of so many goes into a whole layout, which takes a thousand times as long
STATE = b'\1title = "x"\n[deck.1]\nlevel = -3\n'
SESSION: dict[str, Any] = {
    "pid": 1, "url": "http://127.0.0.1:8080", "token": "", "scene": "house", "started": 1.0, "born": 1.0,
}  # fmt: skip


def chunks() -> Target:
    """A kept chunk: whole and right, or as if it were not there."""
    place = folder("kept")
    cache, out = ChunkCache(place), np.zeros((200, 2), np.float32)

    def target(data: bytes) -> bool:
        (place / f"{JOB.key}.chunk").write_bytes(data)
        out.fill(7.0)
        kept = cache.load(JOB, out)
        must(kept is not None or bool((out == 7.0).all()), "a refused chunk was written into the slot")
        must(kept is None or kept.frames == JOB.frames, "a chunk of another length")
        return kept is not None

    return target


def _chunk() -> list[bytes]:
    place = folder("stored")
    cache = ChunkCache(place)
    cache.store(JOB, np.zeros((JOB.frames, 2), np.float32), Picture(2, 2, b"\0\1\2\3"))
    return [next(place.glob("*.chunk")).read_bytes()]


def found() -> Target:
    """Session, autosave or player's pid, as another program may have left them: the first byte says which."""
    home = folder("home")
    for name in ("sessions", "autosave"):
        (home / name).mkdir()
    places = ("sessions/session-1.json", "autosave/last.toml", "autosave/999999999.player")
    files = tuple(home / each for each in places)
    readers = (_session, _state, _player)

    def target(data: bytes) -> bool:
        os.environ["LIVERIFF_HOME"] = str(home)
        kind = data[0] % len(files) if data else 0
        for file in files:
            file.unlink(missing_ok=True)
        files[kind].write_bytes(data[1:])
        return readers[kind](files[kind])

    return target


def _session(file: Path) -> bool:
    known = sessions._read(file)
    must(known is None or isinstance(known.url, str), "a session without an address")
    for each in sessions.find():
        must(each.pid > 0, f"a session of process {each.pid}")
    return known is not None


def _state(file: Path) -> bool:
    must(autosave.newest() == file, "another state than the one that is kept")
    load_scene(str(file))
    return True


def _player(file: Path) -> bool:
    os.utime(file, (1.0, 1.0))  # older than any process: whoever has the number is not ended
    must(orphans.end(file.parent) == 0, "a process was ended")
    must(not file.exists(), "the note of an engine that is gone is kept")
    return True


def left(random: Random) -> bytes:
    """One of the three with something wrong in it."""
    kind = random.choice((0, 0, 1, 1, 1, 2))
    if kind == 0:
        return b"\0" + jsons.dumped(jsons.changed(random, SESSION))
    if kind == 1:
        return b"\1" + scenes.scene(random)
    return b"\2" + random.choice((b"1234", b"-1", b"0", b" 7 ", b"9" * 30, b"1e3", random.randbytes(4)))


def names() -> Target:
    """Names that peers give: of sounds, scenes, presets. Nothing outside the performer's folders is named by them."""
    home = folder("names")
    os.environ["LIVERIFF_HOME"] = str(home)
    (home / "sounds").mkdir()
    (home / "sounds" / "clap.wav").write_bytes(b"RIFF")
    (home / "outside.wav").write_bytes(b"RIFF")

    def target(data: bytes) -> bool:
        os.environ["LIVERIFF_HOME"] = str(home)
        name = data[1:].decode("utf-8", "replace")
        if data[:1] and data[0] & 1:
            path = place_for("presets" if data[0] & 2 else "scenes", name)
            must(path.parent in (user_folder() / "scenes", user_folder() / "presets"), f"{path} is elsewhere")
            must(path.resolve().parent == path.parent.resolve(), f"{path} is elsewhere")
            os.fsencode(path)
            must(len(path.name.encode()) <= 255, f"{path.name} is too long a name")
            return True
        path = library.named(name)
        must(path.resolve().parent == library.folder().resolve() and path.is_file(), f"{path} is elsewhere")
        return True

    return target


def layouts() -> Target:
    """A TouchOSC layout with these texts for title, prompts and scenes: it can be read again."""

    def target(data: bytes) -> bool:
        texts = [part.decode("utf-8", "replace") for part in data.split(b"\n")][:24]
        _reads(_few(texts))
        if zlib.crc32(data) % WHOLE == 1:
            banks = {deck: texts[deck::4] for deck in (1, 2, 3, 4)}
            root = layout(Show(texts[0], (1,), banks, {"/deck/1/prompt/a": texts[-1][:500]}, texts), SIZES["phone"])
            _reads(root)
            for svg in pictures(root).values():
                ElementTree.fromstring(svg)
        return True

    return target


def _few(texts: list[str]) -> Node:
    """A label, a button and a group named and lettered so."""
    frame = Frame(0, 0, 10, 10)
    bindings = tuple(Binding("/scene", "x", "STRING", constant=text) for text in texts)
    label = Node("LABEL", texts[0], frame, {"textColor": (1.0, 1.0, 1.0, 1.0)}, {"text": texts[-1]}, bindings)
    return Node("GROUP", texts[-1], frame, {"tabLabel": texts[0]}, {}, (), (label,))


def _reads(root: Node) -> None:
    """It can be read again, and has as many nodes as it had."""
    read = ElementTree.fromstring(zlib.decompress(tosc(root)))
    must(len(list(read.iter("node"))) == len(list(root.walk())), "a text has become a node")


def name(random: Random) -> bytes:
    """A name with what no name should have."""
    parts = (
        "..",
        "/",
        "\\",
        "\0",
        "CON",
        "aux.wav",
        "C:",
        "clap",
        ".wav",
        " ",
        ".",
        "~",
        "*",
        "\u202e",
        "é",
        "x" * 300,
        "//h/s",
    )
    words = "".join(random.choice(parts) for _ in range(random.randrange(1, 5)))
    return bytes((random.randrange(4),)) + words.encode()


def texts(random: Random) -> bytes:
    """Texts that XML, CDATA or a script might read as something else."""
    parts = (
        "]]>",
        "<",
        "&",
        '"',
        "'",
        "&amp;",
        "<![CDATA[",
        "\x01",
        "\ufffe",
        "\U0001f39b",
        "function init()",
        "--",
        "%s",
        "a b",
    )
    return "\n".join("".join(random.choice(parts) for _ in range(random.randrange(6))) for _ in range(6)).encode()


def _names() -> Iterator[bytes]:
    for kind in (0, 1, 2, 3):
        for word in (b"clap", b"clap.wav", b"../outside.wav", b"/etc/passwd", b"a.b", b"my set 2"):
            yield bytes((kind,)) + word


SURFACES = (
    Surface(
        "chunk",
        "kept chunks on disk: damaged, cut, of another job",
        chunks,
        _chunk,
        words=(b"LRCHUNK2", JOB.key.encode()),
        longest=2048,
    ),
    Surface(
        "left-behind",
        "sessions, autosaves and players' files of a performance that is over",
        found,
        lambda: [b"\0" + jsons.dumped(SESSION), STATE, b"\0021234 5.0", b"\002999999999999 1.0"],
        left,
        (b'"pid"', b'"url"', b'"born"', b"1", b"-1", b"null", b"[deck.1]", b"level = "),
    ),
    Surface(
        "name",
        "names of sounds, scenes and presets that a peer may give: nothing outside the performer's folders",
        names,
        lambda: list(_names()),
        name,
        (b"..", b"/", b"\\", b"\0", b"clap.wav", b"~", "\u2024".encode(), "／".encode()),
        longest=700,
    ),
    Surface(
        "tosc",
        "TouchOSC layouts with hostile titles, prompts and names of scenes: read again as XML, drawn",
        layouts,
        lambda: [b"house\nwarm bass\nacid\n]]>", b"<a>&b;\n\x01\n\xef\xbf\xbe"],
        texts,
        (b"]]>", b"<![CDATA[", b"&#0;", b"\n", b"<!DOCTYPE", b"<!ENTITY", b"\x0b", b"function", b"end"),
        longest=1500,
        fresh=200,
    ),
)
