"""What the engine names when it starts the player; imports no audio library until it runs in the child."""

from __future__ import annotations

from multiprocessing.connection import Connection

from liveriff.player.options import PlayerOptions


def player_main(pipe: Connection, options: PlayerOptions) -> None:
    """Target of the player process: see ``liveriff.player.worker.main``."""
    from liveriff.player.worker import main

    main(pipe, options)


def nursery_main(pipe: Connection) -> None:
    """Target of the process that players are forked from: see ``liveriff.player.nursery.main``."""
    from liveriff.player.nursery import main

    main(pipe)
