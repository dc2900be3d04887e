"""What styles of music are called. Data."""

from __future__ import annotations

from liveriff.train.material.lexicon import table

STYLES = table("""
techno: techno, driving techno, warehouse techno, berlin techno, detroit techno, peak time techno, industrial techno,
    hypnotic techno, raw techno, berghain techno, big room techno, melodic techno, dark techno, belgian techno,
    birmingham techno
    | rave techno, underground techno, motor city techno
minimal techno: minimal techno, minimal, microhouse, clicks and cuts, micro techno, stripped techno, reduced techno,
    click techno, romanian minimal, mnml | minimalist techno, skeletal techno
house: house, chicago house, classic house, tech house, disco house, french house, jackin house, funky house,
    piano house, filter house, old school house, bumping house, italo house | jacking house, ibiza house, french touch
deep house: deep house, soulful house, jazzy house, lounge house, smooth house, deep and soulful house,
    late night house,
    new york deep house, mellow house | deepest house, soulful deep house grooves
acid: acid, acid house, acid techno, 303 music, squelchy acid, acid rave, hard acid, second summer of love
    | acid trax, tb-303 rave
drum and bass: drum and bass, dnb, drum n bass, liquid drum and bass, liquid funk, neurofunk, rollers, d&b, jump up,
    techstep, liquid dnb, atmospheric drum and bass, neuro, 174 bpm rollers | intelligent drum and bass, drum & bass
jungle: jungle, ragga jungle, old school jungle, amen jungle, 90s jungle, chopped amen breaks, junglist music,
    darkside jungle, atmospheric jungle | jungle tekno, junglism
hip hop: hip hop, boom bap, rap beat, old school hip hop, hip-hop, hiphop, east coast hip hop, head nod beat,
    golden age rap, mpc beat, west coast hip hop, g-funk, underground rap, jazz rap, nyc hip hop, dusty rap beat
    | new york rap, rap instrumental
lo-fi: lo-fi, lo-fi hip hop, lofi, chillhop, study beats, lo fi beat, mellow lofi, lofi beats, bedroom beats,
    tape beats, chill beats, lofi jazz, study session, rainy window | beats to relax to, lofi study music
trap: trap, atlanta trap, trap beat, dark trap, melodic trap, southern trap, trap instrumental, trap music, rage beat,
    cloud rap, phonk, atlanta | dirty south beat, atlanta rap
drill: drill, uk drill, chicago drill, brooklyn drill, drill beat, sliding drill, dark drill, ny drill
    | london drill, drill music
dubstep: dubstep, brostep, half time dubstep, deep dubstep, bass music, riddim, tearout, croydon dubstep,
    heavy dubstep,
    140 bass music, wobble music | filthy dubstep, south london dubstep
uk garage: uk garage, garage, two step, 2-step garage, speed garage, ukg, future garage, 2 step, garage shuffle,
    bassline house, london garage, 4x4 garage | two-step garage, uk bass
trance: trance, uplifting trance, progressive trance, euphoric trance, vocal trance, hands in the air trance,
    dream trance, classic trance, epic trance, eurotrance | anthem trance, balearic trance
psytrance: psytrance, goa trance, psychedelic trance, full on psytrance, dark psy, forest psytrance, goa, psy,
    progressive psytrance | psychedelic goa, israeli psytrance
hardcore: hardcore, gabber, happy hardcore, hardstyle, frenchcore, speedcore, rotterdam gabber, hard dance,
    industrial hardcore, gabba, rawstyle | dutch hardcore, terror gabber
electro: electro, electro funk, machine funk, breakdance electro, robot electro, italo electro, miami bass,
    detroit electro, planet rock style electro, techno bass, electroclash, breakdance, vocoder electro
    | electro boogie breakdance, robot funk
synthwave: synthwave, retrowave, outrun, 80s synth pop, vaporwave, darksynth, new wave, synth pop, dreamwave,
    80s soundtrack, cyberpunk synths, chillwave, neon city | retro synth, night drive synths
disco: disco, nu disco, italo disco, 70s disco, boogie, philly disco, cosmic disco, studio 54 disco, space disco,
    euro disco, mirror ball disco | disco fever, dancefloor disco
funk: funk, funky groove, jazz funk, p-funk, soul funk, 70s funk, deep funk, street funk, funk jam, go-go,
    new orleans funk, wah wah funk | funkadelic groove, raw funk
soul: soul, r&b, neo soul, rnb, motown soul, rhythm and blues, smooth r&b, slow jam, 60s soul, northern soul,
    quiet storm, neo-soul, gospel soul | contemporary r&b, memphis soul
reggae: reggae, roots reggae, rocksteady, one drop reggae, lovers rock, jamaican reggae, steppers, ska, island groove,
    rub a dub, kingston reggae | rasta music, caribbean roots
dub: dub, dub reggae, heavy dub, king tubby style dub, echo chamber dub, digi dub, sound system dub, deep dub,
    steppers dub, space dub | jamaican dub, dubplate version
dub techno: dub techno, deep dub techno, basic channel style, echo chamber techno, submerged techno, chain reaction,
    foggy techno, dubby techno | dubbed out techno, deep chord techno
ambient: ambient, soundscape, atmospheric ambient, meditation music, space ambient, new age, ambient drift,
    background music, spa music, sleep music, ambient wash, cosmic ambient, ambience | chillout soundscape,
    calm ambience
drone: drone, drone music, dark ambient, drone ambient, deep listening, minimal drone, sustained tones, endless drone,
    dark drone, drone metal, static drone | tibetan drone, endless tone drones
downtempo: downtempo, trip hop, chillout, bristol sound, trip-hop, down tempo, slow beats, lounge, chill out, nu jazz,
    trip hop beat, cafe del mar | bristol trip hop, slow groove
idm: idm, glitch, braindance, intelligent dance music, glitch hop, experimental electronica, electronica,
    abstract beats, leftfield, drill n bass, folktronica, glitchy | cerebral electronica, wonky beats
footwork: footwork, juke, chicago footwork, ghetto house, footwork juke, 160 bpm juke, battle beats, teklife
    | chicago juke, footworking
breakbeat: breakbeat, big beat, breaks, nu skool breaks, rave breakbeat, hardcore breaks, florida breaks,
    progressive breaks, break beat, old school rave, breakbeat hardcore | block rocking breaks, funky breaks
afro house: afro house, tribal house, organic house, afrotech, african house, ancestral house, percussive house,
    afro tech, afro deep house | south african house, afrocentric house
amapiano: amapiano, south african amapiano, log drum house, piano yanos, yanos, soulful amapiano, johannesburg groove,
    private school amapiano | pretoria amapiano, gauteng log drum sound
afrobeat: afrobeat, afrobeats, lagos afrobeat, highlife, afro funk, fela style groove, afro pop, west african groove,
    juju music, afrofusion | nigerian afrobeat, nigerian funk
reggaeton: reggaeton, dancehall, dembow, moombahton, perreo, bashment, latin urban, soca, puerto rican reggaeton,
    dancehall riddim | reggaeton beat, jamaican dancehall
latin: latin, salsa, latin jazz, cha cha, mambo, cuban son, montuno, merengue, cumbia, rumba, tumbao, afro cuban,
    latin groove, son cubano, timba | havana groove, salsa dura
bossa nova: bossa nova, bossa, samba, brazilian jazz, brazilian groove, lounge bossa, mpb, rio bossa, samba jazz,
    ipanema bossa | brazilian bossa, copacabana lounge
jazz: jazz, swing, bebop, cool jazz, jazz trio, smoky jazz club, late night jazz, hard bop, modal jazz, big band,
    ballad jazz, jazz quartet, jazz combo, piano trio, gypsy jazz | straight ahead jazz, jazz lounge trio
rock: rock, hard rock, garage rock, punk rock, metal, rock and roll, stadium rock, heavy metal, classic rock,
    grunge, mosh pit, speed metal,
    rock band, punk, stoner rock, blues rock | arena rock, thrash
indie rock: indie rock, alternative rock, indie, post punk, shoegaze, post rock, dream pop, jangle pop, indie pop,
    college rock, math rock, surf rock, emo, brit rock | alt rock, britpop
folk: folk, country, acoustic folk, americana, bluegrass, singer songwriter, celtic folk, folk rock, campfire song,
    indie folk, irish folk, western, alt country | appalachian folk, nashville country
cinematic: cinematic, film score, soundtrack, epic orchestral, trailer music, battle music, orchestral,
    movie score, film music,
    suspense score, neo classical, modern classical, hybrid orchestral, game score | hollywood score,
    cinema soundtrack
""")
