"""The lexicon that captions are made of: what training reads by key, and what it never does. Pure."""

from __future__ import annotations

from liveriff.train.material import words_drums, words_instruments, words_leads, words_moods, words_styles
from liveriff.train.material.lexicon import Table, Words

_FAMILIES = (
    *(words_instruments.LOW, words_instruments.HELD_SOUNDS, words_instruments.KEYS),
    *(words_leads.LEADS, words_leads.PLUCKS, words_leads.GUITARS, words_leads.BELLS, words_leads.WINDS),
)


def _joined(pairs: list[Words]) -> Words:
    return {key: options for words in pairs for key, options in words.items()}


_INSTRUMENTS = Table(_joined([each.told for each in _FAMILIES]), _joined([each.held for each in _FAMILIES]))

TABLES: dict[str, Table] = {
    "style": words_styles.STYLES,
    "instrument": _INSTRUMENTS,
    "kit": words_drums.KITS,
    "drum": words_drums.DRUM_NAMES,
    "hit": words_drums.HITS,
    "role": words_drums.ROLES,
    "mood": words_moods.MOODS,
    "place": words_moods.PLACES,
}
"""Kinds of facts; the keys are those of Tags."""

STYLES = TABLES["style"].told
INSTRUMENTS = TABLES["instrument"].told
KITS = TABLES["kit"].told
DRUM_NAMES = TABLES["drum"].told
HITS = TABLES["hit"].told
ROLES = TABLES["role"].told
MOODS = TABLES["mood"].told
PLACES = TABLES["place"].told


def terms() -> list[str]:
    """Every phrase that training reads, in order, once."""
    return list(dict.fromkeys(word for table in TABLES.values() for word in table.all_told))
