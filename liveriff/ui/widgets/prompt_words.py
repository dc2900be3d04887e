"""Completing a prompt while it is typed: from its bank as a whole, else the last word from all banks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def vocabulary(banks: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The words of all banks, the most used first."""
    count: dict[str, int] = {}
    for bank in banks:
        for prompt in bank:
            for word in prompt.split():
                bare = word.strip(",.;:()").casefold()
                if len(bare) > 2:
                    count[bare] = count.get(bare, 0) + 1
    return tuple(sorted(count, key=lambda word: (-count[word], word)))


def complete(text: str, bank: Sequence[str], words: Sequence[str]) -> str | None:
    """The whole text with its completion, beginning exactly with what was typed; None where nothing fits."""
    folded = text.casefold()
    if not folded.strip():
        return None
    for prompt in bank:
        if prompt.casefold().startswith(folded) and len(prompt) > len(text):
            return text + prompt[len(text) :]
    return _last_word(text, words)


def _last_word(text: str, words: Sequence[str]) -> str | None:
    last = text.rpartition(" ")[2].casefold()
    if not last:
        return None
    for word in words:
        if word.startswith(last) and len(word) > len(last):
            return text + word[len(last) :]
    return None
