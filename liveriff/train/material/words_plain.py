"""Words that describe sounds, scenes and feelings and that captions do not use: only their meanings are known. Data."""

from __future__ import annotations

PLAIN = """
abrasive acerbic achy airless alien ambling amorphous angsty antiquated apocalyptic aquatic arid ascending ashen
atonal autumnal baroque barren bassy beefy bewitching billowing bittersweet bleeping blistering bluesy boisterous boomy
bouncy brash brassy brawny breathless breezy brittle bubbly burbling buzzy cacophonous carefree catchy celebratory
chaotic chewy chilling chilly chirping chirpy choppy chubby chugging churning clanging clangy clattering clicky
clinking clunky coarse cavorting colourful comforting contemplative cosy cranky creaky creepy crepuscular croaking
crystalline dainty dazed dazzling decaying defiant delirious demonic desolate despairing devilish devotional dingy
dirgelike discordant disjointed dismal dissonant doleful doomy downcast dreary drenched driftwood drippy drizzly
droning droopy drowned drunken dulcet dusky dystopian earthbound ebullient eccentric echoic ecstatic edgy eerie
effervescent effortless elastic elated elegiac enchanted enigmatic enveloping erratic esoteric evocative exhilarating
exotic explosive exuberant faint feathery feral ferocious feverish fidgety fierce fizzing fizzy flabby flamboyant
fluffy fluid fluttering foreboding forlorn frail fragile freaky freewheeling frenetic frenzied fretful frolicking
frosted frugal funereal futuristic galactic gargantuan garish gauzy ghostly giddy girthy glacial glamorous gliding
glimmering glittering glittery glossy glowing glum gnarled gooey graceful grandiose grimy grinding grinning groaning
growly gruff grubby grungy gurgling gushing gutsy haggard halting hammering haphazard harmonious hasty hazardous
heartbroken heartfelt heartwarming hefty hissy hollow homely honeyed hulking humid hushed hymnal hyper hypnotising icy
idyllic immersive impish incandescent inebriated infectious insistent introspective jabbing jangling jangly jarring
jaunty jazzed jittery jolly jolting jovial jubilant juicy kaleidoscopic kinetic knotty lackadaisical lamenting
languid languorous lavish leaden leafy leisurely lilting limping liquid lively lopsided lonesome loopy lopped lulling
luminous lumbering lurching lurid luscious lustrous macabre majestic malevolent manic marching martial mechanised
meandering meditative melodious menacing merry metallic militant minimalist mischievous misty moaning moist monastic
monolithic monotonous monstrous moonlit moribund morose muddy muffling murmuring muscular mushy mutated muted
mystical nagging nasally nebulous nervy nimble nocturne noirish nonchalant nuanced numbing oblique obsessive oceanic
oily oozing opulent ornate overcast overblown pacy pained panicked paranoid pastel pastoral peaceable pealing pensive
peppery perky pitchblack placid plaintive pleading plinky plodding plonking plush pneumatic poignant polyrhythmic
pompous pondering portentous pouncing prancing pretty prickly primal primitive pristine profound prowling psychedelic
pulsating pummelling punishing purring quaint quaking quavering queasy quirky quivering radiant raggedy rambling
rapturous raspy ratchety ravishing raucous raunchy rebellious reedy reflective regal regimented relentless resonant
restful restless reverent rhapsodic ringing ripping rippling ritualistic roaring robust rollicking rowdy rubbery
rumbling rusting rustic rustling sassy satin scary scratchy scuttling searing seductive seething sensual serene
serpentine sexy shadowy shambling shaky shattering shimmery shivering shrieking shrill shuffly silken silvery sinewy
sinuous sizzly skeletal skittering skittish sleazy sleek slick slinky slithering sloppy slouchy sluggish slurring
smouldering smoldering snappy snarling snarly sneaky snowy sobbing solemn somber sombre soothing sorrowful soulless
sparkly sparky spectral spellbinding spiky spine spiralling spiritual splashy splintered spooky sprawling sprightly
springy spry squealing squeaky squelching squidgy squishy staggering stark stately steaming steely stern sticky stifling
stinging stirring stony stormy strident strutting stuttery stylish suave subaquatic sublime submerged subterranean
subtle sugary sulky sultry summery sunlit sunkissed supple surging surreal suspenseful swaggering swampy swaying
sweaty sweeping swelling swirling swishing swooning synthy tactile tearful tender terrifying thick thrashing thrilling
throbbing throaty thudding thumpy thundering thunderous tickling tingling tinkling tipsy toasty tormented tranquil
transcendent translucent treacly tribalistic tricksy triumphant tropical trudging tumbling turbulent twangy
twinkling twirling twisted twitchy unamplified unearthly uneasy unhinged unsettling urgent vapourous vast velvety
vengeful verdant vibrant vicious vigorous visceral vivacious vocalised voluptuous wacky wailing waltzing wandering
warlike warped watery wavering weary weeping weighty weird whimsical whining whirling whispery wholesome wicked
windswept winding wintry wiry wistful wobbling woeful woody woolly wonky woozy wrathful wrenching yawning yearning
zany zestful zippy
"""
"""Adjectives for the most part."""
