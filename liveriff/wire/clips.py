"""What a compatible server and its renderer say to each other: clips between two prompts, as Riffusion asks for them.

Pure data; Ready, Progress, Cancel, Dropped and Quit of ``messages`` are part of the protocol.
"""

from __future__ import annotations

from dataclasses import dataclass

DENOISING, GUIDANCE, STEPS, SEED_IMAGE = 0.75, 7.0, 50, "og_beat"
"""Riffusion's defaults."""

SEEDS = ("og_beat", "agile", "marim", "motorway", "vibes")
MASKS = (
    "mask_beat_lines_80",
    "mask_gradient_dark",
    "mask_gradient_top_70",
    "mask_gradient_top_fifth_75",
    "mask_top_third_75",
    "mask_top_third_95",
)
"""Names of the pictures that Riffusion publishes; clients ask for them, so something stands for each."""


@dataclass(frozen=True)
class ClipEnd:
    """One end of a way between two prompts."""

    prompt: str
    seed: int
    negative_prompt: str | None = None
    denoising: float = DENOISING
    guidance: float = GUIDANCE


@dataclass(frozen=True)
class Place:
    """A picture by its name; ``path`` is "" where the name is a published one and nobody has put the file there."""

    name: str
    path: str = ""


@dataclass(frozen=True)
class Wish:
    """What a client asks for. alpha: 0 is ``start``, 1 is ``end``; audio: bytes of a sound file to start from, which
    then takes the seed image's place, or b"" for none; sound_only: neither picture nor MP3 is wanted."""

    start: ClipEnd
    end: ClipEnd
    alpha: float
    steps: int = STEPS
    seed_image: Place = Place(SEED_IMAGE)
    mask: Place | None = None
    audio: bytes = b""
    sound_only: bool = False

    def mean(self, one: float, other: float) -> float:
        """A number on its way from ``one`` to ``other``; the ends are exact."""
        return (1.0 - self.alpha) * one + self.alpha * other


@dataclass(frozen=True)
class Clip:
    """What a client gets: the bytes of a JPEG, an MP3 and a WAV, and how long they last. b"" for what is not wanted."""

    image: bytes
    mp3: bytes
    wav: bytes
    duration_s: float


@dataclass(frozen=True)
class Make:
    """Make a clip."""

    request: int
    wish: Wish


@dataclass(frozen=True)
class Made:
    """It is made."""

    request: int
    clip: Clip


@dataclass(frozen=True)
class Unmade:
    """It cannot be made. mistaken: because of what was asked for, not because of the model."""

    request: int
    reason: str
    mistaken: bool


@dataclass(frozen=True)
class NotLoaded:
    """The model cannot be had; the renderer leaves."""

    reason: str
