"""The loop against diffusers' own pipelines and against the formulas of ``riffuse``; its ends, masks and strengths."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler, StableDiffusionImg2ImgPipeline, StableDiffusionPipeline
from torch import Tensor

import liveriff.render.riffusion.sampling as sampling
from liveriff.errors import UsageError
from liveriff.render.backend import Cancelled
from liveriff.render.riffusion.guidance import guidance_vector
from liveriff.render.riffusion.nets import Nets, load
from liveriff.render.riffusion.noise import drawn, slerp
from liveriff.render.riffusion.options import SCHEDULERS, Options
from liveriff.render.riffusion.request import End, Request
from liveriff.render.riffusion.sampling import encoded, paint, pictures, repaint
from liveriff.render.riffusion.schedulers import chosen, first_step
from tests.render.riffusion.tiny import SD1_NOISE, save

WIDTH, HEIGHT, STEPS = 128, 64, 5
A = End("techno drums", 11, guidance=4.0)
B = End("soft piano", 12, guidance=6.0)


def always(_step: int, _of: int) -> bool:
    return True


def words(nets: Nets, request: Request) -> Tensor:
    return paint(nets, request, WIDTH, always, height=HEIGHT)


def init() -> Tensor:
    return torch.rand((1, 3, HEIGHT, WIDTH), generator=torch.Generator().manual_seed(3)) * 2.0 - 1.0


def furthest(one: Tensor, other: Tensor) -> float:
    return float((one - other).abs().max())


@pytest.mark.parametrize("guidance", [1.0, 5.0])
@pytest.mark.parametrize("scheduler", ["ddim", "dpm++", "euler", "lms"])
def test_words_give_what_diffusers_gives(nets: Nets, folder: Path, guidance: float, scheduler: str) -> None:
    pipe = StableDiffusionPipeline.from_pretrained(folder)
    pipe.scheduler = chosen(scheduler, nets.scheduler)
    pipe.set_progress_bar_config(disable=True)
    theirs = pipe(
        A.prompt,
        latents=drawn(7, (1, 4, HEIGHT // 8, WIDTH // 8)),
        num_inference_steps=STEPS,
        guidance_scale=guidance,
        height=HEIGHT,
        width=WIDTH,
        output_type="pt",
    ).images
    end = End(A.prompt, 7, guidance=guidance)
    ours = words(nets, Request(end, end, steps=STEPS, scheduler=scheduler))
    assert furthest((ours * 0.5 + 0.5).clamp(0, 1), theirs) < 2e-4


def test_negative_prompts_are_honoured_as_diffusers_does(nets: Nets, folder: Path) -> None:
    pipe = StableDiffusionPipeline.from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    latents = drawn(7, (1, 4, HEIGHT // 8, WIDTH // 8))
    about = {"num_inference_steps": STEPS, "guidance_scale": 5.0, "height": HEIGHT, "width": WIDTH}
    theirs = pipe(A.prompt, negative_prompt="jazz", latents=latents, output_type="pt", **about).images
    end = End(A.prompt, 7, "jazz", guidance=5.0)
    ours = words(nets, Request(end, end, steps=STEPS))
    assert furthest((ours * 0.5 + 0.5).clamp(0, 1), theirs) < 2e-4
    plain = words(nets, Request(replace(end, negative=""), replace(end, negative=""), steps=STEPS))
    assert furthest(ours, plain) > 1e-3


def test_img2img_gives_what_diffusers_gives(tmp_path: Path) -> None:
    """With a deterministic autoencoder and no offset, both count steps and draw noise alike."""
    made = save(tmp_path / "small", tiny_vae=True)
    DDIMScheduler(**{**SD1_NOISE, "steps_offset": 0}).save_pretrained(made / "scheduler")
    nets = load(str(made), Options(), "cpu")
    pipe = StableDiffusionImg2ImgPipeline.from_pretrained(made)
    pipe.scheduler = DDIMScheduler(**{**SD1_NOISE, "steps_offset": 0})  # loading sets the offset to 1, with a warning
    pipe.set_progress_bar_config(disable=True)
    theirs = pipe(
        A.prompt,
        image=init() * 0.5 + 0.5,
        strength=0.6,
        num_inference_steps=10,
        guidance_scale=4.0,
        generator=torch.Generator().manual_seed(11),
        output_type="pt",
    ).images
    end = replace(A, denoising=0.6)
    ours = repaint(nets, Request(end, end, steps=10), init(), always)
    assert furthest((ours * 0.5 + 0.5).clamp(0, 1), theirs) < 2e-4


def reference(nets: Nets, alpha: float, steps: int) -> Tensor:
    """Latents of ``riffuse`` written out for DDIM (eta 0) from the formulas, one alpha, no mask."""
    kept = nets.scheduler.alphas_cumprod
    times = [index * (1000 // steps) + 1 for index in range(steps)][::-1]
    a, b, nothing = nets.prompts.embeddings((A.prompt, B.prompt, ""))
    text = a + alpha * (b - a)
    guidance = A.guidance * (1 - alpha) + B.guidance * alpha
    strength = A.denoising * (1 - alpha) + B.denoising * alpha
    count = min(int(steps * strength) + 1, steps)
    start = max(steps - count + 1, 0)
    request = Request(A, B, (alpha,), steps)
    clean = encoded(nets, init(), request)
    shape = tuple(clean.shape)
    x0, x1 = drawn(A.seed, shape).flatten().double(), drawn(B.seed, shape).flatten().double()
    angle = math.acos(float(x0 @ x1 / (x0.norm() * x1.norm())))
    noise = (math.sin((1 - alpha) * angle) * x0 + math.sin(alpha * angle) * x1) / math.sin(angle)
    left = kept[times[start]]
    x = left.sqrt() * clean + (1 - left).sqrt() * noise.reshape(shape).float()
    for time in times[start:]:
        free, bound = (nets.unet(x, time, encoder_hidden_states=each).sample for each in (nothing, text))
        eps = free + guidance * (bound - free)
        now, then = kept[time], kept[time - 1000 // steps] if time > 1000 // steps else kept[0]
        x = then.sqrt() * (x - (1 - now).sqrt() * eps) / now.sqrt() + (1 - then).sqrt() * eps
    return x


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
@torch.inference_mode()
def test_riffuse_is_what_its_formulas_say(nets: Nets, alpha: float) -> None:
    ours = repaint(nets, Request(A, B, (alpha,), 10), init(), always)
    assert furthest(ours, pictures(nets, reference(nets, alpha, 10))) < 1e-3


def test_interpolated_ends_are_the_pure_ends(nets: Nets) -> None:
    a, b = replace(A, denoising=0.75), replace(B, denoising=0.5)
    for source in (None, init()):

        def made(one: End, other: End, *alphas: float, source: Tensor | None = source) -> Tensor:
            request = Request(one, other, alphas, STEPS)
            return words(nets, request) if source is None else repaint(nets, request, source, always)

        both = made(a, b, 0.0, 0.5, 1.0)
        assert furthest(both[:1], made(a, a, 0.0)) <= 1e-4
        assert furthest(both[2:], made(b, b, 0.0)) <= 1e-4
        assert furthest(both[:1], both[1:2]) > 1e-2
        assert furthest(both[2:], both[1:2]) > 1e-2


def test_a_strip_is_its_alphas_painted_singly(nets: Nets) -> None:
    alphas = (0.0, 0.25, 0.5, 0.9, 1.0)
    strip = words(nets, Request(A, B, alphas, STEPS))
    for alpha, picture in zip(alphas, strip, strict=True):
        assert furthest(picture, words(nets, Request(A, B, (alpha,), STEPS))[0]) < 1e-4


def test_guidance_of_one_asks_the_net_half_as_much(nets: Nets, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    plain = nets.unet.forward

    def counted(x: Tensor, *args: object, **kwargs: object) -> object:
        sizes.append(len(x))
        return plain(x, *args, **kwargs)

    monkeypatch.setattr(nets.unet, "forward", counted)
    free, bound = replace(A, guidance=1.0), replace(A, guidance=1.5)
    words(nets, Request(free, free, steps=3))
    words(nets, Request(bound, bound, steps=3))
    assert sizes == [1, 1, 1, 2, 2, 2]


# --- strength and masks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "strength", "offset", "start"),
    [(50, 0.75, 0, 13), (50, 0.75, 1, 13), (50, 1.0, 0, 0), (50, 0.0, 0, 49), (50, 0.01, 0, 49), (4, 0.5, 0, 2)],
)
def test_where_img2img_begins(steps: int, strength: float, offset: int, start: int) -> None:
    assert first_step(steps, strength, offset) == start


def test_three_quarters_of_fifty_steps_are_37_calls_and_38_with_pndm(nets: Nets) -> None:
    for scheduler, wanted in (("ddim", 37), ("pndm", 38)):
        heard: list[tuple[int, int]] = []

        def tick(step: int, of: int, heard: list[tuple[int, int]] = heard) -> bool:
            heard.append((step, of))
            return True

        repaint(nets, Request(A, A, steps=50, scheduler=scheduler), init(), tick)
        assert heard == [(step, wanted) for step in range(1, wanted + 1)]


def through(nets: Nets) -> Tensor:
    """The picture after the autoencoder alone."""
    with torch.inference_mode():
        return pictures(nets, encoded(nets, init(), Request(A, A)))


def test_strength_0_hardly_moves_and_strength_1_leaves(nets: Nets) -> None:
    kept = through(nets)
    moved = []
    for strength in (0.0, 0.3, 1.0):
        end = replace(A, denoising=strength)
        moved.append(float((repaint(nets, Request(end, end, steps=20), init(), always) - kept).square().mean()))
    assert moved[0] < 0.3 * moved[1] < 0.3 * moved[2]


def test_masks_keep_black_paint_white_and_mix_grey(nets: Nets) -> None:
    request = Request(A, A, steps=10)

    def masked(value: float) -> Tensor:
        return repaint(nets, request, init(), always, torch.full((1, 1, HEIGHT, WIDTH), value))

    free = repaint(nets, request, init(), always)
    assert furthest(masked(0.0), through(nets)) < 1e-5
    assert furthest(masked(1.0), free) < 1e-5
    grey = masked(0.5)
    assert furthest(grey, free) > 1e-2
    assert furthest(grey, through(nets)) > 1e-2


@torch.inference_mode()
def test_a_mask_with_a_border_keeps_one_side(nets: Nets, monkeypatch: pytest.MonkeyPatch) -> None:
    """In latents: the autoencoder's attention lets every place hear of every other."""
    monkeypatch.setattr(sampling, "pictures", lambda _nets, latents: latents)
    anew = torch.zeros((1, 1, HEIGHT, WIDTH))
    anew[..., WIDTH // 2 :] = 1.0
    clean = encoded(nets, init(), Request(A, A))
    half = repaint(nets, Request(A, A, steps=10), init(), always, anew)
    border = WIDTH // 16
    assert torch.equal(half[..., :border], clean[..., :border])
    assert float((half - clean)[..., border:].abs().amax(dim=(0, 1, 2)).min()) > 1e-2


# --- noise -----------------------------------------------------------------------------------------------------------


def test_slerp_is_the_formula_and_exact_at_its_ends() -> None:
    a, b = drawn(1, (1, 4, 8, 8)), drawn(2, (1, 4, 8, 8))
    assert torch.equal(slerp(a, b, 0.0), a)
    assert torch.equal(slerp(a, b, 1.0), b)
    x, y = a.flatten().double().numpy(), b.flatten().double().numpy()
    angle = np.arccos(x @ y / np.linalg.norm(x) / np.linalg.norm(y))
    wanted = (np.sin(0.7 * angle) * x + np.sin(0.3 * angle) * y) / np.sin(angle)
    assert np.abs(slerp(a, b, 0.3).flatten().numpy() - wanted).max() < 1e-5
    assert abs(float(slerp(a, b, 0.5).std()) - 1.0) < 0.1
    assert torch.allclose(slerp(a, a * 1.5, 0.5), a * 1.25)


def test_drift_goes_to_the_next_seed(nets: Nets) -> None:
    far, following = replace(A, drift=1.0), replace(A, seed=A.seed + 1)
    for scheduler in ("ddim", "euler-ancestral"):
        there, wanted = (words(nets, Request(end, end, steps=STEPS, scheduler=scheduler)) for end in (far, following))
        assert furthest(there, wanted) == 0.0


# --- schedulers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_every_scheduler_paints_twice_alike(nets: Nets, scheduler: str) -> None:
    for source in (None, init()):
        end = replace(A, denoising=0.6, guidance=1.5)
        request = Request(end, end, (0.0, 1.0), 6, scheduler)
        once, again = (
            words(nets, request) if source is None else repaint(nets, request, source, always) for _ in range(2)
        )
        assert torch.equal(once, again)
        assert bool(torch.isfinite(once).all())
        assert furthest(once[0], once[1]) < 1e-4


def test_schedulers_differ(nets: Nets) -> None:
    names = [name for name in SCHEDULERS if name != "ddim"]  # the checkpoint's own is DDIM
    painted = [words(nets, Request(A, A, steps=4, scheduler=name)) for name in names]
    for index, one in enumerate(painted):
        for other in painted[:index]:
            assert furthest(one, other) > 1e-4


def test_a_scheduler_that_is_none_is_refused(nets: Nets) -> None:
    with pytest.raises(UsageError, match="no scheduler"):
        words(nets, Request(A, A, scheduler="dmp"))


def test_a_cancelled_render_stops_and_leaves_nothing(nets: Nets) -> None:
    request = Request(A, A, steps=6, scheduler="pndm")
    before = words(nets, request)
    with pytest.raises(Cancelled):
        paint(nets, request, WIDTH, lambda step, _of: step < 3, height=HEIGHT)
    assert torch.equal(words(nets, request), before)
    assert not nets.circle.on


def test_the_vector_of_guidance_is_the_published_one() -> None:
    from diffusers import LatentConsistencyModelPipeline

    w = torch.tensor([3.0, 7.5])
    theirs = LatentConsistencyModelPipeline.get_guidance_scale_embedding(None, w, embedding_dim=256)  # type: ignore[arg-type]
    assert furthest(guidance_vector(w, 256), theirs) < 2e-3  # float32 of angles up to 7500


def test_a_distilled_unet_takes_its_guidance_as_an_input(tmp_path: Path) -> None:
    nets = load(str(save(tmp_path / "lcm", time_cond_proj_dim=16)), Options(), "cpu")
    with torch.no_grad():
        nets.unet.time_embedding.cond_proj.weight.mul_(20.0)
    low, high = (
        words(nets, Request(end, end, steps=2, scheduler="lcm"))
        for end in (replace(A, guidance=1.5), replace(A, guidance=8.0))
    )
    assert furthest(low, high) > 1e-4
