"""JSON made at random, and JSON with something changed in it: by its grammar, so that most of it can be read."""

from __future__ import annotations

import json
from random import Random
from typing import Any

ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        0.5,
        1e308,
        -1e-320,
        2**31,
        2**63,
        -(2**63) - 1,
        10**400,
        "",
        "a",
        "../../etc/passwd",
    ),
    *(
        "\0",
        "\ud800",
        "é" * 40,
        "x" * 5000,
        [],
        {},
        [[]],
        [0, 1],
        [3, 0],
        {"a": 1},
        "nan",
        "auto",
        "1",
        float("nan"),
        float("inf"),
    ),
)


def anything(random: Random, depth: int = 0) -> Any:
    """A value of any type."""
    if depth > 3 or random.random() < 0.7:
        return random.choice(ODD)
    if random.random() < 0.5:
        return [anything(random, depth + 1) for _ in range(random.randrange(4))]
    return {str(random.choice(ODD))[:20]: anything(random, depth + 1) for _ in range(random.randrange(4))}


def changed(random: Random, value: Any, times: int = 2) -> Any:
    """The same with values changed, keys gone, more of them, or the wrong ones, somewhere within."""
    for _ in range(random.randrange(times + 1)):
        value = _once(random, value)
    return value


def _once(random: Random, value: Any) -> Any:
    if not isinstance(value, dict | list) or not value or random.random() < 0.1:
        return anything(random)
    if isinstance(value, list):
        at = random.randrange(len(value))
        return [_once(random, each) if index == at else each for index, each in enumerate(value)]
    key = random.choice(list(value))
    what = random.random()
    if what < 0.1:
        return {name: each for name, each in value.items() if name != key}
    if what < 0.2:
        return {**value, str(random.choice(ODD))[:30]: anything(random)}
    return {name: _once(random, each) if name == key else each for name, each in value.items()}


def dumped(value: Any) -> bytes:
    """As bytes; lone surrogates as escapes, as JSON has them."""
    return json.dumps(value).encode()
