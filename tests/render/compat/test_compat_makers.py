"""Clips by backends of the instrument: their length, their picture, their noise, a client's own sound."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from liveriff.errors import UsageError
from liveriff.render.backend import PATHS, BackendFactory, Cancelled
from liveriff.render.catalog import find
from liveriff.render.compat import sound, standins
from liveriff.render.compat.makers import ByJobs, maker
from liveriff.render.compat.sound import given_sound
from liveriff.render.shelf import Shelf
from liveriff.render.spectrogram.images import opened, parameters_of
from liveriff.render.testtone import INFO, TestTone
from liveriff.wire.clips import MASKS, SEEDS, Clip, ClipEnd, Place, Wish
from liveriff.wire.job import Job

WISH = Wish(ClipEnd("bells", 42), ClipEnd("jazz", 43), 0.25, steps=3)


def going(_step: int, _of: int) -> bool:
    return True


def wav(clip: Clip) -> tuple[np.ndarray, int]:  # type: ignore[type-arg]
    return soundfile.read(io.BytesIO(clip.wav), dtype="float32")


def sound_file(seconds: float, rate: int = 48000, channels: int = 2) -> bytes:
    time = np.arange(round(seconds * rate)) / rate
    buffer = io.BytesIO()
    soundfile.write(buffer, np.repeat(np.sin(time * 2000)[:, None] * 0.3, channels, 1), rate, format="WAV")
    return buffer.getvalue()


def test_a_clip_is_eight_beats_with_its_picture() -> None:
    clip = maker("test-tone", "cpu").make(WISH, going)
    assert clip.duration_s == 5.12
    samples, rate = wav(clip)
    assert (samples.shape, rate) == ((225792, 2), 44100)
    assert 0.1 < np.abs(samples).max() <= 1.0
    heard, rate = soundfile.read(io.BytesIO(clip.mp3))
    assert (rate, abs(len(heard) - 225792) <= 2304) == (44100, True)
    image = Image.open(io.BytesIO(clip.image))
    assert (image.format, image.size) == ("JPEG", (512, 512))
    told = parameters_of(opened(clip.image))
    assert told is not None
    assert (told.rate, told.step_ms, told.n_mels, told.f_max) == (44100, 10, 512, 10000)


def test_the_picture_decodes_to_the_sound() -> None:
    """The clicks of the test tones, every 64 columns, are where the picture is darkest."""
    clip = maker("test-tone", "cpu").make(WISH, going)
    dark = 255.0 - np.asarray(Image.open(io.BytesIO(clip.image)).convert("L"), np.float64)
    rows = dark[-280:-240].sum(axis=0)  # about 1500 Hz
    on, off = rows[::64].mean(), rows[32::64].mean()
    assert on > 2 * off


def test_the_same_wish_is_the_same_clip_and_another_is_not() -> None:
    by = maker("test-tone", "cpu")
    assert by.make(WISH, going).wav == maker("test-tone", "cpu").make(WISH, going).wav
    assert by.make(WISH, going).wav != by.make(replace(WISH, alpha=0.75), going).wav


def test_sound_alone() -> None:
    by = maker("test-tone", "cpu")
    alone = by.make(replace(WISH, sound_only=True), going)
    assert alone == replace(by.make(WISH, going), image=b"", mp3=b"")


def test_a_clip_is_given_up() -> None:
    with pytest.raises(Cancelled):
        maker("test-tone", "cpu").make(WISH, lambda step, _of: step < 2)


@pytest.mark.parametrize(
    ("seeds", "noise"),
    [((5, 5), (5, 5, 0.0)), ((5, 6), (5, 6, 0.25)), ((90, 5), (90, 5, 0.25)), ((-1, 2**31), (2**31 - 1, 0, 0.25))],
)
def test_the_noise_of_two_seeds(seeds: tuple[int, int], noise: tuple[int, int, float]) -> None:
    wish = replace(WISH, start=ClipEnd("a", seeds[0]), end=ClipEnd("b", seeds[1]), alpha=0.25)
    job = ByJobs(Shelf("cpu"), INFO, "mix").job(wish)
    assert (job.seed, job.seed_b, job.seed_drift) == noise


def test_the_ends_of_any_two_seeds_are_the_seeds_own() -> None:
    by = maker("test-tone", "cpu")
    ends = ClipEnd("bells", 42), ClipEnd("bells", 1234)
    first, last, middle = (
        by.make(Wish(*ends, alpha, steps=3, sound_only=True), going).wav for alpha in (0.0, 1.0, 0.5)
    )
    alone = [by.make(Wish(end, end, 0.0, steps=3, sound_only=True), going).wav for end in ends]
    assert [first, last] == alone
    assert middle not in alone


@pytest.mark.parametrize(("alpha", "negative"), [(0.0, "drums"), (0.4, "drums"), (0.6, ""), (1.0, "")])
def test_the_nearer_ends_negative_prompt_is_the_jobs(alpha: float, negative: str) -> None:
    wish = Wish(ClipEnd("a", 1, negative_prompt="drums"), ClipEnd("b", 2), alpha)
    assert ByJobs(Shelf("cpu"), INFO, "mix").job(wish).negative == negative


def test_guidance_and_steps_are_translated() -> None:
    by = ByJobs(Shelf("cpu"), INFO, "drums")
    job = by.job(replace(WISH, steps=50))
    assert (job.guidance, job.steps, job.category) == (Job().guidance, 2 * INFO.default_steps, "drums")
    ends = replace(WISH, start=ClipEnd("a", 1, guidance=14.0), end=ClipEnd("b", 1, guidance=7.0), alpha=0.5, steps=2)
    assert by.job(ends).guidance == pytest.approx(1.5 * Job().guidance)
    assert by.job(ends).steps == 2


@pytest.mark.parametrize(("seconds", "rate"), [(5.0, 48000), (3.3, 44100), (0.9, 22050)])
def test_a_clip_lasts_as_long_as_the_sound_it_starts_from(seconds: float, rate: int) -> None:
    clip = maker("test-tone", "cpu").make(replace(WISH, audio=sound_file(seconds, rate)), going)
    samples, heard_rate = wav(clip)
    assert (len(samples), heard_rate) == (round(seconds * rate), rate)
    assert clip.duration_s == pytest.approx(seconds, abs=1e-4)


class Listening:
    """Test tones that say they start from a sound; not a backend in two stages."""

    sources: list[tuple[int, float]] = []  # noqa: RUF012 - read by the test

    @property
    def info(self):  # type: ignore[no-untyped-def]
        return replace(INFO, honours=INFO.honours | {PATHS["source"]})

    def render(self, job: Job, tick):  # type: ignore[no-untyped-def]
        self.sources.append((len(soundfile.read(job.source)[0]), job.strength))
        return TestTone().render(replace(job, source=""), tick)

    def load(self, device: str) -> None:
        """Nothing to load."""


class Created(BackendFactory):
    """A factory of a class of this module, by whatever name pytest gave it."""

    def create(self):  # type: ignore[no-untyped-def]
        return Listening()


def listening() -> ByJobs:
    """Test tones that start from sound; what they get is in ``Listening.sources``."""
    Listening.sources.clear()
    factory = Created("test-tone", lambda: Listening().info, "")
    return ByJobs(Shelf("cpu", lambda name: factory if name == "test-tone" else find(name)), factory.info(), "mix")


def test_a_backend_that_starts_from_sound_gets_it() -> None:
    listening().make(replace(WISH, audio=sound_file(2.0, 44100), seed_image=Place("vibes")), going)
    assert Listening.sources == [(88200, 0.75)]


def test_a_seed_image_is_heard_by_a_backend_that_starts_from_sound(tmp_path: Path) -> None:
    """A picture of its own: 512 columns are 512 hops of 10 ms, started from as strongly as both ends ask for."""
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (512, 512), np.uint8)).save(tmp_path / "own.png")
    by, ends = listening(), (ClipEnd("a", 1, denoising=0.4), ClipEnd("b", 1, denoising=0.8))
    for _ in range(2):
        by.make(Wish(*ends, 0.5, 3, Place("own", str(tmp_path / "own.png")), sound_only=True), going)
    assert Listening.sources == [(512 * 441, pytest.approx(0.6))] * 2
    assert len(by._seeds) == 1


def test_a_published_seed_image_is_the_loop_that_stands_for_it_but_for_the_one_nobody_chose() -> None:
    by = listening()
    by.make(replace(WISH, seed_image=Place("vibes")), going)
    assert Listening.sources == [(225792, 0.75)]
    assert by._source(replace(WISH, seed_image=Place("og_beat")), None, going) is None


def test_what_stands_for_a_seed_image_can_be_given_up() -> None:
    by = listening()
    heard: list[int] = []

    def tick(step: int, _of: int) -> bool:
        heard.append(step)
        return False

    with pytest.raises(Cancelled):
        by.make(replace(WISH, seed_image=Place("agile")), tick)
    assert heard == [1]
    assert Listening.sources == []


def test_the_embedded_model_hears_seed_image_denoising_and_negative_prompt(tmp_path: Path) -> None:
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (512, 512), np.uint8)).save(tmp_path / "own.png")
    by = maker("embedded", "cpu", "mix")

    def heard(image: Place, denoising: float, negative: str | None = None) -> np.ndarray:  # type: ignore[type-arg]
        end = ClipEnd("techno", 5, negative, denoising)
        return wav(by.make(Wish(end, end, 0.0, 2, image, sound_only=True), going))[0]

    own = Place("own", str(tmp_path / "own.png"))
    plain, near, far, without = (
        heard(Place("og_beat"), 0.5),
        heard(own, 0.2),
        heard(own, 0.9),
        heard(Place("og_beat"), 0.5, "drums"),
    )
    assert np.abs(near - far).max() > 1e-2
    assert np.abs(plain - near).max() > 1e-2
    assert np.abs(plain - without).max() > 1e-2


@pytest.mark.parametrize("data", [b"", b"RIFF", b"\0" * 4000, b"ID3" + b"\0" * 100])
def test_what_is_no_sound(data: bytes) -> None:
    with pytest.raises(UsageError, match="cannot be read as sound"):
        given_sound(data)


@pytest.mark.parametrize("seconds", [0.5, 31.0])
def test_sounds_too_short_or_too_long(seconds: float) -> None:
    with pytest.raises(UsageError, match=r"must last 0\.8 to 30 s"):
        given_sound(sound_file(seconds, 8000, 1))


def test_a_sound_of_many_channels_is_refused_before_there_is_room_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "MOST_SAMPLES", 20_000)
    assert given_sound(sound_file(1.0, 8000, 2)).seconds == 1.0
    with pytest.raises(UsageError, match="too many channels"):
        given_sound(sound_file(1.0, 8000, 4))


def test_something_stands_for_every_published_picture() -> None:
    assert tuple(standins.SEEDS) == SEEDS
    assert all(standins.seed_job(name).frames == 225792 for name in SEEDS)
    for name in MASKS:
        weights = standins.mask(name)
        assert weights.shape == (512, 512)
        assert 0.0 < weights.min() < weights.max() == 1.0
        assert weights[-1].min() == 1.0, "the bottom is painted anew"
    assert standins.mask("mask_top_third_95")[0, 0] == pytest.approx(0.95)
    assert standins.mask("mask_beat_lines_80")[0, [57, 58, 185]].tolist() == pytest.approx([1.0, 0.8, 0.8])
    with pytest.raises(UsageError):
        standins.mask("og_beat")
    with pytest.raises(UsageError):
        standins.seed_job("mask_top_third_95")
