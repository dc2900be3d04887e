"""Styles of broken beats and deep basses, one row each; the notation is told in ``style``. Data."""

from __future__ import annotations

from liveriff.train.material.style import BACK, EIGHTHS, HALF, OFF, REST, SIXTEENTHS, VAMP, Style, of, walks

_DARK = walks("0000 0000 0055 0066 0005 0033")

# fmt: off
BREAKS: tuple[Style, ...] = (
    Style(
        "drum and bass", (165, 178), of("break, samples, 909, acoustic, electronic, break"),
        kick=of("X.........X....., X.......x.X....., X..x......X..x.., X.x.......X....., X.........X..X.."),
        snare=(BACK, BACK, "....X..g.g..X..g", "....X.......X.g."),
        hat=(EIGHTHS, SIXTEENTHS, "x.x.x.x.x.x.x.x.", "x.xox.xox.xox.xo", "xxxxxxxxxxxxxxxx"),
        open=of("................, ......x........., ..............x., ..x...x...x...x."),
        perc=of("................, ...o..o..o....o., .......x......x."),
        ride=of("................, x.x.x.x.x.x.x.x., x...x...x...x..."), feel=of("two step"), swing=(0.0, 0.05),
        crash=0.2, fills=0.2, basses=of("reese, sub, growl, fm bass, wave bass, distorted bass, moog bass"),
        figures=of(
            "0---------0-----, 0-----0---4-----, 0-------........, 0--0--0-----7---, 0---------------, "
            "0-0---0-..0-4-.., ..0-0-..0-..0-0-"
        ),
        progressions=VAMP, parts=of("pad, pad, keys, lead, arp"),
        pads=of("dark pad, saw pad, strings, choir, vocal pad, warm pad, air pad"),
        keys=of("stab, rhodes, fm piano, piano, wurlitzer, electric grand"),
        leads=of("pluck, bell, saw lead, sine lead, glass pluck, wave pluck, supersaw lead"),
        comps=of("x---------------, x-----x---------, ......x-......x-, x--x--x---------"),
        runs=of("x..x..x..x..x.x., x.x.xx.x.x.x.xx., x.....x...x....."), pump=0.1, wet=0.35, dirt=0.2,
    ),
    Style(
        "jungle", (155, 170), of("break, break, samples, lo-fi, break"),
        kick=of("X.X.......XX...., X.X...x...X..x.., X.x.......x..X.., X.X...x..x......, ..X.......X..X.."),
        snare=of("....X..g.g..X..g, ....X..g.gX...g., ....X..g....X.gX, ....X..X.gX.g.X., ....X..g.X..X.gX"),
        hat=(EIGHTHS, "x.x.x.x.x.x.x.x.", "x.xxx.x.x.xxx.x."),
        open=of("................, ..........x....., ......x........."), perc=of("................, ......x......x.."),
        ride=of("................, x...x...x...x..., x.x.x.x.x.x.x.x."), percs=of("tom, perc"), swing=(0.0, 0.08),
        crash=0.25, fills=0.35, basses=of("sub, reese, 808, dub bass, wave bass"),
        figures=of("0-----0-....4---, 0---....0-0-...., 0-----------7---, 0-..0-....0-..4-, 0--..0--....2---"),
        progressions=VAMP, parts=of("pad, pad, keys, lead"), pads=of("dark pad, choir, strings, vocal pad, warm pad"),
        keys=of("stab, rhodes, piano, rave stab, vocal chop"),
        leads=of("flute, bell, pluck, saxophone, glass pluck, soprano sax"),
        comps=of("x..............., x--x--x---------, x-------..x-----"),
        runs=of("x.....x...x....., x..x....x..x...., x.x...x........."), wet=0.4, dirt=0.3, era=of("90s"),
    ),
    Style(
        "dubstep", (138, 144), of("samples, hard, 909, electronic, industrial"),
        kick=of("X.........x....., X.....x........., X..x......x....., X.............x., X...........X..."),
        snare=(HALF, HALF, "........X.....g.", "........X..g..g."),
        hat=of("x.x.x.x.x.x.x.x., ..x...x...x...x., x..x..x...x..x.., x..t..x.x..t..x., x...x...x...x..."),
        open=of("................, ....x.......x..., ..............x."),
        perc=of("................, ......x...x....., ...x......x..x.."), backbeat=of("snare, clap"), crash=0.2,
        fills=0.2, swing=(0.0, 0.05), basses=of("wobble, growl, reese, sub, wave bass, distorted bass"),
        figures=of(
            "0-------0-------, 0-----0-----0---, 0-----------6---, 0---0---0-0-0---, 0--0--0---------, "
            "0-..0-..0-0-0-.., ......0---0-----"
        ),
        progressions=_DARK, parts=of("pad, keys, lead, arp"), pads=of("dark pad, saw pad, choir, vocal pad, air pad"),
        keys=of("stab, supersaw, dub chord, vocal chop, rave stab"),
        leads=of("saw lead, bell, square lead, pluck, talk lead, sync lead, wave lead, crystal"),
        comps=of("x---------------, x-----x---------, ..x.......x....., x--x--x---......"),
        runs=of("x..x..x........., x.x.x.x.x.x.x.x., x..x..x...x..x.."), pump=0.2, wet=0.35, dirt=0.4,
        era=of("modern, electronic"),
    ),
    Style(
        "uk garage", (128, 136), of("909, samples, 808, 707, electronic"),
        kick=of("X.........X....., X......x..X....., X..x......X..x.., X.........X..x.., X......X..X..x.."),
        snare=(BACK, "....X..g.g..X..g", "....X..g....X..g", "....X..x....X.g."),
        hat=of("..x...x...x...xx, x.xox.xox.xox.xo, ..xx..x...xx..x., ..x..xx...x..xx."),
        open=("..x...x.........", OFF, REST),
        perc=of("...x.......x...., ................, .......x......x., ..x....x.x....x."),
        backbeat=of("snare, clap, rim"), percs=of("rim, perc, perc"), feel=of("two step"), swing=(0.14, 0.28),
        basses=of("organ bass, sub, square bass, reese, fm bass, pluck bass, donk, rubber bass, wave bass"),
        figures=of("0..0..0.....0.4., 0-....0-..0-...., 0--..0--..7-0---, ..0..0.0..0..0.., 0..0....0.0..7.."),
        chords=4, progressions=walks("0000 0055 0033 0536 0340 0066"), major=0.35,
        pads=of("saw pad, strings, vocal pad, warm pad"),
        keys=of("organ, rhodes, stab, piano, fm piano, drawbar organ, vocal chop, wurlitzer"),
        leads=of("pluck, soft pluck, vibraphone, house pluck, muted pluck"),
        comps=of("x..x..x...x..x.., x.....x..x......, ..x..x....x..x.., x--....x..x--..."),
        runs=of("x..x..x.x..x..x., x.x..x.x..x.x..x, ..x..x...x......"), pump=0.2, wet=0.25, era=of("90s, electronic"),
    ),
    Style(
        "breakbeat", (118, 140), of("break, samples, 909, break, lo-fi, power"),
        kick=of("X..x......X....., X.x.......x....., X.....x..xX....., X.X....X..X....., X..x..x...X..x.."),
        snare=("....X..g.g..X..g", BACK, "....X..g....X..X", "....X..X....X..."),
        hat=(EIGHTHS, SIXTEENTHS, "x.x.x.x.x.x.x.x.", "x.xxx.x.x.xxx.x."),
        open=of("................, ......x...x....., ..............x."),
        perc=of("................, ...x..x....x...., x...x...x...x..."), crash=0.15, fills=0.25, swing=(0.0, 0.14),
        basses=of("acid, reese, saw bass, sub, moog bass, distorted bass"),
        figures=of("0.0...0.0..0..6., 0-..0-..0.0.7.0., 0..0..0..0..0.6., 0.00..7.0..0.4.., 0--...0.0--..7.."),
        progressions=_DARK, pads=of("saw pad, strings"),
        keys=of("stab, organ, piano, clavinet, rave stab, combo organ, house piano"),
        leads=of("acid lead, saw lead, pluck, sync lead, mono lead"),
        comps=of("x..x..x........., ......x...x....., x..x....x..x..x., ..x..x..x......."),
        runs=of("x.xx.xx.x.xx.xx., x..x..x..x..x.x., x.x...x.x.x....."), pump=0.1, wet=0.25, dirt=0.3, era=of("90s"),
    ),
    Style(
        "footwork", (156, 162), of("808, 808, samples, trap, electronic"),
        kick=of("X..X..X.X..X..X., X..X..X...X..X.., XX.X..X.XX.X..X., X..X...X..X..X.., X.....X..X....X."),
        snare=of("................, ............X..., ....X.......X..., ......x.....X..."),
        hat=of("..x...x...x...x., xoxoxoxoxoxoxoxo, x..x..x.x..x..x., ................"),
        open=of("................, ..x.......x....."),
        perc=of("...x.x....x.x..., x..x..x..x..x..x, .....xt......xt., ..t...t...t...t."),
        backbeat=of("clap, snare, rim"), percs=of("tom, tom, rim, perc"), feel=of("triplet"),
        basses=of("808, sub, log drum"),
        figures=of("0--0--0-0--0--0-, 0-----0---......, 0--0--....0--0.., 0.........0-----"), chords=4,
        progressions=walks("0000 0055 0033 0365"), parts=of("keys, keys, arp, pad"),
        pads=of("saw pad, choir, strings, vocal pad, warm pad"),
        keys=of("rhodes, stab, piano, fm piano, wurlitzer, vocal chop, digital piano"),
        leads=of("soft pluck, bell, vibraphone, sine lead, glockenspiel, muted pluck"),
        comps=of("x..x..x.x..x..x., x--x--x-........, x.....x........., x..x..x..x..x..x"),
        runs=of("x..x..x..x..x..x, x.x.x..x.x.x..x., x..x.....x......"), wet=0.2, dirt=0.2,
        era=of("modern, electronic"),
    ),
    Style(
        "idm", (90, 160), of("samples, glitch, 808, break, glitch, glitch, chip, minimal"),
        kick=of("X....x....X....., X..x.....x..X..., X......x.x......, X.xx......x....r, X.........x.x..."),
        snare=of("....X..g.....X.., ......X......X.g, ....X.....g.X.gr, .......X....X..."),
        hat=of("xr.xo.xrx.oxr.x., x.oxxr.ox.oxx.rr, o..tx..ox.t.x..o, x.x.r.x.xtx.r.x., xoxoxoxrxoxoxoxr"),
        open=of("................, .......x........, ..x.......x....."),
        perc=of("..x..r...x...t.., .....x..r....x.., x..o..x..o.r...., ................"),
        backbeat=of("snare, rim, clap, perc"), percs=of("perc, rim, perc, tom"), fills=0.35,
        basses=of("fm bass, sub, square bass, reese, triangle bass, rubber bass, chip bass"),
        figures=of("0--..0...0-.4..., 0-----..0.0.7..., 0..0.0....0.0..7, 0---------......, ..0-..0.0...0-4."),
        chords=4, progressions=walks("0000 0365 0055 0340 0354"), major=0.45, parts=of("arp, arp, pad, lead, keys"),
        pads=of("glass pad, saw pad, square pad, choir, bell pad, wave pad, tremolo strings"),
        keys=of("fm piano, rhodes, glass pad, music box, celesta, felt piano, digital piano"),
        leads=of(
            "bell, glass bell, music box, string pluck, chip, soft pluck, glass pluck, gamelan, crystal, "
            "glass mallet, wave pluck"
        ),
        comps=of("x-----------...., x--....x--....x-, x---------x-----"),
        runs=of("x.xxx.x.xx.x.xx., xx.x..xxx.x..x.x, x..x.x..x.x..x.x, x.....x..x......"), wet=0.4, dirt=0.25,
    ),
    Style(
        "trap", (130, 160), of("808, 808, samples, trap, trap, trap"),
        kick=of(
            "X.........x....., X.....x...X....., X..x..........x., X......X..X....., X.............X., "
            "X..X......X..x.."
        ),
        snare=(HALF, HALF, "........X.....g."),
        hat=of(
            "x.x.x.x.x.x.x.x., x.x.x.x.xxxxx.x., x.xxx.x.x.x.xxxx, xoxoxoxoxoxoxoxo, x.x.x.r.x.x.r.x., "
            "x.t.x.x.x.r.x.t., x.x.x.x.rrrrx.x."
        ),
        open=of("................, ..............x., ......x........."),
        perc=of("................, ...x......x....., ............x.x., .......x.......x"), backbeat=of("clap, snare"),
        hats=of("hat"), basses=of("808, 808, 808, sub, distorted bass"), low=(26, 28, 31, 33),
        figures=of(
            "0---------0-----, 0-----0---4-----, 0--0------......, 0-------------7-, 0------0--0-----, "
            "0---......0-0---"
        ),
        progressions=walks("0000 0055 0066 0536 0056"), parts=of("keys, lead, lead, arp, pad"),
        pads=of("dark pad, choir, strings, vocal pad, ooh choir, air pad"),
        keys=of("bell, piano, brass, glass pad, felt piano, brass stab"),
        leads=of("bell, flute, pluck, music box, glass bell, glockenspiel, pan flute, crystal, koto, pizzicato"),
        comps=of("x-------x-------, x-----x-----x---, x---x---x---x---"),
        runs=of("x..x..x...x.x..., x.x.x...x.x.x..., x..x..x..x..x.x., x...x...x.....x."), wet=0.35, dirt=0.2,
        era=of("modern"),
    ),
    Style(
        "drill", (138, 146), of("808, samples, 808, trap, trap"),
        kick=of("X......X........, X.....X...x....., X......x..X....., X..........X...."),
        snare=of("......X......X.., ......X.......X., ........X.....X., ......X......X.g"),
        hat=of("x..x..x.x..x..x., x..x..x.x..x..t., x..x..t.x..x..x., x..x..r.x..x..x."),
        open=of("................, ..............x."), perc=of("................, ...x......x....., ..........x..x.."),
        backbeat=of("snare, clap"), hats=of("hat"), percs=of("rim, perc"), basses=of("808, 808, sub, distorted bass"),
        low=(26, 28, 31),
        figures=of("0------0--......, 0-----4---0-----, 0------7--4-2---, 0---..0---..7---, 0--0--......0-4-"),
        progressions=walks("0000 0055 0056 0066"), major=0.25, parts=of("keys, lead, arp, pad"),
        pads=of("choir, strings, dark pad, vocal pad, ooh choir"),
        keys=of("piano, strings, bell, felt piano, tremolo strings"),
        leads=of("flute, bell, piano, music box, string pluck, pizzicato, pan flute, violin, crystal, harp"),
        comps=of("x-------x-------, x--x--x---------, x-----x-----x---"),
        runs=of("x..x..x.x..x..x., x..x..x...x....., x.x..x..x.x....."), wet=0.35, dirt=0.15, era=of("modern"),
    ),
)
