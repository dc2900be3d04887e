"""Styles of rooms, nights and screens, one row each; the notation is told in ``style``. Data."""

from __future__ import annotations

from liveriff.train.material.style import BACK, EIGHTHS, HALF, JAZZ, MAJOR, MINOR, REST, SIXTEENTHS, Style, of, walks

# fmt: off
SLOW: tuple[Style, ...] = (
    Style(
        "hip hop", (80, 98), of("samples, acoustic, 808, break, lo-fi, lo-fi, linn, break"),
        kick=of("X..x......X....., X.....x.X......., X......x.xX....., X..X....x.X..x.., X.X.......X..x.."),
        snare=(BACK, BACK, "....X..g....X...", "....X.......X.g."),
        hat=(EIGHTHS, "x.x.x.x.x.x.x.x.", "x.xxx.x.x.xxx.x.", "x.x.x.xxx.x.x.x."),
        open=of("................, ......x........., ..............x."),
        perc=of("................, ...........x...., x.....x...x....., ....x.......x..."), backbeat=of("snare, clap"),
        hats=of("hat, hat, shaker"), swing=(0.08, 0.25), late_ms=6.0,
        basses=of("sub, upright bass, finger bass, 808, moog bass, fretless bass, triangle bass"),
        figures=of("0--...0-0-....4-, 0-----0---0-..2-, 0--0....0--0..4-, 0-......0-0-...., 0-..0-....0-4-.."),
        chords=4, progressions=(*MINOR, *JAZZ), parts=of("keys, keys, keys, lead, pad"),
        pads=of("strings, saw pad, string machine, vocal pad"),
        keys=of("rhodes, piano, clavinet, jazz guitar, wurlitzer, honky piano, drawbar organ"),
        leads=of("flute, muted trumpet, vibraphone, bell, saxophone, tenor sax, violin, pizzicato, theremin"),
        comps=of("x-----..x-----.., x---x..........., x.......x...x---, x--...x-x--....., x--x--.........."),
        runs=of("x..x....x.x....., x.x...x...x.x..., x..x..x........., x.....x.x......."), wet=0.2, dirt=0.35,
        era=of("90s"),
    ),
    Style(
        "lo-fi", (70, 90), of("samples, acoustic, jazz, 808, lo-fi, lo-fi, lo-fi, brush"),
        kick=of("X..x......X....., X.......x.X....., X.....X........., X..X......X....."),
        snare=(BACK, "....x.......x...", "....x.......x..g"), hat=(EIGHTHS, "x.o.x.o.x.oox.o.", "x.x.x.x.x.x.x.x."),
        perc=of("................, ......o.....o..., ...o......o....."), backbeat=of("snare, rim"), swing=(0.1, 0.28),
        late_ms=7.0, fills=0.08, crash=0.02, basses=of("upright bass, sub, finger bass, triangle bass, fretless bass"),
        figures=of("0-----..0---4---, 0---....0-0-...., 0-------2-----4-, 0-----------4---, 0--...0-0---...."),
        chords=4, progressions=(*JAZZ, *MINOR), major=0.5, parts=of("keys, keys, keys, lead, pad"),
        pads=of("slow strings, square pad, warm pad, organ pad"),
        keys=of("rhodes, piano, jazz guitar, nylon guitar, fm piano, wurlitzer, felt piano, steel guitar"),
        leads=of("vibraphone, flute, music box, kalimba, soft pluck, celesta, clarinet, soprano sax, glockenspiel"),
        comps=of("x-------x-------, x-----x-........, x---..x---......, x--x----x--x----"),
        runs=of("x..x..x.....x..., x.....x.x......., x.x.....x......."), wet=0.3, dirt=1.0, beatless=0.12,
        era=of("modern"),
    ),
    Style(
        "downtempo", (72, 100), of("samples, break, acoustic, 808, lo-fi, electronic, tabla"),
        kick=of("X......x..X....., X.......X.x....., X..x....X......., X.........X.x..."),
        snare=(BACK, BACK, "....X..g....X..g", "........X......."),
        hat=(EIGHTHS, "x.x.x.x.x.x.x.x.", "x...x.x.x...x.x.", SIXTEENTHS),
        open=of("................, ......x........."),
        perc=of("................, ..x..x....x....., ......x.......x., .......o..o....."),
        backbeat=of("snare, snare, rim, clap"), swing=(0.0, 0.2), late_ms=5.0,
        basses=of("sub, finger bass, upright bass, reese, organ bass, dub bass, moog bass, fretless bass"),
        figures=of("0-----0-..0-...., 0-------..0-4---, 0---....0-..2-4-, 0-..0-......0-2-, 0-----------...."),
        chords=4, progressions=walks("0000 0055 0033 0066 0536 0365"), parts=of("pad, pad, keys, keys, lead, arp"),
        pads=of("saw pad, strings, choir, dark pad, warm pad, string machine, vocal pad"),
        keys=of("rhodes, piano, organ, jazz guitar, wurlitzer, felt piano, drawbar organ"),
        leads=of(
            "flute, sitar, vibraphone, bell, muted trumpet, string pluck, cello, clarinet, koto, theremin, handpan, "
            "glass mallet"
        ),
        comps=of("x-------x-------, x-----------...., x---..x---......, ..x-....x-......"),
        runs=of("x..x..x........., x.....x.x......., x.x.x...x......., x...x...x...x..."), wet=0.5, dirt=0.3,
        beatless=0.1, era=of("90s"),
    ),
    Style(
        "ambient", (60, 100), of("808, samples, tabla, glitch, orchestral"),
        kick=of("X..............., ................, X.......o......."), snare=of("................, ............o..."),
        hat=of("................, ....o.......o..., o.......o......., ..o...o...o...o."),
        perc=of("...o......o....., ......o.....o..., ..........o....."), backbeat=of("rim"), fills=0.0, crash=0.02,
        basses=of("sub, dark pad, organ bass, drone, bowed bass"),
        figures=of("0---------------, 0-------0-------, 0-----------4---"), progressions=(*MINOR, *MAJOR), major=0.5,
        parts=of("pad, pad, pad, keys, lead, arp"),
        pads=of(
            "glass pad, saw pad, dark pad, choir, slow strings, square pad, warm pad, air pad, halo pad, "
            "new age pad, sweep pad, bell pad, vocal pad, wave pad"
        ),
        keys=of("glass pad, rhodes, harp, piano, felt piano, celesta, church organ"),
        leads=of(
            "bell, glass bell, sine lead, kalimba, string pluck, flute, pan flute, handpan, glass mallet, crystal, "
            "guitar harmonics, shakuhachi, ocarina, cello"
        ),
        comps=of("x---------------, x-------x-------, x-----------x---"),
        runs=of("x.....x.....x..., x...x.....x....., x.......x......., x...x...x...x..."), wet=0.9, dirt=0.0,
        beatless=0.5,
    ),
    Style(
        "drone", (60, 90), of("808, hard, samples, industrial, orchestral, tabla"),
        kick=of("X..............., ................, X.......x......."), snare=(REST,),
        hat=of("................, o.......o......."), perc=of("................, ..........o....., o..............."),
        backbeat=of("rim"), percs=of("tom, perc"), fills=0.0, crash=0.0,
        basses=of("sub, dark pad, organ bass, reese, drone, drone, bowed bass"),
        figures=of("0---------------, 0-------------------------------"), low=(24, 26, 28, 31, 33), chords=2,
        progressions=walks("0000 0000 0000 0033"), major=0.35, parts=of("pad, pad, pad, pad, keys"),
        pads=of(
            "dark pad, glass pad, choir, slow strings, organ, square pad, saw pad, drone, drone, air pad, metal pad, "
            "wave pad, organ pad"
        ),
        keys=of("dark pad, organ, strings, glass pad, drone, reed organ, church organ"),
        leads=of("sine lead, flute, glass bell, cello, shakuhachi, bottle, gamelan"), high=(48, 55, 60),
        comps=of("x---------------, x-------------------------------"), runs=of("x..............., x.......x......."),
        wet=0.85, dirt=0.15, beatless=0.75,
    ),
    Style(
        "synthwave", (80, 118), of("909, 808, samples, linn, linn, electronic, 707, power"),
        kick=of("X.......X......., X...X...X...X..., X.....x.X......., X.......X.X....."),
        snare=(BACK, BACK, "....X.......X.xx"), hat=(EIGHTHS, SIXTEENTHS, "x...x...x...x...", "xxxxxxxxxxxxxxxx"),
        open=of("................, ..x...x...x...x."), perc=of("................, ..............xx, ............xxxx"),
        percs=of("tom, tom, perc"), fills=0.25, crash=0.15,
        basses=of("saw bass, square bass, synth bass, juno bass, moog bass"),
        figures=of("0.0.0.0.0.0.0.0., 0000000000000000, 0.7.0.7.0.7.0.7., 0.00.00.0.00.00., 0-0-0-0-0-0-0-0-"),
        progressions=walks("0526 0534 0056 0055 0365 0536"), major=0.4, parts=of("pad, pad, keys, lead, arp, arp"),
        pads=of("saw pad, square pad, strings, bright pad, warm pad, string machine"),
        keys=of("saw pad, supersaw, fm piano, poly synth, synth brass, digital piano"),
        leads=of("saw lead, square lead, bell, pluck, pwm lead, sync lead, mono lead, saxophone, supersaw lead"),
        comps=of("x---------------, x-------x-------, x--x--x-x--x--x-, ..x...x...x...x."),
        runs=of("x.x.x.x.x.x.x.x., xxxxxxxxxxxxxxxx, x--x--x-x--x--x-, x---x-x-x-----x-"), pump=0.2, wet=0.5, dirt=0.1,
        era=of("80s, electronic"),
    ),
    Style(
        "cinematic", (64, 132), of("acoustic, hard, latin, samples, orchestral, orchestral, orchestral"),
        kick=of("X..............., X.....X........., X.......X......., X..X..X........., X.......X..X...."),
        snare=(REST, HALF, "............xxxx", "........X...xoxo"), hat=(REST, REST, EIGHTHS),
        perc=of("X..x..X..x..X.x., X.......X..x..x., ................, X.xxX.xxX.xxX.xx, X..............."),
        percs=of("tom, tom, tom, perc"), crash=0.3, fills=0.3,
        basses=of("strings, sub, slow strings, brass, reese, bowed bass, tuba, cello"), low=(28, 31, 36),
        figures=of(
            "0---------------, 0-------0-------, 0-0-0-0-0-0-0-0-, 0..0..0..0..0.0., 0000000000000000, "
            "0.00.00.0.00.00."
        ),
        progressions=walks("0536 0055 0065 0354 0033 0000 0534"), major=0.4, parts=of("pad, pad, keys, arp, lead"),
        pads=of("strings, slow strings, choir, brass, dark pad, tremolo strings, ooh choir, french horn, synth choir"),
        keys=of("piano, strings, brass, harp, choir, felt piano, celesta, church organ"),
        leads=of(
            "flute, strings, bell, trumpet, harp, piano, sine lead, violin, cello, oboe, clarinet, french horn, "
            "tubular bells, viola, pizzicato, bassoon"
        ),
        comps=of("x---------------, x-------x-------, x---x---x---x---, x--x--x-x--x--x-, x.x.x.x.x.x.x.x."),
        runs=of("x.x.x.x.x.x.x.x., xxxxxxxxxxxxxxxx, x--x--x-x---x---, x-----x-x-------"), wet=0.75, dirt=0.05,
        beatless=0.4, era=of("modern, acoustic"),
    ),
)
