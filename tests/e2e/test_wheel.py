"""The wheel, installed outside the repository, does what the package does: nothing of it lies in the checkout alone.

What liveriff is built on comes from the environment of the tests, by a path file: no network is needed. The checkout's
own place is not on that path, and the tests look where the modules that run come from.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import soundfile

from e2e.command import surroundings

ROOT = Path(__file__).parents[2]
MISSING = "" if find_spec("hatchling") else "hatchling is not installed (pip install hatchling)"
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(bool(MISSING), reason=MISSING),
    pytest.mark.skipif(os.name == "nt", reason="it is played through a shell"),
]
PATIENCE_S = 250.0


@dataclass(frozen=True)
class Installed:
    """A virtual environment with the wheel, and a folder to be a stranger in."""

    bin: Path
    wheel: Path
    home: Path

    def run(self, *arguments: str) -> str:
        """Run the console script somewhere else than in the checkout; what it printed."""
        return self.shell(shlex.join([str(self.bin / "liveriff"), *arguments]))

    def shell(self, script: str) -> str:
        """Run a script there, where the console script is on the path; nothing of it stays behind."""
        path = {**self.env, "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}"}
        told: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        command = ["bash", "-e", "-c", script]
        with subprocess.Popen(command, cwd=self.home, env=path, start_new_session=True, **told) as process:
            try:
                out, err = process.communicate(timeout=PATIENCE_S)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        assert process.returncode == 0, f"{script}\n{err}"
        return out

    @property
    def env(self) -> dict[str, str]:
        """Nothing of this machine's user, and no other place to import from."""
        given = {**surroundings(self.home), "NUMBA_CACHE_DIR": str(self.home / "numba")}
        return {name: value for name, value in given.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build the wheel and install it, and nothing else, into a new environment."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=PATIENCE_S)
    (wheel,) = folder.glob("liveriff-*.whl")
    venv.create(folder / "venv", with_pip=False, symlinks=os.name != "nt")
    bin = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder / "venv")}))
    _borrow(site)
    install = [sys.executable, "-m", "pip", "--python", str(bin / "python"), "install", "--no-deps", "--no-index"]
    subprocess.run([*install, "--force-reinstall", str(wheel)], check=True, capture_output=True, timeout=PATIENCE_S)
    (folder / "home").mkdir()
    return Installed(bin, wheel, folder / "home")


def _borrow(site: Path) -> None:
    """Lend the libraries of the environment of the tests, one link each, but not liveriff as it is installed there."""
    for name in ("purelib", "platlib"):
        for each in Path(sysconfig.get_path(name)).iterdir():
            own = each.name.lower().startswith(("liveriff", "_editable", "__editable", "_liveriff"))
            link = site / each.name
            if not own and each.suffix != ".pth" and not link.exists():
                link.symlink_to(each)


def test_what_runs_is_the_wheels(installed: Installed) -> None:
    code = "import json, liveriff, liveriff.cli.app, sys; print(json.dumps([liveriff.__file__, sys.path]))"
    done = subprocess.run([str(installed.bin / "python"), "-c", code], cwd=installed.home, env=installed.env,
                          capture_output=True, text=True, check=True)  # fmt: skip
    file, path = json.loads(done.stdout)
    assert Path(file).is_relative_to(installed.bin.parent)
    assert not any(Path(each) == ROOT for each in path)


def test_it_holds_all_data_and_nothing_of_a_workplace(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as archive:
        there = set(archive.namelist())
        metadata = archive.read(next(name for name in there if name.endswith("METADATA"))).decode()
    for folder in ("scenes", "presets"):
        assert {f"liveriff/{folder}/{path.name}" for path in (ROOT / folder).glob("*.toml")} <= there
    package = subprocess.run(["git", "ls-files", "liveriff"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert {name for name in package.stdout.split("\n") if name and (ROOT / name).exists()} <= there
    assert "liveriff/render/embedded/weights/manifest.json" in there
    assert any(name.endswith("share/man/man1/liveriff.1") for name in there)
    assert any(name.endswith("licenses/LICENSE") for name in there)
    assert not any("__pycache__" in name or name.startswith(("tests", "docs", "tools", ".")) for name in there)
    head = metadata.partition("\n\n")[0]
    assert "License-Expression: MIT" in head
    assert "Project-URL" not in head
    assert "Home-page" not in head


def test_it_says_who_it_is(installed: Installed) -> None:
    import liveriff

    assert installed.run("--version").strip() == f"liveriff, version {liveriff.__version__}"
    assert "First sound: liveriff play" in installed.run()


def test_play(installed: Installed) -> None:
    report = json.loads(installed.run("play", "--headless", "--json", "--sink", "null", "--seconds", "5",
                                      "--osc", "127.0.0.1:0", "--door", "127.0.0.1:0"))  # fmt: skip
    assert report["sink"] == "null"
    assert report["blocks"] >= 5 * report["rate"] // report["block"]
    assert report["chunks"]["rendered"] + report["chunks"]["from_cache"] >= 1


def test_the_quick_start_runs_as_it_is_written(installed: Installed) -> None:
    page = (ROOT / "docs" / "quickstart.md").read_text("utf-8")
    blocks = re.findall(r"^```sh run\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) == 4
    for block in blocks:
        installed.shell(block)
    for name, seconds in (("first", 8.0), ("loop", 8 * 60 / 132)):
        found = soundfile.info(installed.home / f"{name}.wav")
        assert found.frames == round(seconds * found.samplerate), name
    assert len(list((installed.home / "kicks").glob("*.wav"))) == 2


def test_lists(installed: Installed) -> None:
    scenes, presets = (json.loads(installed.run(name, "--json")) for name in ("scenes", "presets"))
    assert len(scenes) == len(list((ROOT / "scenes").glob("*.toml")))
    assert len(presets) == len(list((ROOT / "presets").glob("*.toml")))
    assert str(installed.bin.parent) in scenes["house"]["path"]


def test_tosc(installed: Installed) -> None:
    installed.run("tosc", "--out", "house.tosc")
    assert (installed.home / "house.tosc").stat().st_size > 1000


def test_doctor(installed: Installed) -> None:
    report = json.loads(installed.run("doctor", "--json"))
    levels = {finding["name"]: finding["level"] for finding in report["findings"]}
    assert report["plays"]
    assert {levels[name] for name in ("libraries", "models", "scenes")} == {"ok"}


def test_completion_and_manual(installed: Installed) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_LIVERIFF_COMPLETE" in installed.run("completion", shell)
    assert (installed.bin.parent / "share" / "man" / "man1" / "liveriff.1").is_file()


def test_the_source_archive_holds_all_that_the_wheel_is_made_of(installed: Installed, tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=PATIENCE_S)
    (archive,) = tmp_path.glob("liveriff-*.tar.gz")
    with tarfile.open(archive) as held:
        there = {name.partition("/")[2] for name in held.getnames()}
    with zipfile.ZipFile(installed.wheel) as held_too:
        packed = {name for name in held_too.namelist() if name.startswith("liveriff/")}
    needed = {re.sub(r"^liveriff/(presets|scenes)/", r"\1/", name) for name in packed}
    assert needed - there == set()
    assert {"pyproject.toml", "README.md", "LICENSE", "docs/liveriff.1"} <= there
    assert not any(name.startswith(".ci") for name in there)
