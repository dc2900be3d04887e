"""Checks the fields of a line of the log against the dataclass it is to become. Pure."""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
NUMBERS = (int, float)


class FieldError(ValueError):
    """What is wrong, as a sentence without its place and full stop."""


def checked(kind: type[T], data: Mapping[str, object]) -> T:
    """The dataclass with these fields: all that have no default, none that it does not know, each of its type."""
    known = hints(kind)  # type: ignore[arg-type]
    for name in data:
        if name not in known:
            raise FieldError(f"there is no {name[:40]} in {kind.__name__.lower()}")
    needed = {field.name for field in fields(kind) if field.default is MISSING}  # type: ignore[arg-type]
    if missing := sorted(needed - set(data)):
        raise FieldError(f"{kind.__name__.lower()} lacks {', '.join(missing)}")
    return kind(**{name: fitted(name, known[name], value) for name, value in data.items()})


@cache
def hints(kind: type) -> dict[str, Any]:
    """Types of the fields of a dataclass, by name."""
    return get_type_hints(kind)


@cache
def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """What a type is made of. Kept, because every value of a log asks."""
    return get_origin(hint), get_args(hint)


def fitted(name: str, hint: Any, value: object) -> object:
    """The value as the type has it; FieldError where it is of another."""
    origin, args = _parts(hint)
    if hint is object:
        return value
    if hint is Fraction and isinstance(value, list):
        return _fraction(name, value)
    if origin in (Union, types.UnionType):
        return _one_of(name, args, value)
    if origin is tuple and isinstance(value, list):
        return _tuple(name, args, value)
    if origin is not None and isinstance(value, dict) and issubclass(origin, Mapping):
        return {key: fitted(name, args[1], each) for key, each in value.items()}
    if isinstance(value, dict) and hasattr(hint, "__dataclass_fields__"):
        return checked(hint, value)
    if (
        hint is float
        and isinstance(value, NUMBERS)
        and not isinstance(value, bool)
        and abs(value) <= sys.float_info.max
    ):
        return float(value)
    if (type(value) is hint and hint is not float) or (hint is types.NoneType and value is None):
        return value
    raise FieldError(f"{name} cannot be {str(value)[:40]!r}")


def _one_of(name: str, hints_: tuple[Any, ...], value: object) -> object:
    exact = [hint for hint in hints_ if type(value) is hint]  # an int stays one where floats are welcome too
    for hint in (*exact, *hints_):
        try:
            return fitted(name, hint, value)
        except FieldError:
            continue
    raise FieldError(f"{name} cannot be {str(value)[:40]!r}")


def _fraction(name: str, value: list[object]) -> Fraction:
    top, bottom = (*value, None, None)[:2]
    if isinstance(top, int) and isinstance(bottom, int) and bottom > 0:
        return Fraction(top, bottom)
    raise FieldError(f"{name} cannot be {str(value)[:40]!r}")


def _tuple(name: str, args: tuple[Any, ...], value: list[object]) -> tuple[object, ...]:
    if args[-1] is Ellipsis:
        return tuple(fitted(name, args[0], each) for each in value)
    if len(args) != len(value):
        raise FieldError(f"{name} cannot have {len(value)} parts")
    return tuple(fitted(name, hint, each) for hint, each in zip(args, value, strict=True))
