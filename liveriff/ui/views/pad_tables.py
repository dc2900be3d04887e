"""The pads view's keys, and which settings it shows."""

from __future__ import annotations

from liveriff.params.words import PER_BANK
from liveriff.ui.keys import Key

ROW = 4
GRID = "zxcvasdfqwer1234"
"""The key of each pad: as on the keyboard, pad 1 at the bottom left."""
LOUDNESS = {"5": 0.3, "6": 0.45, "7": 0.6, "8": 0.75, "9": 0.9, "0": 1.0}
"""The velocity that keys strike with, and the keys that choose it."""
PLACES = range(1, PER_BANK + 1)
SOUND = ("category", "seed", "reroll", "morph", "morph/with", "pitch", "level", "mode", "choke", "quantum", "stop")
SHAPE = ("start", "end", "reverse", "velocity", "send/delay", "send/reverb", "load", "save", "capture", "clear")
SETTINGS = (*SOUND, *SHAPE)
"""Of the pad in hand, in two pages where there is no room for both."""
ALL = ("/pads/capture/from", "/pads/capture/beats", "/pad/kit", "/pad/kit/seed", "/pad/kit/make", "/pads/level")
"""Of all pads; on the second page."""
LABELS = {
    "/pads/capture/from": "captures", "/pads/capture/beats": "capture beats", "/pad/kit": "kit in words",
    "/pad/kit/seed": "kit seed", "/pad/kit/make": "make a kit", "/pads/level": "all pads",
}  # fmt: skip
ROOM = len(SETTINGS) + len(ALL) + 4
"""Lines from which on both pages are shown."""

HEADING = "The pads view"
KEYS: tuple[Key, ...] = (
    Key("1,2,3,4", "strike", "Row 4", "Pads 13 to 16.", HEADING),
    Key("q,w,e,r", "strike", "Row 3", "Pads 9 to 12.", HEADING),
    Key("a,s,d,f", "strike", "Row 2", "Pads 5 to 8.", HEADING),
    Key("z,x,c,v", "strike", "Row 1", "Pads 1 to 4.", HEADING),
    Key("5,6,7,8,9,0", "loudness", "Loudness", "How hard the keys strike: 5 soft to 0 full.", HEADING),
    Key("up,down,left,right", "select", "Select", "Take another pad into the hand without a sound.", HEADING),
    Key("enter", "again", "Strike", "Strike the pad in hand.", HEADING),
    Key("y", "pad_pull('reroll')", "Reroll", "Another variation of the pad in hand.", HEADING),
    Key("k", "pad_nudge('category')", "Kind", "Next kind of sound for the pad in hand.", HEADING),
    Key("p", "write", "Words", "Write the words of the pad in hand.", HEADING),
    Key("o", "pad_pull('stop')", "Off", "Stop the pad in hand.", HEADING),
    Key("K", "kit", "Kit", "Another kit for the whole bank, in the words of /pad/kit.", HEADING),
    Key("T", "take", "Take", "Take what was just heard into the pad in hand, on the grid.", HEADING),
    Key("delete", "pad_pull('clear')", "Empty", "Empty the pad in hand.", HEADING),
    Key("b,B", "bank", "Bank", "Next bank; with Shift the one before.", HEADING),
    Key("D", "dials", "Dials", "Sound, or shape and capture and kit, where not all have room.", HEADING),
    Key("F", "", "Fill", "What f does elsewhere.", HEADING),
    Key("Z,C", "", "Freeze, Role", "What z and c do elsewhere. (E goes on writing prompt b, F2 e prompt a.)", HEADING),
)
"""What this view shadows, it gives with Shift."""
