"""Dance Diffusion on files, for commands: sound files in, samples at the file's own rate out."""

from __future__ import annotations

from collections.abc import Sequence

from liveriff.errors import UsageError
from liveriff.render.backend import Tick
from liveriff.render.checkpoints import Checkpoint, from_name
from liveriff.render.clips import Clip, Form, followed_by, lengthened, made_anew
from liveriff.render.dance import ALL, listed
from liveriff.render.dance.card import card_of
from liveriff.render.dance.mending import Mending, extend, inpaint
from liveriff.render.dance.modes import Seed, morph, vary
from liveriff.render.dance.net import Net, load
from liveriff.render.dance.settings import Settings, from_options
from liveriff.render.fitting import prepared


def checkpoint_of(model: str, category: str = "") -> Checkpoint:
    """The checkpoint of a model's name; for plain "dance" that of the category, or the first in the table."""
    checkpoint = ALL if model == ALL.name else from_name(model)
    if checkpoint is not None and checkpoint.backend == "dance" and not checkpoint.model:
        there = listed(checkpoint.options)
        fitting = [each for each in there if category in (*(each.categories or ()), *(each.one_shots or ()))]
        if category and not fitting:
            names = ", ".join(each.name for each in there)
            raise UsageError(f"no Dance Diffusion checkpoint is listed for {category!r}; there are {names}.")
        return (fitting or list(there))[0]
    if checkpoint is None or checkpoint.backend != "dance":
        raise UsageError(
            f"the model {model!r} cannot do this; name a Dance Diffusion checkpoint as dance:FOLDER, "
            "dance:owner/name or by its name in models.yaml."
        )
    return checkpoint


class Workshop:
    """One network, loaded, and the modes on clips. What comes back has the clip's rate and is within -1..1."""

    def __init__(self, checkpoint: Checkpoint, device: str = "cpu") -> None:
        """Reads the weights; ModelError where they cannot be used."""
        self.settings = from_options(checkpoint.options, f"the model {checkpoint.name!r}")
        self.net: Net = load(card_of(checkpoint), device, self.settings.dtype)
        self.form = Form(self.net.card.rate, self.net.card.channels)

    def vary(self, clip: Clip, level: float, seed: Seed, settings: Settings, tick: Tick) -> Clip:
        """A variation; at level 0 the clip itself."""
        if level <= 0.0:
            return clip
        return self.form.back(vary(self.net, self.form.taken(clip), level, seed, settings, tick), clip)

    def morph(
        self, one: Clip, other: Clip, places: Sequence[float], settings: Settings, tick: Tick, level: float
    ) -> list[Clip]:
        """Sounds on the way from one clip to another, at the rate of the first; the ends are the clips."""
        other = Clip(prepared(other.samples, other.rate, one.rate, len(one.samples)), one.rate)
        frames = max(one.samples.shape[1], other.samples.shape[1])
        made = morph(self.net, self.form.taken(one), self.form.taken(other), places, settings, tick, level)
        clips = [self.form.back(sound, one, frames) for sound in made]
        ends = {0.0: lengthened(one, frames), 1.0: lengthened(other, frames)}
        return [ends.get(place, clip) for place, clip in zip(places, clips, strict=True)]

    def inpaint(
        self, clip: Clip, start_s: float, end_s: float, seed: Seed, settings: Settings, tick: Tick, mending: Mending
    ) -> Clip:
        """The clip with the seconds between start and end made anew; all others are kept as they are."""
        card = self.net.card
        return made_anew(
            clip, start_s, end_s, card.trained / card.rate / 2, card.longest / card.rate, self.form,
            lambda sound, keep: inpaint(self.net, sound, keep, seed, settings, tick, mending),
        )  # fmt: skip

    def extend(
        self, clip: Clip, seconds: float | None, seed: Seed, settings: Settings, tick: Tick, mending: Mending
    ) -> Clip:
        """What comes after the clip: ``seconds`` of it, or half of what the network makes at once."""
        card = self.net.card
        frames = max(card.trained, card.shortest) // 2 if seconds is None else max(1, round(seconds * card.rate))
        return followed_by(
            clip, extend(self.net, self.form.taken(clip), frames, seed, settings, tick, mending), self.form
        )
