"""The nets of a Stable Diffusion 1.x checkpoint, read from a diffusers folder or one file. Imports diffusers.

Only safetensors are read. Nothing is downloaded: see ``render.hub``.
"""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from liveriff.errors import ModelError
from liveriff.render.hub import locate
from liveriff.render.libraries import half_only, quiet, sentences
from liveriff.render.riffusion.adapters import adapted
from liveriff.render.riffusion.circular import Circle
from liveriff.render.riffusion.options import Options
from liveriff.render.riffusion.single import from_file
from liveriff.render.riffusion.text import Prompts

PARTS = ("unet", "vae", "text_encoder", "tokenizer", "scheduler")
_DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
_OFFLINE = {"local_files_only": True, "use_safetensors": True}


@dataclass(eq=False)
class Nets:
    """What a render needs. scheduler: the checkpoint's own; dtype: of unet and vae; circle: closes loops."""

    unet: Any
    vae: Any
    prompts: Prompts
    scheduler: Any
    circle: Circle
    device: str
    dtype: torch.dtype

    @property
    def factor(self) -> int:
        """Pixels a latent stands for, each way: 8."""
        levels = self.vae.config.get("block_out_channels") or self.vae.config["decoder_block_out_channels"]
        return int(2 ** (len(levels) - 1))

    @property
    def scale(self) -> float:
        """What latents of the autoencoder are multiplied by: 0.18215, or 1 where it does so itself (TAESD)."""
        return float(self.vae.config.get("scaling_factor") or 1.0)


def load(model: str, options: Options, device: str) -> Nets:
    """The nets on a device, ready; ModelError with one sentence where a file is missing, broken or does not fit."""
    place = locate(model)
    with sentences(model), quiet():
        parts = from_file(place, options.components) if place.is_file() else from_folder(place)
        if options.vae:
            parts["vae"] = _vae(locate(options.vae), "")
        expand = adapted(parts, options)
    _check(parts, model)
    return _placed(parts, options, device, expand)


def from_folder(place: Path) -> dict[str, Any]:
    """The parts of a diffusers folder, in float32 or as they were kept."""
    import diffusers

    transformers: Any = importlib.import_module("transformers")
    for part in PARTS:
        if not (place / part).is_dir():
            raise ModelError(f"{place} is no Stable Diffusion folder: it has no {part}.")
    scheduler = _class_name(place / "scheduler" / "scheduler_config.json")
    unet = {"subfolder": "unet", **half_only(place / "unet"), **_OFFLINE}
    return {
        "unet": diffusers.UNet2DConditionModel.from_pretrained(place, **unet),
        "vae": _vae(place, "vae"),
        "text_encoder": transformers.CLIPTextModel.from_pretrained(
            place, subfolder="text_encoder", **half_only(place / "text_encoder"), **_OFFLINE
        ),
        "tokenizer": transformers.CLIPTokenizer.from_pretrained(place, subfolder="tokenizer", local_files_only=True),
        "scheduler": _scheduler(scheduler, place).from_pretrained(place, subfolder="scheduler"),
    }


def _scheduler(name: str, place: Path) -> Any:
    """A scheduler of diffusers; what else has a name there can bring code along from the folder."""
    import diffusers

    kind = getattr(diffusers, name, None)
    if not (isinstance(kind, type) and issubclass(kind, diffusers.SchedulerMixin)):
        raise ModelError(f"{place} names a scheduler {name[:60]!r}, which diffusers has not.")
    return kind


def _vae(place: Path, subfolder: str) -> Any:
    """An autoencoder of the kind its configuration names: AutoencoderKL or AutoencoderTiny."""
    import diffusers

    folder = place / subfolder
    if not subfolder and (place / "vae").is_dir():
        folder = place / "vae"
    kind = _class_name(folder / "config.json")
    if kind not in ("AutoencoderKL", "AutoencoderTiny"):
        raise ModelError(f"{folder} holds a {kind}, which is no autoencoder of Stable Diffusion 1.")
    return getattr(diffusers, kind).from_pretrained(folder, **half_only(folder), **_OFFLINE)


def _class_name(config: Path) -> str:
    return str(json.loads(config.read_text("utf-8"))["_class_name"])


def _check(parts: dict[str, Any], model: str) -> None:
    """ModelError for nets that are of another family."""
    unet, encoder = parts["unet"].config, parts["text_encoder"].config
    if unet["cross_attention_dim"] != encoder.hidden_size:
        raise ModelError(f"{model} is no Stable Diffusion 1 checkpoint: its unet and its text encoder do not fit.")
    if unet["in_channels"] != unet["out_channels"]:
        raise ModelError(
            f"{model} paints with {unet['in_channels']} channels; only plain checkpoints with 4 are played."
        )


def _placed(parts: dict[str, Any], options: Options, device: str, expand: Any) -> Nets:
    dtype = dtype_of(options.dtype, device)
    form = torch.channels_last if options.channels_last else torch.preserve_format
    unet, vae, encoder = (parts[name].eval().requires_grad_(False) for name in ("unet", "vae", "text_encoder"))
    circle = Circle(unet, vae)
    try:
        move: Any = torch.nn.Module.to  # the libraries' own ``to`` warns of what is meant
        for net in (unet, vae):
            move(net, device=device, dtype=dtype, memory_format=form)
        move(encoder, device=device, dtype=dtype)
    except (RuntimeError, AssertionError) as error:
        raise ModelError(f"the model cannot run on {device!r}: {str(error).splitlines()[0]}.") from error
    if options.compile:
        unet = torch.compile(unet)
    return Nets(unet, vae, Prompts(parts["tokenizer"], encoder, expand), parts["scheduler"], circle, device, dtype)


def dtype_of(wanted: str, device: str) -> torch.dtype:
    """What to compute in: half precision on accelerators, float32 on a CPU, unless told otherwise."""
    if wanted == "auto":
        return torch.float32 if device.startswith("cpu") else torch.float16
    return _DTYPES[wanted]
