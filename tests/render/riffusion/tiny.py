"""A Stable Diffusion checkpoint of a few thousand numbers, saved by the libraries' own functions in the true format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, DDIMScheduler, PNDMScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

WIDTH = 32
WORDS = ("techno", "drums", "drum", "loop", "soft", "piano", "hit", "bass", "line", "jazz", "funk")
SD1_NOISE = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}


def tokenizer(folder: Path) -> CLIPTokenizer:
    """CLIP's own kind of vocabulary: letters, letters at the end of a word, and a few words joined by merges."""
    letters = [chr(code) for code in range(33, 127)]
    vocabulary = [*letters, *(f"{letter}</w>" for letter in letters)]
    merges: list[str] = []
    for word in WORDS:
        whole = word[0]
        for index, letter in enumerate(word[1:], start=1):
            last = f"{letter}</w>" if index == len(word) - 1 else letter
            merges.append(f"{whole} {last}")
            whole += last
            vocabulary.append(whole)
    merges = list(dict.fromkeys(merges))
    vocabulary = [*dict.fromkeys(vocabulary), "<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({token: index for index, token in enumerate(vocabulary)}))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    return CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77)


def text_encoder(words: CLIPTokenizer) -> CLIPTextModel:
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(words),
            hidden_size=WIDTH,
            intermediate_size=37,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=77,
            bos_token_id=words.bos_token_id,
            eos_token_id=words.eos_token_id,
            pad_token_id=words.eos_token_id,
        )
    )


def unet(**more: Any) -> UNet2DConditionModel:
    """With attention where a 512-column picture has 256 places, not 4096: that takes nearly all the time."""
    return UNet2DConditionModel(
        down_block_types=("DownBlock2D", "DownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D", "UpBlock2D"),
        block_out_channels=(16, 32, 32, 32),
        layers_per_block=1,
        norm_num_groups=8,
        attention_head_dim=4,
        sample_size=64,
        cross_attention_dim=WIDTH,
        **more,
    )


def vae() -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=(4, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        norm_num_groups=4,
        latent_channels=4,
        sample_size=64,
    )


def lively(net: torch.nn.Module) -> None:
    """Untrained nets answer almost the same to everything: louder last layers make prompts and seeds matter."""
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if name.endswith("weight") and parameter.dim() == 2 and "attn2" in name:
                parameter.mul_(6.0)
            if name.endswith("final_layer_norm.bias"):  # without it every embedding's mean is nothing but rounding
                parameter.normal_(0.1, 0.3)


def save(folder: Path, scheduler: str = "ddim", index: bool = True, tiny_vae: bool = False, **net: Any) -> Path:
    """A checkpoint folder; the same every time."""
    torch.manual_seed(1)
    words = tokenizer(folder / "tokenizer")
    words.save_pretrained(folder / "tokenizer")
    encoder, image, body = text_encoder(words), vae(), unet(**net)
    lively(body)
    lively(encoder)
    encoder.save_pretrained(folder / "text_encoder", safe_serialization=True)
    body.save_pretrained(folder / "unet", safe_serialization=True)
    if tiny_vae:
        small = AutoencoderTiny(
            encoder_block_out_channels=(8, 8, 8, 8), decoder_block_out_channels=(8, 8, 8, 8),
            num_encoder_blocks=(1, 1, 1, 1), num_decoder_blocks=(1, 1, 1, 1),
        )  # fmt: skip
        small.save_pretrained(folder / "vae", safe_serialization=True)
    else:
        image.save_pretrained(folder / "vae", safe_serialization=True)
    kinds = {"ddim": DDIMScheduler, "pndm": PNDMScheduler}
    noise = {key: value for key, value in SD1_NOISE.items() if key != "clip_sample" or scheduler == "ddim"}
    more = {"skip_prk_steps": True} if scheduler == "pndm" else {}
    kinds[scheduler](**noise, **more).save_pretrained(folder / "scheduler")
    if index:
        names = {
            "_class_name": "StableDiffusionPipeline",
            "_diffusers_version": "0.30.0",
            "feature_extractor": [None, None],
            "image_encoder": [None, None],
            "requires_safety_checker": False,
            "safety_checker": [None, None],
            "scheduler": ["diffusers", kinds[scheduler].__name__],
            "text_encoder": ["transformers", "CLIPTextModel"],
            "tokenizer": ["transformers", "CLIPTokenizer"],
            "unet": ["diffusers", "UNet2DConditionModel"],
            "vae": ["diffusers", "AutoencoderTiny" if tiny_vae else "AutoencoderKL"],
        }
        (folder / "model_index.json").write_text(json.dumps(names))
    return folder
