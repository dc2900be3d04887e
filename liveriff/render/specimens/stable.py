"""Stable Audio Open and Stable Audio 3 with random weights: a transformer over the latents of a wave autoencoder."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from liveriff.render.specimens.lively import lively
from liveriff.render.specimens.words import gemma, unigram


def stable_audio(folder: Path, full: bool) -> None:
    """Small: 8000 Hz, 64 frames a latent, 8 s at most. Full: the published sizes, 1.06 thousand million weights."""
    import diffusers
    from diffusers.pipelines.stable_audio.modeling_stable_audio import StableAudioProjectionModel

    transformers: Any = importlib.import_module("transformers")
    tokenizer = unigram(128 if full else 80)
    width = 768 if full else 32
    projection = StableAudioProjectionModel(width, width, min_value=0, max_value=512)
    sizes = {} if full else _small_open(width)
    pipe = diffusers.StableAudioPipeline(
        vae=diffusers.AutoencoderOobleck(**({} if full else _SMALL_OOBLECK)),
        text_encoder=transformers.T5EncoderModel(transformers.T5Config(**_t5(width, full, len(tokenizer)))),
        projection_model=projection,
        tokenizer=tokenizer,
        transformer=diffusers.StableAudioDiTModel(**sizes),
        scheduler=diffusers.EDMDPMSolverMultistepScheduler(
            sigma_min=0.3, sigma_max=500.0, sigma_data=1.0, sigma_schedule="exponential", prediction_type="v_prediction"
        ),
    )
    _save(pipe, folder, full)


def _save(pipe: Any, folder: Path, full: bool) -> None:
    if not full:
        for name in ("text_encoder", "transformer"):
            lively(getattr(pipe, name))
    pipe.save_pretrained(folder, safe_serialization=True)


_SMALL_OOBLECK: dict[str, Any] = {
    "encoder_hidden_size": 16,
    "downsampling_ratios": [2, 4, 8],
    "channel_multiples": [1, 2, 2],
    "decoder_channels": 6,
    "decoder_input_channels": 8,
    "sampling_rate": 8000,
}


def _small_open(width: int) -> dict[str, Any]:
    return {
        "sample_size": 1000,
        "in_channels": 8,
        "out_channels": 8,
        "num_layers": 2,
        "attention_head_dim": 8,
        "num_attention_heads": 4,
        "num_key_value_attention_heads": 2,
        "cross_attention_dim": width // 2,
        "cross_attention_input_dim": width,
        "global_states_input_dim": 2 * width,
        "time_proj_dim": 16,
    }


def _t5(width: int, full: bool, words: int) -> dict[str, Any]:
    """T5 base, or a tenth of a thousandth of it."""
    if full:
        return {"d_model": 768, "d_ff": 3072, "num_layers": 12, "num_heads": 12, "d_kv": 64}
    return {"d_model": width, "d_ff": 37, "num_layers": 2, "num_heads": 4, "d_kv": 8, "vocab_size": words}


def stable_audio_3(folder: Path, full: bool) -> None:
    """Small: 8000 Hz, 256 frames a latent. Full: the sizes that diffusers' own classes default to."""
    import diffusers
    from diffusers.pipelines.stable_audio_3.modeling_stable_audio_3 import StableAudio3DurationEmbedder

    transformers: Any = importlib.import_module("transformers")
    tokenizer = gemma(256)
    width = 768 if full else 32
    vae = diffusers.AutoencoderSAME(**({} if full else _SMALL_SAME))
    pipe = diffusers.StableAudio3Pipeline(
        vae=vae if full else lively(vae),
        text_encoder=transformers.T5GemmaEncoderModel(_t5gemma(transformers, width, full, len(tokenizer))),
        tokenizer=tokenizer,
        duration_embedder=StableAudio3DurationEmbedder(**({} if full else {"output_dim": width, "fourier_dim": 16})),
        transformer=diffusers.StableAudio3DiTModel(**({} if full else _small_3(width))),
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, stochastic_sampling=True),
    )
    _save(pipe, folder, full)


_SMALL_SAME: dict[str, Any] = {
    "patch_size": 64,
    "encoder_channels": 16,
    "encoder_c_mults": (2,),
    "encoder_strides": (4,),
    "encoder_transformer_depths": (1,),
    "latent_dim": 8,
    "dim_heads": 16,
    "ff_mult": 1,
    "sampling_rate": 8000,
}


def _small_3(width: int) -> dict[str, Any]:
    return {
        "io_channels": 8,
        "embed_dim": 32,
        "depth": 2,
        "num_heads": 2,
        "cond_token_dim": width,
        "global_cond_dim": width,
        "local_add_cond_dim": 9,
        "timestep_features_dim": 16,
        "ff_mult": 1.0,
        "num_memory_tokens": 4,
    }


def _t5gemma(transformers: Any, width: int, full: bool, words: int) -> Any:
    sizes: dict[str, Any] = {
        "hidden_size": width,
        "intermediate_size": 2048 if full else 37,
        "num_hidden_layers": 12 if full else 2,
        "num_attention_heads": 12 if full else 4,
        "num_key_value_heads": 12 if full else 2,
        "head_dim": 64 if full else 8,
        "query_pre_attn_scalar": 64 if full else 8,
        **({} if full else {"vocab_size": words}),
    }
    return transformers.T5GemmaConfig(encoder=sizes, is_encoder_decoder=False)
