"""A deck's lane: what it played, in which words, how loud, how far between its two prompts, muted and frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from liveriff.engine.overview.paper import (
    BACKGROUND,
    DIM,
    FAINT,
    LANE,
    NORMAL,
    RGB,
    SMALL,
    TEXT,
    Box,
    Paper,
    mixed,
)
from liveriff.engine.overview.scale import Scale
from liveriff.engine.overview.story import Chunk, Deck, Span, runs

CATEGORIES: Mapping[str, RGB] = {
    "drums": (255, 177, 74),
    "bass": (197, 139, 255),
    "synth": (94, 200, 232),
    "mix": (111, 220, 140),
}
OTHER: RGB = (150, 158, 174)
FROZEN: RGB = (205, 232, 255)
MUTED: RGB = (70, 76, 92)
ALPHA: RGB = (214, 216, 224)
BLOCKS, WORDS, LEVELS = 18, 30, 44
HEIGHT = BLOCKS + WORDS + LEVELS
SEAM = 5  # pixels a chunk needs to be seen by itself
SEED_GAP = 6


def draw_deck(paper: Paper, scale: Scale, top: int, number: int, deck: Deck) -> None:
    """The lane with its name in the margin."""
    box = Box(scale.left, top, scale.right, top + HEIGHT)
    blocks = Box(box.left, top, box.right, top + BLOCKS)
    words = Box(box.left, top + BLOCKS, box.right, top + BLOCKS + WORDS)
    levels = Box(box.left, words.bottom, box.right, box.bottom)
    paper.box(box, LANE)
    paper.text(16, top + BLOCKS // 2, f"Deck {number}", TEXT, NORMAL + 2)
    _levels(paper, scale, levels, deck)
    _blocks(paper, scale, blocks, deck.chunks)
    _words(paper, scale, words, deck.chunks)
    _alpha(paper, scale, levels, deck.chunks)
    _held(paper, scale, blocks, levels, deck)
    if not deck.chunks:
        paper.text(16, words.top + WORDS // 4, "silent", FAINT, SMALL)


def colour_of(chunk: Chunk) -> RGB:
    """By its category."""
    return CATEGORIES.get(chunk.job.category, OTHER)


# --- blocks and words ------------------------------------------------------------------------------------------------


def _blocks(paper: Paper, scale: Scale, row: Box, chunks: Iterable[Chunk]) -> None:
    for run in runs(chunks, lambda chunk: (chunk.job.category, chunk.start)[:1]):
        colour = colour_of(run[0])
        for at, chunk in enumerate(run):
            box = _across(scale, row, chunk.start, chunk.end)
            paper.box(box, mixed(colour, BACKGROUND, 0.12 if at % 2 or box.width < SEAM else 0.24))
        whole = _across(scale, row, run[0].start, run[-1].end)
        name = min(whole.width, 8 + _name(paper, whole, run[0].job.category))
        _seeds(paper, scale, row, run, whole.left + name)


def _name(paper: Paper, box: Box, category: str) -> int:
    """The category in words, or its first letter where there is no room; how many pixels that took."""
    from liveriff.engine.overview.paper import length

    for words in (category, category[:1].upper()):
        if length(words, SMALL) <= box.width - 6:
            paper.text(box.left + 4, (box.top + box.bottom) // 2, words, BACKGROUND, SMALL)
            return round(length(words, SMALL))
    return 0


def _seeds(paper: Paper, scale: Scale, row: Box, chunks: Iterable[Chunk], left: int) -> None:
    """Seeds, each where it begins, as far as there is room beside the last."""
    for run in runs(chunks, lambda chunk: chunk.job.seed):
        box = _across(scale, row, run[0].start, run[-1].end)
        box = box._replace(left=max(box.left, left))
        if paper.label(box, str(run[0].job.seed), mixed(BACKGROUND, colour_of(run[0]), 0.2), SMALL, least=10_000):
            left = box.left + SEED_GAP


def _words(paper: Paper, scale: Scale, row: Box, chunks: Iterable[Chunk]) -> None:
    for run in runs(chunks, lambda chunk: (chunk.job.prompt_a, chunk.job.prompt_b)):
        box = _across(scale, row, run[0].start, run[-1].end)
        if paper.paragraph(box, _prompt(run), DIM, SMALL + 1):
            paper.box(Box(box.left, box.top, box.left + 1, box.bottom), mixed(LANE, colour_of(run[0]), 0.6))


def _prompt(run: list[Chunk]) -> str:
    """Words of prompts that sounded, joined where the hand was between them."""
    one, other = run[0].job.prompt_a, run[0].job.prompt_b
    alphas = [chunk.job.alpha for chunk in run]
    if one == other or not other or max(alphas) < 0.01:
        return one
    return other if min(alphas) > 0.99 else f"{one} > {other}"


# --- curves and states -----------------------------------------------------------------------------------------------


def _levels(paper: Paper, scale: Scale, row: Box, deck: Deck) -> None:
    """The curve in the colour of what made it."""
    heights = scale.columns(deck.levels)
    for run in runs(deck.chunks, lambda chunk: chunk.job.category):
        left, right = scale.x(run[0].start), scale.x(run[-1].end)
        colour = colour_of(run[0])
        part = heights[left - scale.left : right - scale.left]
        paper.columns(row._replace(left=left, right=right), part, mixed(LANE, colour, 0.34), mixed(LANE, colour, 0.8))


def _alpha(paper: Paper, scale: Scale, row: Box, chunks: Iterable[Chunk]) -> None:
    """Prompt a at the bottom, b on top; only where they differ and the hand has left a."""
    for run in runs(chunks, lambda chunk: (chunk.job.prompt_a, chunk.job.prompt_b)):
        job = run[0].job
        if job.prompt_a != job.prompt_b and any(chunk.job.alpha > 0 for chunk in run):
            height = row.height - 5
            points = [(scale.x(chunk.start), row.bottom - 3 - round(chunk.job.alpha * height)) for chunk in run]
            paper.steps(points, scale.x(run[-1].end) - 1, ALPHA)


def _held(paper: Paper, scale: Scale, blocks: Box, levels: Box, deck: Deck) -> None:
    for span in deck.mutes:
        paper.hatch(_across(scale, levels, *span[:2]), MUTED)
        _tag(paper, scale, levels, span, "mute")
    for span in deck.freezes:
        box = _across(scale, blocks, *span[:2])
        paper.box(box._replace(bottom=box.top + 2), FROZEN)
        paper.box(box._replace(top=levels.bottom - 2, bottom=levels.bottom), FROZEN)
        _tag(paper, scale, levels, span, "freeze")


def _tag(paper: Paper, scale: Scale, levels: Box, span: Span, word: str) -> None:
    from liveriff.engine.overview.paper import length

    box = _across(scale, levels, span.start, span.end)
    wide = round(length(word, SMALL)) + 8
    if wide + 4 <= box.width:
        low = 15 if word == "mute" else 0
        tag = Box(box.left + 2, box.top + low + 1, box.left + 2 + wide, box.top + low + 14)
        paper.box(tag, LANE)
        paper.label(tag, word, FROZEN if word == "freeze" else DIM, SMALL)


def _across(scale: Scale, row: Box, start: float, end: float) -> Box:
    """The part of a row between two moments; a pixel at least."""
    left = min(scale.x(start), scale.right - 1)
    return row._replace(left=left, right=max(scale.x(end), left + 1))
