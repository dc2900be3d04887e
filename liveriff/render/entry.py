"""What the engine names when it starts a renderer; imports nothing until it runs in the child."""

from __future__ import annotations

from multiprocessing.connection import Connection

from liveriff.wire.slots import SlotSpec


def renderer_main(pipe: Connection, slots: SlotSpec, model: str, device: str, cache_dir: str | None) -> None:
    """Target of the renderer process: see ``liveriff.render.worker.main``."""
    from liveriff.render.worker import main

    main(pipe, slots, model, device, cache_dir)


def link_main(
    pipe: Connection, slots: SlotSpec, address: str, count: int | None, model: str, cache_dir: str | None
) -> None:
    """Target of the process that holds a cluster: see ``liveriff.render.ray.link.main``."""
    from liveriff.render.ray.link import main

    main(pipe, slots, address, count, model, cache_dir)
