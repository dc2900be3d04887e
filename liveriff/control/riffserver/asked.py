"""The body of a request to a wish, checked field by field. Pure but for a look into the picture folder.

Texts of wrong types and missing fields are those that Riffusion's server gives (it reads with the library dacite).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from liveriff.control.riffserver.pictures import Pictures
from liveriff.errors import UsageError
from liveriff.wire.clips import DENOISING, GUIDANCE, SEED_IMAGE, STEPS, ClipEnd, Wish

WRAPPER = "worklet_input"
MOST_STEPS = 500
LONGEST_PROMPT = 4000
_SEED_BITS = 63
_MISSING = object()

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """A wish and how its reply is to be wrapped: "output" or ""."""

    wish: Wish
    wrapper: str = ""


def asked(body: bytes, pictures: Pictures, with_audio: bool = False) -> Asked:
    """What a body asks for; UsageError with the text of the reply if it cannot be.

    with_audio: it brings a sound (base64 of a WAV) that the clip starts from instead of a seed image.
    """
    fields = _object(_parsed(body), "the request")
    wrapped = WRAPPER in fields
    if wrapped:
        fields = _object(fields[WRAPPER], WRAPPER)
    return Asked(_wish(fields, pictures, with_audio), "output" if wrapped else "")


def _parsed(body: bytes) -> object:
    """UsageError if it is no JSON, or JSON only to Python."""
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise UsageError("The body must be a JSON object.") from error


def _no_number(word: str) -> float:
    raise ValueError(word)


def _object(value: object, name: str) -> Fields:
    if not isinstance(value, dict):
        raise UsageError(f"{name} must be a JSON object.")
    return value


def _wish(fields: Fields, pictures: Pictures, with_audio: bool) -> Wish:
    alpha = _number(fields, "alpha", within=(0.0, 1.0))
    steps = _whole(fields, "num_inference_steps", STEPS, (1, MOST_STEPS))
    seed_image = _text(fields, "seed_image_id", SEED_IMAGE) or ""
    mask = _optional_text(fields, "mask_image_id")
    start, end = (_end(fields, name) for name in ("start", "end"))
    audio = _sound(_text(fields, "audio")) if with_audio else b""
    return Wish(
        start,
        end,
        alpha,
        steps,
        seed_image=pictures.seed(seed_image),
        mask=pictures.mask(mask) if mask else None,
        audio=audio,
    )


def _end(fields: Fields, name: str) -> ClipEnd:
    given = _given(fields, name, "")
    if not isinstance(given, dict):
        raise _wrong(name, "PromptInput", given)
    where = f"{name}."
    prompt = _text(given, "prompt", where=where)
    negative = _optional_text(given, "negative_prompt", where)
    if max(len(prompt), len(negative or "")) > LONGEST_PROMPT:
        raise UsageError(f'"{where}prompt" must be at most {LONGEST_PROMPT} characters long')
    return ClipEnd(
        prompt=prompt,
        seed=_whole(given, "seed", within=(-(2**_SEED_BITS), 2**_SEED_BITS - 1), where=where),
        negative_prompt=negative,
        denoising=_number(given, "denoising", DENOISING, (0.0, 1.0), where),
        guidance=_number(given, "guidance", GUIDANCE, (0.0, 100.0), where),
    )


def _sound(text: str) -> bytes:
    """Bytes of base64, which may be a data URI and may have line breaks."""
    plain = text.partition(",")[2] if text.startswith("data:") else text
    try:
        data = base64.b64decode("".join(plain.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UsageError('"audio" must be the base64 of a WAV file') from error
    if not data:
        raise UsageError('"audio" must be the base64 of a WAV file')
    return data


# --- fields ----------------------------------------------------------------------------------------------------------


def _given(fields: Fields, name: str, where: str, default: object = _MISSING) -> object:
    if name in fields:
        return fields[name]
    if default is _MISSING:
        raise UsageError(f'missing value for field "{where}{name}"')
    return default


def _wrong(path: str, kind: str, value: object) -> UsageError:
    shown = str(value)[:100]
    return UsageError(
        f'wrong value type for field "{path}" - should be "{kind}" '
        f'instead of value "{shown}" of type "{type(value).__name__}"'
    )


def _number(
    fields: Fields, name: str, default: object = _MISSING, within: tuple[float, float] = (0.0, 1.0), where: str = ""
) -> float:
    value = _given(fields, name, where, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong(where + name, "float", value)
    least, most = within
    if not least <= value <= most or not isfinite(value):
        raise UsageError(f'"{where}{name}" must lie between {least:g} and {most:g}, not {str(value)[:40]}')
    return float(value)


def _whole(
    fields: Fields, name: str, default: object = _MISSING, within: tuple[int, int] = (0, 0), where: str = ""
) -> int:
    value = _given(fields, name, where, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(where + name, "int", value)
    least, most = within
    if not least <= value <= most:
        raise UsageError(f'"{where}{name}" must lie between {least} and {most}')
    return value


def _text(fields: Fields, name: str, default: object = _MISSING, where: str = "") -> str:
    value = _given(fields, name, where, default)
    if not isinstance(value, str):
        raise _wrong(where + name, "str", value)
    return _whole_letters(value, where + name)


def _optional_text(fields: Fields, name: str, where: str = "") -> str | None:
    value = _given(fields, name, where, None)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong(where + name, "Optional[str]", value)
    return _whole_letters(value, where + name)


def _whole_letters(text: str, path: str) -> str:
    """Itself; UsageError for half of a letter of two (JSON can say it, and no tokenizer can read it)."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f'"{path}" holds half a letter at {error.start}; send text that is UTF-8.') from error
    return text
