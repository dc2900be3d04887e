"""What the parts of the engine share: one object, made by the hub, handed to all. Engine's loop only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from liveriff.control.mapping.bindings import Binding
from liveriff.engine import autogain
from liveriff.engine.chronicler import Chronicler
from liveriff.engine.deckbook import DeckBook
from liveriff.engine.modelbook import ModelBook
from liveriff.engine.moment import Chunk, Speed, Wish
from liveriff.engine.options import PlayOptions
from liveriff.engine.pads import PadBook
from liveriff.engine.playing import Player
from liveriff.engine.recorder import Recorder
from liveriff.engine.rendering import Renderer
from liveriff.engine.tally import Tally
from liveriff.engine.timekeeper import TimeKeeper
from liveriff.engine.troubles import Troubles
from liveriff.params.registry import Registry
from liveriff.wire.messages import Picture, Point, Strip, Swap

if TYPE_CHECKING:
    from liveriff.engine.autosave import Autosave
    from liveriff.engine.listener import Listener
    from liveriff.engine.presets import Presets
    from liveriff.engine.scenes import Scene
    from liveriff.engine.scenes_live import SceneTurns

FADE_S: Mapping[str, float] = {"drums": 0.008}  # a crossfade into drums is short: hits must stay sharp
OTHER_FADE_S = 0.03


@dataclass
class Stage:
    """registry: the parameters; book, pads: what every deck and pad has; player, renderer, time, recorder, log: set
    once the sink is open; wishes: what each deck should sound like, at the last look; pictures: of chunks, by slot;
    turned: decks whose prompts have changed places; models: what is known of them;
    soon: look at the moment again; notice: tell the performer one sentence; bindings: of controls, those of the
    scene; scene: the one that plays, as it was written; since: the
    phrase in which it began; scenes: how another takes its place; presets:
    follow the decks'; autosave: keeps the state; listener: has what comes in, if that was asked for."""

    registry: Registry
    options: PlayOptions
    book: DeckBook
    pads: PadBook
    notice: Callable[[str], None]
    soon: Callable[[], None]
    tally: Tally = field(default_factory=Tally)
    troubles: Troubles = field(default_factory=Troubles)
    speed: Speed = field(default_factory=Speed)
    wishes: dict[int, Wish] = field(default_factory=dict)
    pictures: dict[int, Picture] = field(default_factory=dict)
    turned: set[int] = field(default_factory=set)
    models: ModelBook = field(default_factory=ModelBook)
    bindings: tuple[Binding, ...] = ()
    scene: Scene | None = None
    since: int = 0
    listener: Listener | None = None
    scenes: SceneTurns = field(init=False)
    presets: Presets = field(init=False)
    autosave: Autosave = field(init=False)
    player: Player = field(init=False)
    renderer: Renderer = field(init=False)
    time: TimeKeeper = field(init=False)
    recorder: Recorder = field(init=False)
    log: Chronicler = field(init=False)

    def send_swap(self, deck: int, chunk: Chunk | None, at: Fraction | None) -> None:
        """Let a deck play a chunk, or nothing, from a beat on."""
        self.player.send(swap(deck, chunk, at, self.time.rate, self.gain(chunk) if chunk else 1.0))

    def send_strip(self, deck: int, lead: Chunk, chunks: Sequence[Chunk], fresh: tuple[int, ...]) -> None:
        """Let what a deck plays be one of several chunks that its alpha fades between; fresh: slots not sent yet."""
        points = tuple(Point(chunk.job.alpha, chunk.slot, self.gain(chunk)) for chunk in chunks)
        self.player.send(Strip(deck, lead.slot, lead.job.frames, lead.job.beats, Fraction(0), points, fresh))

    def gain(self, chunk: Chunk) -> float:
        """What a chunk is multiplied by, so that it is as loud as others of its kind."""
        if not self.registry.get("/master/autogain"):
            return 1.0
        return autogain.gain(chunk.job.category, chunk.loudness)


def swap(deck: int, chunk: Chunk | None, at: Fraction | None, rate: int, gain: float = 1.0) -> Swap:
    """The message for it. Every loop is counted from beat 0, so that all decks stay in phase with the phrase wherever
    they come in."""
    if chunk is None:
        return Swap(deck, None, 0, 0, Fraction(0), at, round(OTHER_FADE_S * rate))
    fade = round(FADE_S.get(chunk.job.category, OTHER_FADE_S) * rate)
    return Swap(deck, chunk.slot, chunk.job.frames, chunk.job.beats, Fraction(0), at, fade, gain)
