"""Named problems of a parameter table; a test asks for none. Pure."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from liveriff.errors import UsageError
from liveriff.params.kinds import Value
from liveriff.params.kinds_worded import Choice, Optional, OwnNumber
from liveriff.params.spec import Spec

PROBES = tuple(i / 127 for i in range(128))  # every position of a MIDI controller
_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789_/"


def problems(specs: Sequence[Spec]) -> list[str]:
    """One line a problem: "path: what is wrong"."""
    found = [f"{spec.path}: {problem}" for spec in specs for problem in _problems_of(spec)]
    twice = (path for path, count in Counter(spec.path for spec in specs).items() if count > 1)
    return found + [f"{path}: declared more than once" for path in twice]


def path_is_plain(spec: Spec) -> Iterator[str]:
    """OSC reserves most punctuation; capitals would have to be remembered."""
    if not spec.path.startswith("/") or spec.path.endswith("/") or "//" in spec.path:
        yield "a path is /parts/like/this"
    if set(spec.path) - set(_PLAIN):
        yield "a path is small letters, digits and underscores"


def doc_is_a_sentence(spec: Spec) -> Iterator[str]:
    """One sentence, so that every view can show it in a line."""
    if not spec.doc.endswith("."):
        yield "the doc does not end with a full stop"
    if not 8 <= len(spec.doc) <= 120:
        yield "the doc is not one short sentence"
    if not spec.doc[:1].isupper():
        yield "the doc does not begin with a capital"


def rate_matches_access(spec: Spec) -> Iterator[str]:
    """What can be set has a rate; readings have none; events are only written."""
    if (spec.access == "r") != (spec.rate is None):
        yield "a reading has no rate, and everything else has one"
    if spec.kind.held == (spec.access == "w"):
        yield "triggers, and only triggers, are write-only"


def felt_is_more_than_block(spec: Spec) -> Iterator[str]:
    """Block-rate values are felt anyhow; a reading is nobody's to feel."""
    if spec.felt and spec.rate != "chunk":
        yield "only what is latched into chunks can be felt as well"


def asking_leaves_nothing(spec: Spec) -> Iterator[str]:
    """What asks for something is itself nothing that scenes and undo could bring back."""
    if spec.asks and (spec.stored or spec.access != "rw"):
        yield "what asks for something is set, and not saved"


def default_stands(spec: Spec) -> Iterator[str]:
    """The default is a value that could have been set."""
    if not spec.kind.held:
        return
    try:
        if spec.coerce(spec.default) != spec.default or type(spec.coerce(spec.default)) is not type(spec.default):
            yield "the default is out of range or not quantised"
    except UsageError as error:
        yield str(error)


def curve_goes_both_ways(spec: Spec) -> Iterator[str]:
    """map(unmap(x)) is x for every x that a controller can reach, and more travel never means less."""
    if not spec.travels:
        return
    values = [spec.map(raw) for raw in PROBES]
    if any(spec.map(spec.unmap(value)) != value for value in (*values, spec.default) if spec.kind.held):
        yield "unmap is not the inverse of map"
    heights = [_height(spec, value) for value in values]
    if any(later < earlier for earlier, later in itertools.pairwise(heights)):
        yield "the curve goes down"
    if spec.kind.range != (heights[0], heights[-1]):
        yield "the ends of the travel are not the ends of the range"


def text_reads_back(spec: Spec) -> Iterator[str]:
    """What is shown can be typed."""
    if spec.access == "rw" and spec.coerce(spec.format(spec.default)) != spec.default:
        yield "the text of the default does not read back"


def unit_is_said_once(spec: Spec) -> Iterator[str]:
    """A path that ends in a unit is in that unit."""
    if spec.path.endswith("_db") and spec.unit != "dB":
        yield "a path in _db is in dB"
    if spec.path.endswith("_s") and spec.unit != "s":
        yield "a path in _s is in s"


def options_are_distinct(spec: Spec) -> Iterator[str]:
    """Choices are told apart by their letters alone, and aliases lead to one of them."""
    if not isinstance(spec.kind, Choice):
        return
    names = [*spec.kind.words, *spec.kind.aliases]
    if len({name.casefold() for name in names}) < len(names):
        yield "two choices differ only by capitals"
    if set(spec.kind.aliases.values()) - set(spec.kind.words):
        yield "an alias leads nowhere"


def auto_is_below(spec: Spec) -> Iterator[str]:
    """-1 can stand for auto only where no real value is below 0."""
    if isinstance(spec.kind, Optional) and spec.kind.inner.low < 0:
        yield "auto needs a range from 0 up"
    if isinstance(spec.kind, OwnNumber) and spec.kind.inner.low != 1:
        yield "a model's own number has a range from 1 up"


def _height(spec: Spec, value: Value) -> float:
    """Where a value stands in its order."""
    return float(value) if isinstance(value, int | float) else spec.kind.number(value)


_DECLARED: tuple[Callable[[Spec], Iterator[str]], ...] = (
    path_is_plain,
    doc_is_a_sentence,
    rate_matches_access,
    felt_is_more_than_block,
    asking_leaves_nothing,
    unit_is_said_once,
    options_are_distinct,
    auto_is_below,
    default_stands,
)
_BEHAVES = (curve_goes_both_ways, text_reads_back)  # these move the default about, so it has to be a value


def _problems_of(spec: Spec) -> Iterator[str]:
    for check in _DECLARED:
        yield from check(spec)
    if not list(default_stands(spec)):
        for check in _BEHAVES:
            yield from check(spec)
