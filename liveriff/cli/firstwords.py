"""What a performer is told first: by the command alone, and by a performance that lacks something. Pure but for scenes.

Nothing is needed to play: where there is no sound card, controller or GPU, a sentence says what happens instead and
what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass

WELCOME = """\
liveriff plays diffusion models like an instrument: on the beat, in key, without a stop.

First sound: liveriff play         four decks, made while they play; in the screen F1 tells all keys
  liveriff play --scene {scene:<12}{others}
  liveriff attach                  back to a performance that plays on without its screen
  liveriff render --prompt "warehouse techno" --category drums --bars 4 --out loop.wav
  liveriff doctor                  what this machine has, and what to do about it

No download, no GPU, no controller is needed; a MIDI controller that is plugged in plays at once.
All commands: liveriff --help      Options of one: liveriff play --help"""

NAMED = 4
"""Further scenes that the welcome names: a line is no list."""


@dataclass(frozen=True)
class Stage:
    """What a performance has found. asked, sink: where sound should go and goes ("device", "null", "wav:FILE");
    midi: whether controllers are wanted; controllers: their names; door: its address or ""; cores: of the processor;
    accelerator: where models run; keys: whether a screen's keys play; kernels: what mixes."""

    asked: str
    sink: str
    midi: bool
    controllers: tuple[str, ...]
    door: str
    cores: int
    accelerator: str
    keys: bool
    kernels: str = "numba"


def welcome() -> str:
    """For the command alone."""
    from liveriff.engine.scenes_files import shelved

    names = [name for name in shelved("scenes") if name != "house"]
    scene, *rest = sorted(names, key=lambda name: name != "techno") or ["house"]
    more = f" and {len(rest) - NAMED} more" if len(rest) > NAMED else ""
    return WELCOME.format(scene=scene, others=f"or {', '.join(rest[:NAMED])}{more}" if rest else "")


def advice(found: Stage) -> list[str]:
    """A sentence for each thing that is not there."""
    return [sentence for sentence in (_sound(found), _mixer(found), _machine(found), _hands(found)) if sentence]


def _sound(found: Stage) -> str:
    if found.asked != "device" or found.sink == "device":
        return ""
    return (
        "No sound card: playing silently, in time. Connect one or start an audio server and play again, "
        "or write a file with --sink wav:FILE."
    )


def _mixer(found: Stage) -> str:
    if found.kernels == "numba":
        return ""
    from liveriff.player.pads import MOST_IN_NUMPY, MOST_VOICES

    return (
        f"numba cannot be imported: mixing takes many times as long, and {MOST_IN_NUMPY} strokes of pads sound at once "
        f"in place of {MOST_VOICES}. Install it with `pip install numba`, or play with --block 512."
    )


def _machine(found: Stage) -> str:
    if found.accelerator != "cpu":
        return ""
    cores = f"{found.cores} cores" if found.cores > 1 else "one core: chunks will be late, the loops go on all the same"
    return f"Models render on the processor ({cores}); with a GPU, --accelerator cuda or mps is faster."


def _hands(found: Stage) -> str:
    if not found.midi or found.controllers:
        return ""
    ways = ["keys 1 to 0 hit pads"] if found.keys else []
    ways += [f"browsers play at {found.door}"] if found.door else []
    return f"No controller: {', '.join([*ways, 'plug one in at any time'])}."
