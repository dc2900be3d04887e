"""A link without an engine: a registry of its own behind the same protocol. For tests and pictures of screens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from liveriff.control.door.protocol import flat
from liveriff.control.door.tree import Tree, plain
from liveriff.params.listeners import Change
from liveriff.params.registry import Registry

ORIGIN = "screen"


class LocalLink:
    """As ``ui.store.Link``; what an engine would publish, the owner of the registry does."""

    def __init__(self, registry: Registry) -> None:
        """Connected from the start."""
        self.registry = registry
        self.connected = True
        self.trouble = ""
        self._news: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.nodes: dict[str, dict[str, Any]] = {}
        self.read()
        registry.subscribe(self._changed)

    def read(self) -> None:
        """Read the tree anew, as a client does when what is offered has changed."""
        self.nodes.update(flat(json.loads(Tree(self.registry).text("/"))))

    def set(self, path: str, value: object = True) -> bool:
        """As the protocol says."""
        if self.connected:
            self.registry.set(path, value, ORIGIN)
        return self.connected

    def value(self, path: str) -> Any:
        """As the protocol says."""
        if path not in self.registry.table:
            return None
        value = self.registry.get(path)
        return plain(self.registry.spec(path), value) if value is None else value

    async def updates(self) -> AsyncIterator[tuple[str, Any]]:
        """As the protocol says."""
        while True:
            yield await self._news.get()

    def _changed(self, change: Change) -> None:
        if change.origin != ORIGIN:
            self._news.put_nowait((change.path, change.value))
