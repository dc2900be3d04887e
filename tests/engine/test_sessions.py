"""Performances are found by a file each: private, removed at the end, swept when their process is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from liveriff.engine import sessions
from liveriff.engine.litter import birth
from liveriff.engine.presence import Presence
from liveriff.engine.sessions import Session
from liveriff.errors import UsageError

SLEEPER = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LIVERIFF_HOME", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    return sessions._folders()[0]


def put(folder: Path, session: Session) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"session-{session.pid}.json"
    path.write_text(json.dumps(session.__dict__))
    return path


def test_it_is_announced_found_and_withdrawn(folder: Path) -> None:
    session = sessions.announce("http://127.0.0.1:8080", "secret", "house")
    assert sessions.find() == [session]
    assert (session.pid, session.token, session.scene) == (os.getpid(), "secret", "house")
    (file,) = folder.iterdir()
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
    sessions.announce("http://127.0.0.1:8081")
    assert [each.url for each in sessions.find()] == ["http://127.0.0.1:8081"], "one a process"
    sessions.withdraw(session)
    sessions.withdraw(session)
    assert sessions.find() == []
    assert list(folder.iterdir()) == []


def test_the_newest_comes_first_and_the_dead_are_swept(folder: Path) -> None:
    process = subprocess.Popen(SLEEPER, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        earlier = Session(process.pid, "http://127.0.0.1:1", "", "dub", 1e9, birth(process.pid))
        put(folder, earlier)
        mine = sessions.announce("http://127.0.0.1:2")
        assert {each.pid for each in sessions.find()} == {process.pid, mine.pid}
        put(folder, Session(process.pid, "", "", "", time.time(), birth(process.pid) - 1))
        assert [each.pid for each in sessions.find()] == [mine.pid], "another process has its number now"
        put(folder, earlier)
    finally:
        process.kill()
        process.wait()
    assert [each.pid for each in sessions.find()] == [mine.pid]
    assert sessions.sweep() == 1
    assert [path.name for path in folder.iterdir()] == [f"session-{os.getpid()}.json"]


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"pid": "x"}', '{"pid": 1, "url": ', "\xff"])
def test_a_damaged_file_is_no_session(folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "session-1.json").write_text(text, encoding="latin-1")
    assert sessions.find() == []
    sessions.announce("http://127.0.0.1:2")
    assert len(list(folder.iterdir())) == 1


@pytest.mark.skipif(os.name == "nt", reason="a mark asks there")
def test_a_performance_is_asked_to_end(folder: Path) -> None:
    process = subprocess.Popen(SLEEPER, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    session = Session(process.pid, "", "", "", time.time() + 1)
    sessions.end(session)
    assert process.wait(20) != 0
    with pytest.raises(UsageError, match="over already"):
        sessions.end(session)


@pytest.fixture
def by_mark(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As on Windows."""
    monkeypatch.setattr(sessions, "BY_MARK", True)
    return folder


def test_where_no_signal_can_be_sent_a_mark_asks(by_mark: Path) -> None:
    session = sessions.announce("http://127.0.0.1:2")
    assert not sessions.ended()
    sessions.end(session)
    assert sorted(path.name for path in by_mark.iterdir()) == [
        f"session-{os.getpid()}{end}" for end in (".end", ".json")
    ]
    assert sessions.sweep() == 0
    assert sessions.ended()
    assert not sessions.ended(), "it is told once"
    sessions.end(session)
    sessions.withdraw(session)
    assert list(by_mark.iterdir()) == []


def test_one_that_has_no_file_yet_is_asked_too(by_mark: Path) -> None:
    sessions.end(Session(os.getpid(), "", "", "", time.time()))
    assert sessions.ended()


def test_a_mark_lies_beside_the_session(by_mark: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = (tmp_path / "runtime", by_mark)
    monkeypatch.setattr(sessions, "_folders", lambda: elsewhere)
    session = Session(os.getpid(), "", "", "", time.time())
    put(by_mark, session)
    sessions.end(session)
    assert [path.name for path in by_mark.glob("*.end")] == [f"session-{os.getpid()}.end"]
    assert not elsewhere[0].exists()
    assert sessions.ended()


def test_a_mark_for_another_that_had_the_number_ends_nobody_and_is_swept(by_mark: Path) -> None:
    by_mark.mkdir(parents=True)
    old = by_mark / f"session-{os.getpid()}.end"
    for name in (old.name, "session-x.end", f"session-{'9' * 40}.end"):
        (by_mark / name).touch()
    old.write_text(str(birth(os.getpid()) - 1))
    assert not sessions.ended()
    assert not old.exists()
    assert sessions.sweep() == 2
    assert list(by_mark.iterdir()) == []


def test_a_mark_that_cannot_be_left_is_one_sentence(by_mark: Path) -> None:
    by_mark.parent.mkdir(parents=True, exist_ok=True)
    by_mark.write_text("a file where the folder should be")
    with pytest.raises(UsageError, match="cannot be ended"):
        sessions.end(Session(os.getpid(), "", "", "", time.time()))


def test_the_performance_looks_once_a_second(by_mark: Path) -> None:
    ends: list[str] = []
    presence = Presence(SimpleNamespace(), lambda: ends.append("end"))  # type: ignore[arg-type]
    presence.tick(10.0)
    sessions.end(Session(os.getpid(), "", "", "", time.time()))
    presence.tick(10.9)
    assert ends == []
    presence.tick(11.0)
    presence.tick(12.5)
    assert ends == ["end"]


def test_it_is_cheap_to_import() -> None:
    heavy = {"torch", "numpy", "psutil", "asyncio"}
    code = f"import sys, liveriff.engine.sessions; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
