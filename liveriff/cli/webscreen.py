"""The terminal screen in browsers beside a performance (`liveriff play --web`): a process that lives as long as it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import sys

from liveriff.errors import UsageError

PORT = 8090
MISSING = "--web needs textual-serve; install it with: pip install 'liveriff[web]'"
END_S = 5.0


def check(host: str, lan: bool) -> None:
    """Before anything is opened: UsageError if it cannot work."""
    from liveriff.control.door.guard import is_loopback

    if importlib.util.find_spec("textual_serve") is None:
        raise UsageError(MISSING)
    if not lan and not is_loopback(host):
        raise UsageError(f"--web {host} can be reached from other machines; say so with --lan, or use 127.0.0.1.")


class WebScreen:
    """``await open()``, ``await close()``. Engine's loop only."""

    def __init__(self, host: str, port: int, lan: bool, token: str) -> None:
        """As `play` was asked."""
        self._host, self._port, self._lan, self._token = host, port, lan, token
        self._process: asyncio.subprocess.Process | None = None
        self._drains: list[asyncio.Future[None]] = []  # a full pipe would stop it

    async def open(self, door: str) -> str:
        """Start it; returns the page's address. UsageError where it cannot listen."""
        host = "0.0.0.0" if self._lan and self._host == "127.0.0.1" else self._host
        env = {**os.environ, "LIVERIFF_TOKEN": self._token, "LIVERIFF_LAN": "1" if self._lan else ""}
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "liveriff.ui.served", host, str(self._port), door,
            stdin=pipe, stdout=pipe, stderr=pipe, env=env,
        )  # fmt: skip
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        address = (await self._process.stdout.readline()).decode().strip()
        if not address:
            said = (await self._process.stderr.read()).decode("utf-8", "replace").strip().splitlines()
            raise UsageError(f"{said[-1] if said else 'The screen cannot be served.'} Choose another with --web PORT.")
        self._drains = [asyncio.ensure_future(_drained(pipe)) for pipe in (self._process.stdout, self._process.stderr)]
        return address

    async def close(self) -> None:
        """Its input ends, and so does it, with all its screens."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), END_S)
        except asyncio.TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()


async def _drained(pipe: asyncio.StreamReader) -> None:
    """Read and forget: what a library says of bad browsers has no end."""
    while await pipe.read(65_536):
        pass
