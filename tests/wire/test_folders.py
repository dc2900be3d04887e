"""Temporary folders bear the number of their process, so that those of the dead can be told from the others."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import liveriff
from liveriff.engine import litter
from liveriff.wire import folders

KILLED = """
import os, signal
from liveriff.wire.folders import temporary
with temporary("bench") as folder:
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
"""
ELSEWHERE = {
    "render/specimens/words.py",
    "render/ray/parcel.py",
    "wire/folders.py",
    "engine/litter.py",
}
"""Folders of a moment; one on machines of a cluster, which sweeps its own; those that begin a name as the others do."""


def test_a_temporary_folder_of_who_was_killed_is_swept(tmp_path: Path) -> None:
    kill = KILLED if sys.platform != "win32" else KILLED.replace("os.kill(os.getpid(), signal.SIGTERM)", "os._exit(1)")
    env = {**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "TMP": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", kill], env=env, capture_output=True, text=True, check=False)
    assert Path(done.stdout.strip()).is_dir()
    assert litter.sweep(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_in_use_is_let_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders.tempfile, "tempdir", str(tmp_path))
    with folders.temporary("bench") as folder:
        assert litter.sweep(tmp_path) == 0
        assert Path(folder).is_dir()
    assert not Path(folder).exists()


def test_folders_that_last_are_made_by_no_other_name() -> None:
    house = Path(liveriff.__file__).parent
    made = set()
    for file in house.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = getattr(node, "attr", None) or getattr(node, "id", None)
            if isinstance(node, ast.Attribute | ast.Name) and name in ("TemporaryDirectory", "mkdtemp"):
                made.add(file.relative_to(house).as_posix())
    assert made <= ELSEWHERE
