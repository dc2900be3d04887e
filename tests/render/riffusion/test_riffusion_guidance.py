"""Residual guidance against its formula and the number of times the net is asked; mixes with the source."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

import liveriff.render.riffusion.guidance as guidance
import liveriff.render.riffusion.sampling as sampling
from liveriff.render.riffusion.guidance import Guide
from liveriff.render.riffusion.nets import Nets
from liveriff.render.riffusion.options import SCHEDULERS
from liveriff.render.riffusion.request import End, Mix, Request
from liveriff.render.riffusion.sampling import encoded, paint, repaint
from liveriff.render.riffusion.schedulers import chosen, course, fresh

WIDTH, HEIGHT = 128, 64
A = End("techno drums", 11, "piano", 1.0, 2.0)


def always(_step: int, _of: int) -> bool:
    return True


def words(nets: Nets, request: Request) -> Tensor:
    return paint(nets, request, WIDTH, always, height=HEIGHT)


def picture() -> Tensor:
    return torch.rand(1, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(5)) * 2 - 1


def predicted(nets: Nets, guide: Guide, x: Tensor, time: Tensor) -> Tensor:
    """What a guide makes of the net's answer to the one question it asks."""
    way = guide.predicted(x, time)
    answer = guidance.asked(nets, [next(way)])[0]
    with pytest.raises(StopIteration) as done:
        way.send(answer)
    return done.value.value  # type: ignore[no-any-return]


def furthest(one: Tensor, other: Tensor) -> float:
    return float((one - other).abs().max())


@pytest.fixture
def asked(nets: Nets, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many latents the net is asked about, call by call."""
    sizes: list[int] = []
    plain = nets.unet.forward

    def counted(x: Tensor, *args: object, **kwargs: object) -> object:
        sizes.append(len(x))
        return plain(x, *args, **kwargs)

    monkeypatch.setattr(nets.unet, "forward", counted)
    return sizes


def test_how_often_the_net_is_asked(nets: Nets, asked: list[int]) -> None:
    for cfg, wanted in (("full", [2, 2, 2]), ("onetime", [2, 1, 1]), ("self", [2, 1, 1])):
        asked.clear()
        words(nets, Request(A, A, steps=3, scheduler="lcm", cfg=cfg))
        assert asked == wanted
    asked.clear()
    end = replace(A, denoising=0.9)
    repaint(nets, Request(end, end, steps=4, scheduler="lcm", cfg="self"), picture(), always)
    assert set(asked) == {1}


def test_one_step_is_guided_in_full(nets: Nets) -> None:
    one, other = (words(nets, Request(A, A, steps=1, scheduler="lcm", cfg=cfg)) for cfg in ("full", "onetime"))
    assert furthest(one, other) == 0.0


def test_without_guidance_nothing_differs(nets: Nets) -> None:
    free = replace(A, guidance=1.0)
    one, other = (words(nets, Request(free, free, steps=3, cfg=cfg)) for cfg in ("full", "onetime"))
    assert furthest(one, other) == 0.0


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction"])
@torch.inference_mode()
def test_the_residual_leads_to_where_the_first_answer_led(nets: Nets, kind: str) -> None:
    """As in the paper: eps' = (x_t - sqrt(abar_t) x0) / sqrt(1 - abar_t), x0 of the first step's negative answer."""
    config = {**nets.scheduler.config, "prediction_type": kind}
    scheduler = type(nets.scheduler).from_config(config)
    times = course(scheduler, 4, None, "cpu")
    guide = Guide(nets, Request(A, A, steps=4, cfg="onetime"), scheduler)
    x, later = (torch.randn(1, 4, 8, 16, generator=torch.Generator().manual_seed(n)) for n in (1, 2))
    predicted(nets, guide, x, times[0])
    a, b = (scheduler.alphas_cumprod[int(time)] for time in times[:2])
    negative, positive = nets.prompts.embeddings((A.negative, A.prompt))
    said = nets.unet(x, times[0], encoder_hidden_states=negative).sample
    if kind == "epsilon":
        clean = (x - (1 - a).sqrt() * said) / a.sqrt()
        free = (later - b.sqrt() * clean) / (1 - b).sqrt()
    else:
        clean = a.sqrt() * x - (1 - a).sqrt() * said
        free = b.sqrt() * (later - b.sqrt() * clean) / (1 - b).sqrt() - (1 - b).sqrt() * clean
    bound = nets.unet(later, times[1], encoder_hidden_states=positive).sample
    assert furthest(predicted(nets, guide, later, times[1]), free + A.guidance * (bound - free)) < 1e-4


@pytest.mark.parametrize("scheduler", [name for name in SCHEDULERS if name != "checkpoint"])
@torch.inference_mode()
def test_shares_of_picture_and_noise_fit_every_scheduler(nets: Nets, scheduler: str) -> None:
    """A prediction leads to clean latents, and these back to the prediction; scaled latents have power one."""
    clean, noise = (torch.randn(1, 4, 8, 16, generator=torch.Generator().manual_seed(n)) for n in (3, 4))
    for number in range(4):
        made = fresh(chosen(scheduler, nets.scheduler))  # a used one remembers at which step it is
        time = course(made, 5, None, "cpu")[number]
        guide = Guide(nets, Request(A, A, steps=5, cfg="onetime"), made)
        x = made.scale_model_input(made.add_noise(clean, noise, time.reshape(1)), time)
        assert float(x.std()) == pytest.approx(1.0, abs=0.15)
        assert furthest(guide._lead(x, time, noise), clean) < 0.35 * float(clean.std()) + 0.05
        assert furthest(guide._leading(x, time, guide._lead(x, time, noise)), noise) < 1e-2


def test_a_mix_holds_the_source_and_lets_go(nets: Nets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "pictures", lambda _nets, latents: latents)
    end = replace(A, denoising=0.9)
    request = Request(end, end, steps=10)
    clean = encoded(nets, picture(), request)

    def gone(mix: Mix | None) -> float:
        return float((repaint(nets, replace(request, mix=mix), picture(), always) - clean).norm())

    plain, held, early = gone(None), gone(Mix(0.0, 0.1)), gone(Mix(0.0, 0.8))
    assert held < early < plain
    assert gone(Mix(1.0, 0.1)) == pytest.approx(plain, abs=1e-3)


def test_the_layout_of_a_mix_is_noised_as_the_step_to_come(nets: Nets, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    plain = sampling.Held.joined

    def joined(held: Any, x: Tensor, scheduler: Any, following: Tensor | None) -> Tensor:
        seen.append(following)
        return plain(held, x, scheduler, following)

    monkeypatch.setattr(sampling.Held, "joined", joined)
    end = replace(A, denoising=0.5)
    repaint(nets, Request(end, end, steps=10, mix=Mix(0.5, 0.3)), picture(), always)
    assert len(seen) == 2  # five steps, of which the last three are free
    assert None not in seen
