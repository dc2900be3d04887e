"""What accelerators cannot do is not asked of them: MPS has no float64, and torch before 2.5 no autocast there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from liveriff.render.dance.noise import slerp
from liveriff.render.embedded.blocks import Norm
from liveriff.render.pipelines import sketch as sounds
from liveriff.render.riffusion import sketch as pictures


class OnMps(Tensor):
    """A tensor that cannot become float64, as those of MPS; ``cpu()`` takes it away from there."""

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """As torch there."""
        if func is Tensor.cpu:
            return args[0].as_subclass(Tensor)
        made = super().__torch_function__(func, types, args, kwargs)
        if isinstance(made, OnMps) and made.dtype == torch.float64:
            raise TypeError(
                "Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support float64."
            )
        return made


def on_mps(tensor: Tensor) -> Tensor:
    return tensor.as_subclass(OnMps)


def test_the_stand_in_refuses_what_mps_refuses() -> None:
    with pytest.raises(TypeError, match="float64"):
        on_mps(torch.ones(2)).double()
    assert on_mps(torch.ones(2)).cpu().double().dtype == torch.float64


def test_sketches_of_pictures_are_drawn_of_latents_anywhere() -> None:
    latents, canvas = torch.randn(1, 4, 8, 8), torch.rand(1, 64, 64)
    drawn = []
    for there in (latents, on_mps(latents)):
        sketch = pictures.Sketch(4, 8)
        sketch.learn(there, canvas)
        drawn.append(sketch.draw(there))
    assert np.array_equal(*drawn)


def test_sketches_of_sounds_are_drawn_of_latents_anywhere() -> None:
    latents, sound = torch.randn(1, 4, 16), np.random.default_rng(0).standard_normal((2, 16_000)).astype(np.float32)
    drawn = []
    for there in (latents, on_mps(latents)):
        sketch = sounds.Sketch()
        sketch.learn(there, sound, 16_000)
        drawn.append(sketch.draw(there))
    assert np.array_equal(*drawn)


def test_noises_meet_on_the_arc_anywhere() -> None:
    one, other = torch.randn(1, 2, 64), torch.randn(1, 2, 64)
    met = slerp(on_mps(one), on_mps(other), 0.3)
    assert isinstance(met, OnMps)
    assert torch.equal(met.cpu(), slerp(one, other, 0.3))


def test_norms_work_where_torch_knows_no_autocast(monkeypatch: pytest.MonkeyPatch) -> None:
    norm, x = Norm(8), torch.randn(1, 8, 4, 4)
    expected = norm(x)

    def unknown(device: str, **_: object) -> None:
        raise RuntimeError(f"User specified an unsupported autocast device_type '{device}'")

    monkeypatch.setattr(torch, "autocast", unknown)
    monkeypatch.setattr(torch.amp, "is_autocast_available", lambda device: False)
    assert torch.equal(norm(x), expected)
