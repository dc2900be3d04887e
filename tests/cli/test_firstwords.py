"""What a performer is told first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from liveriff.cli.firstwords import Stage, advice, welcome

ALL = Stage("device", "device", True, ("APC mini mk2",), "http://127.0.0.1:8080", 8, "cuda", True)


def test_who_has_everything_is_told_nothing() -> None:
    assert advice(ALL) == []


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (replace(ALL, sink="null"), "No sound card: playing silently, in time."),
        (replace(ALL, controllers=()), "keys 1 to 0 hit pads, browsers play at http://127.0.0.1:8080"),
        (replace(ALL, controllers=(), keys=False, door=""), "No controller: plug one in at any time."),
        (replace(ALL, accelerator="cpu"), "8 cores"),
        (replace(ALL, accelerator="cpu", cores=1), "one core"),
        (replace(ALL, kernels="numpy"), "16 strokes of pads sound at once in place of 64. Install it with"),
    ],
)
def test_what_is_missing_is_told_with_what_to_do(found: Stage, told: str) -> None:
    (sentence,) = advice(found)
    assert told in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize("sink", ["null", "wav:a.wav"])
def test_silence_that_was_asked_for_is_no_news(sink: str) -> None:
    assert advice(replace(ALL, asked=sink, sink=sink.partition(":")[0])) == []


def test_the_welcome_fits_and_says_what_to_do() -> None:
    lines = welcome().splitlines()
    assert len(lines) <= 11
    assert max(len(line) for line in lines) <= 100
    assert any(line.startswith("First sound: liveriff play") for line in lines)
    assert "techno" in welcome()
