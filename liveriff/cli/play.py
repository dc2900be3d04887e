"""`liveriff play`: with a screen where there is a terminal; a plain status line, or nothing, where there is not."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liveriff.cli import completion, webscreen
from liveriff.cli.padfiles import settings_of
from liveriff.errors import UsageError

if TYPE_CHECKING:
    from liveriff.control.peers import Network
    from liveriff.engine.options import PlayOptions, RimOptions

ARGUMENTS = "liveriff.arguments"
LOOKS_S = 1.5  # by then every controller that is plugged in has been found


class Remembering(click.Command):
    """Keeps the arguments as they were typed: the engine behind a screen is given the same."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does."""
        ctx.meta[ARGUMENTS] = list(args)
        return super().parse_args(ctx, args)


@click.command(cls=Remembering)
@click.option(
    "--scene",
    default="house",
    show_default=True,
    help="A scene by name, or a TOML file.",
    shell_complete=completion.scenes,
)
@click.option("--restore", is_flag=True, help="Go on with the last performance as it was, in place of a scene.")
@click.option("--headless", is_flag=True, help="No screen: only what must be said, for services and scripts.")
@click.option("--plain", is_flag=True, help="One status line in place of the screen; Ctrl-C ends the music.")
@click.option("--sink", default="device", show_default=True, help="Where sound goes: device, null or wav:FILE.")
@click.option("--device", default="", help="Part of a sound device's name; see `liveriff devices`.")
@click.option(
    "--input",
    is_flag=False,
    flag_value="",
    metavar="[DEVICE]",
    help="Listen to a sound input, for decks and pads to play.  [default: the one that goes with the sink]",
)
@click.option("--rate", type=click.IntRange(8000, 192000), help="Frames a second.  [default: the device's own]")
@click.option("--block", type=click.IntRange(32, 8192), default=256, show_default=True, help="Frames a block.")
@click.option("--seconds", type=click.FloatRange(0.1, 864000), help="Stop so long after the first downbeat.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="/PATH=VALUE",
    help="Set a parameter; may be repeated.",
    shell_complete=completion.settings,
)
@click.option("--pad", "pads", multiple=True, metavar="N=FILE", help="Put a sound file on a pad; may be repeated.")
@click.option(
    "--model",
    default="",
    help="Backend for all decks.  [default: the scene's, or embedded]",
    shell_complete=completion.models,
)
@click.option("--record", default="", metavar="FILE", help="Write what is played to a WAV file as well.")
@click.option("--log", default="", metavar="FILE", help="Write everything that happens to a file as well.")
@click.option("--midi", default="auto", show_default=True, help="Controllers: auto, off, alsa, jack, core or winmm.")
@click.option(
    "--clock-out",
    multiple=True,
    metavar="PORT",
    help="Send MIDI clock to outputs with this in their name, "
    "or to a port of our own (virtual); @MS after it moves it. May be repeated.",
)
@click.option("--osc", default="", metavar="HOST:PORT", help="Listen for OSC there, or off.  [default: 127.0.0.1:8000]")
@click.option(
    "--osc-reply",
    type=click.IntRange(1, 65535),
    help="Port where OSC clients listen; TouchOSC: 9000.  [default: the one they send from]",
)
@click.option(
    "--door", default="", metavar="HOST:PORT", help="OSCQuery and browsers, or off.  [default: 127.0.0.1:8080]"
)
@click.option(
    "--web",
    is_flag=False,
    flag_value=f"127.0.0.1:{webscreen.PORT}",
    default="",
    metavar="[HOST:PORT]",
    help="Also show this screen in browsers there.  [127.0.0.1:8090]",
)
@click.option("--lan", is_flag=True, help="Let other machines in, and announce OSC and the door to them.")
@click.option(
    "--token",
    default="",
    envvar="LIVERIFF_TOKEN",
    metavar="WORD",
    help="A word that browsers and screens must know; auto for a new one. `liveriff remote` shows it.",
)
@click.option(
    "--osc-allow",
    default="",
    metavar="ADDRESS,...",
    help="With --lan: machines or networks that may send OSC.  [default: the local network; nobody with --token]",
)
@click.option("--accelerator", default="cpu", show_default=True, help="Where models run: cpu, cuda, mps.")
@click.option(
    "--render",
    default="",
    metavar="WHERE",
    help="Which renderers: here, pool:N, ray:local[:N] or ray://HOST:PORT[/N].  [default: the scene's, or here]",
)
@click.option("--round-trip", type=click.FloatRange(0, 1000), hidden=True, metavar="MS")  # for `liveriff bench --ray`
@click.option("--no-cache", is_flag=True, help="Neither read nor keep rendered chunks on disk.")
@click.option("--json", "as_json", is_flag=True, help="At the end, one JSON object with what happened; no screen.")
@click.option("--behind-screen", is_flag=True, hidden=True)
def play(plain: bool, **given: Any) -> int:
    """Play a scene on a sound device, live.

    On a terminal it shows a screen: Ctrl-D leaves it and the music goes on, Ctrl-Q twice ends the music. Without
    one, Ctrl-C ends it. With no sound device it says so and plays on the null sink: silent, but in time.
    """
    from liveriff.cli import screen

    if not (plain or given["headless"] or given["as_json"] or given["behind_screen"]) and screen.has_screen():
        if given["door"] != "off":
            return screen.perform(click.get_current_context().meta[ARGUMENTS])
        screen.say("The screen comes in by the door, which is off; this is the plain status line.")
    from liveriff.cli.performance import Performance, Show

    headless, as_json, behind = (given.pop(name) for name in ("headless", "as_json", "behind_screen"))
    restored = given.pop("restore")
    scene, settings, web, model = given.pop("scene"), given.pop("settings"), given.pop("web"), given["model"]
    settings += settings_of(given.pop("pads"))
    show = Show(live=sys.stderr.isatty() and not (headless or behind), behind=behind, as_json=as_json)
    options = _options(**given)
    if restored:
        from liveriff.engine.autosave import newest

        scene = str(newest(screen.say))
    return Performance(scene, settings, model, options, show, _web(web, options)).run()


def _web(asked: str, options: PlayOptions) -> webscreen.WebScreen | None:
    """The screen in browsers; UsageError if that cannot work."""
    place = _place("--web", asked, webscreen.PORT) if asked else None
    if place is None:
        return None
    if options.rim.door is None:
        raise UsageError("--web shows the screen by the door, which is off.")
    webscreen.check(place[0], options.rim.lan)
    return webscreen.WebScreen(*place, options.rim.lan, options.rim.token)


def _options(
    sink: str,
    device: str,
    input: str | None,
    rate: int | None,
    block: int,
    seconds: float | None,
    record: str,
    model: str,
    accelerator: str,
    render: str,
    round_trip: float | None,
    no_cache: bool,
    log: str,
    midi: str,
    clock_out: tuple[str, ...],
    osc: str,
    osc_reply: int | None,
    door: str,
    lan: bool,
    token: str,
    osc_allow: str,
) -> PlayOptions:
    from liveriff.control.door.guard import token_of
    from liveriff.engine.options import PlayOptions, RimOptions
    from liveriff.engine.renderers.where import parse
    from liveriff.wire.chunks import default_folder

    if sink not in ("device", "null") and not (sink.startswith("wav:") and len(sink) > len("wav:")):
        raise UsageError(f"--sink takes device, null or wav:FILE, not {sink!r}.")
    cache = None if no_cache else str(default_folder())
    rim = RimOptions(
        _one_of_midi(midi), clock_out, _place("--osc", osc, 8000), bool(osc), osc_reply,
        _place("--door", door, 8080), bool(door), lan, token_of(token), _remote(), _allowed(osc_allow, lan),
    )  # fmt: skip
    _check_osc(rim)
    where, way_s = parse(render) if render else None, None if round_trip is None else round_trip / 1000
    return PlayOptions(
        sink, device, rate, block, seconds, record, model, accelerator, cache, rim, log, input, where, way_s
    )


def _allowed(osc_allow: str, lan: bool) -> tuple[Network, ...] | None:
    """Who may send OSC; None where nobody is named."""
    from liveriff.control.peers import read_networks

    if osc_allow and not lan:
        raise UsageError("--osc-allow lets other machines in; say so with --lan.")
    return read_networks(osc_allow) if osc_allow else None


def _check_osc(rim: RimOptions) -> None:
    """UsageError for an address that others could reach without a word that they may."""
    from liveriff.control.door.guard import is_loopback

    host = rim.osc[0] if rim.osc else "127.0.0.1"
    if not is_loopback(host) and not rim.lan:
        raise UsageError(f"--osc {host} can be reached from other machines; say so with --lan, or use 127.0.0.1.")
    if not is_loopback(host) and not rim.osc_lan:
        raise UsageError(f"--osc {host} is open to whoever finds it, for OSC knows no token; say who with --osc-allow.")


def _remote() -> Path:
    """The web remote's folder: named, not imported, because the engine knows no front end."""
    return Path(str(files("liveriff") / "ui" / "web"))


def _one_of_midi(midi: str) -> str:
    from liveriff.control.midi.backend import SYSTEM_APIS
    from liveriff.params.words import did_you_mean

    known = ("auto", "off", *SYSTEM_APIS)
    if midi not in known:
        raise UsageError(
            f"--midi takes {', '.join(known[:-1])} or {known[-1]}, not {midi!r}.{did_you_mean(midi, known)}"
        )
    return midi


def _place(option: str, given: str, port: int) -> tuple[str, int] | None:
    """Address and port of "HOST:PORT", ":PORT" or "PORT"; None for off."""
    if given == "off":
        return None
    host, _, number = given.rpartition(":")
    number = number or str(port)
    if not number.isdecimal() or not 0 <= int(number) <= 65535:
        raise UsageError(f"{option} takes HOST:PORT or off, not {given!r}.")
    return host.strip("[]") or "127.0.0.1", int(number)
