"""Dance Diffusion with random weights: small, or with the 221 million of the published checkpoints."""

from __future__ import annotations

from pathlib import Path

from liveriff.render.specimens.lively import lively


def dance_diffusion(folder: Path, full: bool) -> None:
    """48 kHz, trained length 65536 frames; the small one has nine levels of 32 channels and a middle, not fourteen."""
    import diffusers

    plain, attending = (7, 5) if full else (7, 1)
    down = ("DownBlock1DNoSkip", *("DownBlock1D",) * plain, *("AttnDownBlock1D",) * attending)
    up = (*("AttnUpBlock1D",) * attending, *("UpBlock1D",) * plain, "UpBlock1DNoSkip")
    net = diffusers.UNet1DModel(
        sample_size=65536,
        sample_rate=48000,
        extra_in_channels=16,
        time_embedding_dim=16,
        block_out_channels=(128, 128, 256, 256, *(512,) * 9) if full else (32,) * 9,
        down_block_types=down,
        up_block_types=up,
    )
    (net if full else lively(net, 0.5)).save_pretrained(folder, safe_serialization=True)
