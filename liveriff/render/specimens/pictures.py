"""Stable Diffusion 1.x with random weights: small, or with the sizes of 1.5 (2.1 GB in half precision)."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from liveriff.render.specimens.lively import lively
from liveriff.render.specimens.words import clip

_NOISE: dict[str, Any] = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}


def stable_diffusion(folder: Path, full: bool) -> None:
    """A folder with what Riffusion's checkpoints have; the vocabulary is made up."""
    import diffusers

    transformers: Any = importlib.import_module("transformers")
    tokenizer = clip()
    tokenizer.save_pretrained(folder / "tokenizer")
    width = 768 if full else 32
    _save(transformers.CLIPTextModel(_text(transformers, width, full, tokenizer)), folder / "text_encoder", full)
    _save(diffusers.UNet2DConditionModel(**_unet(width, full)), folder / "unet", full)
    _save(diffusers.AutoencoderKL(**_vae(full)), folder / "vae", full)
    diffusers.DDIMScheduler(**_NOISE).save_pretrained(folder / "scheduler")


def _save(net: Any, folder: Path, full: bool) -> None:
    (net.half() if full else lively(net)).save_pretrained(folder, safe_serialization=True)


def _text(transformers: Any, width: int, full: bool, tokenizer: Any) -> Any:
    layers = {"num_hidden_layers": 12 if full else 2, "num_attention_heads": 12 if full else 4}
    words = {"vocab_size": 49408 if full else len(tokenizer), "max_position_embeddings": 77}
    marks = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    return transformers.CLIPTextConfig(
        hidden_size=width, intermediate_size=3072 if full else 37, **layers, **words, **marks
    )


def _unet(width: int, full: bool) -> dict[str, Any]:
    """Small: attention where a picture of 512 columns has 256 places; at 4096 it would take nearly all of the time."""
    if full:
        return {"sample_size": 64, "cross_attention_dim": width, "attention_head_dim": 8}
    return {
        "down_block_types": ("DownBlock2D", "DownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D", "UpBlock2D"),
        "block_out_channels": (16, 32, 32, 32),
        "layers_per_block": 1,
        "norm_num_groups": 8,
        "attention_head_dim": 4,
        "sample_size": 64,
        "cross_attention_dim": width,
    }


def _vae(full: bool) -> dict[str, Any]:
    return {
        "block_out_channels": (128, 256, 512, 512) if full else (4, 8, 8, 8),
        "down_block_types": ("DownEncoderBlock2D",) * 4,
        "up_block_types": ("UpDecoderBlock2D",) * 4,
        "layers_per_block": 2 if full else 1,
        "norm_num_groups": 32 if full else 4,
        "latent_channels": 4,
        "sample_size": 512,
    }
