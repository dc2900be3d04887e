"""Schedulers by name, and where img2img begins. Used by the renderer's thread."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import Tensor

from liveriff.errors import ModelError, UsageError

_CLASSES: dict[str, tuple[str, dict[str, Any]]] = {
    "ddim": ("DDIMScheduler", {}),
    "pndm": ("PNDMScheduler", {}),
    "lms": ("LMSDiscreteScheduler", {}),
    "euler": ("EulerDiscreteScheduler", {}),
    "euler-ancestral": ("EulerAncestralDiscreteScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
    "dpm++": ("DPMSolverMultistepScheduler", {}),
    "dpm++-karras": ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "lcm": ("LCMScheduler", {}),
    "tcd": ("TCDScheduler", {}),
}


def chosen(name: str, stored: Any) -> Any:
    """A scheduler of the name with the noise schedule of the checkpoint's own; "checkpoint" is its own."""
    import diffusers

    if name == "checkpoint":
        return stored
    if name not in _CLASSES:
        raise UsageError(f"there is no scheduler {name!r}; use one of checkpoint, {', '.join(_CLASSES)}.")
    kind, more = _CLASSES[name]
    config = {key: value for key, value in stored.config.items() if key not in ("skip_prk_steps", "timestep_spacing")}
    if name == "pndm":
        more = {"skip_prk_steps": True, **more}
    try:
        return getattr(diffusers, kind).from_config(config, **more)
    except (ValueError, TypeError, NotImplementedError) as error:
        raise ModelError(f"the scheduler {name} does not fit this checkpoint: {error}.") from error


def fresh(scheduler: Any) -> Any:
    """A copy without history, for one render: a cancelled one leaves nothing behind."""
    return type(scheduler).from_config(scheduler.config)


def first_step(steps: int, strength: float, offset: int) -> int:
    """Index into the timesteps at which img2img begins: steps * strength of them are left, at least one.

    With the scheduler's ``steps_offset`` as riffusion-hobby counts (MIT). It noises the picture at timesteps[-count],
    which with an offset and exactly ``steps`` entries is one entry *before* the first step taken; here it is the entry
    of the first step, which is the same wherever that one is right.
    """
    count = max(1, min(int(steps * strength) + offset, steps))
    return max(steps - count + offset, 0)


def course(scheduler: Any, steps: int, strength: float | None, device: str) -> Tensor:
    """The timesteps of a render; ``strength`` None is from pure noise. The scheduler is set up for them."""
    try:
        scheduler.set_timesteps(steps, device=device)
    except (ValueError, IndexError) as error:
        raise UsageError(f"this scheduler cannot work in {steps} steps: {str(error).splitlines()[0]}.") from error
    times: Tensor = scheduler.timesteps
    if strength is None:
        return times
    order = int(getattr(scheduler, "order", 1))
    start = first_step(steps, strength, int(scheduler.config.get("steps_offset", 0)))
    start = min(start * order, len(times) - 1)
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(start)
    return times[start:]


def step_arguments(scheduler: Any, generator: list[torch.Generator]) -> dict[str, Any]:
    """What ``step`` takes besides the prediction: generators where it draws noise, eta 0 where it is asked."""
    known = inspect.signature(scheduler.step).parameters
    arguments: dict[str, Any] = {"generator": generator} if "generator" in known else {}
    return {**arguments, "eta": 0.0} if "eta" in known else arguments


def clean_estimate(scheduler: Any, prediction: Tensor, time: Tensor, x: Tensor, stepped: Any) -> Tensor:
    """What the latents would be if they were done now (for looking at, not for hearing)."""
    told = getattr(stepped, "pred_original_sample", None)
    if told is None:
        told = getattr(stepped, "denoised", None)
    if told is not None:
        return torch.as_tensor(told)
    kept = scheduler.alphas_cumprod[int(time)].to(x)
    if scheduler.config.get("prediction_type") == "v_prediction":
        return torch.as_tensor(kept.sqrt() * x - (1.0 - kept).sqrt() * prediction)
    return torch.as_tensor((x - (1.0 - kept).sqrt() * prediction) / kept.sqrt())
