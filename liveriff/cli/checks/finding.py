"""What a check answers. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from liveriff.cli.checks.remedies import REMEDIES


@dataclass(frozen=True)
class Finding:
    """One answer.

    level: "ok", "note" (plays, but could be better) or "fault" (does not play); remedy: a key of ``REMEDIES``, "" where
    all is well; advice: what to do, made from the remedy; details: figures for programs.
    """

    name: str
    level: str
    found: str
    remedy: str = ""
    advice: str = ""
    details: dict[str, Any] | None = None


Check = Callable[[], Finding]


def fine(name: str, found: str, **details: Any) -> Finding:
    """All is well."""
    return Finding(name, "ok", found, details=details or None)


def note(name: str, found: str, remedy: str, **words: object) -> Finding:
    """It plays, but could be better. words: fill the remedy's gaps."""
    return Finding(name, "note", found, remedy, REMEDIES[remedy].format(**words))


def fault(name: str, found: str, remedy: str, **words: object) -> Finding:
    """It does not play."""
    return Finding(name, "fault", found, remedy, REMEDIES[remedy].format(**words))


def failed(name: str, error: Exception) -> Finding:
    """The check itself could not be made: a library is not there, or what should not happen."""
    if isinstance(error, ModuleNotFoundError):
        return fault(name, f"{error.name} is not installed", "library-missing")
    return fault(name, f"{type(error).__name__}: {error}", "check-failed")
