"""A net that knows how it was made, and the folder it is kept in: what diffusers' ModelMixin would give it.

The folder is diffusers' own (``config.json`` and ``diffusion_pytorch_model.safetensors``), so nothing that reads it
need know of this; but diffusers takes a third of a renderer's memory and seconds of its start, most of them for torch's
compiler, and none of that is used here.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

CONFIG, WEIGHTS = "config.json", "diffusion_pytorch_model.safetensors"

Self = TypeVar("Self", bound="Net")


class Config(dict[str, Any]):
    """What a net was made with, by name: ``config["rows"]`` or ``config.rows``."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Net(nn.Module):
    """Keeps what its subclass was made with as ``config``: give every one of its arguments a default."""

    config: Config

    if TYPE_CHECKING:  # parts and buffers, which torch finds by name

        def __getattr__(self, name: str) -> Any: ...

    def __init_subclass__(cls, **more: Any) -> None:
        """Let the subclass's own ``__init__`` be remembered."""
        super().__init_subclass__(**more)
        if "__init__" in cls.__dict__:
            cls.__init__ = _remembered(cls.__init__)  # type: ignore[method-assign]

    @classmethod
    def from_config(cls: type[Self], config: Mapping[str, Any]) -> Self:
        """A fresh net as ``config`` says; what it says beyond the arguments is not ours."""
        known = inspect.signature(cls.__init__).parameters
        return cls(**{name: value for name, value in config.items() if name in known and name != "self"})

    @classmethod
    def from_pretrained(cls: type[Self], folder: str | Path) -> Self:
        """The net of a folder, in its arguments' precision. OSError where it is not there or broken, RuntimeError where
        the weights are another net's."""
        place = Path(folder)
        config = json.loads((place / CONFIG).read_text(encoding="utf-8"))
        net = cls.from_config(config)
        try:
            weights = load_file(place / WEIGHTS)
        except SafetensorError as error:
            raise OSError(f"{place / WEIGHTS} is broken ({error})") from error
        net.load_state_dict(weights)
        return net.eval()

    def save_pretrained(self, folder: str | Path) -> None:
        """Write config and weights, in the precision that they have."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        told = {"_class_name": type(self).__name__, **self.config}
        (place / CONFIG).write_text(json.dumps(told, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        weights = {name: tensor.contiguous() for name, tensor in self.state_dict().items()}
        save_file(weights, place / WEIGHTS, metadata={"format": "pt"})


def _remembered(make: Callable[..., None]) -> Callable[..., None]:
    """``__init__`` that puts its arguments, defaults included, into ``config`` first."""
    signature = inspect.signature(make)

    @wraps(make)
    def init(self: Net, *args: Any, **named: Any) -> None:
        bound = signature.bind(self, *args, **named)
        bound.apply_defaults()
        self.__dict__["config"] = Config(list(bound.arguments.items())[1:])
        make(self, *args, **named)

    return init
