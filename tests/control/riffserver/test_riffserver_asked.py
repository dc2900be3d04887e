"""Requests: Riffusion's defaults, its texts for what is wrong, and nothing from outside the picture folder."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from riffhouse import right

from liveriff.control.riffserver.asked import asked
from liveriff.control.riffserver.pictures import Pictures
from liveriff.errors import UsageError
from liveriff.wire.clips import ClipEnd, Place


def ask(fields: Any, pictures: Pictures | None = None, **more: Any) -> Any:
    return asked(json.dumps(fields).encode(), pictures or Pictures(), **more)


def refusal(fields: Any, **more: Any) -> str:
    with pytest.raises(UsageError) as caught:
        ask(fields, **more)
    return str(caught.value)


def test_the_documented_defaults() -> None:
    wish = ask(right()).wish
    assert (wish.alpha, wish.steps, wish.seed_image, wish.mask) == (0.25, 50, Place("og_beat"), None)
    assert wish.start == ClipEnd("bells", 42, None, 0.75, 7.0)
    assert wish.end == ClipEnd("jazz", 43, None, 0.75, 7.0)


def test_every_field_is_heard() -> None:
    start = {"prompt": "a", "seed": -7, "negative_prompt": "noise", "denoising": 0.8, "guidance": 3}
    fields = right(
        start=start, num_inference_steps=12, seed_image_id="agile", mask_image_id="mask_top_third_75", unknown=1
    )
    wish = ask(fields).wish
    assert wish.start == ClipEnd("a", -7, "noise", 0.8, 3.0)
    assert (wish.steps, wish.seed_image, wish.mask) == (12, Place("agile"), Place("mask_top_third_75"))


@pytest.mark.parametrize("mask", [None, ""])
def test_no_mask(mask: str | None) -> None:
    assert ask(right(mask_image_id=mask)).wish.mask is None


def test_an_input_wrapped_for_a_worklet() -> None:
    given = ask({"worklet_input": right(alpha=1)})
    assert (given.wish.alpha, given.wrapper) == (1.0, "output")
    assert ask(right()).wrapper == ""
    assert "worklet_input must be a JSON object" in refusal({"worklet_input": [1]})


@pytest.mark.parametrize("name", ["alpha", "start", "end"])
def test_a_missing_field_is_named(name: str) -> None:
    fields = {key: value for key, value in right().items() if key != name}
    assert refusal(fields) == f'missing value for field "{name}"'


@pytest.mark.parametrize("end", ["start", "end"])
@pytest.mark.parametrize("name", ["prompt", "seed"])
def test_a_missing_field_of_an_end_is_named_with_its_end(end: str, name: str) -> None:
    fields = right()
    fields[end] = {key: value for key, value in fields[end].items() if key != name}
    assert refusal(fields) == f'missing value for field "{end}.{name}"'


@pytest.mark.parametrize(
    ("changes", "path", "kind", "of"),
    [
        ({"alpha": "half"}, "alpha", "float", "str"),
        ({"alpha": None}, "alpha", "float", "NoneType"),
        ({"alpha": True}, "alpha", "float", "bool"),
        ({"num_inference_steps": 7.5}, "num_inference_steps", "int", "float"),
        ({"num_inference_steps": "50"}, "num_inference_steps", "int", "str"),
        ({"seed_image_id": 3}, "seed_image_id", "str", "int"),
        ({"seed_image_id": None}, "seed_image_id", "str", "NoneType"),
        ({"mask_image_id": 3}, "mask_image_id", "Optional[str]", "int"),
        ({"start": "bells"}, "start", "PromptInput", "str"),
        ({"end": []}, "end", "PromptInput", "list"),
        ({"start": {"prompt": 1, "seed": 1}}, "start.prompt", "str", "int"),
        ({"end": {"prompt": "a", "seed": 1.5}}, "end.seed", "int", "float"),
        ({"end": {"prompt": "a", "seed": 1, "denoising": "x"}}, "end.denoising", "float", "str"),
        ({"end": {"prompt": "a", "seed": 1, "guidance": {}}}, "end.guidance", "float", "dict"),
        ({"end": {"prompt": "a", "seed": 1, "negative_prompt": 5}}, "end.negative_prompt", "Optional[str]", "int"),
    ],
)
def test_a_wrong_type_is_told_as_riffusion_tells_it(changes: dict, path: str, kind: str, of: str) -> None:
    told = refusal(right(**changes))
    assert told.startswith(f'wrong value type for field "{path}" - should be "{kind}" instead of value ')
    assert told.endswith(f'of type "{of}"')


@pytest.mark.parametrize(
    "changes",
    [
        {"alpha": 1.01},
        {"alpha": -0.1},
        {"alpha": 10**400},
        {"num_inference_steps": 0},
        {"num_inference_steps": 10**9},
        {"start": {"prompt": "a", "seed": 2**63}},
        {"start": {"prompt": "a", "seed": 1, "denoising": 1.5}},
        {"start": {"prompt": "a", "seed": 1, "guidance": 1e9}},
        {"start": {"prompt": "a" * 5000, "seed": 1}},
    ],
)
def test_values_that_no_model_could_do_are_refused(changes: dict) -> None:
    assert " must " in refusal(right(**changes))


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"3", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"alpha": NaN}', b"1" * 10_000]
)
def test_a_body_that_is_no_object(body: bytes) -> None:
    with pytest.raises(UsageError, match="must be a JSON object"):
        asked(body, Pictures())


def test_sound_comes_as_base64() -> None:
    plain = base64.b64encode(b"RIFFsound").decode()
    for text in (plain, f"data:audio/wav;base64,{plain}", plain[:4] + "\r\n" + plain[4:]):
        assert ask(right(audio=text), with_audio=True).wish.audio == b"RIFFsound"
    assert ask(right(audio=plain)).wish.audio == b""
    assert refusal(right(), with_audio=True) == 'missing value for field "audio"'
    for wrong in ("", "äöü", "a", "data:audio/wav;base64,", "@@@@"):
        assert "base64 of a WAV" in refusal(right(audio=wrong), with_audio=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "outside.png").write_bytes(b"secret")
    inside = tmp_path / "seeds"
    (inside / "deeper").mkdir(parents=True)
    for name in ("own.png", "og_beat.png", "deeper/below.png", "text.txt"):
        (inside / name).write_bytes(b"picture")
    (inside / "linked.png").symlink_to(tmp_path / "outside.png")
    (inside / "renamed.png").symlink_to(inside / "own.png")
    (inside / "a folder.png").mkdir()
    return inside


def test_a_file_in_the_folder_goes_before_what_stands_for_it(folder: Path) -> None:
    pictures = Pictures(folder)
    assert pictures.seed("own") == Place("own", str(folder / "own.png"))
    assert pictures.seed("og_beat").path == str(folder / "og_beat.png")
    assert pictures.mask("own").path == str(folder / "own.png")
    assert pictures.seed("renamed").path == str(folder / "own.png")
    assert pictures.seed("agile") == Place("agile")
    assert pictures.names()[:3] == ["og_beat", "own", "renamed"]
    assert "linked" not in pictures.names()
    assert pictures.names().count("og_beat") == 1


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../outside", "deeper/below", "deeper\\below", "/etc/passwd", "own.png", "text", "nobody"),
        *("linked", "a folder", "own\0", "OWN\n", "..\\outside", "%2e%2e/outside", "a" * 300, "seeds/../own"),
        *("mask_top_third_75", "~/own", "C:own"),
    ],
)
def test_nothing_else_is_a_seed_image(folder: Path, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        Pictures(folder).seed(name)
    assert str(caught.value) == f"Invalid seed image: {name[:100]}"


def test_absolute_names_and_unknown_masks(folder: Path) -> None:
    with pytest.raises(UsageError, match="Invalid seed image"):
        Pictures(folder).seed(os.fspath(folder / "own"))
    with pytest.raises(UsageError, match="Invalid mask image: og_beatz"):
        Pictures().mask("og_beatz")
    with pytest.raises(UsageError, match="there is no folder"):
        Pictures(folder / "absent")
