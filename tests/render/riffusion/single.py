"""The same numbers under the names of the original Stable Diffusion file, for tests of single files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import Tensor

_RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}
_WHOLE = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}


def unet_name(name: str, layers: int, attended: tuple[int, ...]) -> str:
    """Name in the original file of a parameter of diffusers' unet; ``attended``: up blocks that have attention."""
    for ours, theirs in _WHOLE.items():
        if name.startswith(f"{ours}."):
            return name.replace(ours, theirs, 1)
    if found := re.match(r"mid_block\.(resnets|attentions)\.(\d)\.(.*)", name):
        kind, index, rest = found.groups()
        place = 1 if kind == "attentions" else 2 * int(index)
        return f"middle_block.{place}.{rest if kind == 'attentions' else _inside(rest)}"
    found = re.match(r"(down|up)_blocks\.(\d)\.(resnets|attentions|downsamplers|upsamplers)\.(\d)\.(.*)", name)
    assert found, name
    way, block, kind, layer, rest = found.groups()
    first = int(block) * (layers + 1)
    if kind == "downsamplers":
        return f"input_blocks.{1 + first + layers}.0.{rest.replace('conv', 'op', 1)}"
    if kind == "upsamplers":
        return f"output_blocks.{first + layers}.{2 if int(block) in attended else 1}.{rest}"
    place = first + int(layer) + (way == "down")
    within = f"1.{rest}" if kind == "attentions" else f"0.{_inside(rest)}"
    return f"{'input' if way == 'down' else 'output'}_blocks.{place}.{within}"


def _inside(rest: str) -> str:
    part, _, last = rest.rpartition(".")
    return f"{_RESNET[part]}.{last}"


def vae_name(name: str, levels: int) -> str:
    """Name in the original file of a parameter of diffusers' autoencoder."""
    name = name.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
    if found := re.match(r"(\w+)\.mid_block\.attentions\.0\.(.*)\.(weight|bias)", name):
        side, part, last = found.groups()
        return f"{side}.mid.attn_1.{_ATTENTION[part]}.{last}"
    if found := re.match(r"(\w+)\.mid_block\.resnets\.(\d)\.(.*)", name):
        side, index, rest = found.groups()
        return f"{side}.mid.block_{int(index) + 1}.{rest}"
    if found := re.match(r"(\w+)\.(down|up)_blocks\.(\d)\.(resnets|downsamplers|upsamplers)\.(\d)\.(.*)", name):
        side, way, block, kind, layer, rest = found.groups()
        level = int(block) if way == "down" else levels - 1 - int(block)
        inner = f"block.{layer}" if kind == "resnets" else "downsample" if way == "down" else "upsample"
        return f"{side}.{way}.{level}.{inner}.{rest}"
    return name


def save_single(path: Path, unet: Any, vae: Any, encoder: Any) -> Path:
    """One file as trainers make it."""
    attended = tuple(i for i, kind in enumerate(unet.config.up_block_types) if kind.startswith("CrossAttn"))
    layers = unet.config.layers_per_block
    tensors: dict[str, Tensor] = {}
    for name, value in unet.state_dict().items():
        tensors[f"model.diffusion_model.{unet_name(name, layers, attended)}"] = value
    levels = len(vae.config.block_out_channels)
    for name, value in vae.state_dict().items():
        theirs = vae_name(name, levels)
        image = "attn_1" in theirs and "norm" not in theirs and value.dim() == 2
        tensors[f"first_stage_model.{theirs}"] = value[..., None, None] if image else value
    for name, value in encoder.state_dict().items():
        inner = name if name.startswith("text_model.") else f"text_model.{name}"
        tensors[f"cond_stage_model.transformer.{inner}"] = value
    save_file({name: value.contiguous() for name, value in tensors.items()}, path)
    return path
