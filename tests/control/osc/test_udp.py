"""The UDP socket as Windows needs it."""

from __future__ import annotations

import ctypes
import socket
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from liveriff.control.osc import udp


@pytest.mark.parametrize(("platform", "times"), [("win32", 1), ("linux", 0), ("darwin", 0)])
def test_windows_is_told_to_say_nothing_of_closed_ports(
    platform: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    library = SimpleNamespace(ws2_32=SimpleNamespace(WSAIoctl=lambda *given: asked.append(given)))
    monkeypatch.setattr(ctypes, "windll", library, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    with udp.bound(socket.AF_INET, ("127.0.0.1", 0)) as sock:
        assert len(asked) == times
        for handle, code, _, size, *_ in asked:
            assert (handle.value, code.value, size) == (sock.fileno(), 0x9800000C, 4)
