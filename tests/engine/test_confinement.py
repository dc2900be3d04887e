"""Nothing that a peer can name leads out of the performer's own folders, be it read or written.

Every parameter that takes a text is in one of the two lists below; a new one has to be put into one. What is opened
meanwhile is heard by Python's audit hook, so also what a library opens.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import liveriff
from liveriff.control.door.pages import read_pages
from liveriff.control.riffserver.pictures import Pictures
from liveriff.engine import library
from liveriff.engine.deckmodels import DeckModels
from liveriff.engine.folders import is_device, recordings, stamped
from liveriff.engine.scenes import load_scene
from liveriff.engine.scenes_presets import load_preset
from liveriff.engine.scenes_save import place_for
from liveriff.engine.scenes_write import save_text
from liveriff.errors import LiveriffError
from liveriff.params.kinds_worded import Text
from liveriff.params.registry import Registry
from liveriff.params.table import SPECS, TABLE
from liveriff.wire.folders import private

WORDS = {
    "/pad/kit", "/deck/{n}/prompt/a", "/deck/{n}/prompt/b", "/deck/{n}/prompt/negative", "/pad/{n}/prompt", "/learn",
}  # fmt: skip
"""Texts that name no file: what is in them is rendered, or is a parameter's path."""

SOUND = np.zeros((64, 2), np.float32)
SECRET = "what nobody may read"
HOSTILE = [
    *("../secret", "..\\secret", "a/../../secret", "/etc/passwd", "//etc/passwd", "~/secret", "~root/.profile", "."),
    *("..", "./secret", "secret\0.toml", "C:\\Windows\\win.ini", "C:secret", "\\\\server\\share\\x", "//server/share"),
    *("\\\\?\\C:\\x", "\\\\.\\COM1", "file:///etc/passwd", "%2e%2e/secret", "..%2fsecret", "．．/secret", "$HOME", "~"),
    *("CON", "con.toml", "nul", "NUL.wav", "com1", "LPT9.x.y", "aux ", "COM¹", "conin$", "/dev/stdin", "-rf", "a:b"),
    *("/proc/self/environ", "secret", "secret.toml", "x" * 500, "\u202e..", "a\n../secret", "|id", "`id`", "{0}", "a."),
]
odd = st.sampled_from(HOSTILE)
names = st.one_of(st.text(max_size=40), st.builds("{}{}".format, odd, odd))


class Watched:
    """The paths that were opened, made, moved or removed while it watches; one hook, because none can be taken back."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.on = False
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event in ("open", "os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink", "os.truncate"):
            self.paths.update(os.fsdecode(each) for each in arguments if isinstance(each, str | bytes | os.PathLike))

    @contextlib.contextmanager
    def __call__(self, *inside: Path) -> Iterator[None]:
        """AssertionError if anything outside some folders is touched."""
        self.paths.clear()
        self.on = True
        try:
            yield
        finally:
            self.on = False
        modes = {"r", "rb", "w", "wb", "a", "x", "r+", "rb+", "wb+", "xb"}
        roots = [place.resolve() for place in (*inside, Path(liveriff.__file__).parents[1], Path(sys.prefix))]
        roots += [Path(sys.base_prefix).resolve(), Path("/usr"), Path("/lib")]  # what is imported meanwhile
        touched = {Path(path).resolve() for path in self.paths - modes if path}
        assert [path for path in touched if not any(path.is_relative_to(root) for root in roots)] == []


watched = Watched()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The performer's own folder, with a secret beside it."""
    for secret in (tmp_path / "secret", tmp_path / "secret.toml", tmp_path / "secret.wav"):
        secret.write_text(SECRET)
    own = tmp_path / "own"
    monkeypatch.setenv("LIVERIFF_HOME", str(own))
    monkeypatch.setenv("HOME", str(tmp_path))
    for shelf in ("scenes", "presets", "sounds"):
        private(own / shelf)
    return own


def reads_library(name: str) -> None:
    library.fetched(library.named(name), 44100, 1.0)


def writes_scene(name: str) -> None:
    save_text('title = "x"\n', place_for("scenes", name))


def writes_preset(name: str) -> None:
    save_text('title = "x"\n', place_for("presets", name))


REGISTRY = Registry()
DeckModels(REGISTRY)


def chooses_model(name: str) -> None:
    REGISTRY.set("/deck/1/model", name, "osc:192.168.1.20:9000")


FILES: dict[str, Callable[[str], object]] = {
    "/scene": lambda name: load_scene(name, paths=False),
    "/scene/save": writes_scene,
    "/deck/{n}/source/file": reads_library,
    "/deck/{n}/model": chooses_model,
    "/pad/{n}/model": chooses_model,
    "/deck/{n}/preset": lambda name: load_preset(name, paths=False),
    "/deck/{n}/preset/save": writes_preset,
    "/pad/{n}/load": reads_library,
    "/pad/{n}/save": lambda name: library.stored(name, SOUND, 44100),
}
"""Texts that name a file or a model, and what is done with them."""


def test_every_text_is_known_to_name_a_file_or_none() -> None:
    texts = {spec.pattern for spec in SPECS if isinstance(spec.kind, Text) and spec.access != "r"}
    assert texts == WORDS | set(FILES)


def check(pattern: str, name: str, home: Path) -> None:
    """As it comes from the wire, and as the parameter keeps it."""
    kept = TABLE[pattern.replace("{n}", "1")].coerce(name)
    for given_name in (name, str(kept)):
        with watched(home), contextlib.suppress(LiveriffError):
            FILES[pattern](given_name)


def nothing_is_elsewhere(home: Path) -> None:
    """What lies outside is as it was; what was made lies on its shelf, under a name that is one everywhere."""
    assert {path.read_text() for path in home.parent.glob("secret*")} == {SECRET}
    assert sorted(path.name for path in home.parent.iterdir()) == ["own", "secret", "secret.toml", "secret.wav"]
    for made in home.rglob("*"):
        assert made.is_dir() or (made.parent.parent == home and not is_device(made.name)), made


@pytest.mark.parametrize("pattern", FILES)
def test_no_hostile_name_leads_out_of_the_folders(pattern: str, home: Path) -> None:
    for name in HOSTILE:
        check(pattern, name, home)
    nothing_is_elsewhere(home)


@pytest.mark.parametrize("pattern", FILES)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=names)
def test_no_name_leads_out_of_the_folders(pattern: str, name: str, home: Path) -> None:
    check(pattern, name, home)
    nothing_is_elsewhere(home)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=odd | names)
def test_a_recording_lies_in_its_folder_whatever_the_scene_is_called(name: str, home: Path) -> None:
    path = recordings() / stamped(name, ".wav")
    assert path.parent == recordings()
    assert path.resolve().parent == recordings().resolve()
    assert not set(path.name) & set('/\\:*?"<>|\0')
    assert not is_device(path.name)


@given(name=odd | names)
def test_a_seed_image_is_in_its_folder_or_none(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "pictures"
    folder.mkdir(exist_ok=True)
    with watched(folder), contextlib.suppress(LiveriffError):
        place = Pictures(folder).seed(name)
        assert place.path == "" or Path(place.path).parent == folder.resolve()


def test_saving_over_a_link_leaves_what_it_leads_to(home: Path) -> None:
    """The performer may have linked a scene; a peer that saves one of that name must not write through the link."""
    link = home / "scenes" / "linked.toml"
    try:
        link.symlink_to(home.parent / "secret.toml")
    except OSError:
        pytest.skip("no links can be made here")
    writes_scene("linked")
    assert (home.parent / "secret.toml").read_text() == SECRET
    assert not link.is_symlink()


def test_links_out_of_the_pages_are_not_served(home: Path) -> None:
    web = private(home / "web")
    (web / "page.html").write_text("x")
    with contextlib.suppress(OSError):
        (web / "secret.html").symlink_to(home.parent / "secret")
        (web / "all").symlink_to(home.parent)
    assert list(read_pages(web)) == ["/page.html"]


@pytest.mark.parametrize("umask", [0o000, 0o022])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a user's folders from others by itself")
def test_what_we_make_is_the_performers_alone(umask: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        made = private(tmp_path / "a" / "b" / "c")
    finally:
        os.umask(before)
    assert {place.stat().st_mode & 0o777 for place in (made, made.parent, made.parent.parent)} == {0o700}
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    assert private(shared).stat().st_mode & 0o777 == 0o755 & ~before, "what is there stays as its owner has it"
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        private(tmp_path / "file")


@pytest.mark.parametrize("name", ["CON", "con.wav", "Nul.tar.gz", "com1", "LPT9.x", "aux ", "COM³", "conout$"])
def test_names_of_devices(name: str) -> None:
    assert is_device(name)


@pytest.mark.parametrize("name", ["console", "con1", "com", "com10", "a con", "house", "auxiliary.wav", ""])
def test_names_that_only_look_like_devices(name: str) -> None:
    assert not is_device(name)
