"""Further names of styles, which no caption has: what people may type, for the reading of words alone. Data.

None of them is held out, nor has it a word that only held-out names have: figures on those stay honest.
"""

from __future__ import annotations

from liveriff.train.material.lexicon import table

NAMES = table("""
techno: tresor, hard techno, schranz, acid warehouse, ebm, electronic body music, pounding club music, tribal
    techno, dub warehouse, loop techno, tool techno, peak hour, industrial dance, concrete bunker rave, strobe light
    rave, belleville three, second wave detroit, hardgroove, driving club track, dark warehouse rave
minimal techno: tiny clicks, sparse techno, microsampling, villalobos, click house, understated techno
house: garage house, deep tech, chicago, uk house, club house, vocal house, electro house, progressive house, big
    room house, latin house, ghetto tech house, four to the floor, four on the floor, warehouse music, paradise
    garage, nineties house, bouncy house, party house, filtered disco house, daft punk style
deep house: warm house, late night deep, sunset house, beach house, lo-fi house, jazz house, melodic
    house, chilled house, sophisticated house, mellow club, rooftop house, moody house, dub house
acid: acid line, squelchy bassline, 303 acid, acid bassline, resonant acid, chicago acid, acid core, acid trance,
    roland 303, bubbling acid, phuture, tweaking filter music
drum and bass: dancefloor dnb, liquid, hardstep, drumfunk, fast breaks, 170 bpm, bass heavy rollers, ukdnb, half
    time dnb, dark drum and bass, reese bass dnb
jungle: ragga, breakcore, chopped breaks, sped up amen break, metalheadz
hip hop: rap, trip rap, turntablism, breaks and rhymes, hip hop instrumental, dilla beat, wu tang style, bounce,
    crunk, beatmaker loop, sampled soul beat, mc battle beat, conscious rap, gangsta rap, hiphop beat, 90 bpm rap,
    freestyle beat, scratching beat, jazzy hip hop, block party, abstract hip hop
lo-fi: jazzhop, lo fi chill, cassette beats, dusty chill beat, mellow study beat, coffee shop beats, sleepy beats,
    anime beats, vinyl crackle beat, homework music, cozy beats, nostalgic beats, lazy beat
trap: trap drums, 808 trap, houston rap, drift phonk, plugg, pluggnb, hard trap, festival trap, edm trap, mumble
    rap, triplet flow beat, dark phonk, crunk trap, rage, migos type beat, zaytoven style
drill: drill rap, grime drill, sliding 808, new york drill, bronx drill, road rap, pop smoke type beat, jersey
    drill, drill 140, menacing drill, sliding bass drill
dubstep: wobble bass, deep 140, post dubstep, melodic dubstep, chillstep, purple sound, robostep, half step, growl
    bass, heavy drop, sub bass pressure, dmz, deathstep, bass drop, grime, skream style
uk garage: ukg 2 step, four by four garage, niche, shuffling garage, skippy beat, swung garage, speed garage bass,
    nu ukg, british garage, vocal garage, sunday garage, skippy two step, bumpy garage
trance: progressive, hard trance, tech trance, arpeggiated trance, euphoria, hands up, arena trance, 138 bpm trance,
    sunrise trance, vocal euphoric, nineties trance, orchestral trance, ferry corsten style
psytrance: goa style, hi tech psy, suomisaundi, forest psy, psybient rave, full on, twilight psy, mystic trance,
    beach party goa, rolling psy bassline, hallucinogenic trance, psychedelic rave
hardcore: gabber house, happy core, uk hardcore, jumpstyle, hardcore techno, early hardcore, mainstream hardcore,
    rave hardcore, uptempo hardcore, nosebleed, thunderdome, freeform hardcore, doomcore
electro: electro bass, freestyle, breakdancing, machine electro, kraftwerk style, drexciya style, dark electro, 808
    electro, vocoder funk, b-boy electro, old school electro, ghetto electro, electro breaks, man machine, egyptian
    lover style
synthwave: outrun synths, electropop, darkwave, eighties movie, miami vice, cyberpunk, retro futuristic, analog
    nostalgia, vhs, arcade game, italo synth, cold wave, spacesynth
disco: seventies disco, disco strings, saturday night disco, roller disco, hi nrg, post disco, disco funk, dance
    classics, disco edit, sylvester style, chic style, philadelphia soul disco, glitter ball, roller skating
funk: slap bass funk, james brown style, minneapolis sound, funk rock, boogaloo, funky drummer, blaxploitation, horn
    funk, seventies cop show, on the one, parliament style, funk breakbeat, latin funk
soul: southern soul, philly soul, detroit soul, stax, blue eyed soul, sixties soul, seventies soul, slow soul,
    soulful ballad, trap soul, alternative r&b, sweet soul, doo wop, deep soul, motown, new jack swing
reggae: one drop, rockers, two tone, nyabinghi, jamaica, kingston, reggae riddim, lovers reggae, sunny reggae, bob
    marley style, early reggae, island reggae, ska punk
dub: roots dub, echo dub, tape echo dub, spring reverb dub, lee perry style, mixing desk dub, melodica
    dub, heavyweight dub, dubwise, sound system, uk dub, instrumental reggae, digital dub
dub techno: dub tech, berlin dub, echoing chords techno, foggy dub, maurizio style, hazy techno,
    underwater techno, rhythm and sound style, ambient techno, chord stabs in echo, misty dub techno
ambient: drifting, soundscapes, yoga music, brian eno style, space music, meditation, healing music, dreamy ambient,
    glacial, weightless, ambient electronic
drone: doom drone, eno drone, harmonic drone, noise drone, long tones, buzzing drone, ritual ambient, overtone
    music, monolithic, isolationist, eternal hum, just intonation
downtempo: slow motion, chill, leftfield downtempo, bristol, massive attack style, lounge beats, acid jazz, slow
    electronica, cafe music, portishead style, sunset chill, slow disco, psydub
idm: braindance music, intelligent techno, glitch music, aphex twin style, warp records style, experimental beats,
    leftfield electronica, complex beats, broken electronica, autechre style, microsound, glitchcore, irregular
    beats, abstract, mathy electronics
footwork: juke house, ghetto, ghettotech, ghetto tech, booty house, 160, rashad style, dance battle, frantic juke,
    juke music, jit, detroit jit, jersey club, baltimore club
breakbeat: nu breaks, big beats, prodigy style, chemical brothers style, broken beat, rave breaks, acid breaks,
    electro breakbeat, sampled break, chopped break, hardcore rave, bboy breaks, breakdance breaks
afro house: afro deep, african deep house, afro tribal, black coffee style, soweto house, durban house, gqom, congas
    house, spiritual house, ancestral, african drums house, melodic afro house, 3 step, afro electronic, djembe
    house
amapiano: piano house south africa, soweto amapiano, log drum bass, bacardi, yano, mzansi,
    sgija, kwaito, jazzy amapiano, tech amapiano, township, shaker and log drum
afrobeat: lagos, ghana, accra, ghanaian highlife, fela kuti, tony allen style drums, african funk, west african,
    azonto, naija, alte, afro soul, african pop, african horns, ethio jazz, soukous
reggaeton: regueton, latin trap, urbano, dembow beat, puerto rico, perreo beat, san juan, ragga dancehall, caribbean
    dance, latin club, medellin, neoperreo, bashment riddim, calypso, trinidad carnival
latin: cuba, salsa music, afro cuban jazz, latin percussion, mambo orchestra, tropical, bolero, bachata, colombian
    cumbia, guaguanco, descarga, piano montuno, boogaloo latin, danzon, pachanga
bossa nova: brazil, brazilian, rio de janeiro, rio, soft samba, jobim, nylon guitar samba, choro, batucada,
    tropicalia, brazilian pop, beach bossa, girl from ipanema, baile samba, carnival samba
jazz: swing band, jazz ballad, post bop, walking bass jazz, ride cymbal swing, miles davis style, coltrane style,
    fusion, jazz fusion, dixieland, new orleans jazz, soul jazz, jazz waltz, jazz piano, brushes jazz, blue note,
    jazz club, contemporary jazz, nightclub jazz
rock: metal band, hard rock band, electric guitar rock, southern rock, psychedelic rock, progressive rock, prog
    rock, glam rock, rockabilly, led zeppelin style, hardcore punk, death metal, black metal, doom metal, nu metal,
    headbanging, garage band, power metal
indie rock: alternative, indie guitar, lo-fi rock, slacker rock, noise pop, post-punk revival, indie band, nineties
    alternative, guitar pop, slowcore, midwest emo, garage revival, alternative guitar band, british indie
folk: acoustic guitar, country music, hillbilly, old time, folk song, traditional folk, sea shanty, troubadour,
    roots music, country ballad, country western, celtic, scottish folk, english folk, bluegrass band, cowboy song
cinematic: trailer, movie, film, symphonic, score, symphony, hans zimmer style, action score, fantasy score,
    dramatic score, heroic, blockbuster, video game music, underscore, documentary music, romantic score, brass
    fanfare
""").told
