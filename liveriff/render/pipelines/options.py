"""What a pipeline's checkpoint may be told in models.yaml, read into one frozen record. No torch here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from liveriff.errors import UsageError
from liveriff.params.words import did_you_mean
from liveriff.render.riffusion.options import SCHEDULERS

DTYPES = ("auto", "fp32", "fp16", "bf16")


@dataclass(frozen=True)
class Options:
    """See docs/models.md for what each is worth.

    steps: the default number, 0 for the model's; negative: what every prompt shall not be; prompts: words put before
    the prompt, by category; scheduler: of AudioLDM and its kin; eta: 0..1, how much of the noise is fresh at each step
    of Stable Audio Open; whole: denoise the whole length that Stable Audio Open was trained with, and cut; dtype: of
    DTYPES.
    """

    steps: int = 0
    negative: str = ""
    prompts: Mapping[str, str] = field(default_factory=dict)
    scheduler: str = "checkpoint"
    eta: float = 1.0
    whole: bool = False
    dtype: str = "auto"


_CHOICES = {"scheduler": SCHEDULERS, "dtype": DTYPES}


def options_of(given: Mapping[str, Any], model: str) -> Options:
    """The options of a table entry; UsageError names the model and the key that is wrong."""
    known = {each.name: each for each in fields(Options)}
    for key in given:
        if key not in known:
            raise UsageError(f"the model {model!r} has no option {key!r}.{did_you_mean(key, known)}")
    where = f"the model {model!r}: the option"
    values: dict[str, Any] = {key: _value(key, value, f"{where} {key}") for key, value in given.items()}
    return Options(**values)


def _value(key: str, value: object, where: str) -> object:
    if key in _CHOICES and value not in _CHOICES[key]:
        raise UsageError(f"{where} is one of {', '.join(_CHOICES[key])}, not {value!r}.")
    if key == "prompts":
        return _prompts(value, where)
    if key == "whole" and not isinstance(value, bool):
        raise UsageError(f"{where} is true or false, not {value!r}.")
    if key in ("steps", "eta"):
        return _number(key, value, where)
    if key == "negative" and not isinstance(value, str):
        raise UsageError(f"{where} is a text, not {value!r}.")
    return value


def _number(key: str, value: object, where: str) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UsageError(f"{where} is a number, not {value!r}.")
    if key == "eta" and not 0.0 <= value <= 1.0:
        raise UsageError(f"{where} is 0 to 1, not {value!r}.")
    if key == "steps" and not (isinstance(value, int) and 0 <= value <= 500):
        raise UsageError(f"{where} is 1 to 500, or 0 for the model's own, not {value!r}.")
    return value


def _prompts(value: object, where: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(words, str) for words in value.values()):
        raise UsageError(f"{where} is a table of categories and words, not {value!r}.")
    return {str(category): words for category, words in value.items()}
