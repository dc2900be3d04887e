"""A small checkpoint in the true format, saved by the library itself, and what the tests play it with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from diffusers import UNet1DModel

from liveriff.render.checkpoints import Checkpoint
from liveriff.render.dance.card import card_of
from liveriff.render.dance.net import Net, load

RATE, TRAINED = 8000, 2048


def small_unet(seed: int = 0) -> UNet1DModel:
    """Dance Diffusion's architecture with five levels instead of fourteen: lengths are multiples of 16."""
    torch.manual_seed(seed)
    return UNet1DModel(
        sample_size=TRAINED,
        sample_rate=RATE,
        extra_in_channels=16,
        time_embedding_dim=16,
        block_out_channels=(32, 32, 32, 32),
        down_block_types=("DownBlock1DNoSkip", "DownBlock1D", "DownBlock1D", "AttnDownBlock1D"),
        up_block_types=("AttnUpBlock1D", "UpBlock1D", "UpBlock1D", "UpBlock1DNoSkip"),
    )


def save_as_pipeline(unet: UNet1DModel, folder: Path) -> Path:
    """The folder of a DanceDiffusionPipeline as it lies on the hub: no width of the time features in the config."""
    unet.save_pretrained(folder / "unet")
    config = folder / "unet" / "config.json"
    known = json.loads(config.read_text())
    del known["time_embedding_dim"]
    config.write_text(json.dumps(known))
    index = {"_class_name": "DanceDiffusionPipeline", "unet": ["diffusers", "UNet1DModel"]}
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint's folder."""
    return save_as_pipeline(small_unet(), tmp_path_factory.mktemp("dance") / "tiny-drums")


@pytest.fixture(scope="session")
def net(small_folder: Path) -> Net:
    """Its network."""
    return load(card_of(Checkpoint("tiny", "dance", str(small_folder))), "cpu")


def clip(seed: int, frames: int = 1000) -> torch.Tensor:
    """Some sound (2, frames): two sines and a little noise."""
    generator = torch.Generator().manual_seed(seed)
    time = torch.arange(frames) / RATE
    tones = torch.stack([torch.sin(2 * torch.pi * hz * time) for hz in (220.0 * (seed + 1), 330.0)])
    return 0.4 * tones + 0.05 * torch.randn(2, frames, generator=generator)
