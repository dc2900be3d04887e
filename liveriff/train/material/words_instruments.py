"""What basses, keys, pads and instruments that hold or strike chords are called. Data."""

from __future__ import annotations

from liveriff.train.material.lexicon import table

LOW = table("""
sub: sub bass, deep sub, sine bass, low end, sub, deep rolling sub, subby bass, pure sub, sub sine, smooth sub
    | subsonic bass
808: 808 bass, 808, sliding 808, booming 808, 808s, distorted 808, long 808, 808 glide, trap bass | boomy 808 sub
acid: acid bass, 303, acid line, squelchy 303 bass, resonant acid, tb-303, 303 line, squelching bass, acid squelch,
    resonance,
    silver box | liquid 303 line, squelchy bass
reese: reese bass, reese, detuned bass, growling reese, detuned saws, moving reese, dnb reese, phasing bass
    | beating saw bass
wobble: wobble bass, wub, lfo bass, wobbling bass, wub wub, sub wobble, wobbly bass, modulated bass | womp bass
growl: growl bass, talking bass, distorted growl, nasty bass, growler, filthy bass, monster bass, yoi bass
    | snarling bass
saw bass: saw bass, analog bass, sawtooth bass, buzzy bass, analogue bass, raw saw bass | buzzing bass
square bass: square bass, hollow synth bass, pulse bass, square wave bass, hollow bass | woody synth bass
fm bass: fm bass, metallic bass, digital bass, dx bass, dx7 bass, solid bass, lately bass | glassy fm bass
organ bass: organ bass, bumping organ bass, round bass, korg organ bass, house organ bass, m1 organ bass
    | bumpy organ bass
offbeat bass: rolling bass, offbeat bass, punchy bass, pumping bass, off beat bass, trance bass
    | bouncing offbeat bass
finger bass: bass guitar, electric bass, fingered bass, live bass, fender bass, p bass, bass player, fingerstyle bass
    | precision bass
slap bass: slap bass, slapped bass guitar, popping bass, slap and pop, slapping bass, thumb bass | slappy bass guitar
upright bass: upright bass, double bass, acoustic bass, jazz bass, contrabass, plucked double bass, standup bass
    | bull fiddle
picked bass: picked bass, rock bass guitar, pick bass, plectrum bass, punk bass, driving bass guitar
    | plectrum bass guitar
synth bass: synth bass, 80s synth bass, electronic bass, synthesizer bass, synthesised bass, pulsing bass
    | synthesiser bass
moog bass: moog bass, minimoog bass, fat bass, ladder bass, moog, fat analog bass, taurus bass | fat minimoog
juno bass: juno bass, juno 106 bass, chorused bass, poly synth bass, juno 60 bass | roland juno bass
rubber bass: rubber bass, rubbery bass, bouncy bass, elastic bass, bouncing bass, springy bass | boingy bass
pluck bass: plucked bass, pluck bass, plucky bass, plucked sub, short bass | plucky synth bass
donk: donk, donk bass, bouncy donk, donky bass, hard house bass | pipe bass
distorted bass: distorted bass, overdriven bass, fuzz bass, dirty bass, crunchy bass, saturated bass | blown out bass
triangle bass: triangle bass, soft bass, mellow bass, gentle bass, round soft bass | smooth triangle bass
chip bass: chip bass, 8-bit bass, nes bass, game boy bass, chiptune bass | nintendo bass
wave bass: wavetable bass, moving bass, morphing bass, serum bass, ppg bass | evolving bass
psy bass: psy bass, psytrance bass, galloping bass, rolling psy bass, tight bass, triplet bass | gallop bass
log drum: log drum, amapiano bass, log drum bass, knocking bass, wooden bass | amapiano log drums
dub bass: dub bass, reggae bass, heavy bass, deep round bass, sound system bass, roots bass | dubwise bass
fretless bass: fretless bass, fretless, sliding bass guitar, singing bass, jaco bass | fretless bass guitar
bowed bass: bowed bass, bowed double bass, arco bass, low strings, bowed contrabass | arco double bass
tuba: tuba, brass bass, sousaphone, oompah bass | bass tuba
hoover bass: hoover bass, rave bass, low hoover, gabber bass | mentasm bass
pick synth: picked synth bass, bright synth bass, analog pick bass, twangy synth bass | snappy synth bass
""")

HELD_SOUNDS = table("""
saw pad: analog pad, saw pad, synth pad, lush pad, analogue pad, string synth pad, wide pad | sawtooth pad
square pad: soft pad, hollow pad, square pad, mellow synth pad, reedy pad | hollow synth pad
glass pad: glass pad, glassy pad, crystal pad, shimmering pad, fm pad, icy pad | frosty pad
dark pad: dark pad, brooding pad, low pad, murky pad, gloomy pad, sinister pad | shadowy pad
supersaw: supersaw, super saw chords, trance chords, huge saws, wide saws, jp-8000, hypersaw, supersaws, big chords
    | jp8000 saws
strings: strings, string section, string ensemble, orchestral strings, violins, legato strings, strings section
    | string orchestra
slow strings: slow strings, soft strings, swelling strings, adagio strings, string pad | gentle strings
choir: choir, voices, aah choir, vocal choir, human voices, chorus of voices, angelic choir | singing choir
warm pad: warm pad, warm analog pad, chorused pad, juno pad, juno, mellow pad, cosy pad | cozy pad
vocal pad: vocal pad, vowel pad, singing pad, voice pad, formant pad, vox pad, airy vowels, choir pad | vowel synth
string machine: string machine, solina, solina strings, 70s strings, ensemble strings, vintage strings, arp strings
    | eminent strings
sweep pad: sweep pad, filter sweep pad, sweeping pad, evolving pad, opening filter pad | swept pad
bright pad: bright pad, open pad, poly saw pad, shiny pad, brilliant pad | sparkly pad
bell pad: bell pad, belly pad, chiming pad, d-50 pad, fantasia, fantasy pad | chime pad
wave pad: wavetable pad, morphing pad, ppg pad, moving pad, shifting pad | waldorf pad
air pad: air pad, airy pad, breath pad, breathy pad, noise pad, wind pad | whispering pad
drone: drone, drones, low drone, dark drone, hum, held note, harmonics drone, tanpura drone, ominous drone
    | humming drone
organ pad: organ pad, soft organ, slow organ, held organ | sustained organ
halo pad: halo pad, halo, heavenly pad, celestial pad | angelic pad
new age pad: new age pad, crystal bells pad, dreamy pad, spa pad | meditation pad
metal pad: metal pad, metallic pad, digital pad, steely pad | metallic drone pad
ooh choir: ooh choir, oohs, soft voices, humming choir, wordless voices | oohing voices
synth choir: synth choir, synthetic voices, robot choir, vocoder choir, mellotron choir, vocoder chords, vocoder
    | vocoder voices
tremolo strings: tremolo strings, trembling strings, bowed tremolo, suspense strings | shivering strings
synth strings: synth strings, synthetic strings, electronic strings, 80s strings | string synth
""")

KEYS = table("""
stab: synth stab, chord stab, stabs, chord hits, stabbed chords, techno stab, short chords, dark stab, house stab
    | stabbing chord
dub chord: dub chord, dub stab, echoing chord, dubby chords, dub techno chords, minor chord stab, deep chords,
    organ skank
    | dubbed chord
hoover: hoover, rave hoover, hoover synth, mentasm, alpha juno hoover, vacuum cleaner synth | hoover stab
rhodes: rhodes, electric piano, fender rhodes, ep chords, jazzy keys, rhodes chords, mark i, tines, bright tines
    | suitcase piano
fm piano: fm electric piano, dx7 piano, fm piano, 80s electric piano, dx7 | dx electric piano
piano: piano, grand piano, acoustic piano, piano chords, pianos, steinway, concert grand, piano notes | pianoforte
honky piano: honky tonk piano, saloon piano, detuned piano, old upright piano, ragtime piano | barroom piano
organ: organ, hammond organ, hammond, jazz organ, organ chords | hammond chords
rock organ: rock organ, dirty organ, leslie organ, overdriven organ, screaming organ | deep purple organ
clavinet: clavinet, clav, funky clav, wah clavinet, d6 | hohner clav
wurlitzer: wurlitzer, wurli, reedy electric piano, wurlitzer piano, gritty electric piano | wurly
digital piano: digital piano, 80s digital keys, digital keys, ballad keys, soft digital piano | dx ballad piano
electric grand: electric grand, cp-80, electric grand piano, cp80 piano, stage piano | yamaha cp
bright piano: bright piano, pop piano, rock piano, brilliant piano | shiny piano
felt piano: felt piano, soft piano, intimate piano, muted piano, quiet piano, prepared soft piano | dampened piano
house piano: house piano, rave piano, m1 piano, piano stabs, korg m1 piano, m1, italo piano, hard piano | club piano
harpsichord: harpsichord, baroque keys, cembalo, harpsichord chords | baroque harpsichord
celesta: celesta, celeste, sugar plum bells, magic keys | celesta keys
drawbar organ: drawbar organ, tonewheel organ, b3 organ, b3, drawbars | tonewheels
combo organ: combo organ, farfisa, vox organ, 60s organ, transistor organ, farfisa organ | continental organ
gospel organ: gospel organ, percussive organ, church hammond, gospel keys | preacher organ
church organ: church organ, pipe organ, cathedral organ, bach organ | great organ
reed organ: reed organ, harmonium, pump organ, indian harmonium | parlour organ
accordion: accordion, squeezebox, musette, french accordion | accordeon
bandoneon: bandoneon, tango accordion, concertina, bandonion | tango squeezebox
harmonica: harmonica, blues harp, mouth organ, blues harmonica | mouth harp
melodica: melodica, dub melodica, augustus pablo melodica, blown keys | reggae melodica
synth brass: synth brass, analog brass, jump brass, brassy synth, 80s brass, ob-xa brass | oberheim brass
poly synth: poly synth, polysynth, 80s synth chords, jupiter 8, prophet 5, prophet, oberheim, jupiter, analog poly
    | polyphonic synth
brass stab: brass stab, brass hit, horn stab, horn stabs, synth brass stab, brass stabs | trumpet stab
rave stab: rave stab, rave chords, hardcore stab, 90s stab, detuned stab, rave chord | old rave stab
orchestra hit: orchestra hit, orchestral stab, orch hit, orchestral hit | fairlight hit
vocal chop: vocal chop, vocal chops, chopped vocals, voice stab, cut up vocals, vocal stab | sliced vocals
""")
