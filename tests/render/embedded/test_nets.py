"""Shapes of the nets, and that nothing in them knows where a loop begins."""

from __future__ import annotations

import pytest
import torch

from liveriff.render.embedded.conditions import Conditions, collate
from liveriff.render.embedded.model import Known, Model, untrained
from liveriff.render.embedded.unet import Unet


@pytest.fixture(scope="module")
def model() -> Model:
    """Random weights; layers that begin as zeros are shaken so that they take part."""
    made = untrained(seed=1)
    with torch.no_grad():
        for net in made.nets.values():
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
    told = model.told(model.text.embed(["dub"]), [Conditions("bass", 3, "minor", 0.5, None, 120.0)]).bound
    noisy, t = torch.randn(1, *model.latent_shape, columns), torch.tensor([0.6])
    out = model.unet(noisy, t, told)
    assert out.shape == noisy.shape
    rolled = model.unet(noisy.roll(roll, dims=-1), t, told)
    torch.testing.assert_close(rolled, out.roll(roll, dims=-1), atol=1e-4, rtol=1e-3)


@torch.inference_mode()
def test_free_conditions_are_the_same_whatever_was_told(model: Model) -> None:
    rows = [Conditions("drums", None, None, 0.9, 0.1, 170.0), Conditions("hit kick")]
    told = model.told(model.text.embed(["jungle", ""]), rows)
    assert told.bound.shape == told.free.shape
    torch.testing.assert_close(told.free[0], told.free[1])
    assert not torch.allclose(told.bound[0], told.bound[1])


@torch.inference_mode()
def test_a_student_begins_as_its_teacher_and_hears_of_guidance_and_step_when_it_has_learnt(model: Model) -> None:
    fresh = Unet()
    noisy, t, condition = torch.randn(2, *model.latent_shape, 16), torch.tensor([0.9, 0.4]), torch.randn(2, 256)
    guided = fresh.guided(condition, torch.tensor([1.0, 5.0]), torch.randn(2, 256))
    torch.testing.assert_close(guided, condition)
    torch.testing.assert_close(fresh(noisy, t, condition, s=t * 0.5), fresh(noisy, t, condition))
    weak, strong = (model.unet.guided(condition, torch.full((2,), strength), condition) for strength in (2.0, 3.0))
    assert not torch.allclose(weak, strong)
    assert not torch.allclose(model.unet(noisy, t, condition, s=t * 0.5), model.unet(noisy, t, condition, s=t * 0.9))


@pytest.mark.parametrize("student", [True, False])
@torch.inference_mode()
def test_given_columns_come_back_exactly_and_the_others_know_of_them(model: Model, student: bool) -> None:
    model.unet.config["student"] = student
    told = model.told(model.text.embed(["dub"]), [Conditions("bass", 3, "minor")])
    start, given = torch.randn(2, 1, *model.latent_shape, 32)
    columns = (torch.arange(32) < 28)[None]
    ends = [
        model.sample(start, told, 2.0, 2, lambda step: None, known=Known(latents, columns))
        for latents in (given, given + 1.0, torch.where(columns[:, None, None], given, 9.0))
    ]
    assert torch.equal(ends[0][..., :28], given[..., :28])
    assert not torch.allclose(ends[0][..., 28:], ends[1][..., 28:])
    assert torch.equal(ends[0], ends[2]), "what was not given must not be seen"


@torch.inference_mode()
def test_a_change_of_nothing_is_the_source_itself(model: Model) -> None:
    told = model.told(model.text.embed(["dub"]), [Conditions("bass")])
    start = torch.randn(1, *model.latent_shape, 16)
    assert model.sample(start, told, 2.0, 4, lambda step: None, begin=0.0) is start


def test_it_fits_its_budget() -> None:
    assert sum(parameter.numel() for parameter in Unet().parameters()) < 12_000_000


def test_a_loop_and_a_one_shot_of_one_name_differ_and_drums_have_no_key() -> None:
    batch = collate([Conditions(name, 2, "minor") for name in ("bass", "hit bass", "drums")])
    assert len(set(batch.category.tolist())) == 3
    assert batch.tonic[0] == batch.tonic[1] != batch.tonic[2]
