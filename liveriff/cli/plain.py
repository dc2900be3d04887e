"""What is said on a terminal, without what a terminal would obey. Standard library only."""

from __future__ import annotations


def plain(sentence: str) -> str:
    """Files, devices and peers have a word in what is said of them: a scene's title could clear the screen, rename the
    window or, on some terminals, type."""
    return "".join(letter if letter.isprintable() else "?" for letter in sentence)
