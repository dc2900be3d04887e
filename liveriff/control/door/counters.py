"""What the door counts. Engine's loop only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Counters:
    """Since the start, except ``listeners``, which are there now.

    requests: answered in any way; full: connections and listeners refused because there were too many; strangers:
    refused for their Host, Origin or token; unreadable: what is no HTTP; improper: requests that have a body or
    another method; hurried: refused because their machine asks too much; too_slow: ended because nothing was asked or
    read for too long; commands, packets: from listeners; refused: commands and packets among these that could not be
    used; faults: of our own, each with a line in the log (at most one a second).
    """

    requests: int = 0
    full: int = 0
    strangers: int = 0
    unreadable: int = 0
    improper: int = 0
    hurried: int = 0
    too_slow: int = 0
    listeners: int = 0
    commands: int = 0
    packets: int = 0
    refused: int = 0
    faults: int = 0
