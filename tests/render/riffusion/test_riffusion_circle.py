"""Loops: with the switch on nothing in the nets knows where a picture begins; with it off everything does."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from liveriff.render.riffusion.nets import Nets, load
from liveriff.render.riffusion.options import Options
from liveriff.render.riffusion.request import End, Request
from liveriff.render.riffusion.sampling import paint
from tests.render.riffusion.tiny import save

ROWS, COLUMNS = 8, 32
TURN = 8  # latent columns: the unet's coarsest


def unet(nets: Nets, x: Tensor) -> Tensor:
    words = nets.prompts.embeddings(("techno",))[0]
    return nets.unet(x, 500, encoder_hidden_states=words).sample  # type: ignore[no-any-return]


def decoder(nets: Nets, x: Tensor) -> Tensor:
    return nets.vae.decode(x).sample  # type: ignore[no-any-return]


def encoder(nets: Nets, picture: Tensor) -> Tensor:
    told = nets.vae.encode(picture)
    return told.latent_dist.mean if hasattr(told, "latent_dist") else told.latents  # type: ignore[no-any-return]


@pytest.fixture(scope="module", params=[False, True], ids=["kl", "tiny"])
def either(request: pytest.FixtureRequest, nets: Nets, tmp_path_factory: pytest.TempPathFactory) -> Nets:
    if not request.param:
        return nets
    folder: Path = save(tmp_path_factory.mktemp("taesd"), tiny_vae=True)
    return load(str(folder), Options(), "cpu")


@pytest.mark.parametrize(("net", "shape", "factor"), [(unet, 4, 1), (decoder, 4, 8), (encoder, 3, 1 / 8)])
@torch.inference_mode()
def test_turning_a_picture_turns_what_the_nets_make_of_it(either: Nets, net, shape: int, factor: float) -> None:  # type: ignore[no-untyped-def]
    scale = 1 if shape == 4 else 8
    x = torch.randn((1, shape, ROWS * scale, COLUMNS * scale), generator=torch.Generator().manual_seed(0))
    turn = TURN * scale
    with either.circle.closed():
        there = net(either, x.roll(turn, -1))
        here = net(either, x).roll(int(turn * factor), -1)
    assert float((there - here).abs().max()) < 1e-4 * float(here.abs().max())
    open_there, open_here = net(either, x.roll(turn, -1)), net(either, x).roll(int(turn * factor), -1)
    assert float((open_there - open_here).abs().max()) > 1e-3 * float(open_here.abs().max())


@torch.inference_mode()
def test_with_the_switch_off_the_nets_are_as_they_came(nets: Nets, folder: Path) -> None:
    from diffusers import AutoencoderKL, UNet2DConditionModel

    x = torch.randn((1, 4, ROWS, COLUMNS), generator=torch.Generator().manual_seed(0))
    plain = UNet2DConditionModel.from_pretrained(folder, subfolder="unet")
    words = nets.prompts.embeddings(("techno",))[0]
    assert torch.equal(unet(nets, x), plain(x, 500, encoder_hidden_states=words).sample)
    coder = AutoencoderKL.from_pretrained(folder, subfolder="vae")
    assert torch.equal(decoder(nets, x), coder.decode(x).sample)
    picture = torch.randn((1, 3, 64, 128), generator=torch.Generator().manual_seed(0))
    assert torch.equal(encoder(nets, picture), coder.encode(picture).latent_dist.mean)


@torch.inference_mode()
def test_heights_stay_open(nets: Nets) -> None:
    x = torch.randn((1, 4, 16, COLUMNS), generator=torch.Generator().manual_seed(0))
    with nets.circle.closed():
        there, here = decoder(nets, x.roll(8, -2)), decoder(nets, x).roll(64, -2)
    assert float((there - here).abs().max()) > 1e-3 * float(here.abs().max())


@pytest.mark.parametrize("circular", [True, False])
def test_a_loop_painted_from_turned_noise_is_the_turned_loop(
    nets: Nets, monkeypatch: pytest.MonkeyPatch, circular: bool
) -> None:
    """So the seam is a place like any other; an open picture's is not."""
    end = End("techno drums", 4, guidance=3.0)
    request = Request(end, end, steps=4, circular=circular)

    def painted() -> Tensor:
        return paint(nets, request, 8 * COLUMNS, lambda _s, _o: True, height=8 * ROWS)

    here, plain = painted().roll(8 * TURN, -1), Request.along
    monkeypatch.setattr(Request, "along", lambda *about: plain(*about).roll(TURN, -1))
    apart = float((painted() - here).abs().max() / here.abs().max())
    assert apart < 1e-3 if circular else apart > 1e-2
