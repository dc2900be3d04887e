"""Playing a log again: the score of each player's life, block by block, to the very samples that were played.

Reads what ``journal_score`` has told; the mixing is ``player.offline``'s. Any thread; no clock, no sink, no registry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from liveriff.engine import journal
from liveriff.engine.journal import RATES
from liveriff.engine.journal_fields import FieldError, checked
from liveriff.engine.journal_input import LOST, KeptInput
from liveriff.engine.journal_score import sounds_folder
from liveriff.errors import UsageError
from liveriff.music.grid import Grid
from liveriff.params.table import panel_names
from liveriff.player.offline import Offline, Taken
from liveriff.wire import messages

Samples = NDArray[np.float32]
MOST_BLOCK = 1 << 16  # frames
MOST_GAIN = 1000.0


class Sounds(Protocol):
    """Where sounds of a log come from; see ``replay_sounds``."""

    def get(self, sound: journal.Sound) -> Samples:
        """Its samples, (frames, 2)."""


@dataclass
class Life:
    """What one player took. sent: messages by number; blocks: in order; input: the file of what it heard come in, or
    ""."""

    begin: journal.Life
    input: str = ""
    sent: dict[int, journal.Sent] = field(default_factory=dict)
    blocks: list[journal.Block] = field(default_factory=list)

    def add(self, block: journal.Block) -> None:
        """One more; the engine may have looked while the player was writing, and told of one block in two parts."""
        last = self.blocks[-1] if self.blocks else None
        if last is None or last.frame != block.frame:
            self.blocks.append(block)
            return
        self.blocks[-1] = replace(
            last,
            length=block.length or last.length,
            panel={**last.panel, **block.panel},
            told=max(last.told, block.told),
            strokes=(*last.strokes, *block.strokes),
            leave=last.leave if block.leave is None else block.leave,
        )

    @property
    def frames(self) -> int:
        """How far it is known to have played: to the block of the last note, which at an orderly end is none."""
        return self.blocks[-1].frame if self.blocks else 0


def lives(log: journal.Log, path: str | Path) -> list[Life]:
    """The score of a log; UsageError where it holds none, or not all of it."""
    found: list[Life] = []
    for event in log.events:
        if isinstance(event, journal.Life):
            found.append(Life(event))
        elif isinstance(event, journal.Sent) and found:
            found[-1].sent[event.number] = event
        elif isinstance(event, journal.Block) and found:
            found[-1].add(event)
        elif isinstance(event, journal.Input) and found:
            found[-1].input = event.file
        elif isinstance(event, journal.Fault) and event.what in ("note of the score", LOST):
            raise UsageError(
                f"{path}: the machine was too busy to write down all that was played; it cannot be replayed."
            )
    if not found:
        raise UsageError(f"{path} holds no score: it was written by an older liveriff, or nothing was played.")
    return found


def play(log: journal.Log, path: str | Path, sounds: Sounds) -> Iterator[Samples]:
    """All that was played from the first downbeat on, piece by piece, (frames, 2); lives follow each other without a
    gap. UsageError for a log that does not fit this version."""
    for life in lives(log, path):
        _check(life, path)
        heard = _input(life, path)
        player = Offline(log.header.rate, life.begin.block, life.begin.limit, panel_names(), heard=heard)
        try:
            for frames, taken in _steps(life, path, sounds):
                yield _played(player, frames, taken, path)
        finally:
            player.close()


def _played(player: Offline, frames: int, taken: Taken | None, path: str | Path) -> Samples:
    """One block. UsageError where the score tells the player what no engine has told one."""
    try:
        return player.block(frames, taken)
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        at = f"frame {player.frame}"
        raise UsageError(
            f"{path}: the score cannot be played at {at} ({type(error).__name__}); it is damaged."
        ) from error


def _check(life: Life, path: str | Path) -> None:
    """UsageError for blocks that no sink asks for: a score of those would never end, or need more memory than there
    is."""
    lengths = {life.begin.block, *(block.length for block in life.blocks if block.length)}
    if wrong := [each for each in lengths if not 1 <= each <= MOST_BLOCK]:
        raise UsageError(f"{path}: no block has {str(wrong[0])[:40]} frames; the score is damaged.")


def _input(life: Life, path: str | Path) -> KeptInput | None:
    """What came in; UsageError where it is not there."""
    if not life.input:
        return None
    file = sounds_folder(Path(path)) / Path(life.input).name
    try:
        return KeptInput(file)
    except OSError:
        raise UsageError(f"what came in by the sound input is not in {file.parent}; copy that folder too.") from None


def message_of(told: Mapping[str, object]) -> object:
    """The message that ``journal_score.plain`` has told. FieldError where there is none like it."""
    kind = getattr(messages, str(told.get("type", "")), None)
    if not isinstance(kind, type) or not hasattr(kind, "__dataclass_fields__"):
        raise FieldError(f"there is no message {str(told.get('type'))[:40]!r}")
    message: object = checked(kind, {name: value for name, value in told.items() if name != "type"})
    if wrong := "; ".join(_beyond(message)):
        raise FieldError(wrong)
    return message


def _beyond(value: object) -> Iterator[str]:
    """What of a message no player can take."""
    if isinstance(value, Grid) and not (journal.is_tempo(value.bpm_cents) and RATES[0] <= value.rate <= RATES[1]):
        yield f"there is no grid of {str(value.bpm_cents)[:40]} hundredths of a BPM at a rate of {str(value.rate)[:40]}"
    if abs(float(getattr(value, "gain", 0.0))) > MOST_GAIN:
        yield "gain cannot be so much"
    parts = vars(value).values() if is_dataclass(value) else value if isinstance(value, tuple) else ()
    for part in parts:
        yield from _beyond(part)


def _steps(life: Life, path: str | Path, sounds: Sounds) -> Iterator[tuple[int, Taken | None]]:
    """Length of every block, and what was taken before it."""
    frame, length, number = 0, life.begin.block, 0
    for block in life.blocks:
        while frame < min(block.frame, life.frames):
            yield length, None
            frame += length
        if block.frame >= life.frames and not _says(block):
            return
        if frame != block.frame:
            raise UsageError(f"{path}: the score has a hole at frame {frame}; it cannot be replayed.")
        length = block.length or length
        told = [life.sent[each] for each in sorted(life.sent) if number < each <= block.told]
        number = max(number, block.told)
        yield length, _taken(block, told, path, sounds)
        frame += length


def _says(block: journal.Block) -> bool:
    return bool(block.length or block.told or block.panel or block.strokes or block.leave is not None)


def _taken(block: journal.Block, told: list[journal.Sent], path: str | Path, sounds: Sounds) -> Taken:
    known = set(panel_names())
    for name in block.panel:
        if name not in known:
            raise UsageError(f"{path} was written by another liveriff: there is no {name} here.")
    panel = {name: -np.inf if value is None else value for name, value in block.panel.items()}
    try:
        heard = [(message_of(sent.message), {each.slot: sounds.get(each) for each in sent.sounds}) for sent in told]
    except FieldError as error:
        raise UsageError(f"{path} cannot be played again by this liveriff: {error}.") from None
    return Taken(panel, heard, block.strokes, block.leave)
