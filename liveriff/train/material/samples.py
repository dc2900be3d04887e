"""One-shots of the Debian package sonic-pi-samples that its copyright file places under CC0. Cached a process.

They come from the bank in use, else from the package's folder.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile

from liveriff.errors import UsageError
from liveriff.train.material import bank
from liveriff.train.material.envelopes import faded, unit
from liveriff.train.material.kernels import RATE, Sound

FOLDER = Path("/usr/share/sonic-pi/samples")

KICKS = ("bd_808", "bd_ada", "bd_boom", "bd_fat", "bd_gas", "bd_haus", "bd_klub", "bd_pure", "bd_sone", "bd_tek",
         "bd_zome", "bd_zum", "drum_bass_hard", "drum_bass_soft", "drum_heavy_kick", "elec_hollow_kick",
         "elec_soft_kick")  # fmt: skip
SNARES = ("drum_snare_hard", "drum_snare_soft", "elec_filt_snare", "elec_hi_snare", "elec_lo_snare", "elec_mid_snare",
          "elec_snare", "sn_dolf", "sn_dub", "sn_zome")  # fmt: skip
HATS = ("drum_cymbal_closed", "drum_cymbal_pedal", "elec_tick")
OPEN = ("drum_cymbal_open", "drum_cymbal_soft", "drum_splash_soft", "elec_cymbal")
CRASHES = ("drum_cymbal_hard", "drum_splash_hard", "drum_cymbal_soft", "drum_splash_soft")
TOMS = ("drum_tom_hi_hard", "drum_tom_hi_soft", "drum_tom_lo_hard", "drum_tom_lo_soft", "drum_tom_mid_hard",
        "drum_tom_mid_soft", "elec_fuzz_tom")  # fmt: skip
PERCS = ("drum_cowbell", "elec_beep", "elec_bell", "elec_blip", "elec_blip2", "elec_blup", "elec_bong", "elec_chime",
         "elec_flip", "elec_ping", "elec_plip", "elec_pop", "elec_triangle", "elec_twip", "elec_wood", "perc_bell",
         "perc_snap", "perc_snap2")  # fmt: skip
BLIPS = ("elec_beep", "elec_blip", "elec_blip2", "elec_blup", "elec_flip", "elec_plip", "elec_pop", "elec_twip",
         "elec_tick")  # fmt: skip
SNAPS = ("perc_snap", "perc_snap2")
BELLS = ("elec_bell", "elec_chime", "elec_ping", "elec_triangle", "perc_bell")
TABLA_LOW = ("tabla_ghe1", "tabla_ghe2", "tabla_ghe3", "tabla_ghe4", "tabla_ghe5", "tabla_ghe6", "tabla_ghe7",
             "tabla_ghe8", "tabla_dhec")  # fmt: skip
TABLA_HIGH = ("tabla_na", "tabla_na_o", "tabla_na_s", "tabla_tun1", "tabla_tun2", "tabla_tun3", "tabla_tas1",
              "tabla_tas2", "tabla_tas3")  # fmt: skip
TABLA_DRY = ("tabla_ke1", "tabla_ke2", "tabla_ke3", "tabla_te1", "tabla_te2", "tabla_te_m", "tabla_te_ne",
             "tabla_re")  # fmt: skip
SCRATCHES = ("vinyl_backspin", "vinyl_rewind", "vinyl_scratch")
EFFECTS = ("ambi_dark_woosh", "ambi_glass_rub", "ambi_haunted_hum", "ambi_lunar_land", "ambi_soft_buzz",
           "ambi_swoosh", "misc_cineboom", "perc_swash", "ambi_drone", "ambi_glass_hum", "elec_twang",
           "guit_harmonics", "perc_till", "misc_crow")  # fmt: skip
ALL = tuple(dict.fromkeys((*KICKS, *SNARES, *HATS, *OPEN, *CRASHES, *TOMS, *PERCS, *TABLA_LOW, *TABLA_HIGH,
                           *TABLA_DRY, *SCRATCHES, *EFFECTS)))  # fmt: skip


@lru_cache(maxsize=256)
def sample(name: str) -> Sound:
    """A sample by name, mono, 44.1 kHz, peak 1, at most 2 s, its silent start cut off."""
    opened = bank.current()
    sound = opened.sample(name) if opened else None
    return from_package(name) if sound is None else sound


def from_package(name: str) -> Sound:
    """A sample out of the package's folder."""
    path = FOLDER / f"{name}.flac"
    try:
        audio, rate = soundfile.read(path, dtype="float32", always_2d=True, frames=RATE * 4)
    except (OSError, RuntimeError) as error:
        raise UsageError(
            f"{path} cannot be read; install the package sonic-pi-samples, or set LIVERIFF_BANK to a bank of sounds."
        ) from error
    mono = audio.mean(axis=1)
    if rate != RATE:
        places = np.arange(int(len(mono) * RATE / rate)) * (rate / RATE)
        mono = np.interp(places, np.arange(len(mono)), mono)
    mono = unit(mono)
    start = int(np.argmax(np.abs(mono) > 0.02))
    return faded(mono[start : start + 2 * RATE], 0.05)
