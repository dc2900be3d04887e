"""What tests of screens share: tests written as coroutines, and a state folder of their own."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
import textual.app
import textual.pilot
from textual._styles_cache import StylesCache
from ui_idle import until_idle

textual.app.wait_for_idle = textual.pilot.wait_for_idle = until_idle  # type: ignore[attr-defined]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test to its end in a loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes what a performer wrote, nor depends on the terminal it runs in."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "state"))
    monkeypatch.setenv("LIVERIFF_ASCII", "0")


@pytest.fixture(autouse=True)
def forgotten_screens() -> Iterator[None]:
    """Textual keeps the painted lines of a thousand widgets that are gone (a cache whose key is their owner): after
    hundreds of apps these are millions of objects, and each full collection stops whatever runs for two seconds."""
    yield
    StylesCache.get_inner_outer.cache_clear()  # type: ignore[attr-defined]
