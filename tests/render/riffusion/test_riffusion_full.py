"""Stable Diffusion 1.5's own architecture at full size, with random weights: one chunk from folder to sound."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKL, PNDMScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

from liveriff.render.catalog import find
from liveriff.wire.job import Job
from tests.render.riffusion.tiny import SD1_NOISE, tokenizer

PARAMETERS = {"unet": 859_520_964, "vae": 83_653_863}
"""As published for Stable Diffusion 1.5."""


def save_full(folder: Path) -> None:
    """2.1 GB in half precision, from noise; the vocabulary is made up, its size in the net is not."""
    torch.manual_seed(0)
    words = tokenizer(folder / "tokenizer")
    words.save_pretrained(folder / "tokenizer")
    encoder = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=49408,
            hidden_size=768,
            intermediate_size=3072,
            num_hidden_layers=12,
            num_attention_heads=12,
            max_position_embeddings=77,
        )
    )
    encoder.half().save_pretrained(folder / "text_encoder")
    del encoder
    unet = UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8)
    assert sum(each.numel() for each in unet.parameters()) == PARAMETERS["unet"]
    unet.half().save_pretrained(folder / "unet")
    del unet
    vae = AutoencoderKL(
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        latent_channels=4,
        sample_size=512,
    )
    assert sum(each.numel() for each in vae.parameters()) == PARAMETERS["vae"]
    vae.half().save_pretrained(folder / "vae")
    noise = {key: value for key, value in SD1_NOISE.items() if key != "clip_sample"}
    PNDMScheduler(**noise, skip_prk_steps=True).save_pretrained(folder / "scheduler")


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_full_size_checkpoint_renders_a_chunk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_full(tmp_path)
    backend = find(f"riffusion:{tmp_path}").create()
    started = time.monotonic()
    backend.load("cpu")
    loaded = time.monotonic()
    heard: list[tuple[int, int]] = []

    def tick(step: int, of: int) -> bool:
        heard.append((step, of))
        return True

    job = Job(category="mix", prompt_a="techno", prompt_b="piano", alpha=0.5, steps=2, guidance=7.0, beats=8)
    audio = backend.render(job.retimed(9375), tick)
    done = time.monotonic()
    backend.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    with capsys.disabled():
        times = f"load {loaded - started:.1f} s, {len(heard)} steps and sound {done - loaded:.1f} s"
        sys.stdout.write(f"\n{times}, peak memory {peak:.1f} GB\n")
    assert peak < 12.0
    assert audio.samples.shape == (225792, 2)
    assert np.isfinite(audio.samples).all()
    assert float(np.abs(audio.samples).max()) > 1e-3
    assert heard == [(1, 3), (2, 3), (3, 3)]  # PNDM takes one more than told
