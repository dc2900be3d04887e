"""What each deck does, published: its state in a word, its queue, the picture of what comes. Engine's loop only."""

from __future__ import annotations

from liveriff.engine.board import Board
from liveriff.engine.moment import DeckState, Wish
from liveriff.engine.promises import Promises
from liveriff.engine.queue import Item, Moment, line, queues
from liveriff.engine.stage import Stage
from liveriff.engine.strips import share

COMING = ("landing", "ready", "rendering")
STANDS_IN = "standing in"


class Decks:
    """``tick`` is called ten times a second."""

    def __init__(self, stage: Stage, board: Board) -> None:
        """Nothing is published before the first tick."""
        self._stage, self._board = stage, board
        self._promises = Promises.none()

    def tick(self) -> None:
        """Publish what has changed."""
        moment = self._moment()
        for deck, items in queues(moment, self._promises.look(moment)).items():
            state = moment.decks[deck]
            self._board.show(f"/deck/{deck}/chunks", "\n".join(map(line, items)))
            self._board.show(f"/deck/{deck}/state", STANDS_IN if self._stands_in(deck) else word(items))
            self._board.show(f"/deck/{deck}/strip", share(state))
            self._board.show(f"/deck/{deck}/queue", next_s(items, state))
            self._board.show(f"/deck/{deck}/coming", self._picture(deck, coming(items, state)))

    def _stands_in(self, deck: int) -> bool:
        """Whether another model plays in the place of the deck's own."""
        stage = self._stage
        want, playing = stage.wishes.get(deck, Wish(None)).now, stage.book.states[deck].playing
        if want is None or playing is None:
            return False
        return playing.job.model == want.model != str(stage.registry.get(f"/deck/{deck}/model"))

    def _moment(self) -> Moment:
        stage, made = self._stage, self._stage.renderer
        return Moment(
            stage.time.now(), stage.book.states, stage.wishes, made.flights, made.shares, stage.speed, made.room
        )

    def _picture(self, deck: int, item: Item | None) -> bytes:
        stage = self._stage
        if item is None:
            return b""
        picture = stage.renderer.preview(deck, item.job) if item.slot is None else stage.pictures.get(item.slot)
        return picture.pixels if picture is not None else b""


def word(items: tuple[Item, ...]) -> str:
    """The deck in a word: what is being done for it, else what it does itself."""
    states = [item.state for item in items]
    for busy in ("bridging", "rendering", "landing"):
        if busy in states:
            return busy
    if "ready" in states:
        return "ready"
    return "playing" if "playing" in states else "silent"


def coming(items: tuple[Item, ...], state: DeckState) -> Item | None:
    """The first chunk of the queue that does not sound yet and of which there is something to see."""
    playing = state.playing.slot if state.playing else None
    return next((item for item in items if item.state in COMING and (item.slot is None or item.slot != playing)), None)


def next_s(items: tuple[Item, ...], state: DeckState) -> float:
    """Seconds until the next chunk that is on its way will be heard, to 0.1; -1 for never."""
    item = coming(items, state)
    return -1.0 if item is None or item.seconds is None else round(item.seconds, 1)
