"""What must stay free of torch does, and the catalogue names what there is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from liveriff.errors import UsageError
from liveriff.params.table import TABLE
from liveriff.render.backend import PATHS
from liveriff.render.bench import bench, median_seconds
from liveriff.render.catalog import find, names
from liveriff.render.environment import PRELOAD, VARIABLES

LIGHT = (
    "backend", "bench", "catalog", "contract", "entry", "environment", "offline", "picture", "portrait", "shelf",
    "testtone", "worker", "embedded",
)  # fmt: skip


def test_only_backends_import_torch() -> None:
    lines = "\n".join(f"import liveriff.render.{name}" for name in LIGHT)
    script = f"import sys\n{lines}\nimport liveriff.wire.chunks\nfrom liveriff.render.catalog import find, names\n" + (
        "[find(name) for name in names()]\nassert find('test-tone').create().info\n"
        "heavy = {'torch', 'diffusers', 'sounddevice', 'textual', 'numba'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_preloading_starts_no_thread() -> None:
    script = (
        "import threading, sys, importlib\n"
        f"[importlib.import_module(name) for name in {PRELOAD!r}]\n"
        "assert 'torch' in sys.modules\n"
        "import pathlib\n"
        "tasks = pathlib.Path('/proc/self/task')\n"
        "count = len(list(tasks.iterdir())) if tasks.exists() else threading.active_count()\n"
        "sys.exit(f'{count} threads' if count > 1 else 0)"
    )
    environment = {"OPENBLAS_NUM_THREADS": "1", "PATH": "", **VARIABLES}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr


def test_the_built_in_backends_are_named_first() -> None:
    assert names()[:2] == ("embedded", "test-tone")
    assert find("test-tone").info().name == "test-tone"


def test_a_wrong_name_gets_a_hint() -> None:
    with pytest.raises(UsageError, match="Did you mean test-tone"):
        find("testtone")


def test_every_path_a_backend_may_honour_is_in_the_table() -> None:
    assert not [path for path in PATHS.values() if path.replace("{n}", "1") not in TABLE]


def test_bench_measures_every_category(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liveriff.render.bench_decoders._CLIP_COLUMNS", 64)
    monkeypatch.setattr("liveriff.render.bench_decoders._CLIP_FRAMES", 64 * 441)
    figures = bench("test-tone", repeats=1, steps=1)
    assert set(figures["loops"]) == {"drums", "bass", "synth", "mix"}  # type: ignore[call-overload]
    assert figures["decoders"]["ratio"] > 1.0  # type: ignore[index]
    assert figures["decoders"]["ours_error"] < 0.15  # type: ignore[index]


def test_medians() -> None:
    calls: list[int] = []
    assert median_seconds(lambda: calls.append(1), 5) >= 0.0
    assert len(calls) == 6
