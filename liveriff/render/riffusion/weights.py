"""Prompt weights: (louder), (much louder:1.5), [softer], nested, escaped with a backslash. Pure, no torch."""

from __future__ import annotations

import re
from dataclasses import dataclass

UP = 1.1
MOST = 100.0  # of any weight, either way: brackets multiply, and numbers in prompts have no end
_TOKEN = re.compile(r"\\[()\[\]\\:]|\\|\(|\[|:\s*([+-]?\d*\.?\d+)\s*\)|\)|\]|[^\\()\[\]:]+|:")


@dataclass(frozen=True)
class Weighted:
    """A piece of a prompt and what its embedding is multiplied by."""

    text: str
    weight: float


def parse(prompt: str) -> list[Weighted]:
    """The pieces of a prompt in order, neighbours of one weight joined; a bracket never closed counts to the end.

    (w) is 1.1 times, (w:1.3) is 1.3 times, [w] a 1.1th; a closing bracket without an opening one is text.
    """
    pieces: list[tuple[str, float]] = []
    round_open: list[int] = []
    square_open: list[int] = []
    for found in _TOKEN.finditer(prompt):
        token, number = found.group(0), found.group(1)
        if token == "(":
            round_open.append(len(pieces))
        elif token == "[":
            square_open.append(len(pieces))
        elif number is not None and round_open:
            _scale(pieces, round_open.pop(), float(number))
        elif token == ")" and round_open:
            _scale(pieces, round_open.pop(), UP)
        elif token == "]" and square_open:
            _scale(pieces, square_open.pop(), 1.0 / UP)
        else:
            pieces.append((token[1:] if token.startswith("\\") and len(token) > 1 else token, 1.0))
    for start in round_open:
        _scale(pieces, start, UP)
    for start in square_open:
        _scale(pieces, start, 1.0 / UP)
    return _joined(pieces)


def _scale(pieces: list[tuple[str, float]], start: int, factor: float) -> None:
    pieces[start:] = [(text, min(MOST, max(-MOST, weight * factor))) for text, weight in pieces[start:]]


def _joined(pieces: list[tuple[str, float]]) -> list[Weighted]:
    joined: list[Weighted] = []
    for text, weight in pieces:
        if joined and joined[-1].weight == weight:
            joined[-1] = Weighted(joined[-1].text + text, weight)
        else:
            joined.append(Weighted(text, weight))
    return joined
