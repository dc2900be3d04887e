"""Where trainings compute: which device, in which precision, compiled or not. Called by all trainings."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import nn

from liveriff.errors import UsageError

NAMES = ("auto", "cpu", "cuda", "mps")
_log = logging.getLogger(__name__)
Net = TypeVar("Net", bound=nn.Module)


def pick(name: str = "auto") -> torch.device:
    """The device of a name, set up for speed; "auto" is the fastest there is. UsageError if it is not there."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    kind = name.partition(":")[0]
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there.get(kind, False):
        known = ", ".join(["auto", *(key for key, value in there.items() if value)])
        raise UsageError(f"torch cannot compute on {name!r} here; use --device with one of {known}.")
    if kind == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
    return torch.device(name)


def autocast(device: torch.device | str) -> contextlib.AbstractContextManager[Any]:
    """Matrices and convolutions in bfloat16 where that is faster and safe; nothing on mps."""
    kind = torch.device(device).type
    return contextlib.nullcontext() if kind == "mps" else torch.autocast(kind, dtype=torch.bfloat16)


def compiled(net: Net, probe: Callable[[Net], object]) -> Net:
    """The net compiled by torch, after ``probe`` ran it once forwards and backwards; the net as it was if that fails.

    Compiling needs a C compiler and, for cuda, triton; it takes up to a minute.
    """
    try:
        fast: Net = torch.compile(net, dynamic=False)  # type: ignore[assignment]
        probe(fast)
        return fast
    except Exception as error:  # whatever goes wrong in a compiler, the net itself still works
        _log.warning("torch.compile does not work here (%s); going on without it", type(error).__name__)
        torch.compiler.reset()
        return net
