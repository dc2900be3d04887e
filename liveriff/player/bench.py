"""How long the player takes for a block: figures for ``liveriff bench``. Not run by the player itself."""

from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from liveriff.music.grid import Grid
from liveriff.params.words import DECKS, PADS
from liveriff.player.bench_others import others
from liveriff.player.desk import Desk
from liveriff.player.kernels import Kernels, choose, table
from liveriff.player.layers import Change
from liveriff.player.loop import Source
from liveriff.player.meters import Meters
from liveriff.player.mixer import Mixer
from liveriff.player.pads import PadSound, most_voices
from liveriff.player.padset import LOOP
from liveriff.player.panel import Panel
from liveriff.player.player import Player
from liveriff.player.sink import ClockSink
from liveriff.player.warmup import warm_up
from liveriff.wire.messages import SetGrid

_BPM_CENTS = 12000
_OVERSAMPLING = 4
_LEAST = 40  # blocks, however slow


def bench(block: int = 256, rate: int = 48000, seconds: float = 2.0) -> dict[str, object]:
    """Microseconds a block of four decks takes: at rest, with fades and varispeed on all decks all the time, with all
    effects on them, and full: all of that, and as many voices of pads as there can be.

    Takes about eight times ``seconds``; numpy's fall-back is timed beside the kernels that play, and other mixers where
    they are installed. full_share: of the time that a block lasts, the median.
    """
    began = time.perf_counter()
    kernels = choose()
    warm_up(kernels)
    start_s = time.perf_counter() - began
    effects = _times(kernels, block, rate, seconds, busy=False, full=True, voices=0)
    full = _times(kernels, block, rate, seconds, busy=True, full=True)
    return {
        "kernels": kernels.name,
        "block": block,
        "rate": rate,
        "block_us": round(1e6 * block / rate),
        "load_kernels_s": round(start_s, 3),
        "rest_us": _figures(_times(kernels, block, rate, seconds, busy=False)),
        "busy_us": _figures(_times(kernels, block, rate, seconds, busy=True)),
        "effects_us": _figures(effects),
        "voices": most_voices(kernels),
        "full_us": _figures(full),
        "full_share": round(float(np.median(full)) * 1e-6 * rate / block, 4),
        "numpy_us": _figures(_times(_numpy(), block, rate, seconds, busy=False)),
        "numpy_effects_us": _figures(_times(_numpy(), block, rate, seconds, busy=False, full=True, voices=0)),
        "numpy_voices": most_voices(_numpy()),
        "numpy_full_us": _figures(_times(_numpy(), block, rate, seconds, busy=True, full=True)),
        "others": others(block, rate, seconds, float(np.median(effects))),
        "true_peak_db": round(_true_peak_db(kernels, rate), 2),
    }


def _numpy() -> Kernels:
    from liveriff.player import vector

    return table("numpy", vector)


def _figures(times: NDArray[np.float64]) -> dict[str, float]:
    names = {"median": 50, "p99": 99, "max": 100}
    return {name: round(float(np.percentile(times, share)), 1) for name, share in names.items()}


def _all_on() -> Panel:
    """A panel where every effect of the mixer is at work."""
    values = {"/master/tone": 0.5, "/pads/level": -6.0}
    for n in DECKS:
        at = f"/deck/{n}"
        values |= {f"{at}/eq/low": -np.inf, f"{at}/filter": -0.5, f"{at}/send/delay": -6.0, f"{at}/send/reverb": -6.0}
    for n in PADS:
        values |= {f"/pad/{n}/level": -20.0, f"/pad/{n}/mode": LOOP, f"/pad/{n}/pitch": 0.5}
        values |= {f"/pad/{n}/send/delay": -20.0, f"/pad/{n}/send/reverb": -20.0}
    panel = Panel(list(values))
    panel.put(range(len(values)), list(values.values()))
    return panel


def _play_pads(mixer: Mixer, chunk: NDArray[np.float32], block: int, voices: int) -> None:
    """So many voices, for ever."""
    for n in range(voices):
        pad = PADS[n % len(PADS)]
        mixer.apply(PadSound(pad, Source(pad, chunk, len(chunk), 0, Fraction(0))))
        mixer.strike(pad, 1.0, mixer.frame, block)


def _times(
    kernels: Kernels, block: int, rate: int, seconds: float, busy: bool, full: bool = False, voices: int | None = None
) -> NDArray[np.float64]:
    """Microseconds of each block for a while. busy: a crossfade of two stretched loops on every deck, always; full:
    with all effects and ``voices``, None for as many as there can be."""
    mixer = Mixer(rate, kernels, lambda _: None, Desk(_all_on() if full else None))
    player = Player(mixer, Meters(rate, None), ClockSink(rate, block, "bench"), None, None)
    out = np.zeros((block, 2), np.float32)
    beats, frames = 8, 8 * 60 * rate * 100 // _BPM_CENTS
    chunk = np.random.default_rng(1).standard_normal((frames, 2)).astype(np.float32) * np.float32(0.05)
    length = frames - 1000 * busy
    for deck in DECKS:
        player.commands.append(Change(deck, Source(deck, chunk, length, beats, Fraction(0)), Fraction(0), 0))
    if full:
        _play_pads(mixer, chunk, block, most_voices(kernels) if voices is None else voices)
    player.commands.append(SetGrid(Grid(rate, _BPM_CENTS, 2 * block)))
    times: list[int] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(times) < _LEAST:
        if busy and len(times) % 16 == 0:
            for deck in DECKS:
                player.commands.append(Change(deck, Source(deck, chunk, length, beats, Fraction(0)), None, 16 * block))
        began = time.perf_counter_ns()
        player.fill(out)
        times.append(time.perf_counter_ns() - began)
    return np.array(times[20:], dtype=np.float64) / 1000


def true_peak(sound: NDArray[np.float32]) -> float:
    """Highest value between the samples (frames, 2), found by four times oversampling (band-limited)."""
    spectrum = np.fft.rfft(sound.astype(np.float64), axis=0)
    wide = np.zeros((_OVERSAMPLING * (len(sound) // 2) + 1, 2), np.complex128)
    wide[: len(spectrum)] = spectrum
    return float(np.abs(np.fft.irfft(wide, axis=0)).max() * (len(wide) - 1) * 2 / len(sound))


def _true_peak_db(kernels: Kernels, rate: int) -> float:
    """Inter-sample peak of an overdriven mix under a ceiling of -0.3 dBFS, in dB full scale."""
    mixer = Mixer(rate, kernels, lambda _: None)
    chunk = np.random.default_rng(2).standard_normal((rate, 2)).astype(np.float32)
    mixer.apply(Change(1, Source(0, chunk, rate, 2, Fraction(0)), None, 0))
    mixer.apply(SetGrid(Grid(rate, _BPM_CENTS, 0)))
    out = np.zeros((rate, 2), np.float32)
    mixer.next_block(out)
    return float(20 * np.log10(true_peak(out)))
