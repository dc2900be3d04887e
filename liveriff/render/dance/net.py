"""The network of a checkpoint: diffusers' UNet1DModel, asked for v. One thread."""

from __future__ import annotations

import torch
from torch import Tensor

from liveriff.errors import ModelError
from liveriff.render.dance.card import Card
from liveriff.render.hub import weights_in

_DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


class Net:
    """A network on its device; sound goes in and out as float32 (batch, channels, frames) on that device."""

    def __init__(self, card: Card, model: torch.nn.Module, device: str, dtype: torch.dtype) -> None:
        """``model`` is put on the device."""
        self.card = card
        self.device = torch.device(device)
        self._dtype = dtype
        self._model = model.to(self.device).eval().requires_grad_(False)
        for name, part in self._model.named_children():
            if name != "time_proj":  # turns of 2 pi want more digits than float16 has
                part.to(dtype)

    def velocity(self, x: Tensor, t: float) -> Tensor:
        """v at the level t, the same for the whole batch."""
        # A tensor, because UNet1DModel makes a whole number of any other t.
        level = torch.full((len(x),), t, device=self.device, dtype=torch.float32)
        answer: Tensor = self._model(x.to(self._dtype), level, return_dict=False)[0]
        return answer.float()

    def rest(self) -> None:
        """Leave the accelerator's memory to another network."""
        self._model.to("cpu")

    def wake(self) -> None:
        """Be on the device again."""
        self._model.to(self.device)


def load(card: Card, device: str, dtype: str = "auto") -> Net:
    """Read the weights; ModelError with one sentence where they do not fit or the device cannot take them."""
    from diffusers import UNet1DModel

    weights_in(card.folder)  # says so where there are only pickles
    if dtype == "auto":
        dtype = "float16" if device.startswith("cuda") else "float32"
    try:
        # Configs older than diffusers 0.36 lack the width of the time features, which then was 16 for all.
        model, found = UNet1DModel.from_pretrained(
            str(card.folder),
            time_embedding_dim=card.time_width,
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
            torch_dtype=torch.float32,
        )
    except Exception as error:
        raise ModelError(f"the weights in {card.folder} do not fit their config: {_first_line(error)}.") from error
    missing = [name for name in found["missing_keys"] if not name.endswith("kernel")]
    if missing or found["unexpected_keys"]:
        odd = (missing or found["unexpected_keys"])[0]
        raise ModelError(
            f"the weights in {card.folder} do not fit their config: {odd} is {'missing' if missing else 'too much'}."
        )
    try:
        return Net(card, model, device, _DTYPES[dtype])
    except (RuntimeError, AssertionError) as error:
        raise ModelError(f"the model in {card.folder} cannot run on {device!r}: {_first_line(error)}.") from error


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".:")
