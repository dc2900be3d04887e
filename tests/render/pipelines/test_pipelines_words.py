"""What jobs say in words, and what lies between two prompts."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from liveriff.params.words import CHUNKS, HITS
from liveriff.render.pipelines.request import Memory, Request
from liveriff.render.pipelines.texts import Speech
from liveriff.render.pipelines.words import LOOPS, SHOTS, words
from liveriff.wire.job import Job

BASS = Job(category="bass", beats=8, bpm_cents=12800, tonic=9, mode="minor")


@pytest.mark.parametrize(
    ("job", "prompt", "told"),
    [
        (BASS, "warm sub ", "bass line loop, warm sub, 128 BPM, A minor"),
        (replace(BASS, bpm_cents=9375, tonic=None), "", "bass line loop, 94 BPM"),
        (replace(BASS, category="drums"), "dusty", "drum loop, dusty, 128 BPM"),
        (replace(BASS, beats=0, milliseconds=500), "fat", "bass note, one shot, fat, A minor"),
        (replace(BASS, category="kick", beats=0, milliseconds=500), "909", "kick drum, one shot, 909"),
    ],
)
def test_category_prompt_tempo_and_key(job: Job, prompt: str, told: str) -> None:
    assert words(job, prompt, {}) == told


def test_a_checkpoint_may_have_its_own_words() -> None:
    assert words(BASS, "x", {"bass": "deep bass"}).startswith("deep bass, x")
    assert words(BASS, "x", {"bass": ""}).startswith("x, ")


def test_every_category_has_words() -> None:
    assert set(LOOPS) == set(CHUNKS)
    assert set(SHOTS) == set(HITS)


# --- between two prompts ----------------------------------------------------------------------------------------------


def said(length: int, seed: int) -> Speech:
    dice = torch.Generator().manual_seed(seed)
    return Speech(
        torch.randn(1, 8, 4, generator=dice), torch.randn(1, length, 3, generator=dice), torch.ones(1, length)
    )


@given(alpha=st.floats(0.0, 1.0), one=st.integers(1, 6), other=st.integers(1, 6))
def test_tokens_of_one_prompt_only_count_as_much_as_it_does(alpha: float, one: int, other: int) -> None:
    a, b = said(one, 0), said(other, 1)
    between = a.towards(b, alpha)
    assert between.length == max(one, other)
    both = min(one, other)
    assert torch.allclose(between.weights[:, :both], torch.ones(1, both))
    share = alpha if other > one else 1.0 - alpha
    assert torch.allclose(between.weights[:, both:], torch.full((1, between.length - both), share), atol=1e-6)
    longer = b if other > one else a
    if share > 1e-3:
        assert torch.allclose(between.tokens[:, both:], longer.tokens[:, both:], atol=1e-4)
    assert torch.allclose(
        between.tokens[:, :both], torch.lerp(a.tokens[:, :both], b.tokens[:, :both], alpha), atol=1e-5
    )


def request_of(alpha: float, texts: tuple[str, str] = ("a", "b")) -> Request:
    return Request(texts, "", alpha, 1.0, 4, 0, 0.0, 100)


def test_the_ends_ask_for_nothing_but_themselves() -> None:
    asked: list[str] = []

    def told(text: str) -> str:
        asked.append(text)
        return text

    def mix(one: str, other: str, alpha: float) -> str:
        return f"{one}{other}{alpha}"

    assert [request_of(alpha).mixed(told, mix) for alpha in (0.0, 1.0, 0.5)] == ["a", "b", "ab0.5"]
    assert asked == ["a", "b", "a", "b"]
    assert request_of(0.5, ("a", "a")).mixed(told, mix) == "a"


def test_a_prompt_is_encoded_once_until_many_others_came() -> None:
    asked: list[str] = []
    memory: Memory[str] = Memory(lambda text: asked.append(text) or text)
    for text in ("a", "b", "a", *map(str, range(64)), "a"):
        assert memory(text) == text
    assert asked.count("b") == 1
    assert asked.count("a") == 2


# --- noise ------------------------------------------------------------------------------------------------------------


def test_noise_of_a_seed_begins_alike_at_every_length() -> None:
    request = replace(request_of(0.0), seed=5, drift=0.0)
    assert torch.equal(request.noise(3, 300)[..., :100], request.noise(3, 100))
    assert not torch.equal(request.noise(3, 100), request.noise(3, 100, step=1))


def test_drift_ends_in_the_next_seed_at_every_step() -> None:
    drifted, following = (replace(request_of(0.0), seed=5 + more, drift=1.0 - more) for more in (0, 1))
    for step in (0, 2):
        assert torch.equal(drifted.noise(2, 50, step), following.noise(2, 50, step))
