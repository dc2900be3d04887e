"""What a picture tells about itself: Riffusion's parameters in EXIF tags. Pure but for Pillow; no torch.

Tags as in riffusion-hobby (MIT): private ids in the first directory of PNG or JPEG. All but the last are needed.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from liveriff.errors import UsageError
from liveriff.render.spectrogram.layout import RIFFUSION, Layout

TAGS = {
    "rate": 11000,
    "stereo": 11005,
    "step_ms": 11010,
    "window_ms": 11020,
    "padded_ms": 11030,
    "n_mels": 11040,
    "f_min": 11050,
    "f_max": 11060,
    "power": 11070,
    "max_value": 11080,
}
"""Field of ``Parameters``: its tag."""

LEVEL_OF_UNKNOWN = 1e7
"""Black's magnitude where the picture does not say: drum loops then peak at 0.8, where Riffusion's 30e6 gives 2.3."""


@dataclass(frozen=True)
class Parameters:
    """How a picture was made; the names are those of the options. max_value: magnitude of black, if it is known."""

    rate: int = 44100
    stereo: bool = False
    step_ms: float = 10
    window_ms: float = 100
    padded_ms: float = 400
    n_mels: int = 512
    f_min: float = 0
    f_max: float = 10000
    power: float = 0.25
    max_value: float | None = None

    @property
    def hop(self) -> int:
        """Frames a column."""
        return self.hop_at(self.rate)

    def hop_at(self, rate: int) -> int:
        """Frames a column at another rate; truncated, as Riffusion does."""
        return int(self.step_ms / 1000 * rate)

    def layout(self) -> Layout:
        """The same as a layout; the samples count as int16 at the picture's own rate."""
        return replace(
            RIFFUSION,
            name="picture",
            bands=self.n_mels,
            low_hz=float(self.f_min),
            high_hz=float(self.f_max),
            window_s=self.window_ms / 1000,
            padded_s=self.padded_ms / 1000,
            power=self.power,
            top=self.max_value or LEVEL_OF_UNKNOWN,
            sample_units=32768.0 * self.rate / 44100,
            step_s=self.step_ms / 1000,
            channels=2 if self.stereo else 1,
        )

    def with_given(self, given: Mapping[str, Any]) -> Parameters:
        """The same with what a person has set; what is None stays."""
        known = {field.name for field in fields(self)}
        return replace(self, **{name: value for name, value in given.items() if name in known and value is not None})

    def checked(self, where: str) -> Parameters:
        """Itself; UsageError naming ``where`` if no picture or sound can be made with it."""
        wrong = _wrong(self)
        if wrong:
            raise UsageError(f"{where}: {wrong}.")
        return self


DEFAULTS = Parameters()
DEFAULTS_20K = Parameters(stereo=True, f_min=10, f_max=20000)

_BOUNDS = {
    "rate": (1000, 384000),
    "step_ms": (0.5, 1000),
    "window_ms": (1, 2000),
    "padded_ms": (1, 4000),
    "n_mels": (2, 2048),
    "f_min": (0, 192000),
    "f_max": (1, 192000),
    "power": (0.01, 4),
}
_LOUDEST = 1e12


def _wrong(given: Parameters) -> str:
    """What is wrong, without a full stop; "" if nothing is."""
    for name, (least, most) in _BOUNDS.items():
        value = getattr(given, name)
        if not least <= value <= most:
            return f"{_option(name)} must lie between {least:g} and {most:g}, not {value:g}"
    if given.max_value is not None and not 0 < given.max_value <= _LOUDEST:
        return f"black cannot stand for {given.max_value:g}"
    if given.window_ms < 2 * given.step_ms:
        return f"a window of {given.window_ms:g} ms needs a --step of at most half of it, not {given.step_ms:g} ms"
    if given.padded_ms < given.window_ms:
        return f"--padded {given.padded_ms:g} ms is shorter than the window of {given.window_ms:g} ms"
    if given.f_max > given.rate / 2:
        return f"--f-max {given.f_max:g} Hz is above half the rate of {given.rate} Hz"
    if given.f_min >= given.f_max:
        return f"--f-min {given.f_min:g} Hz is not below --f-max {given.f_max:g} Hz"
    return ""


def _option(name: str) -> str:
    return "--" + name.removesuffix("_ms").replace("_", "-")


def told_by(image: Any) -> dict[str, float]:
    """The tags that a Pillow image has, by field; nothing where its EXIF is broken or a value is no number."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is damaged counts as missing, and is told as such
            exif = image.getexif()
            values = {name: exif[tag] for name, tag in TAGS.items() if tag in exif}
    except Exception:  # Pillow raises whatever a damaged directory makes it raise
        return {}
    return {name: number for name, value in values.items() if (number := _number(value)) is not None}


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return _plain(number) if abs(number) < float("inf") else None


def from_tags(told: Mapping[str, float]) -> Parameters | None:
    """Parameters of what ``told_by`` gave; None unless all but max_value are there, as Riffusion reads them."""
    if any(name not in told for name in TAGS if name != "max_value"):
        return None
    top = told.get("max_value", 0.0)
    return Parameters(
        rate=int(told["rate"]),
        stereo=bool(told["stereo"]),
        n_mels=int(told["n_mels"]),
        power=told["power"],
        max_value=top if top > 0.0 else None,
        **{name: told[name] for name in ("step_ms", "window_ms", "padded_ms", "f_min", "f_max")},
    )


def _plain(value: float) -> float:
    """An int where the number is whole, because Riffusion writes ints."""
    return int(value) if float(value).is_integer() else value


def to_exif(parameters: Parameters) -> Any:
    """A Pillow EXIF with all tags, whole numbers as integers."""
    from PIL import Image

    exif = Image.Exif()
    for name, value in asdict(parameters).items():
        if name in ("power", "max_value"):
            exif[TAGS[name]] = float(value or 0.0)
        else:
            exif[TAGS[name]] = _plain(value)
    return exif
