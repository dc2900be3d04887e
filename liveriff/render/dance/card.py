"""What a Dance Diffusion checkpoint's own config says: rate, channels, the lengths its network allows. No torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liveriff.errors import ModelError
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.hub import locate
from liveriff.render.libraries import gist

CONFIG = "config.json"
HALVING = ("DownBlock1D", "AttnDownBlock1D")
FIRST = "DownBlock1DNoSkip"
_LEAST_UNITS = 3  # the deepest level's reflected padding needs three values
_TIMES = "extra_in_channels"
_MOST_BLOCKS = 20
_MOST = {"sample_rate": 384_000, "sample_size": 1 << 24}
LONGEST_TIMES = 16  # trained lengths; beyond, attention takes gigabytes


@dataclass(frozen=True)
class Card:
    """folder: of config and weights; rate: frames a second; channels: 1 or 2; trained: frames of the pieces it was
    trained with; unit: lengths are multiples of this; time_width: of the Fourier features of t.
    """

    folder: Path
    rate: int
    channels: int
    trained: int
    unit: int
    time_width: int

    @property
    def shortest(self) -> int:
        """The least frames that the network can make."""
        return _LEAST_UNITS * self.unit

    @property
    def longest(self) -> int:
        """The most frames that it is asked for."""
        return max(self.shortest, self.trained * LONGEST_TIMES // self.unit * self.unit)

    def fitting(self, frames: int) -> int:
        """The least length that the network can make and that holds so many frames; cut what is over."""
        return max(self.shortest, -(-frames // self.unit) * self.unit)


def card_of(checkpoint: Checkpoint) -> Card:
    """The card of a checkpoint's folder (of a pipeline, or of its network alone); ModelError if it is none."""
    path = locate(checkpoint.model)
    folder = path.parent if path.is_file() else path
    if (folder / "unet" / CONFIG).is_file():
        folder = folder / "unet"
    if not (folder / CONFIG).is_file():
        raise ModelError(f"{path} is no Dance Diffusion checkpoint: it has neither unet/{CONFIG} nor {CONFIG}.")
    return read_card(folder)


def read_card(folder: Path) -> Card:
    """The card of a folder with the network's config; ModelError says what does not fit."""
    where = folder / CONFIG
    try:
        config = json.loads(where.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{where} cannot be read: {gist(error)}.") from error
    if not isinstance(config, dict) or config.get("_class_name") != "UNet1DModel":
        raise ModelError(f"{where} is not the config of a UNet1DModel, so {folder} is no Dance Diffusion checkpoint.")
    return _card(config, folder)


def _card(config: Mapping[str, Any], folder: Path) -> Card:
    blocks = config.get("down_block_types")
    if not isinstance(blocks, list) or blocks[:1] != [FIRST] or any(block not in HALVING for block in blocks[1:]):
        raise ModelError(f"{folder} has another architecture than Dance Diffusion's: its blocks are {blocks!r:.200}.")
    if len(blocks) > _MOST_BLOCKS:
        raise ModelError(f"{folder} has {len(blocks)} levels; {_MOST_BLOCKS} are the most that can be played.")
    channels = _number(config, "in_channels", folder)
    if channels not in (1, 2) or channels != config.get("out_channels"):
        raise ModelError(f"{folder} makes {config.get('out_channels')} channels of {channels}; only 1 and 2 can play.")
    return Card(
        folder=folder,
        rate=_number(config, "sample_rate", folder),
        channels=channels,
        trained=_number(config, "sample_size", folder),
        unit=2 ** len(blocks),  # all but the first halve, and so does the middle
        time_width=_number(config, "time_embedding_dim" if config.get("time_embedding_dim") else _TIMES, folder),
    )


def _number(config: Mapping[str, Any], key: str, folder: Path) -> int:
    value = config.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST.get(key, 4096):
        raise ModelError(f"the config of {folder} says {key} {value!r:.60}; write there what it was trained with.")
    return value
