"""All checks in the order in which they are told, and the round."""

from __future__ import annotations

from collections.abc import Iterator

from liveriff.cli.checks import hands, machine, models
from liveriff.cli.checks.careful import Looking
from liveriff.cli.checks.finding import Check, Finding, failed

CHECKS: dict[str, Check | None] = {
    "python": machine.python,
    "libraries": machine.libraries,
    "processor": machine.processor,
    "memory": machine.memory,
    "shared memory": machine.shared_memory,
    "real time": machine.realtime,
    "mixing": machine.mixing,
    "sound": None,
    "midi": None,
    "osc": hands.osc,
    "door": hands.door,
    "models": models.models,
    "accelerator": None,
    "scenes": models.scenes,
    "cache": machine.cache,
    "recordings": machine.recordings,
    "terminal": machine.terminal,
}
"""By name; None for those that ``careful`` looks at."""


def run_checks() -> Iterator[Finding]:
    """All findings, as soon as they are there; a check that itself fails is a fault with its error."""
    looking = {name: Looking(name) for name, check in CHECKS.items() if check is None}
    try:
        for name, check in CHECKS.items():
            yield from looking.pop(name).findings() if check is None else [_looked(name, check)]
    finally:
        for each in looking.values():
            each.end()


def _looked(name: str, check: Check) -> Finding:
    try:
        return check()
    except Exception as error:  # a doctor must not die of the illness
        return failed(name, error)
