"""Dance Diffusion's original .ckpt files, and pickled weights, turned into folders that can be played.

The only place that opens a pickle, and only as tensors (``weights_only``): a file that holds anything that would have
to be run is refused. Called by its command alone.
"""

from __future__ import annotations

import json
import os
import shutil
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from liveriff.errors import DeviceError, ModelError, UsageError
from liveriff.render.dance.names import levels_in, place_of, renamed

PREFIXES = ("diffusion_ema.", "diffusion.", "")
"""Where the network's weights lie in a checkpoint, the best first: only the averaged ones make good sound."""


@dataclass(frozen=True)
class Origin:
    """What a checkpoint does not say of itself: rate, frames a second; size, frames of the pieces it learnt from."""

    rate: int
    size: int


KNOWN = {
    "gwf-440k": Origin(48000, 65536),
    "glitch-440k": Origin(48000, 65536),
    "jmann-small-190k": Origin(48000, 65536),
    "jmann-large-580k": Origin(48000, 131072),
    "maestro-uncond-150k": Origin(16000, 65536),
    "maestro-150k": Origin(16000, 65536),
    "unlocked-uncond-250k": Origin(16000, 65536),
    "unlocked-250k": Origin(16000, 65536),
    "honk-140k": Origin(16000, 65536),
}
"""Published checkpoints by the stem of their files."""


def convert(source: Path, out: Path, origin: Origin | None = None) -> dict[str, Any]:
    """Write a checkpoint as the diffusers folder ``out``, which must not exist yet; the config of its network.

    ``origin`` is needed unless the file's name is among ``KNOWN``. UsageError or ModelError, and nothing written,
    where that cannot be.
    """
    origin = origin or KNOWN.get(source.stem)
    if origin is None:
        raise UsageError(f"{source.name} is none of the published checkpoints; say its --rate and --size.")
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise UsageError(f"{out} is there already; name a folder that is not.")
    if not out.absolute().parent.is_dir():
        raise UsageError(f"cannot write {out}: the folder {out.parent} does not exist.")
    weights = network_of(tensors_of(source), source)
    config = config_of(weights, origin, source)
    _save(config, _translated(weights), source, out)
    return config


def tensors_of(source: Path) -> dict[str, Tensor]:
    """All tensors of a checkpoint by name; UsageError for what is none, or holds more than data."""
    if not source.is_file():
        raise UsageError(f"there is no file {source}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pickles that then fail
            held = torch.load(source, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(source))
    except Exception as error:  # pickles can fail in any way
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise UsageError(f"{source} holds no plain weights and is not opened further ({reason[:120]}).") from error
    state = held.get("state_dict", held) if isinstance(held, dict) else {}
    tensors = {str(name): value for name, value in state.items() if isinstance(value, Tensor)}
    if not tensors:
        raise UsageError(f"{source} holds no weights.")
    return tensors


def network_of(tensors: Mapping[str, Tensor], source: Path) -> dict[str, Tensor]:
    """The network's weights with their original names, the averaged ones if there are any, in float32."""
    for prefix in PREFIXES:
        found = {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
        if levels_in(found):
            return {name: value.float() for name, value in found.items() if not name.endswith("kernel")}
    raise UsageError(f"{source} is no checkpoint of Dance Diffusion: it has no weights named net.0.main.0 and so on.")


def config_of(weights: Mapping[str, Tensor], origin: Origin, source: Path) -> dict[str, Any]:
    """The config of the UNet1DModel that has these weights."""
    levels = levels_in(weights)
    widths = [_width(weights, level, source) for level in range(levels)]
    attending = {place.level for place in map(place_of, weights) if place and place.attention}
    blocks = ["AttnDownBlock1D" if level in attending else "DownBlock1D" for level in range(1, levels - 1)]
    features = 2 * _weight(weights, "timestep_embed.weight", source).numel()
    channels = len(_weight(weights, "net.6.main.3.weight", source))
    return {
        "sample_size": origin.size,
        "sample_rate": origin.rate,
        "in_channels": channels,
        "out_channels": channels,
        "extra_in_channels": features,
        "time_embedding_dim": features,
        "time_embedding_type": "fourier",
        "flip_sin_to_cos": True,
        "block_out_channels": widths[:-1],
        "down_block_types": ["DownBlock1DNoSkip", *blocks],
        "up_block_types": [*(block.replace("Down", "Up") for block in reversed(blocks)), "UpBlock1DNoSkip"],
        "mid_block_type": "UNetMidBlock1D",
    }


def _width(weights: Mapping[str, Tensor], level: int, source: Path) -> int:
    name = "net.0" if level == 0 else "net.3." + "main.7." * (level - 1) + "main.1"
    return len(_weight(weights, f"{name}.main.0.weight", source))


def _weight(weights: Mapping[str, Tensor], name: str, source: Path) -> Tensor:
    if name not in weights:
        raise ModelError(f"{source} is no whole checkpoint of Dance Diffusion: {name} is missing.")
    return weights[name]


def _translated(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same weights as UNet1DModel names and shapes them; a name nobody knows stays, and will not fit."""
    levels, translated = levels_in(weights), {}
    for name, value in weights.items():
        names = renamed(name, levels) or (name,)
        for new, part in zip(names, value.chunk(len(names)), strict=True):
            translated[new] = part
    return translated


def _save(config: Mapping[str, Any], weights: Mapping[str, Tensor], source: Path, out: Path) -> None:
    """Build the network, fit the weights in without one too many or too few, and write the folder whole."""
    from diffusers import UNet1DModel

    model = UNet1DModel(**config)
    wanted = model.state_dict()
    fitted = {name: _fitted(value, wanted.get(name)) for name, value in weights.items()}
    fitted.update({name: value for name, value in wanted.items() if name.endswith("kernel")})
    try:
        model.load_state_dict(fitted)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise ModelError(f"the weights of {source} do not fit Dance Diffusion's network: {reason}") from error
    aside = out.absolute().with_name(f".{out.name}.{os.getpid()}.part")
    try:
        model.save_pretrained(aside / "unet", safe_serialization=True)
        for name, content in _pipeline().items():
            (aside / name).parent.mkdir(exist_ok=True)
            (aside / name).write_text(json.dumps(content, indent=2) + "\n")
        if out.is_dir():  # Windows replaces no folder, not even an empty one
            out.rmdir()
        os.replace(aside, out)
    except OSError as error:
        raise DeviceError(f"cannot write {out}: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _fitted(value: Tensor, wanted: Tensor | None) -> Tensor:
    """Convolutions of one sample as matrices, columns as vectors: the same numbers in the shape that is wanted."""
    if wanted is not None and value.squeeze().shape == wanted.squeeze().shape:
        return value.reshape(wanted.shape)
    return value


def _pipeline() -> dict[str, dict[str, Any]]:
    """What makes the folder one of a DanceDiffusionPipeline, which other programs load."""
    parts = {"scheduler": ["diffusers", "IPNDMScheduler"], "unet": ["diffusers", "UNet1DModel"]}
    return {
        "model_index.json": {"_class_name": "DanceDiffusionPipeline", **parts},
        "scheduler/scheduler_config.json": {"_class_name": "IPNDMScheduler", "num_train_timesteps": 1000},
    }
