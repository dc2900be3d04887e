"""What drum kits, drums, one-shots and effects are called. Data."""

from __future__ import annotations

from liveriff.train.material.lexicon import table

KITS = table("""
808: 808 drums, 808, tr-808, analog drum machine, 808 kit, roland 808, 808 beat, eight oh eight | 808 machine
909: 909 drums, 909, tr-909, drum machine, 909 kit, roland 909, 909 beat, 909 groove | 909 machine
hard: hard drums, distorted drums, pounding drums, hard kicks, banging drums, slamming drums | brutal drums
acoustic: acoustic drums, live drums, drum kit, real drums, studio drums, drum set, drummer | live drummer
jazz: jazz drums, jazz kit, soft acoustic drums, bop drums, swinging drums | jazz drum set
samples: sampled drums, punchy drums, electronic drums, drum samples, mpc drums, sp-1200 drums | sampler drums
break: breakbeat, drum break, breaks, chopped break, live break, amen break, amen, funky drummer, think break,
    edited breakbeat, break edit
    | sampled breaks
606: 606 drums, 606, tr-606, thin drum machine, tiny drum machine, drumatix | 606 beat
707: 707 drums, 707, tr-707, digital drum machine, 727, early digital drums | 707 beat
linn: linndrum, linn drum, linn, lm-1, 80s drum machine, 80s drums, gated snare, gated drums | prince drums
industrial: industrial drums, metal drums, machine drums, factory drums, metal percussion, clanging drums
    | foundry drums
gabber: gabber drums, gabber kick, hardcore kick, distorted kick, hardstyle kick | gabba kick
lo-fi: lo-fi drums, dusty drums, lofi drums, muffled drums, dusty kick, 12 bit drums, old drums | worn out drums
latin: latin percussion, congas and timbales, salsa percussion, latin drums, afro cuban percussion, bongos and congas
    | cuban percussion
tabla: tabla, tablas, indian percussion, frame drums, indian drums, world percussion, darbuka | bollywood drums
chip: chip drums, 8-bit drums, nes drums, noise drums, chiptune drums | video game drums
glitch: glitch drums, glitchy drums, clicks and blips, robotic claps, clicky percussion, micro edits
    | stuttering drums
trap: trap drums, trap kit, trap hats, atlanta drums, metro style drums | trap drum kit
minimal: minimal drums, clicks, micro drums, clicky drums, dry clicks, tiny percussion | clicky micro percussion
electronic: simmons drums, electronic toms, synth drums, simmons, sds-v, synth toms | hexagonal drums
power: power drums, rock drums, big drums, arena drums, big rock drums, huge drums, stadium drums | room mic drums
brush: brushes, brushed drums, brushed snare, soft brushes, sweeping brushes, jazz brushes | wire brushes
orchestral: timpani, orchestral percussion, orchestral drums, concert bass drum, taiko, kettle drums, epic drums
    | war drums
afro: african percussion, hand drums, djembe, african drums, tribal drums, wooden percussion | west african drums
""")

DRUM_NAMES = table("""
kick: kick, kicks, bass drum, deep kick, kick drum | bassdrum
snare: snare, snares, snare drum, crisp snare, fat snare | snappy snare
clap: clap, claps, handclaps, hand clap | clapping
hat: closed hat, hats, hi-hats, closed hi-hat, hi hat, crisp hats, hihat | shut hat
open: open hat, open hats, open hi-hat, sizzling hats | opened hat
ride: ride, ride cymbal, rides, pinging ride | ride bell
crash: crash, crash cymbal, cymbal crash, cymbal | crashing cymbal
perc: percussion, perc, percussive hits, percs | small percussion
rim: rim shot, rim, rimshot, side stick, rim shots, sidestick | cross stick
tom: toms, tom, tom toms, floor tom, soft toms, tom fill | tomtoms
shaker: shaker, shakers, shaken percussion, egg shaker | shaking
conga: conga, congas, tumba, conga hit | quinto
bongo: bongo, bongos, bongo hit | bongo drum
cowbell: cowbell, 808 cowbell, more cowbell, cow bell | cencerro
clave: clave, claves, clave stick, son clave | claves click
block: wood block, woodblock, block, temple block | wooden block
tambourine: tambourine, tamb, tambourines, jingles | tambo
triangle: triangle, triangle ding, steel triangle | triangle hit
agogo: agogo, agogo bell, agogo bells | gankogui
timbale: timbale, timbales, timbale hit | pailas
tabla: tabla, tabla hit, tablas, bayan | tabla drum
snap: snap, finger snap, snaps, finger click | fingersnap
maracas: maracas, maraca, rattle | maraca shake
cabasa: cabasa, afuche, beads | cabaza
guiro: guiro, scraper, scraped gourd | reco reco
whistle: whistle, samba whistle, referee whistle | apito
vibraslap: vibraslap, rattling jaw, quijada | vibra slap
bell: bell, ding, metal bell | bell ding
click: click, tick, clicky hit, stick click | clicking
anvil: anvil, struck iron, metal clang, metal hit | blacksmith hammer
djembe: djembe, djembe hit, hand drum | djembe slap
riser: riser, uplifter, build up, rising sweep, build, noise riser, tension riser | upsweep
fall: downlifter, falling sweep, drop, downer, falling tone | downsweep
impact: impact, boom, cinematic hit, explosion, huge hit, sub drop | cinematic boom
zap: zap, pew, blip, zapping | zapper
noise: noise burst, white noise, hiss, static, noise | noise blast
drone: drone, atmosphere, texture, hum, dark texture | background drone
bleep: bleep, computer noise, bleeps, beep, telephone | modem noise
sample: foley, found sound, weird noise, field recording, everyday noise | household noise
siren: siren, dub siren, alarm, air horn, rave siren | police siren
sweep: sweep, filter sweep, whoosh, swoosh, noise sweep | whooshing
reverse: reverse, reversed cymbal, backwards sound, reverse crash, suck back | rewound sound
scratch: scratch, record scratch, vinyl scratch, dj scratch, turntable | turntablism
glitch: glitch, digital error, data noise, glitch hit | digital glitch
stutter: stutter, stutter edit, repeat, buffer repeat | stuttered
laser: laser, ray gun, laser shot, space gun | laser gun
""")

HITS = table("""
kick: kick, kick drum, bass drum, thump, bd, kick one shot, kick sample, single kick | kickdrum
snare: snare, snare drum, sd, snare hit, backbeat hit, snare one shot, snare sample | single snare
hat: hat, hi-hat, hihat, cymbal, hi hat, hat one shot, hat sample, hh | lone hat
clap: clap, handclap, claps, clap one shot, clap sample | single clap
tom: tom, tom tom, tom hit, tom one shot, tom drum, floor tom hit, rack tom | single tom
perc: perc, percussion, percussion hit, drum hit, perc one shot, percussive sample | percussion one shot
bass: bass, bass note, bass hit, bass one shot, low note, single bass note | bass tone
synth: synth, synth note, synth hit, chord hit, one shot, single chord, synth one shot, note | keyboard hit
fx: fx, effect, sound effect, transition, sfx, fx one shot, noise effect | transition effect
""")

ROLES = table("""
drums: drums, drum loop, beat, rhythm, drum groove, drum pattern, percussion, drumming, rhythm section, drum track
    | drum part
bass: bass, bassline, bass line, bass loop, low end groove, bass part, bass riff, low end | bass track
pad: pad, chords, atmosphere, texture, held chords, long chords, pads, background, chord bed, wash | pad layer
keys: chords, comping, chord loop, harmony, keys, keyboard, chord progression, chord riff, skank, vamp | chord part
lead: melody, lead, line, riff, hook, motif, topline, tune, solo, lead line, theme | lead part
arp: arpeggio, arp, sequence, arpeggiated synth, running notes, sequencer line, arpeggiator, ostinato, sequencer,
    sixteenth arpeggio | arp pattern
mix: track, full mix, groove, loop, full band, jam, music, song, tune, band, full track | whole band
""")
