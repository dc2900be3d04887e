"""AudioLDM, AudioLDM 2 and MusicLDM with random weights: a U-Net over mel spectrograms, and a HiFi-GAN vocoder."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from liveriff.render.specimens.lively import lively
from liveriff.render.specimens.words import bytes_joined, unigram

_NOISE: dict[str, Any] = {
    "beta_start": 0.0015,
    "beta_end": 0.0195,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}


def audioldm(folder: Path, full: bool) -> None:
    """Small, or the published small checkpoint's sizes."""
    import diffusers

    transformers: Any = importlib.import_module("transformers")
    tokenizer = bytes_joined(512 if full else 80)
    encoder = transformers.ClapTextModelWithProjection(
        transformers.ClapTextConfig(**_clap_text(full, len(tokenizer)), projection_dim=512 if full else 16)
    )
    pipe = diffusers.AudioLDMPipeline(
        vae=_vae(diffusers, full),
        text_encoder=encoder,
        tokenizer=tokenizer,
        unet=_unet(diffusers, full),
        scheduler=diffusers.DDIMScheduler(**_NOISE),
        vocoder=_vocoder(transformers, full),
    )
    _save(pipe, folder, full)


def musicldm(folder: Path, full: bool) -> None:
    """Small, or the published sizes."""
    import diffusers

    transformers: Any = importlib.import_module("transformers")
    tokenizer = bytes_joined(512 if full else 80)
    pipe = diffusers.MusicLDMPipeline(
        vae=_vae(diffusers, full),
        text_encoder=_clap(transformers, full, len(tokenizer)),
        tokenizer=tokenizer,
        feature_extractor=transformers.ClapFeatureExtractor(),
        unet=_unet(diffusers, full),
        scheduler=diffusers.DDIMScheduler(**_NOISE),
        vocoder=_vocoder(transformers, full),
    )
    _save(pipe, folder, full)


def audioldm2(folder: Path, full: bool) -> None:
    """Small, or the published sizes (the smaller U-Net)."""
    import diffusers
    from diffusers.pipelines.audioldm2.modeling_audioldm2 import AudioLDM2ProjectionModel

    transformers: Any = importlib.import_module("transformers")
    tokenizer, tokenizer_2 = bytes_joined(512 if full else 80), unigram(512 if full else 80)
    clap_width, t5_width, gpt_width = (512, 1024, 768) if full else (16, 24, 16)
    t5: dict[str, Any] = {
        "d_model": t5_width,
        "d_ff": 2816 if full else 37,
        "num_layers": 24 if full else 2,
        "d_kv": 64 if full else 8,
    }
    t5 |= {"num_heads": 16, "feed_forward_proj": "gated-gelu"} if full else {"num_heads": 3, "vocab_size": 200}
    gpt: dict[str, Any] = {"n_embd": gpt_width, "max_new_tokens": 8}
    if not full:
        gpt |= {"n_layer": 2, "n_head": 2, "n_positions": 200, "vocab_size": 40, "bos_token_id": 0, "eos_token_id": 0}
    pipe = diffusers.AudioLDM2Pipeline(
        vae=_vae(diffusers, full),
        text_encoder=_clap(transformers, full, len(tokenizer)),
        text_encoder_2=transformers.T5EncoderModel(transformers.T5Config(**t5)),
        projection_model=AudioLDM2ProjectionModel(clap_width, t5_width, gpt_width),
        language_model=transformers.GPT2LMHeadModel(transformers.GPT2Config(**gpt)),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer_2,
        feature_extractor=transformers.ClapFeatureExtractor(),
        unet=_unet_2(full, gpt_width, t5_width),
        scheduler=diffusers.DDIMScheduler(**_NOISE),
        vocoder=_vocoder(transformers, full),
    )
    _save(pipe, folder, full)


def _save(pipe: Any, folder: Path, full: bool) -> None:
    if not full:
        lively(pipe.vocoder)
        lively(pipe.unet)
        for name in ("text_encoder", "text_encoder_2", "language_model"):
            if hasattr(pipe, name):
                lively(getattr(pipe, name), 2.0)
    pipe.save_pretrained(folder, safe_serialization=True)


def _clap_text(full: bool, words: int) -> dict[str, Any]:
    if full:
        return {}
    small = {"hidden_size": 16, "intermediate_size": 37, "num_attention_heads": 2, "num_hidden_layers": 2}
    return {**small, "vocab_size": words, "max_position_embeddings": 100, "pad_token_id": 1}


def _clap(transformers: Any, full: bool, words: int) -> Any:
    audio: dict[str, Any] = {} if full else _SMALL_EAR
    text = transformers.ClapTextConfig(**_clap_text(full, words)).to_dict()
    ear = transformers.ClapAudioConfig(**audio).to_dict()
    sizes = {"text_config": text, "audio_config": ear, "projection_dim": 512 if full else 16}
    return transformers.ClapModel(transformers.ClapConfig(**sizes))


_SMALL_EAR: dict[str, Any] = {
    "spec_size": 64,
    "window_size": 4,
    "num_mel_bins": 64,
    "intermediate_size": 37,
    "depths": [2, 2],
    "num_attention_heads": [2, 2],
    "num_hidden_layers": 2,
    "hidden_size": 48,
    "patch_size": 2,
    "patch_stride": 2,
    "patch_embed_input_channels": 4,
    "patch_embeds_hidden_size": 24,
}


def _vae(diffusers: Any, full: bool) -> Any:
    widths = (128, 256, 512) if full else (4, 8, 8)
    return diffusers.AutoencoderKL(
        in_channels=1,
        out_channels=1,
        block_out_channels=widths,
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        layers_per_block=2 if full else 1,
        norm_num_groups=32 if full else 4,
        latent_channels=8,
        sample_size=1024,
        scaling_factor=0.9227914214134216,
    )


def _unet(diffusers: Any, full: bool) -> Any:
    widths, labels = ((128, 256, 384, 640), 512) if full else ((8, 8, 16), 16)
    attention = ("CrossAttnDownBlock2D",) * (len(widths) - 1), ("CrossAttnUpBlock2D",) * (len(widths) - 1)
    return diffusers.UNet2DConditionModel(
        sample_size=128,
        in_channels=8,
        out_channels=8,
        down_block_types=("DownBlock2D", *attention[0]),
        up_block_types=(*attention[1], "UpBlock2D"),
        block_out_channels=widths,
        cross_attention_dim=widths,
        layers_per_block=2 if full else 1,
        norm_num_groups=32 if full else 4,
        attention_head_dim=8 if full else 2,
        class_embed_type="simple_projection",
        projection_class_embeddings_input_dim=labels,
        class_embeddings_concat=True,
    )


def _unet_2(full: bool, gpt_width: int, t5_width: int) -> Any:
    from diffusers.pipelines.audioldm2.modeling_audioldm2 import AudioLDM2UNet2DConditionModel

    widths = (128, 256, 384, 640) if full else (8, 8, 16)
    words = ((None, gpt_width, t5_width),) * len(widths)
    attention = ("CrossAttnDownBlock2D",) * (len(widths) - 1), ("CrossAttnUpBlock2D",) * (len(widths) - 1)
    return AudioLDM2UNet2DConditionModel(
        sample_size=256,
        in_channels=8,
        out_channels=8,
        down_block_types=("DownBlock2D", *attention[0]),
        up_block_types=(*attention[1], "UpBlock2D"),
        block_out_channels=widths,
        layers_per_block=2 if full else 1,
        norm_num_groups=32 if full else 4,
        attention_head_dim=8 if full else 2,
        cross_attention_dim=words,
    )


def _vocoder(transformers: Any, full: bool) -> Any:
    sizes: dict[str, Any] = {"model_in_dim": 64, "sampling_rate": 16000, "normalize_before": False}
    if full:
        rates = {"upsample_rates": (5, 4, 2, 2, 2), "upsample_kernel_sizes": (16, 16, 8, 4, 4)}
        return transformers.SpeechT5HifiGan(
            transformers.SpeechT5HifiGanConfig(**sizes, **rates, upsample_initial_channel=1024)
        )
    small = {"upsample_rates": (5, 4, 4), "upsample_kernel_sizes": (15, 8, 8), "upsample_initial_channel": 16}
    more = {"resblock_kernel_sizes": (3,), "resblock_dilation_sizes": ((1, 3),)}
    sizes |= {"sampling_rate": 8000, "model_in_dim": 16}
    return transformers.SpeechT5HifiGan(transformers.SpeechT5HifiGanConfig(**{**sizes, **small, **more}))
