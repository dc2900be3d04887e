"""How a performance is started: what `liveriff play` was asked for. Frozen; checked before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from liveriff.control.peers import Network
from liveriff.engine.renderers.where import Where
from liveriff.engine.segments import segment_name
from liveriff.player.options import PlayerOptions

FALLBACK_MODEL = "embedded"
Place = tuple[str, int]


@dataclass(frozen=True)
class RimOptions:
    """Which hands and networks may play. Nothing, unless it is said.

    midi: "off", "auto" or an API (alsa, jack, core, winmm, memory); clock_out: parts of names of MIDI outputs that get
    our clock; osc, door: address and port of the OSC server and of the door (OSCQuery, browsers), None for none;
    osc_asked, door_asked: these were named by the performer, so failing to get them is an error; osc_reply: port where
    OSC clients listen, None for the one they send from; lan: reachable from other machines, and announced there;
    token: a word that clients of the door must know, or ""; web: folder of the web remote, or None for the plain page;
    osc_allow: networks whose machines may send OSC, None for what lan and token let in.
    """

    midi: str = "off"
    clock_out: tuple[str, ...] = ()
    osc: Place | None = None
    osc_asked: bool = False
    osc_reply: int | None = None
    door: Place | None = None
    door_asked: bool = False
    lan: bool = False
    token: str = ""
    web: Path | None = None
    osc_allow: tuple[Network, ...] | None = None

    @property
    def osc_lan(self) -> bool:
        """Whether OSC is taken from other machines: not where a token is asked for, which OSC cannot carry, unless
        they are named."""
        return self.lan and (self.osc_allow is not None or not self.token)


@dataclass(frozen=True)
class PlayOptions:
    """sink: "device", "null" or "wav:FILE"; device: part of its name, or "" for the default; rate: frames a second,
    or None for the device's own; block: frames a block; seconds: how long to play from the first downbeat, or None;
    record: a WAV file that gets what is played, or ""; model: overrides the scene's models, or ""; accelerator: where
    models run ("cpu", "cuda", "mps"); cache_dir: folder of kept chunks, or None for none; rim: who may play;
    log: a file that is told everything that happens, see ``journal``, or ""; input: part of the name of the device
    that is listened to, "" for the one that goes with the sink, None for none; where: which renderers make the chunks;
    None leaves it to the scene; round_trip_s: a way to them that is made up, for measurements, or None.
    """

    sink: str = "device"
    device: str = ""
    rate: int | None = None
    block: int = 256
    seconds: float | None = None
    record: str = ""
    model: str = ""
    accelerator: str = "cpu"
    cache_dir: str | None = None
    rim: RimOptions = field(default_factory=RimOptions)
    log: str = ""
    input: str | None = None
    where: Where | None = None
    round_trip_s: float | None = None

    @property
    def is_file(self) -> bool:
        """Whether the sink is a file: it begins with the music, so the music waits until all decks are there."""
        return self.sink.startswith("wav:")


def for_player(play: PlayOptions, panel_names: tuple[str, ...], score: bool, leash: Path) -> PlayerOptions:
    """What a player is told; score: what it takes is to be written down; leash: the file without which it does not
    outlive us."""
    return PlayerOptions(
        sink=play.sink,
        device=play.device or None,
        rate=play.rate,
        block=play.block,
        seconds=play.seconds,
        panel=segment_name("panel"),
        panel_names=panel_names,
        gauges=segment_name("gauges"),
        hits=segment_name("hits"),
        score=segment_name("score") if score else "",
        input=play.input,
        leash=str(leash),
    )
