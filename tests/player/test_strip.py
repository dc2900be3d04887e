"""Strips: chunks of one loop at several alphas, and the hand between them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.player.kernels import Kernels
from liveriff.player.layers import StripChange
from liveriff.player.loop import Source
from liveriff.player.strip import Place, likeness, strip_of
from liveriff.wire.messages import Released
from player.rig import LOOPS, NUMBA, NUMPY, Rig, Sound, noise, sine, steps

BEAT = 24000  # at 120 BPM and 48 kHz
ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)


def strip(chunks: list[Sound], alphas: tuple[float, ...] = ALPHAS, main: int = 0, gain: float = 1.0) -> Source:
    """A loop of one beat whose chunks lie in slots 0, 1 ..."""
    places = [Place(alpha, i, chunk, gain) for i, (alpha, chunk) in enumerate(zip(alphas, chunks, strict=True))]
    made = strip_of(places, len(chunks[0]))
    return Source(main, chunks[main], len(chunks[0]), 1, Fraction(0), made)


def playing(source: Source, block: int = 256, alpha: float = 0.0, kernels: Kernels = NUMBA) -> Rig:
    """A rig whose deck 1 plays the strip's own chunk since frame 0, and has been told of the strip."""
    rig = Rig(block=block, kernels=kernels)
    turn(rig, alpha)
    rig.mixer.desk.hands._ramps[0] = alpha
    rig.swap(source.chunk, slot=source.slot)
    rig.grid()
    rig.mixer.apply(StripChange(1, source))
    return rig


def turn(rig: Rig, alpha: float) -> None:
    """The hand goes to an alpha."""
    rig.mixer.desk.hands.goals[0] = alpha


def family(share: float, count: int = 5) -> list[Sound]:
    """Noises of one level whose neighbours have a correlation of ``share``."""
    made = [noise(BEAT, 1)]
    for seed in range(2, count + 1):
        made.append((share * made[-1] + (1 - share**2) ** 0.5 * noise(BEAT, seed)).astype(np.float32))
    return made


def level(sound: Sound) -> float:
    """RMS in dB."""
    return float(20 * np.log10(np.sqrt(np.square(sound, dtype=np.float64).mean())))


@pytest.mark.parametrize("kernels", [NUMBA, NUMPY, LOOPS], ids=lambda kernels: kernels.name)
@pytest.mark.parametrize("place", range(5))
def test_on_a_point_its_chunk_is_heard_bit_for_bit(place: int, kernels: Kernels) -> None:
    chunks = family(0.5)
    rig = playing(strip(chunks), alpha=ALPHAS[place], kernels=kernels, block=1024)
    heard = rig.play(2 * BEAT)
    np.testing.assert_array_equal(heard[BEAT : 2 * BEAT], chunks[place])


@pytest.mark.parametrize("share", [-0.3, 0.0, 0.5, 0.9, 1.0])
def test_the_level_along_the_strip_is_the_straight_line_between_its_ends(share: float) -> None:
    loud = [1.0, 0.93, 0.87, 0.82, 0.76]
    chunks = [(chunk * gain).astype(np.float32) for chunk, gain in zip(family(share), loud, strict=True)]
    ends = level(chunks[0]), level(chunks[-1])
    for alpha in np.linspace(0, 1, 17):
        rig = playing(strip(chunks), alpha=float(alpha), block=1024)
        heard = rig.play(2 * BEAT)[BEAT : 2 * BEAT]
        assert abs(level(heard) - (ends[0] + (ends[1] - ends[0]) * alpha)) < 0.3


def test_a_sweep_does_not_click() -> None:
    chunks = [sine(BEAT, cycles) for cycles in (100, 103, 99, 101, 102)]
    rig = playing(strip(chunks))
    loudest = max(steps(chunk).max() for chunk in chunks)
    for alpha in (*np.linspace(0, 1, 40), *np.linspace(1, 0, 40), 1.0, 0.0, 0.3, 0.9):
        turn(rig, float(alpha))
        rig.play(rig.frame + 900)
    heard = rig.heard
    assert steps(heard[1:]).max() <= 2.2 * loudest  # sines of equal power add up to 1.41, and gains move; a click is 30


def test_a_turn_is_heard_within_a_block_and_rests_after_some_milliseconds() -> None:
    chunks = family(0.0)
    rig = playing(strip(chunks))
    rig.play(BEAT)
    turn(rig, 1.0)
    at = rig.frame + rig.mixer.limiter.depth
    heard = rig.play(4 * BEAT)
    lag = np.arange(len(heard))
    differs = np.flatnonzero(heard[:, 0] != chunks[0][lag % BEAT, 0])
    assert at <= differs[0] <= at + 2 * 64
    arrived = np.flatnonzero(heard[:, 0] != chunks[4][lag % BEAT, 0])
    assert arrived[arrived > at].max() < at + 0.06 * 48000


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3000), st.floats(0, 1)), min_size=1, max_size=4), st.sampled_from([320, 100]))
def test_the_size_of_blocks_changes_nothing(turns: list[tuple[int, float]], block: int) -> None:
    chunks = family(0.4)

    def play(size: int) -> Sound:
        rig = playing(strip(chunks), block=size)
        rig.play(3200)
        at = rig.frame
        for frames, alpha in turns:  # turned where blocks of both sizes begin
            turn(rig, alpha)
            at += -(-frames // 3200) * 3200
            rig.play(at)
        return rig.heard[:at]

    np.testing.assert_array_equal(play(block), play(3200))


def test_a_strip_that_arrives_under_a_resting_hand_is_not_heard() -> None:
    chunks = family(0.7)
    rig = playing(strip(chunks))
    rig.play(BEAT)
    alone = Rig()
    alone.swap(chunks[0])
    alone.grid()
    np.testing.assert_array_equal(rig.heard, alone.play(BEAT)[: len(rig.heard)])


def test_another_point_comes_in_without_a_click_and_is_then_heard_alone() -> None:
    chunks = [sine(BEAT, cycles) for cycles in (100, 101, 99, 102, 103)]
    exact = sine(BEAT, 98)
    rig = playing(strip(chunks), alpha=0.6)
    rig.play(BEAT)
    more = strip([*chunks[:3], exact, *chunks[3:]], (0.0, 0.25, 0.5, 0.6, 0.75, 1.0))
    rig.mixer.apply(StripChange(1, more))
    heard = rig.play(3 * BEAT)
    np.testing.assert_array_equal(heard[2 * BEAT : 3 * BEAT], exact)
    assert steps(heard[1:]).max() <= 1.45 * max(steps(chunk).max() for chunk in chunks)


def test_a_chunk_is_played_with_its_gain() -> None:
    chunk = noise(BEAT)
    rig = playing(strip([chunk], (0.0,), gain=0.5))
    np.testing.assert_array_equal(rig.play(2 * BEAT)[BEAT : 2 * BEAT], chunk * np.float32(0.5))


def test_a_strip_for_a_loop_that_is_gone_is_given_back() -> None:
    rig = playing(strip(family(0.5)))
    rig.play(BEAT)
    rig.swap(noise(BEAT, 9), slot=9)
    rig.play(2 * BEAT)
    late = strip(family(0.5))
    rig.mixer.apply(StripChange(1, late, (7,)))  # the others were given back with the loop, and may hold another by now
    assert sorted(m.slot for m in rig.said if isinstance(m, Released)) == [0, 1, 2, 3, 4, 7]
    np.testing.assert_array_equal(rig.play(4 * BEAT)[3 * BEAT : 4 * BEAT], noise(BEAT, 9))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_slot_of_a_strip_is_given_back_once(seed: int) -> None:
    """Swaps and strips in any order: what was handed over is in use, or came back exactly once."""
    rng, rig = np.random.default_rng(seed), Rig(block=512)
    rig.grid()
    slot, given, main = 0, set(), 0
    chunk = sine(2400, 8)
    for _ in range(40):
        if rng.random() < 0.4:
            at = None if rng.random() < 0.6 else int(rig.frame / BEAT + rng.integers(0, 3))
            rig.swap(chunk, slot=slot, at=at, fade=int(rng.integers(0, 3000)))
            given.add(slot)
            main, slot = slot, slot + 1
        elif given:
            more = tuple(range(slot, slot + int(rng.integers(1, 4))))
            places = [Place(0.0, main, chunk), *(Place((i + 1) / 5, s, chunk) for i, s in enumerate(more))]
            source = Source(main, chunk, 2400, 1, Fraction(0), strip_of(places, 2400))
            rig.mixer.apply(StripChange(1, source, more))
            given.update(more)
            slot += len(more)
        turn(rig, float(rng.random()))
        rig.play(rig.frame + int(rng.integers(0, 6000)))
    used = {s for deck in rig.mixer.decks for s in deck.slots()}
    released = [m.slot for m in rig.said if isinstance(m, Released)]
    assert sorted([*released, *used]) == sorted(given)


def test_alphas_of_a_strip_ascend() -> None:
    with pytest.raises(ValueError, match="ascend"):
        strip_of([Place(0.5, 0, noise(100)), Place(0.5, 1, noise(100))], 100)


def test_likeness_is_bounded_and_of_silence_nothing() -> None:
    a = noise(1000)
    assert likeness(a, a) == pytest.approx(1.0)
    assert likeness(a, -a) == -0.5
    assert likeness(a, np.zeros_like(a)) == 0.0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_kernels_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, phase = int(rng.integers(1, 900)), int(rng.integers(0, 64))
    start, goal, pull = rng.random(2), float(rng.random()), float(rng.random())
    results = []
    for kernels in (NUMBA, NUMPY, LOOPS):
        state, values = start.copy(), np.zeros(n)
        kernels.glide(values, state, goal, phase, pull)
        weight = np.zeros(n)
        kernels.morph(weight, np.full(n, 0.7), values, np.array([0.2, 0.5, 0.6, 0.3, -0.4, 1.2]))
        results.append((values, state, weight))
    for values, state, weight in results[1:]:
        np.testing.assert_allclose(values, results[0][0], rtol=1e-12)
        np.testing.assert_allclose(state, results[0][1], rtol=1e-12)
        np.testing.assert_allclose(weight, results[0][2], rtol=1e-9, atol=1e-12)
