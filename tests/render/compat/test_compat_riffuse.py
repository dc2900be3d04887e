"""Clips by a Riffusion checkpoint: both ends' own settings, pictures, masks, a client's sound."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from liveriff.render.backend import Cancelled
from liveriff.render.compat.makers import maker
from liveriff.render.compat.riffuse import Riffuser
from liveriff.render.spectrogram.images import opened, parameters_of
from liveriff.wire.clips import Clip, ClipEnd, Place, Wish
from tests.render.riffusion.tiny import save

START = ClipEnd("techno", 7, denoising=0.9, guidance=4.0)
END = ClipEnd("jazz", 900, denoising=0.5, guidance=2.0)


def going(_step: int, _of: int) -> bool:
    return True


@pytest.fixture(scope="module")
def riffuser(tmp_path_factory: pytest.TempPathFactory) -> Riffuser:
    made = maker(f"riffusion:{save(tmp_path_factory.mktemp('clips'))}", "cpu")
    assert isinstance(made, Riffuser)
    return made


@pytest.fixture(scope="module")
def wish(tmp_path_factory: pytest.TempPathFactory) -> Wish:
    """With a seed picture of its own, a little wider than two beats."""
    path = tmp_path_factory.mktemp("pictures") / "own.png"
    dice = np.random.default_rng(1)
    Image.fromarray(dice.integers(0, 255, (512, 140), np.uint8)).convert("P").save(path)
    return Wish(START, END, 0.0, steps=4, seed_image=Place("own", str(path)))


def pixels(clip: Clip) -> np.ndarray:  # type: ignore[type-arg]
    return np.asarray(Image.open(io.BytesIO(clip.image)).convert("L"), np.int16)


def test_a_clip_and_its_picture(riffuser: Riffuser, wish: Wish) -> None:
    clip = riffuser.make(wish, going)
    samples, rate = soundfile.read(io.BytesIO(clip.wav))
    assert (samples.shape, rate, clip.duration_s) == ((56448, 2), 44100, 1.28)
    assert np.abs(samples).max() <= 1.0
    assert pixels(clip).shape == (512, 128)
    told = parameters_of(opened(clip.image))
    assert told is not None
    assert (told.f_max, told.stereo, told.max_value) == (10000, False, pytest.approx(30e6))


def test_both_ends_have_their_own_settings(riffuser: Riffuser, wish: Wish) -> None:
    request = riffuser.request(replace(wish, alpha=0.5))
    for end, given in ((request.start, START), (request.end, END)):
        assert (end.prompt, end.seed, end.denoising, end.guidance) == (
            given.prompt,
            given.seed,
            given.denoising,
            given.guidance,
        )
    assert (request.alphas, request.steps) == ((0.5,), 4)


def test_the_models_options_and_the_category_are_heard(tmp_path: Path, wish: Wish) -> None:
    made = maker(f"riffusion:{save(tmp_path / 'told')}?cfg=self&negative=hiss&scheduler=euler", "cpu", "drums")
    assert isinstance(made, Riffuser)
    request = made.request(replace(wish, end=replace(END, negative_prompt="")))
    assert (request.cfg, request.scheduler) == ("self", "euler")
    assert (request.start.prompt, request.end.prompt) == ("drum loop, techno", "drum loop, jazz")
    assert (request.start.negative, request.end.negative) == ("hiss", "")
    made.close()


def test_the_ends_are_the_pure_ends(riffuser: Riffuser, wish: Wish) -> None:
    first, last = riffuser.make(wish, going), riffuser.make(replace(wish, alpha=1.0), going)
    assert first.wav == riffuser.make(replace(wish, end=START), going).wav
    assert last.wav == riffuser.make(replace(wish, start=END), going).wav
    middle = riffuser.make(replace(wish, alpha=0.5), going)
    assert len({first.wav, middle.wav, last.wav}) == 3


def test_a_black_mask_keeps_the_picture_and_a_white_one_does_not(
    riffuser: Riffuser, wish: Wish, tmp_path: Path
) -> None:
    for name, grey in (("black", 0), ("white", 255)):
        Image.new("L", (512, 512), grey).save(tmp_path / f"{name}.png")
    masks = {name: Place(name, str(tmp_path / f"{name}.png")) for name in ("black", "white")}
    other = replace(wish, start=replace(START, prompt="soft piano"))
    plain, changed = (riffuser.make(each, going).image for each in (wish, other))
    kept, kept_changed = (riffuser.make(replace(each, mask=masks["black"]), going).image for each in (wish, other))
    assert kept == kept_changed, "words do not reach what is kept"
    assert plain != changed
    assert riffuser.make(replace(wish, mask=masks["white"]), going).image == plain
    assert riffuser.make(replace(wish, mask=Place("mask_gradient_dark")), going).image not in (plain, kept)


def test_a_sound_to_start_from(riffuser: Riffuser, wish: Wish) -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.random.default_rng(0).uniform(-0.3, 0.3, (144000, 2)), 48000, format="WAV")
    clip = riffuser.make(replace(wish, audio=buffer.getvalue()), going)
    samples, rate = soundfile.read(io.BytesIO(clip.wav))
    assert (samples.shape, rate) == ((144000, 2), 48000)
    assert pixels(clip).shape == (512, 320)  # the nearest whole 64 columns to 3 s


def test_a_clip_is_given_up_and_the_next_is_clean(riffuser: Riffuser, wish: Wish) -> None:
    before = riffuser.make(wish, going)
    with pytest.raises(Cancelled):
        riffuser.make(wish, lambda step, _of: step < 2)
    assert riffuser.make(wish, going).wav == before.wav


def test_what_stands_for_og_beat_is_a_beat(riffuser: Riffuser, wish: Wish) -> None:
    first = riffuser.make(replace(wish, seed_image=Place("og_beat")), going)
    assert first.wav == riffuser.make(replace(wish, seed_image=Place("og_beat")), going).wav
    assert (first.duration_s, pixels(first).shape) == (5.12, (512, 512))
    assert first.wav != riffuser.make(replace(wish, seed_image=Place("agile")), going).wav


def test_the_loop_that_stands_for_a_picture_can_be_given_up(riffuser: Riffuser, wish: Wish) -> None:
    heard: list[int] = []

    def tick(step: int, _of: int) -> bool:
        heard.append(step)
        return step < 2

    with pytest.raises(Cancelled):
        riffuser.make(replace(wish, seed_image=Place("motorway")), tick)
    assert heard == [1, 2]
    assert riffuser.make(replace(wish, seed_image=Place("motorway")), going).duration_s == 5.12
