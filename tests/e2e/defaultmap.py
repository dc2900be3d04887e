"""What the default map makes of each controller, by hand from the makers' and testers' tables."""

from __future__ import annotations

HANDS: list[tuple[str, str, str, float | str, str]] = [
    ("akai-apc-mini-mk1", "B0 30 00, B0 30 7F", "/deck/1/level", 6.0, ""),
    ("akai-apc-mini-mk1", "90 40 7F", "/deck/1/mute", 1.0, "90 40 01"),
    ("akai-apc-mini-mk2", "90 65 7F", "/deck/2/mute", 1.0, "90 65 01"),
    ("akai-lpd8-mk1", "B0 01 00, B0 01 7F", "/deck/1/alpha", 1.0, ""),
    ("akai-lpd8-mk2", "B0 47 00, B0 47 7F", "/deck/2/alpha", 1.0, ""),
    ("akai-mpd218", "B0 09 00, B0 09 7F", "/deck/2/alpha", 1.0, ""),
    ("akai-mpk-mini-mk3", "B0 49 00, B0 49 7F", "/deck/4/alpha", 1.0, ""),
    ("arturia-beatstep", "B0 47 00, B0 47 7F", "/deck/3/alpha", 1.0, ""),
    ("arturia-minilab-3", "B0 6C 7F", "/record", 1.0, "F0 00 20 6B 7F 42 02 02 16 5A 7F 00 00 F7"),
    ("behringer-x-touch-mini", "9A 08 7F", "/deck/1/mute", 1.0, "90 00 01"),
    ("djtt-midi-fighter-twister", "B0 03 00, B0 03 7F", "/deck/4/alpha", 1.0, ""),
    ("djtt-midi-fighter-twister", "B1 01 7F", "/deck/2/mute", 1.0, ""),
    ("faderfox-ec4", "B0 0A 00, B0 0A 7F", "/deck/1/alpha", 1.0, ""),
    ("generic-gm-pads", "B3 48 00, B3 48 7F", "/deck/3/alpha", 1.0, ""),
    ("korg-nanokontrol2", "B0 22 7F", "/deck/3/mute", 1.0, "B0 22 7F"),
    ("ni-traktor-kontrol-f1", "B0 06 00, B0 06 7F", "/deck/1/level", 6.0, ""),
    ("ni-traktor-kontrol-x1-mk1", "B0 08 7F", "/deck/1/mute", 1.0, "B0 08 7F"),
    ("novation-launch-control-xl-3", "B0 25 7F", "/deck/1/mute", 1.0, "B0 25 05"),
    ("novation-launch-control-xl-3", "BF 1D 00, BF 1D 7F", "/deck/1/send/delay", 0.0, ""),
    ("novation-launch-control-xl-mk1-mk2", "97 29 7F", "/deck/1/mute", 1.0, "97 29 0F"),
    ("novation-launchpad-mini-mk3", "90 0F 7F", "/deck/1/mute", 1.0, "90 0F 05"),
    ("novation-launchpad-x", "90 10 7F", "/deck/2/mute", 1.0, "90 10 05"),
    ("pioneer-ddj-400-flx4", "90 54 7F", "/deck/1/cue", 1.0, "90 54 7F"),
    ("pioneer-ddj-400-flx4", "B6 1F 7F, B6 3F 7F", "/master/crossfader", 1.0, ""),
    ("pioneer-ddj-400-flx4", "97 65 7F", "/deck/1/loop", "2", ""),  # 101: the second pad of the lower row
    ("pioneer-ddj-400-flx4", "99 60 7F", "/deck/2/loop", "1/16", ""),
]
"""By hand: what is played, what the default map makes of it, and what the light of that control then gets."""

SHOWN: list[tuple[str, str, str | float, str]] = [
    ("djtt-midi-fighter-spectra-3d", "/pad/1/state", "ready", "92 24 13"),  # dim red
    ("arturia-beatstep", "/pad/1/state", "ready", "F0 00 20 6B 7F 42 02 00 10 78 01 F7"),
    ("ni-traktor-kontrol-f1", "/pad/1/state", "ready", "B2 16 4C"),  # 0.6 of 127
    ("akai-apc-mini-mk2", "/pad/1/voices", 1.0, "9D 00 05"),  # red, on the channel that blinks
    ("akai-lpd8-mk1", "/pad/1/voices", 1.0, "93 24 7F"),  # on the channel that was played last
    ("novation-launchpad-x", "/pad/1/progress", 0.5, "92 0B 05"),  # red, on the channel that pulses
    ("djtt-midi-fighter-twister", "/deck/2/alpha", 0.5, "B0 01 40"),  # the ring
    ("behringer-x-touch-mini", "/deck/2/alpha", 1.0, "BA 02 7F"),
    ("faderfox-ec4", "/deck/2/alpha", 1.0, "BF 0B 7F"),  # on the channel that was played last
]
"""By hand: a parameter that changes by itself, and what the controller gets."""
