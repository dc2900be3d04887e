"""What `liveriff bench` plays leaves the performer's home as it is, and is seen for what it is on every system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from liveriff.cli import bench_pool, bench_run, bench_set
from liveriff.cli.app import cli
from liveriff.cli.bench_home import own_home
from liveriff.render.checkpoints import from_name

MODELS = "funk: {backend: dance, model: ./nets/funk, categories: [drums], options: {eta: 1.0e-5}}\n"
SPAWNED = (
    "engine\t1\t0.0\t9\tplays\nplayer\t2\t0\t9\tx\nnursery\t3\t0\t9\tx\nrenderer 2\t4\t0\t9\tx\nforkserver\t5\t0\t9\tx"
)


@pytest.fixture
def performer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home with models and a performance that was cut short."""
    home = tmp_path / "performer"
    (home / "autosave").mkdir(parents=True)
    (home / "autosave" / "last.toml").write_text("yesterday", "utf-8")
    (home / "models.yaml").write_text(MODELS, "utf-8")
    monkeypatch.setenv("LIVERIFF_HOME", str(home))
    return home


def test_a_bench_has_a_home_of_its_own_with_the_performers_models(performer: Path) -> None:
    known = from_name("funk")
    with own_home() as home:
        assert os.environ["LIVERIFF_HOME"] == str(home) != str(performer)
        assert from_name("funk") == known is not None
        assert [path.name for path in home.iterdir()] == ["models.yaml"]
    assert os.environ["LIVERIFF_HOME"] == str(performer)
    assert not home.exists()


def test_without_a_home_of_their_own_performers_have_none_afterwards(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("LIVERIFF_HOME", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with own_home():
        assert "LIVERIFF_HOME" in os.environ
    assert "LIVERIFF_HOME" not in os.environ


@pytest.mark.parametrize("only", ["--screen", "--ray", "--json"])
def test_all_of_it_is_measured_there(only: str, performer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    homes = []

    def seen(*_: object) -> dict[str, object]:
        homes.append(os.environ["LIVERIFF_HOME"])
        return {"machine": {}}

    monkeypatch.setattr("liveriff.cli.bench._with_environment", lambda: None)
    for name in ("screen", "renderers", "everything"):
        monkeypatch.setattr(bench_run, name, seen)
    assert CliRunner().invoke(cli, ["bench", only, "--json"]).exit_code == 0
    assert homes
    assert str(performer) not in homes


def test_a_performance_is_played_with_the_threads_and_chunks_it_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told: dict[str, str] = {}

    class Played(subprocess.Popen[bytes]):
        def __init__(self, command: list[str], env: dict[str, str], **more: object) -> None:
            told.update(env)
            super().__init__([sys.executable, "-c", "pass"], **more)  # type: ignore[call-overload]

    monkeypatch.setattr(bench_set.subprocess, "Popen", Played)
    monkeypatch.setattr(bench_set, "_told", lambda report: report)
    monkeypatch.setattr(bench_set.json, "loads", lambda text: {})
    assert bench_set.play("test-tone", "cpu", 2, str(tmp_path), 0.0) == {}
    assert told["LIVERIFF_CACHE"] == str(tmp_path)
    assert told["LIVERIFF_TORCH_THREADS"] == "2"
    assert told.get("XDG_CACHE_HOME") == os.environ.get("XDG_CACHE_HOME")  # the hub's models lie there


def test_renderers_that_were_not_forked_are_no_players() -> None:
    known = bench_set.duties(SPAWNED)
    assert known == {1: "engine", 2: "player", 3: "player", 4: "renderer", 5: "forkserver"}
    assert bench_set.duties("") == bench_set.duties("what is this") == {}


def test_processes_bear_the_names_that_the_engine_tells() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()", "spawn_main"], stdin=subprocess.PIPE)
    try:
        assert "renderer" in bench_set._processes(os.getpid(), {child.pid: "renderer"})
        assert "player" in bench_set._processes(os.getpid(), {})
    finally:
        child.communicate()


@pytest.mark.skipif(os.name == "nt", reason="there nobody can be asked to leave")
def test_a_performance_that_is_given_up_is_asked_to_end_first() -> None:
    words = "import signal, sys, time\nsignal.signal(15, lambda *_: sys.exit(7))\nprint(flush=True)\ntime.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    bench_set.end(process)
    process.stdout.close()
    assert process.returncode == 7
    bench_set.end(process)


def test_renderers_are_killed_where_there_is_no_sigkill(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    victim = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    said = tmp_path / "said"
    said.write_text("First downbeat", "utf-8")
    monkeypatch.setattr(psutil.Process, "kill", lambda process: os.kill(process.pid, 9))  # as psutil can everywhere
    monkeypatch.delattr("signal.SIGKILL", raising=False)
    monkeypatch.setattr(bench_pool, "_SETTLES_S", 0.0)
    monkeypatch.setattr(bench_pool, "victims", lambda engine: [victim.pid])
    killed: list[int] = []
    try:
        bench_pool._kill(victim, said, killed)
        assert killed == [victim.pid]
        assert victim.wait(10) != 0
    finally:
        monkeypatch.undo()
        victim.kill()
        victim.communicate()
