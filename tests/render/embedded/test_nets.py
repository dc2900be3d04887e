"""Shapes of the nets, and that nothing in them knows where a loop begins."""

from __future__ import annotations

import pytest
import torch

from liveriff.render.embedded.conditions import Conditions, collate
from liveriff.render.embedded.model import Model, untrained


@pytest.fixture(scope="module")
def model() -> Model:
    """Random weights; layers that begin as zeros are shaken so that they take part."""
    made = untrained(seed=1)
    with torch.no_grad():
        for net in (made.codec, made.unet, made.text):
            for parameter in net.parameters():
                parameter.add_(torch.randn_like(parameter) * 0.02)
    return made.to("cpu")


@pytest.mark.parametrize("columns", [256, 512, 1024])
@torch.inference_mode()
def test_one_latent_column_is_one_sixteenth(model: Model, columns: int) -> None:
    pictures = torch.rand(1, 1, 512, columns)
    latents = model.codec.encode(pictures)
    assert latents.shape == (1, *model.latent_shape, columns // 16)
    decoded = model.codec.decode(latents)
    assert decoded.shape == pictures.shape
    assert float(decoded.min()) >= 0.0
    assert float(decoded.max()) <= 1.0


@torch.inference_mode()
def test_the_codec_rolls_with_its_picture(model: Model) -> None:
    pictures = torch.rand(1, 1, 512, 256)
    latents = model.codec.encode(pictures)
    rolled = model.codec.encode(pictures.roll(64, dims=-1))
    torch.testing.assert_close(rolled, latents.roll(4, dims=-1), atol=1e-4, rtol=1e-3)
    decoded = model.codec.decode(latents.roll(4, dims=-1))
    torch.testing.assert_close(decoded, model.codec.decode(latents).roll(64, dims=-1), atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize(("columns", "roll"), [(64, 32), (32, 32)])
@torch.inference_mode()
def test_the_generator_rolls_by_its_longest_cycle(model: Model, columns: int, roll: int) -> None:
    told = model.told(model.text.embed(["dub"]), [Conditions("bass", 3, "minor", 0.5, None, 120.0)])[:1]
    noisy, t = torch.randn(1, *model.latent_shape, columns), torch.tensor([0.6])
    out = model.unet(noisy, t, told)
    assert out.shape == noisy.shape
    rolled = model.unet(noisy.roll(roll, dims=-1), t, told)
    torch.testing.assert_close(rolled, out.roll(roll, dims=-1), atol=1e-4, rtol=1e-3)


@torch.inference_mode()
def test_free_conditions_are_the_same_whatever_was_told(model: Model) -> None:
    rows = [Conditions("drums", None, None, 0.9, 0.1, 170.0), Conditions("hit kick")]
    told = model.told(model.text.embed(["jungle", ""]), rows)
    assert told.shape[0] == 4
    torch.testing.assert_close(told[2], told[3])


def test_a_loop_and_a_one_shot_of_one_name_differ_and_drums_have_no_key() -> None:
    batch = collate([Conditions(name, 2, "minor") for name in ("bass", "hit bass", "drums")])
    assert len(set(batch.category.tolist())) == 3
    assert batch.tonic[0] == batch.tonic[1] != batch.tonic[2]
