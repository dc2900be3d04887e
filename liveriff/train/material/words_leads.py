"""What leads, plucks, bells, guitars, winds and other instruments that play tunes are called. Data."""

from __future__ import annotations

from liveriff.train.material.lexicon import table

LEADS = table("""
saw lead: saw lead, synth lead, analog lead, analog saw, sawtooth lead, lead synth | buzzing lead
square lead: square lead, pulse lead, retro lead, square wave, hollow lead | square wave melody
chip: chiptune, 8-bit lead, game boy, 8 bit arpeggio, video game synth, nes, bleepy chip | nintendo lead
sine lead: sine lead, whistle lead, soft lead, pure tone lead, gentle lead | sine melody
acid lead: acid lead, screaming acid, squelch, 303 lead, screaming filter, acid sequence | screaming 303
supersaw lead: supersaw lead, trance lead, big room lead, festival lead, huge lead | edm lead
pwm lead: pwm lead, pulse width lead, nasal lead, warbling lead | pulse width modulation lead
sync lead: sync lead, hard sync, ripping lead, sync sweep lead, tearing lead | oscillator sync lead
fm lead: fm lead, digital lead, metallic lead, yamaha lead | frequency modulation lead
theremin: theremin, sci-fi lead, ghostly whistle, spooky theremin, eerie lead | space theremin
mono lead: mono lead, minimoog lead, moog lead, gliding lead, portamento lead, mono synth, g-funk lead | whiny lead
talk lead: talking lead, talkbox, vowel lead, vocal lead, formant lead, talk box | talking synth
wave lead: wavetable lead, serum lead, modern lead, morphing lead | waveform lead
distorted lead: distorted lead, driven lead, dirty lead, screaming lead, gnarly lead | fuzzy lead
chip lead: chip lead, thin pulse lead, arcade lead, 8-bit melody, sid chip, commodore 64 | atari lead
chip triangle: chip triangle, 8-bit flute, soft chip lead, nes triangle | triangle chip
""")

PLUCKS = table("""
pluck: pluck, synth pluck, plucked synth, plucks, short synth, plucky synth | plucky notes
soft pluck: soft pluck, gentle pluck, mellow pluck, rounded pluck | tender pluck
string pluck: plucked string, guitar pluck, zither, plucked strings | string plucks
house pluck: house pluck, deep house pluck, bouncy pluck | melodic house pluck
glass pluck: glass pluck, glassy pluck, fm pluck, crystal pluck | icy pluck
trance pluck: trance pluck, saw pluck, supersaw pluck, gated saws, bright saws | trance arp pluck
muted pluck: muted pluck, dampened pluck, short pluck, filtered pluck | dull pluck
wave pluck: wavetable pluck, digital pluck, modern pluck | serum pluck
pizzicato: pizzicato, pizzicato strings, plucked violins, pizz strings, pizz | plucked orchestra strings
koto: koto, japanese koto, japanese strings | japanese zither
banjo: banjo, bluegrass banjo, five string banjo, banjo picking | banjo roll
shamisen: shamisen, japanese lute, samisen | japanese banjo
dulcimer: dulcimer, hammered dulcimer, cimbalom, santoor, santur | hammered strings
harp: harp, plucked harp, harp arpeggio, concert harp, harp glissando | angel harp
electric harp: electric harp, digital harp, synth harp, bright harp | electronic harp
string synth pluck: string synth pluck, plucked string synth, synth pizzicato, short string synth
    | synthetic pizzicato
sitar: sitar, indian strings, indian sitar, raga sitar | raga strings
""")

GUITARS = table("""
clean guitar: clean guitar, electric guitar, guitar chords, strummed guitar, strat, telecaster, guitar | stratocaster
muted guitar: muted guitar, palm muted guitar, chicken scratch guitar, funk guitar, wah guitar, scratch guitar
    | wacka wacka guitar
overdriven guitar: overdriven guitar, crunchy guitar, rock guitar, driven guitar, guitar riff, tube amp guitar
    | cranked guitar
distorted guitar: distorted guitar, heavy guitar, fuzz guitar, metal guitar, wall of guitars, guitars, chugging guitar
    | shredding guitar
nylon guitar: nylon guitar, classical guitar, spanish guitar, flamenco guitar, bossa guitar | nylon strings
steel guitar: acoustic guitar, steel string guitar, folk guitar, strummed acoustic, fingerpicked guitar,
    country guitar
    | dreadnought guitar
jazz guitar: jazz guitar, hollow body guitar, mellow guitar, archtop guitar, wes montgomery guitar | archtop
twelve string: twelve string guitar, 12 string guitar, jangly guitar, byrds guitar | rickenbacker
ukulele: ukulele, uke, hawaiian ukulele, strummed ukulele | hawaiian strumming
mandolin: mandolin, bluegrass mandolin, tremolo mandolin, mandolin picking | mandoline
guitar harmonics: guitar harmonics, ringing harmonics, flageolet guitar, chiming guitar | natural harmonics
""")

BELLS = table("""
bell: bell, bells, fm bell, bell melody, distant bells, bell sound | ringing bell
glass bell: glass bell, chimes, glassy bells, tinkling bells, wind chimes | glass chimes
tubular bells: tubular bells, orchestral chimes, tubular chimes | exorcist bells
glockenspiel: glockenspiel, glock, metal mallets | orchestral bells
crystal: crystal, crystals, crystal bells, crystalline bell | crystalline tones
church bell: church bell, church bells, tolling bell, cathedral bells | tower bell
gamelan: gamelan, bronze gongs, indonesian bells, balinese gamelan | javanese gongs
handpan: handpan, hang drum, hang, tongue drum | hang pan
tinkle bell: tinkle bell, small bells, sleigh bells, tiny bell | jingle bells
vibraphone: vibraphone, vibes, mallets, jazz vibes | milt jackson vibes
marimba: marimba, wooden mallets, marimba pattern | rosewood mallets
xylophone: xylophone, wooden bars, bright mallets | skeleton xylophone
wood mallet: wood mallet, balafon, african xylophone, wooden mallet | african balafon
glass mallet: glass mallet, glass marimba, crystal mallets | glass harmonica
kalimba: kalimba, thumb piano, mbira, african thumb piano | sanza
music box: music box, toy piano, lullaby box, toy music box | wind up music box
steel drum: steel drum, steel pan, caribbean steel drums, steel drums, steelpan | trinidad pan
""")

WINDS = table("""
violin: violin, solo violin, violin solo, violin melody | violinist
viola: viola, solo viola, alto violin | viola solo
cello: cello, solo cello, cello melody, violoncello | bowed cello
fiddle: fiddle, irish fiddle, country fiddle, hoedown fiddle | celtic fiddle
brass: brass, horn section, horns, brass section, brass band | trumpets and trombones
trumpet: trumpet, trumpet solo, horn melody, bright trumpet | mariachi trumpet
muted trumpet: muted trumpet, harmon mute trumpet, smoky trumpet, miles davis trumpet | mute horn
trombone: trombone, trombone solo, slide trombone, dub horns | bass trombone
french horn: french horn, french horns, noble horns, orchestral horns | hunting horn
saxophone: saxophone, sax, alto sax, sax solo, saxophones, alto saxophone | careless sax
tenor sax: tenor sax, tenor saxophone, smoky sax, breathy sax, coltrane sax | tenor horn
soprano sax: soprano sax, soprano saxophone, smooth jazz sax, kenny g sax | straight sax
baritone sax: baritone sax, bari sax, low sax, baritone saxophone | honking sax
flute: flute, airy flute, flute melody, concert flute, jazz flute | flautist
piccolo: piccolo, high flute, piccolo flute | tiny flute
recorder: recorder, block flute, medieval flute, renaissance recorder | wooden recorder
pan flute: pan flute, pan pipes, andean flute, panpipes | zamfir flute
bottle: bottle, blown bottle, bottle blow, jug | bottle flute
shakuhachi: shakuhachi, japanese flute, bamboo flute, zen flute | bamboo pipe
whistle: whistle, tin whistle, whistling, human whistle | penny whistle
ocarina: ocarina, clay flute, potato flute, vessel flute | zelda ocarina
oboe: oboe, oboe melody, pastoral oboe, double reed | oboe solo
clarinet: clarinet, jazz clarinet, klezmer clarinet, woodwind | bass clarinet
bassoon: bassoon, low woodwind, grumpy bassoon | contrabassoon
bagpipe: bagpipe, bagpipes, scottish pipes, highland pipes | uilleann pipes
shanai: shanai, shehnai, snake charmer, oriental oboe, zurna | duduk
""")
