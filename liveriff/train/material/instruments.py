"""The instruments that styles name, by family, one table each. Data; what each is called is in ``words``."""

from __future__ import annotations

from liveriff.train.material.kits import KITS as KITS
from liveriff.train.material.recorded import BASS, LEAD, WIDE, Gm
from liveriff.train.material.tones import Fm, Layer, Patch, String, Subtractive, Toned
from liveriff.train.material.voices import Modal, Wave, saw_like

S = Subtractive

BASSES: dict[str, Patch] = {
    "sub": S("sine", drive=0.6, decay=1.0, sustain=0.9),
    "808": S("sine", drive=1.5, decay=0.9, sustain=0.35, release=0.12, glide=7.0),
    "acid": S("saw", cutoff=280, sweep=3.2, fall=0.12, resonance=0.85, decay=0.25, sustain=0.4, drive=1.0),
    "reese": S("saw", voices=3, detune=0.22, cutoff=420, sweep=0.8, resonance=0.2, sustain=0.95, sub=0.6, drive=0.8),
    "wobble": S("saw", 2, detune=0.15, cutoff=420, sweep=0.2, resonance=0.55, sustain=1.0, drive=2.5, wobble=4.0),
    "growl": S("square", 2, detune=0.1, cutoff=520, sweep=1.5, resonance=0.6, drive=4.0, wobble=8.0, sustain=1.0),
    "saw bass": S("saw", cutoff=500, sweep=2.2, fall=0.15, sub=0.4, decay=0.25, sustain=0.5),
    "square bass": S("square", cutoff=700, sweep=1.6, fall=0.12, sub=0.3, decay=0.2, sustain=0.5),
    "fm bass": Fm(1.0, 3.5, 0.12, 0.2, 0.3, decay=0.4, sustain=0.4, release=0.05),
    "organ bass": Fm(2.0, 1.2, 0.3, 0.5, decay=0.5, sustain=0.6, release=0.05),
    "offbeat bass": S("saw", voices=2, detune=0.08, cutoff=900, sweep=1.8, fall=0.1, sub=0.7, decay=0.2, sustain=0.3),
    "moog bass": S("saw", 2, 0.06, 350, 2.4, 0.22, 0.35, 0.004, 0.4, 0.6, 0.06, drive=0.8, interval=-12, second=0.7),
    "juno bass": S("square", 1, 0.0, 600, 1.8, 0.2, 0.25, 0.003, 0.35, 0.6, 0.06, sub=0.7, width=0.5, pwm=0.2),
    "rubber bass": S("square", 1, 0.0, 300, 2.8, 0.07, 0.6, 0.002, 0.14, 0.2, 0.05, sub=0.3, width=0.3),
    "pluck bass": S("triangle", 1, 0.0, 500, 2.5, 0.06, 0.2, 0.002, 0.16, 0.1, 0.06, sub=0.5, drive=1.2),
    "donk": Fm(1.5, 4.0, 0.06, 0.05, 0.1, decay=0.18, sustain=0.15, release=0.05),
    "distorted bass": S("saw", 2, 0.1, 900, 1.6, 0.2, 0.2, 0.002, 0.4, 0.8, 0.04, sub=0.5, drive=7.0),
    "triangle bass": S("triangle", 1, 0.0, 900, 1.0, 0.2, 0.1, 0.004, 0.4, 0.8, 0.06),
    "chip bass": S("steps", 1, 0.0, 9000, 0.0, 0.3, 0.0, 0.001, 0.3, 0.9, 0.02),
    "wave bass": Wave((saw_like(40, 0.7), saw_like(12, 1.4), saw_like(24, 0.9, odd=True)), travel=-0.6, sustain=0.9),
    "psy bass": S("saw", 1, 0.0, 260, 3.4, 0.05, 0.3, 0.001, 0.1, 0.1, 0.02, sub=0.4, drive=1.0),
    "log drum": Layer(
        S("sine", drive=2.2, decay=0.28, sustain=0.15, release=0.1, glide=9.0),
        Fm(2.0, 5.0, 0.03, 0.0, decay=0.06),
        0.35,
    ),
    "dub bass": S("triangle", 1, 0.0, 260, 0.8, 0.3, 0.15, 0.006, 0.7, 0.7, 0.09, sub=0.9, drive=0.8),
    "hoover bass": S("saw", 4, 0.3, 900, 0.8, 0.3, 0.2, 0.01, 0.5, 0.8, 0.06, sub=0.6, glide=-2.0),
    "finger bass": Gm(33, BASS),
    "slap bass": Gm(36, BASS),
    "upright bass": Gm(32, BASS),
    "picked bass": Gm(34, BASS),
    "synth bass": Gm(38, BASS),
    "fretless bass": Gm(35, BASS),
    "bowed bass": Gm(43, BASS),
    "tuba": Gm(58, BASS),
}  # fmt: skip

PADS: dict[str, Patch] = {
    "saw pad": S("saw", 4, 0.2, 900, 1.0, 1.5, 0.1, 0.5, 2.0, 0.8, 0.5),
    "square pad": S("square", 2, 0.14, 700, 0.8, 2.0, 0.1, 0.6, 2.0, 0.8, 0.5),
    "glass pad": Fm(3.0, 0.8, 2.0, 0.4, attack=0.5, decay=3.0, sustain=0.8, release=0.6),
    "dark pad": S("saw", 3, 0.14, 300, 0.7, 2.0, 0.2, 0.7, 2.0, 0.9, 0.6),
    "supersaw": S("saw", 7, 0.3, 3500, 1.2, 0.5, 0.1, 0.01, 0.8, 0.8, 0.12),
    "warm pad": S("square", 2, 0.1, 500, 0.9, 1.0, 0.15, 0.35, 1.5, 0.8, 0.4, pwm=0.25, interval=-12, second=0.4),
    "vocal pad": Wave(vowels="ao", travel=-3.0, voices=3, detune=0.1, attack=0.3, release=0.4, breath=0.1, vibrato=0.1),
    "string machine": S("saw", 5, 0.14, 4500, 0.0, 1.0, 0.0, 0.12, 1.0, 0.9, 0.3, interval=12, second=0.8),
    "sweep pad": S("saw", 4, 0.16, 250, 3.5, 1.6, 0.45, 0.05, 2.5, 0.8, 0.4),
    "bright pad": S("saw", 4, 0.18, 4000, 0.8, 1.0, 0.1, 0.2, 1.5, 0.8, 0.4, interval=12, second=0.5),
    "bell pad": Layer(S("saw", 3, 0.14, 700, 1.0, 1.2, 0.1, 0.3, 1.5, 0.8, 0.4), Fm(4.0, 1.2, 0.8, 0.05), 0.5, 12),
    "wave pad": Wave((saw_like(24, 0.8), saw_like(6, 1.2), saw_like(30, 1.0, odd=True)), travel=-4.0, voices=3,
                     attack=0.4, release=0.5),
    "air pad": S("triangle", 3, 0.12, 2200, 0.5, 1.0, 0.5, 0.4, 1.5, 0.8, 0.5, breath=0.35, interval=12, second=0.5),
    "drone": Wave((saw_like(30, 1.0), saw_like(5, 0.6), saw_like(18, 0.7, odd=True)), travel=-6.0, voices=2,
                  detune=0.04, attack=0.5, sustain=1.0, release=0.6),
    "organ pad": Wave(((1.0, 0.9, 0.5, 0.6, 0.0, 0.3, 0.0, 0.3), (1.0, 0.4, 0.2, 0.1)), travel=-3.0, voices=2,
                      detune=0.05, attack=0.25, release=0.35),
    "halo pad": Gm(94, release=0.25),
    "new age pad": Gm(88, release=0.25),
    "metal pad": Gm(93, release=0.25),
    "strings": Gm(48, WIDE, release=0.25),
    "slow strings": Gm(49, release=0.25),
    "tremolo strings": Gm(44, release=0.25),
    "synth strings": Gm(50, release=0.25),
    "choir": Gm(52, release=0.25),
    "ooh choir": Gm(53, release=0.25),
    "synth choir": Gm(54, release=0.25),
}  # fmt: skip

KEYS: dict[str, Patch] = {
    "stab": S("saw", 3, 0.15, 800, 2.6, 0.1, 0.35, 0.002, 0.14, 0.1, 0.08),
    "dub chord": S("saw", 2, 0.1, 450, 2.2, 0.09, 0.4, 0.003, 0.16, 0.05, 0.1),
    "hoover": S("saw", 5, 0.35, 2200, 0.6, 0.3, 0.2, 0.02, 0.5, 0.8, 0.1, glide=-2.0),
    "rave stab": S("saw", 4, 0.18, 2500, 1.5, 0.15, 0.2, 0.001, 0.2, 0.3, 0.06, interval=7, second=0.6, drive=1.0),
    "brass stab": S("saw", 3, 0.1, 900, 2.0, 0.18, 0.1, 0.012, 0.3, 0.5, 0.08),
    "synth brass": S("saw", 3, 0.12, 1600, -1.6, 0.09, 0.1, 0.03, 0.6, 0.8, 0.12),
    "poly synth": S("square", 2, 0.1, 1400, 1.2, 0.3, 0.2, 0.004, 0.5, 0.6, 0.12, pwm=0.15, interval=12, second=0.3),
    "vocal chop": Wave(vowels="eao", travel=0.25, voices=2, detune=0.06, attack=0.008, decay=0.25, sustain=0.4),
    "fm piano": Fm(1.0, 1.8, 0.25, 0.15, decay=1.2, sustain=0.1, release=0.2),
    "wurlitzer": Layer(Fm(1.0, 1.3, 0.4, 0.25, 0.2, decay=1.0, sustain=0.15, release=0.12), Fm(5.0, 0.6, 0.05), 0.15),
    "drawbar organ": Wave(((0.8, 1.0, 0.7, 0.5, 0.0, 0.25, 0.0, 0.3),), attack=0.005, sustain=1.0, release=0.03,
                          click=0.25, voices=2, detune=0.03),
    "combo organ": Wave(((1.0, 0.8, 0.6, 0.7, 0.4, 0.4, 0.3, 0.5, 0.2, 0.2, 0.1, 0.3),), attack=0.004, sustain=1.0,
                        release=0.02, vibrato=0.12),
    "melodica": S("square", 2, 0.05, 1800, 0.3, 0.2, 0.35, 0.03, 0.5, 0.9, 0.05, width=0.3, vibrato=0.12, breath=0.04),
    "house piano": Layer(Gm(1, tone=5.0, drive=0.4), Gm(2, tone=3.0), 0.4),
    "rhodes": Gm(4),
    "piano": Gm(0, WIDE),
    "bright piano": Gm(1, tone=2.0),
    "electric grand": Gm(2),
    "honky piano": Gm(3),
    "felt piano": Gm(0, WIDE, attack=0.025, tone=-12.0),
    "digital piano": Gm(5),
    "organ": Gm(16),
    "gospel organ": Gm(17),
    "rock organ": Gm(18),
    "church organ": Gm(19),
    "reed organ": Gm(20),
    "accordion": Gm(21),
    "harmonica": Gm(22, LEAD),
    "bandoneon": Gm(23),
    "harpsichord": Gm(6),
    "clavinet": Gm(7),
    "celesta": Gm(8, LEAD, release=0.4),
    "orchestra hit": Gm(55),
}  # fmt: skip

GUITARS: dict[str, Patch] = {
    "clean guitar": Gm(27),
    "muted guitar": Gm(28),
    "overdriven guitar": Gm(29),
    "distorted guitar": Gm(30),
    "nylon guitar": Gm(24),
    "steel guitar": Gm(25),
    "jazz guitar": Gm(26),
    "guitar harmonics": Gm(31, release=0.4),
    "ukulele": Gm(24, bank=8),
    "twelve string": Gm(25, bank=8),
    "mandolin": Gm(25, LEAD, bank=16),
    "banjo": Gm(105, LEAD),
    "sitar": Gm(104),
    "koto": Gm(107, LEAD, release=0.4),
    "shamisen": Gm(106, LEAD),
    "harp": Gm(46, release=0.4),
    "dulcimer": Gm(15, release=0.4),
    "pizzicato": Gm(45),
    "string pluck": String(),
    "electric harp": Toned(String(0.998, 0.1), 4.0),
}

LEADS: dict[str, Patch] = {
    "saw lead": S("saw", 2, 0.1, 2500, 1.2, 0.3, 0.25, 0.005, 0.4, 0.7, 0.1),
    "square lead": S("square", 1, 0.0, 3000, 0.6, 0.3, 0.1, 0.005, 0.4, 0.7, 0.08),
    "chip": S("square", 1, 0.0, 9000, 0.0, 0.3, 0.0, 0.001, 0.2, 0.6, 0.03),
    "chip lead": S("square", 1, 0.0, 12000, 0.0, 0.3, 0.0, 0.001, 0.4, 0.7, 0.03, width=0.14, vibrato=0.15),
    "chip triangle": S("steps", 1, 0.0, 12000, 0.0, 0.3, 0.0, 0.001, 0.3, 0.9, 0.02),
    "sine lead": S("sine", attack=0.01, decay=0.5, sustain=0.6, release=0.1),
    "theremin": S("sine", attack=0.06, decay=1.0, sustain=0.9, release=0.12, vibrato=0.35, glide=-1.0),
    "acid lead": S("saw", cutoff=500, sweep=3.0, fall=0.15, resonance=0.88, decay=0.2, sustain=0.4, drive=2.0),
    "supersaw lead": S("saw", 7, 0.22, 5000, 0.8, 0.4, 0.1, 0.004, 0.5, 0.8, 0.12, interval=12, second=0.5),
    "pwm lead": S("square", 2, 0.06, 3000, 0.8, 0.3, 0.2, 0.006, 0.4, 0.8, 0.1, pwm=0.35, vibrato=0.1),
    "sync lead": S("sync", 1, 0.0, 9000, 1.4, 0.25, 0.1, 0.003, 0.4, 0.7, 0.06),
    "fm lead": Fm(2.0, 2.8, 0.4, 0.4, 0.4, attack=0.004, decay=0.6, sustain=0.6, release=0.08),
    "mono lead": S("saw", 2, 0.04, 1100, 1.8, 0.25, 0.45, 0.005, 0.5, 0.8, 0.08, glide=-2.0, drive=1.0, vibrato=0.12),
    "talk lead": Wave(vowels="aiou", travel=-0.5, voices=2, detune=0.05, attack=0.01, sustain=0.9, vibrato=0.15),
    "wave lead": Wave((saw_like(30, 0.8), saw_like(8, 0.5, odd=True), saw_like(20, 1.1)), travel=0.5, voices=2),
    "distorted lead": S("saw", 2, 0.1, 2600, 1.0, 0.3, 0.2, 0.003, 0.5, 0.9, 0.06, drive=8.0, vibrato=0.1),
}

PLUCKS: dict[str, Patch] = {
    "pluck": S("saw", 2, 0.08, 700, 3.0, 0.08, 0.3, 0.002, 0.18, 0.0, 0.12),
    "soft pluck": S("square", 1, 0.0, 500, 2.4, 0.07, 0.2, 0.002, 0.2, 0.0, 0.12),
    "house pluck": S("square", 2, 0.07, 600, 2.8, 0.06, 0.35, 0.001, 0.12, 0.0, 0.08, interval=12, second=0.4),
    "glass pluck": Fm(4.0, 1.8, 0.08, 0.02, decay=0.3, sustain=0.0, release=0.2),
    "trance pluck": S("saw", 6, 0.2, 1800, 2.6, 0.1, 0.2, 0.001, 0.22, 0.0, 0.15),
    "muted pluck": S("triangle", 1, 0.0, 400, 2.0, 0.04, 0.2, 0.001, 0.09, 0.0, 0.05, sub=0.3),
    "wave pluck": Wave((saw_like(40, 0.6), saw_like(6, 1.5)), travel=0.15, attack=0.002, decay=0.2, sustain=0.0,
                       release=0.12),
    "string synth pluck": S("saw", 3, 0.12, 3000, 1.6, 0.09, 0.1, 0.002, 0.2, 0.05, 0.1),
}  # fmt: skip

BELLS: dict[str, Patch] = {
    "bell": Fm(4.0, 1.7, 0.5, 0.05, decay=1.0, sustain=0.0, release=0.4),
    "glass bell": Fm(7.0, 1.2, 0.3, 0.05, decay=0.7, sustain=0.0, release=0.4),
    "church bell": Modal((0.5, 1.0, 1.19, 1.5, 2.0, 2.5, 3.0, 4.1), (0.5, 1.0, 0.5, 0.3, 0.7, 0.2, 0.3, 0.15),
                         (2.0, 1.4, 1.0, 0.7, 0.8, 0.4, 0.4, 0.3), 0.05, 5000.0, 1.0),
    "gamelan": Modal((1.0, 2.0, 2.76, 5.4), (1.0, 0.35, 0.3, 0.2), (0.9, 0.5, 0.25, 0.1), 0.25, 4000.0),
    "handpan": Modal((1.0, 2.0, 3.0, 4.0), (1.0, 0.55, 0.4, 0.08), (0.7, 0.5, 0.35, 0.15), 0.15, 1500.0, 0.5),
    "wood mallet": Modal((1.0, 3.0, 9.0), (1.0, 0.35, 0.1), (0.16, 0.05, 0.02), 0.3, 2500.0, 0.25),
    "glass mallet": Modal((1.0, 2.0, 4.0, 8.0), (1.0, 0.3, 0.35, 0.1), (0.5, 0.35, 0.15, 0.07), 0.1, 6000.0, 0.5),
    "vibraphone": Gm(11, LEAD, release=0.4),
    "marimba": Gm(12, LEAD),
    "xylophone": Gm(13, LEAD),
    "glockenspiel": Modal((1.0, 2.0, 4.0, 8.1), (1.0, 0.2, 0.5, 0.25), (0.6, 0.3, 0.2, 0.08), 0.15, 9000.0, 0.6),
    "music box": Gm(10, LEAD, release=0.4),
    "tubular bells": Gm(14, release=0.4),
    "crystal": Gm(98, LEAD, release=0.4),
    "tinkle bell": Gm(112, LEAD, release=0.4),
    "kalimba": Gm(108, LEAD, release=0.4),
    "steel drum": Gm(114, LEAD, release=0.4),
}  # fmt: skip

ORCHESTRA: dict[str, Patch] = {
    "violin": Gm(40, LEAD), "viola": Gm(41), "cello": Gm(42, WIDE), "fiddle": Gm(110, LEAD),
    "brass": Gm(61), "trumpet": Gm(56, LEAD), "muted trumpet": Gm(59, LEAD), "trombone": Gm(57), "french horn": Gm(60),
    "saxophone": Gm(65, LEAD), "soprano sax": Gm(64, LEAD), "tenor sax": Gm(66), "baritone sax": Gm(67),
    "oboe": Gm(68, LEAD), "clarinet": Gm(71, LEAD), "bassoon": Gm(70), "flute": Gm(73, LEAD), "piccolo": Gm(72, LEAD),
    "recorder": Gm(74, LEAD), "pan flute": Gm(75, LEAD), "bottle": Gm(76, LEAD), "shakuhachi": Gm(77, LEAD),
    "whistle": Gm(78, LEAD), "ocarina": Gm(79, LEAD), "bagpipe": Gm(109, LEAD), "shanai": Gm(111, LEAD),
}  # fmt: skip

INSTRUMENTS: dict[str, Patch] = {**BASSES, **PADS, **KEYS, **GUITARS, **LEADS, **PLUCKS, **BELLS, **ORCHESTRA}


def programs() -> list[tuple[int, int, tuple[int, int]]]:
    """(bank, program, (lowest, highest pitch)) of every recorded instrument, each once, its spans joined."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for patch in INSTRUMENTS.values():
        for part in (patch.first, patch.second) if isinstance(patch, Layer) else (patch,):
            if isinstance(part, Gm):
                low, high = spans.get((part.bank, part.program), part.span)
                spans[part.bank, part.program] = (min(low, part.span[0]), max(high, part.span[1]))
    return [(*place, span) for place, span in sorted(spans.items())]
