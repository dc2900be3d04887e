"""What feelings, playing, harmony, treatment, eras and places are called. Data."""

from __future__ import annotations

from liveriff.train.material.lexicon import table

MOODS = table("""
minor: minor key, dark, moody, melancholic, sad, serious, brooding, mysterious, haunting, emotional, tense, mournful,
    gloomy, dramatic, bittersweet, lonely, cold, sinister, nocturnal, noir, ominous, menacing, evil, minor
    | sorrowful, bleak, wistful
major: major key, happy, uplifting, joyful, sunny, hopeful, feel good, cheerful, positive, bright, euphoric, warm,
    optimistic, playful, peaceful, romantic, sweet, blissful, major | merry, radiant, jubilant
busy: busy, dense, energetic, driving, intense, frantic, full on, high energy, complex, lively, hectic, relentless,
    packed, wild | hyperactive, crowded
sparse: sparse, minimal, stripped back, simple, spacious, restrained, calm, empty, bare, few notes, sparse notes,
    understated, stripped down, lots of space, low energy | uncluttered, frugal
bright: bright, crisp, sharp, sparkling, shiny, sizzling, open, clear, brilliant, trebly, glistening, high end,
    shimmer
    | gleaming, piercing
dull: muffled, warm, deep, mellow, low passed, underwater, soft, round, filtered, dark, lowpass, hazy, blurred,
    rounded,
    smooth, closed filter, muted | veiled, woolly
thin: thin, high passed, tinny, small speaker, telephone, highpass, radio, transistor radio, no low end | weedy,
    hollowed out
wet: spacious, reverb, washed out, dreamy, cavernous, ethereal, big room, distant, atmospheric, long reverb, roomy,
    floating, drenched in reverb, spring reverb, space, wide, far away | reverberant, foggy
dry: dry, tight, close, punchy, direct, intimate, dry and close, no reverb, up front, snappy | in your face, bone dry
echo: delay, echoing, dubby, tape delay, ping pong, trails, tape echo, echo, deep echo, space echo, delayed, repeats
    | echoey, reverberating repeats
pump: pumping, sidechained, sidechain, breathing, ducking, ducked, sidechain pump, pulsing | pumped, heaving
drive: distorted, saturated, gritty, overdriven, dirty, crunchy, raw, hot, aggressive, fuzzy, rough, harsh, noisy,
    heavy,
    loud, rumble, angry, saturate | abrasive, scorched
crush: bitcrushed, crushed, low resolution, grainy, digital, low bit, broken digital, 8 bit, decimated, granular,
    glitchy
    | pixelated, degraded
vinyl: vinyl, dusty, vinyl crackle, old record, nostalgic, worn, vintage, record crackle, tape hiss, tape wobble,
    hiss,
    sampled, faded, crackling, old sampler, dust | scratchy record, antique
swing: swung, shuffled, swinging, groovy, loose, human, shuffle, swung hats, shuffling, lilting, bouncing | swingy,
    jaunty
straight: straight, mechanical, robotic, quantized, steady, hypnotic, machine like, on the grid, cold sequencer,
    clockwork,
    rigid, motorik, repetitive | metronomic, regimented
slow: slow, downbeat, relaxed, lazy, chilled, sleepy, slow tempo, unhurried, slow motion, lethargic, drowsy,
    easy going
    | sluggish, leisurely
fast: fast, uptempo, quick, racing, furious, high speed, fast tempo, breakneck, rapid, up tempo | speedy, brisk
fill: drum fill, turnaround, fill at the end, fill, snare rush, roll at the end | closing fill
four: four on the floor, four to the floor, straight kick, 4x4, kick on every beat, stomping, thumping kick
    | 4 to the floor, kick on every quarter
half time: half time, half-time, half time snare, slow heavy groove, halftime, half speed | half tempo
broken: broken beat, syncopated kick, broken, off kilter, stumbling, irregular, choppy, skipping kick | lopsided,
    fractured
two step: two step rhythm, skippy, skipping, 2-step, skippy drums, shuffled two step | skippety
dembow: dembow, dembow rhythm, boom ch boom chick, tresillo | dem bow
one drop: one drop, rim on three, one drop rhythm, roots feel | onedrop
rolling: rolling, rolling sixteenths, running sixteenths, galloping, sixteenth notes, flowing, chugging,
    constant motion
    | barrelling, non stop sixteenths
triplet: triplet, triplets, triplet feel, twelve eight, 12/8, ternary | triplet groove
laid back: laid back, behind the beat, drunk, lazy drums, relaxed groove, dragging | unrushed, dilla feel
walking: walking, walking line, quarter notes, stepping, strolling | striding
staccato: staccato, short notes, clipped, stabbing, choppy notes, plucky, percussive, rhythmic | spiky, detached
legato: legato, smooth lines, connected, flowing notes, slurred, gliding, slides, glides, lyrical, soaring | silky,
    joined up
held: held, sustained, long notes, one long note, slow chords, endless, unmoving, long chords, static, evolving
    | drawn out
offbeat: offbeat, off the beat, upbeats, on the offbeat, offbeat chords, skanking, upstroke, bubbling | off beats,
    upstrokes
syncopated: syncopated, funky, off grid accents, tricky rhythm, syncopation, syncopated sixteenths | jerky,
    cross rhythm
repeated: repeated note, one note, pulsing notes, same note, insistent, pedal note, eighth notes | hammering,
    single pitch
octaves: octaves, octave jumps, jumping octaves, octave bass, disco octaves | octave leaps
low: low, low register, deep notes, bottom end, low pitched, down low | low down
high: high, high register, high pitched, top end, up high, soprano range | up top
peak: peak time, full arrangement, climax, fills the room, main room, big, anthemic, massive, full energy, huge,
    epic, the drop
    | banger, hands in the air
warm up: warm up, opening set, building slowly, early evening, few layers, intro, subtle, low key | gentle start
breakdown: breakdown, no kick, beatless, break down, kick drops out, suspended | kick free
no drums: no drums, drumless, without drums, beatless, instrumental layers | no percussion
drums and bass only: drums and bass only, just drums and bass, bass and drums, rhythm section only
    | only rhythm section
kick only: kick only, only kick, just the kick, lone kick, bare kick | nothing but kick
hats only: hats only, only hats, just hi-hats, lone hats | nothing but hats
no kick: no kick, kickless, without kick, top loop, tops | tops only
ghost notes: ghost notes, ghost snares, rolling ghost snares, soft grace hits, detailed snare, intricate
    | ghosted snares
open hats: open hats, offbeat open hats, offbeat hats, splashy hats, open hi-hats | hissing hats
rolling hats: rolling hats, hat rolls, hi-hat rolls, rattling hi-hat rolls, trap hi-hats, machine gun hats, fast hats
    | stuttering hats
crash: crash, crash on the one, cymbal crash, big crash | cymbal hit
perc only: percussion only, only percussion, just percussion, hand percussion | solely percussion
one chord: one chord, modal, single chord, chord vamp, drone harmony | one chord vamp
two chords: two chords, two chord vamp, back and forth chords, simple chords | pair of chords
four chords: four chords, chord progression, pop chords, four chord loop | axis progression
jazzy: jazzy, seventh chords, extended chords, ninth chords, sophisticated harmony, rich chords, lush chords
    | smooth jazz harmony, seventh harmony
power chords: power chords, fifths, open fifths, root and fifth | rock fifths
70s: 70s, seventies, 1970s, 70s style | nineteen seventies
80s: 80s, eighties, 1980s, neon, 80s style | nineteen eighties
90s: 90s, nineties, 1990s, 90s style | nineteen nineties
modern: modern, contemporary, current, polished, clean production | up to date
acoustic: acoustic, organic, unplugged, natural, live, live band, played by hand, earthy | unamplified
electronic: electronic, synthetic, synthesized, machine made, synthesizers | electronically made
short: short, quick, brief, tight and short, snappy | very short
long: long, sustained, ringing, long tail, long decay | lingering
""")

PLACES = table("""
club: club, nightclub, warehouse, basement, rave, dancefloor, festival, after hours, dark club, basement club,
    underground
    | discotheque
hall: cathedral, concert hall, cave, outer space, church, tunnel, deep sea, night sky, deep space, ocean,
    empty hall, forest
    | abbey
room: bedroom, studio, living room, cafe, late night, rainy, rainy day, rooftop, beach, smoky bar, midnight,
    small room,
    campfire, lounge | kitchen
""")
