"""Modes on the small network: what must be exact is exact, what must be new is new, and lengths are kept."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from liveriff.errors import UsageError
from liveriff.render.backend import Cancelled
from liveriff.render.dance import modes
from liveriff.render.dance.mending import METHODS, Mending, extend, inpaint
from liveriff.render.dance.modes import Seed, generate, morph, vary
from liveriff.render.dance.net import Net
from liveriff.render.dance.noise import drifted, noise, slerp
from liveriff.render.dance.settings import Settings

from .conftest import TRAINED, clip

FEW = Settings(steps=6)


def always(_step: int, _of: int) -> bool:
    return True


def far(one: Tensor, other: Tensor) -> float:
    return float((one - other).abs().max())


# --- noise -----------------------------------------------------------------------------------------------------------


def test_a_longer_noise_begins_like_a_shorter_one() -> None:
    assert torch.equal(noise(3, 2, 20000)[..., :9000], noise(3, 2, 9000))
    assert far(noise(3, 2, 9000), noise(4, 2, 9000)) > 1.0
    assert abs(float(noise(3, 2, 50000).std()) - 1.0) < 0.01


def test_drift_leads_from_one_seed_to_the_next_and_stays_noise() -> None:
    assert torch.equal(drifted(3, 1.0, 2, 5000), noise(4, 2, 5000))
    assert torch.equal(drifted(3, 0.0, 2, 5000), noise(3, 2, 5000))
    assert abs(float(drifted(3, 0.5, 2, 5000).std()) - 1.0) < 0.02


def test_slerp_goes_channel_by_channel_along_the_arc() -> None:
    one = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    other = torch.tensor([[0.0, 1.0], [0.0, 4.0]])  # a right angle, and no angle at all
    middle = slerp(one, other, 0.5)
    assert torch.allclose(middle, torch.tensor([[math.sqrt(0.5), math.sqrt(0.5)], [0.0, 3.0]]), atol=1e-6)
    assert slerp(one, other, 0.0) is one
    assert slerp(one, other, 1.0) is other
    assert torch.isfinite(slerp(torch.zeros(1, 4), torch.ones(1, 4), 0.5)).all()


# --- generate and vary -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frames", [1, 47, 48, 1000, TRAINED + 5])
def test_any_length_is_made(net: Net, frames: int) -> None:
    assert generate(net, frames, Seed(1), FEW, always).shape == (2, frames)


def test_lengths_are_the_networks_multiples(net: Net) -> None:
    card = net.card
    assert (card.unit, card.shortest) == (16, 48)
    assert [card.fitting(n) for n in (1, 48, 49, 64, 65)] == [48, 48, 64, 64, 80]
    with pytest.raises(RuntimeError):  # the rule is the network's: a length beyond it cannot be
        net.velocity(torch.zeros(1, 2, 40), 0.5)
    with pytest.raises(UsageError, match="more than this model can make at once"):
        generate(net, card.longest + 1, Seed(1), FEW, always)


def test_a_longer_sound_is_the_same_seed(net: Net) -> None:
    """Not the same sound (attention hears all), but near it: the noise begins the same."""
    short, long = (generate(net, n, Seed(1), FEW, always) for n in (1600, 1700))
    other = generate(net, 1600, Seed(2), FEW, always)
    assert float((short - long[:, :1600]).std()) < 0.5 * float((short - other).std())


@pytest.mark.parametrize("sampler", ["ipndm", "ddim", "dpmpp-2m", "heun", "euler-ancestral"])
def test_strength_is_the_way_from_the_sound_to_a_new_one(net: Net, sampler: str) -> None:
    settings, sound = Settings(sampler=sampler, steps=6), clip(1)
    new = generate(net, 1000, Seed(5), settings, always)
    made = [vary(net, sound, level, Seed(5), settings, always) for level in (0.0, 0.05, 0.5, 1.0)]
    assert torch.equal(made[0], sound)
    assert torch.equal(made[3], new)
    assert 0.0 < far(made[1], sound) < far(made[2], sound)
    assert far(vary(net, sound, 0.5, Seed(6), settings, always), made[2]) > 1e-2


def test_a_variation_has_fewer_steps_and_each_is_told(net: Net) -> None:
    told: list[tuple[int, int]] = []
    vary(net, clip(1), 0.3, Seed(1), Settings(steps=100), lambda k, of: told.append((k, of)) is None)
    assert told == [(k, 48) for k in range(1, 49)]


def test_the_batch_and_the_device_have_no_say_in_the_noise(net: Net) -> None:
    """Two runs in a row are the same bytes, whatever was drawn in between from the global generator."""
    first = vary(net, clip(1), 0.4, Seed(9), Settings(sampler="euler-ancestral", steps=5), always)
    torch.randn(100)
    assert torch.equal(first, vary(net, clip(1), 0.4, Seed(9), Settings(sampler="euler-ancestral", steps=5), always))


# --- morph -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sampler", ["ipndm", "ddim", "dpmpp-2m", "heun"])
def test_the_ends_of_a_morph_are_the_sounds_themselves(net: Net, sampler: str) -> None:
    one, other = clip(1), clip(2, 900)
    places = [0.0, 1e-6, 0.5, 1.0 - 1e-6, 1.0]
    made = morph(net, one, other, places, Settings(sampler=sampler, steps=6), always)
    assert [sound.shape for sound in made] == [(2, 1000)] * 5
    assert torch.equal(made[0], one)
    assert torch.equal(made[-1][:, :900], other)
    assert far(made[0], made[1]) < 1e-3  # no jump beside the exact ends
    assert far(made[-1], made[-2]) < 1e-3
    assert min(far(made[2], made[0]), far(made[2], made[4])) > 0.05


def test_a_morph_makes_the_positions_asked_for_and_no_more(net: Net) -> None:
    """Twelve asked are twelve made, none beyond 1."""
    told: list[tuple[int, int]] = []
    places = [k / 11 for k in range(12)]
    made = morph(net, clip(1), clip(2), places, Settings(steps=3), lambda k, of: told.append((k, of)) is None)
    assert len(made) == 12
    assert told == [(k, 36) for k in range(1, 37)]


def test_a_morph_follows_the_chosen_sampler_back(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []
    sample = modes.sample
    monkeypatch.setattr(modes, "sample", lambda *args: (used.append(args[3].sampler), sample(*args))[1])
    morph(net, clip(1), clip(2), [0.0, 0.5, 1.0], Settings(sampler="ddim", steps=3), always)
    assert used == ["ddim"] * 3
    for random in (Settings(sampler="euler-ancestral"), Settings(sampler="ddim", eta=0.5)):
        with pytest.raises(UsageError, match="adds noise on the way"):
            morph(net, clip(1), clip(2), [0.5], random, always)


def test_a_shallow_morph_stays_nearer_to_both(net: Net) -> None:
    one, other = clip(1), clip(1) * 0.5
    deep, shallow = (morph(net, one, other, [0.5], FEW, always, level)[0] for level in (1.0, 0.1))
    assert far(shallow, 0.75 * one) < far(deep, 0.75 * one)


# --- mending ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_mending_keeps_what_is_kept(net: Net, method: str) -> None:
    sound = clip(1)
    keep = torch.ones(1000, dtype=torch.bool)
    keep[300:600] = False
    made = inpaint(net, sound, keep, Seed(2), FEW, always, Mending(method))
    assert torch.equal(made[:, keep], sound[:, keep])
    assert far(made[:, 340:560], sound[:, 340:560]) > 0.05
    steps = made.diff(dim=1).abs().amax(0)
    assert float(steps[298:302].max()) <= 1.5 * float(sound.diff(dim=1).abs().max())


def test_a_mask_that_keeps_all_or_nothing(net: Net) -> None:
    sound = clip(1)
    assert torch.equal(inpaint(net, sound, torch.ones(1000, dtype=torch.bool), Seed(2), FEW, always), sound)
    nothing = inpaint(net, sound, torch.zeros(1000, dtype=torch.bool), Seed(2), FEW, always, Mending("replace"))
    assert far(nothing, generate(net, 1000, Seed(2), FEW, always)) < 1e-4


def test_guiding_brings_the_estimate_nearer_to_the_source(net: Net) -> None:
    """Before what is kept is pasted over it: the sampled sound itself."""
    from liveriff.render.dance.estimate import estimating
    from liveriff.render.dance.mending import guided
    from liveriff.render.dance.samplers import sample

    source, mask = clip(1, 512)[None], torch.ones(512)
    x = noise(1, 2, 512)
    settings = Settings(steps=12)

    def missed(estimate: modes.Estimate) -> float:
        with torch.no_grad():
            return float((sample(estimate, x, settings.levels(), settings, always, None) - source).norm())

    free = estimating(net.velocity)
    assert missed(guided(free, source, mask, 12.0)) < 0.8 * missed(free)


def test_replacing_leaves_the_kept_part_exact_before_it_is_pasted(net: Net) -> None:
    from liveriff.render.dance.estimate import estimating
    from liveriff.render.dance.mending import replacing
    from liveriff.render.dance.samplers import sample

    source, mask = clip(1, 512)[None], (torch.arange(512) < 200).float()
    for sampler in ("ipndm", "ddim", "dpmpp-2m", "euler-ancestral"):
        settings = Settings(sampler=sampler, steps=8)
        estimate = replacing(estimating(net.velocity), source, mask)
        with torch.no_grad():
            path = settings.levels()
            made = sample(estimate, noise(1, 2, 512), path, settings, always, torch.Generator().manual_seed(1))
        assert far(made[..., :200], source[..., :200]) < 1e-4


@pytest.mark.parametrize(("have", "frames"), [(3000, 500), (3000, 2500), (200, 700)])
def test_a_sound_goes_on(net: Net, have: int, frames: int) -> None:
    told: list[tuple[int, int]] = []
    made = extend(net, clip(1, have), frames, Seed(3), FEW, lambda k, of: told.append((k, of)) is None)
    assert made.shape == (2, frames)
    rounds = -(-frames // (TRAINED // 2))
    assert told == [(k, 6 * rounds) for k in range(1, 6 * rounds + 1)]
    joined = torch.cat((clip(1, have), made), dim=1).diff(dim=1).abs().amax(0)
    assert float(joined[have - 2 : have + 2].max()) <= 1.5 * float(joined[: have - 2].max())


@pytest.mark.parametrize("mode", ["morph", "inpaint", "extend"])
def test_every_mode_can_be_stopped_anywhere(net: Net, mode: str) -> None:
    def run(tick: modes.Tick) -> None:
        if mode == "morph":
            morph(net, clip(1), clip(2), [0.5], FEW, tick)
        elif mode == "inpaint":
            inpaint(net, clip(1), torch.arange(1000) < 500, Seed(1), FEW, tick)
        else:
            extend(net, clip(1), 1500, Seed(1), FEW, tick)

    for stop_at in (1, 8 if mode != "inpaint" else 5):
        heard: list[int] = []
        with pytest.raises(Cancelled):
            run(lambda step, _of, heard=heard, stop_at=stop_at: heard.append(step) is not None or step < stop_at)
        assert len(heard) == stop_at


def test_wrong_mending_is_told() -> None:
    with pytest.raises(UsageError, match="Did you mean replace"):
        Mending("replaec")
    with pytest.raises(UsageError, match="scale"):
        Mending(scale=-1.0)
