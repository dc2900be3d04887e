"""The queue of a deck: what its text says, on one line and on several."""

from __future__ import annotations

import pytest
from textual.widget import Widget
from ui_single import Single
from ui_stage import CHUNKS, staged

from liveriff.ui.lines import chunks
from liveriff.ui.look import STATES
from liveriff.ui.widgets.queue import WORDS, Queue, timing


def lines(widget: Widget) -> list[str]:
    return [line.text.rstrip() for line in widget.render_lines(widget.size.region)]


def line(state: str, seconds: str = "-", share: str = "0.00") -> str:
    return f"{state}\t{seconds}\t{share}\tdrums\t7\t0.00\twords"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (line("playing", "0.0", "1.00"), ""),
        (line("landing", "1.4", "1.00"), "1.4s"),
        (line("rendering", "-", "0.42"), "42%"),
        (line("rendering", "5.3", "0.42"), "42% 5.3s"),
        (line("planned"), ""),
    ],
)
def test_when_and_how_far(text: str, expected: str) -> None:
    assert timing(chunks(text)[0]) == expected


async def test_a_strip_says_each_chunk_in_a_sign_and_a_word() -> None:
    app = Single(staged())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        queue = app.view.query(Queue).first()
        assert queue.size.height == 1
        assert lines(queue) == ["▶ now › ↓ lands 1.4s › ◐ makes 42% 5.3s › ○ planned 9.1s"]


async def test_a_list_says_more_and_only_changed_lines_are_painted() -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause(0.2)
        queue = app.view.query(Queue).first()
        before = queue.render_lines(queue.size.region)
        assert lines(queue)[1].split() == ["↓", "lands", "1.4s", "DR", "202", *lines(queue)[1].split()[5:]]
        painted = []
        refresh = queue.refresh
        queue.refresh = lambda *regions, **how: painted.extend(regions) or refresh(*regions, **how)  # type: ignore[method-assign,func-returns-value]
        link.registry.publish("/deck/1/chunks", "\n".join(CHUNKS).replace("1.4", "1.3"))
        while "1.3s" not in lines(queue)[1]:
            await pilot.pause(0.05)
        assert [region.y for region in painted] == [1]
        assert queue.render_lines(queue.size.region)[0] == before[0]


async def test_what_does_not_fit_is_left_out_whole() -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        link.registry.publish("/deck/1/chunks", "\n".join([line("ready", "10.5", "1.00")] * 6))
        await pilot.pause(0.3)
        (text,) = lines(app.view.query(Queue).first())
        assert text.startswith("● ready 10.5s › ● ready 10.5s")
        assert text.endswith("10.5s")


async def test_an_empty_queue_and_a_state_of_another_version() -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        link.registry.publish("/deck/1/chunks", "")
        link.registry.publish("/deck/2/chunks", line("dreaming"))
        await pilot.pause(0.3)
        first, second = list(app.view.query(Queue))[:2]
        assert lines(first) == ["nothing in the queue"]
        assert lines(second) == ["? dreaming"]


async def test_ascii_has_words_and_ascii_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVERIFF_ASCII", "1")
    app = Single(staged())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        (text,) = lines(app.view.query(Queue).first())
        assert text == "> now > v lands 1.4s > * makes 42% 5.3s > . planned 9.1s"


def test_no_two_states_share_sign_and_word() -> None:
    for plain in (False, True):
        shown = {(mark.plain if plain else mark.sign, WORDS.get(state, state)) for state, mark in STATES.items()}
        assert len(shown) == len(STATES)
