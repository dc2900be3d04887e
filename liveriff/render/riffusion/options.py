"""What a Riffusion checkpoint may be told in models.yaml, read into one frozen record. No torch here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from liveriff.errors import UsageError
from liveriff.params.words import did_you_mean

LAYOUTS = ("mono", "stereo", "mono-20k", "stereo-20k")
DTYPES = ("auto", "fp32", "fp16", "bf16")
GRIDS = ("beat", "natural")
SCHEDULERS = (
    *("checkpoint", "ddim", "pndm", "lms", "euler", "euler-ancestral", "heun"),
    *("dpm++", "dpm++-karras", "unipc", "lcm", "tcd"),
)
CFG = ("full", "onetime", "self")
EMBEDDED = "embedded"


@dataclass(frozen=True)
class Lora:
    """A LoRA file, folder or hub id, and how much of it."""

    model: str
    scale: float = 1.0


@dataclass(frozen=True)
class Options:
    """See docs/models.md for what each is worth.

    scheduler: one of SCHEDULERS; steps: the default number, 0 for the scheduler's; cfg: of CFG, how guidance is had
    (``guidance``); negative: what every prompt shall not be; prompts: words put before the prompt, by category; loras,
    embeddings: added to the nets when they load; vae: a folder or hub id that replaces the checkpoint's autoencoder
    (TAESD); components: a diffusers folder or id that gives a single file its tokenizer and settings; layout: of
    LAYOUTS; grid: "beat" has 32, 64 or 128 columns a beat, "natural" the width at which a column lasts nearest to 10
    ms; circular: loops without a seam; seed_image: what img2img starts from where the job has no source: a file,
    "embedded", or ""; denoising: 0..1, how far it may go from that at most; mask: a picture, white is painted anew, or
    ""; continues: a sound as source is gone on from, not painted over; dtype: of DTYPES; channels_last, compile: for
    speed on accelerators.
    """

    scheduler: str = "checkpoint"
    steps: int = 0
    cfg: str = "full"
    negative: str = ""
    prompts: Mapping[str, str] = field(default_factory=dict)
    loras: tuple[Lora, ...] = ()
    embeddings: tuple[str, ...] = ()
    vae: str = ""
    components: str = ""
    layout: str = "mono"
    grid: str = "beat"
    circular: bool = True
    seed_image: str = ""
    denoising: float = 0.75
    mask: str = ""
    continues: bool = False
    dtype: str = "auto"
    channels_last: bool = False
    compile: bool = False


_CHOICES = {"scheduler": SCHEDULERS, "layout": LAYOUTS, "grid": GRIDS, "dtype": DTYPES, "cfg": CFG}
_FILES = ("seed_image", "mask")


def options_of(given: Mapping[str, Any], model: str) -> Options:
    """The options of a table entry; UsageError names the model and the key that is wrong."""
    known = {each.name: each for each in fields(Options)}
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            raise UsageError(f"the model {model!r} has no option {key!r}.{did_you_mean(key, known)}")
        values[key] = _value(key, value, getattr(Options(), key), model)
    return Options(**values)


def _value(key: str, value: object, default: object, model: str) -> object:
    where = f"the model {model!r}: the option {key}"
    if key in _CHOICES and value not in _CHOICES[key]:
        raise UsageError(f"{where} is one of {', '.join(_CHOICES[key])}, not {value!r}.")
    if key == "loras":
        return _loras(value, where)
    if key == "embeddings":
        return _texts(value, where)
    if key == "prompts":
        return _prompts(value, where)
    if key == "denoising":
        return _share(value, where)
    if isinstance(value, bool) != isinstance(default, bool) or not isinstance(value, type(default)):
        raise UsageError(f"{where} is {_kind(default)}, not {value!r}.")
    if key == "steps" and isinstance(value, int) and not 0 <= value <= 150:
        raise UsageError(f"{where} is 1 to 150, or 0 for the scheduler's own, not {value}.")
    if key in _FILES and isinstance(value, str):
        return _file(value, where)
    return value


def _share(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.0 <= value <= 1.0:
        raise UsageError(f"{where} is 0 to 1, not {value!r}.")
    return float(value)


def _kind(default: object) -> str:
    return {bool: "true or false", int: "a whole number"}.get(type(default), "a text")


def _file(value: str, where: str) -> str:
    if value in ("", EMBEDDED):
        return value
    path = Path(value).expanduser()
    if not path.is_file():
        raise UsageError(f"{where} names {path}, which is not there.")
    return str(path.resolve())


def _texts(value: object, where: str) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise UsageError(f"{where} is a list of texts, not {value!r}.")
    return tuple(values)


def _prompts(value: object, where: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(words, str) for words in value.values()):
        raise UsageError(f"{where} is a table of categories and words, not {value!r}.")
    return {str(category): words for category, words in value.items()}


def _loras(value: object, where: str) -> tuple[Lora, ...]:
    """Each a name, or {model: name, scale: number}."""
    values = value if isinstance(value, list) else [value]
    return tuple(_lora(each, where) for each in values)


def _lora(value: object, where: str) -> Lora:
    if isinstance(value, str):
        return Lora(value)
    if isinstance(value, dict) and isinstance(value.get("model"), str) and set(value) <= {"model", "scale"}:
        scale = value.get("scale", 1.0)
        if isinstance(scale, (int, float)) and not isinstance(scale, bool):
            return Lora(value["model"], float(scale))
    raise UsageError(f"{where} is a list of names or of {{model: NAME, scale: NUMBER}}, not {value!r}.")
