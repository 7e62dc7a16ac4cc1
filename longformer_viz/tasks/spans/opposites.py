"""Words that exclude each other: antonyms, and members of a set such as the points of the compass."""

from collections import defaultdict

_PAIRS = """
largest/smallest biggest/smallest highest/lowest longest/shortest oldest/youngest oldest/newest earliest/latest
first/last most/least more/less more/fewer best/worst major/minor maximum/minimum upper/lower high/low long/short
large/small big/little old/young old/new early/late before/after north/south northern/southern east/west
eastern/western top/bottom inside/outside internal/external increase/decrease increased/decreased
increasing/decreasing rise/fall rose/fell grow/shrink grew/shrank gain/lose gained/lost won/lost win/won buy/sell
bought/sold accept/reject accepted/rejected allow/forbid allowed/forbidden begin/end began/ended start/stop
started/stopped opened/closed create/destroy created/destroyed build/demolish built/demolished support/oppose
supported/opposed include/exclude included/excluded enter/leave entered/left arrive/depart arrived/departed
import/export men/women father/mother son/daughter brother/sister husband/wife day/night summer/winter
morning/evening public/private common/rare simple/complex easy/difficult strong/weak rich/poor positive/negative
possible/impossible possible/unlikely ancient/modern local/foreign domestic/foreign formal/informal urban/rural
success/failure cause/prevent caused/prevented agree/disagree agreed/disagreed love/hate liked/disliked
loved/hated remember/forget always/never usually/rarely same/different similar/different warm/cold hot/cold
heavy/light fast/slow wide/narrow deep/shallow thick/thin full/empty true/false good/bad attacked/defended
parents/children teacher/student employer/employee buyer/seller winner/loser majority/minority
advantage/disadvantage advantages/disadvantages benefit/harm strength/weakness beginning/end birth/death born/died
peace/war victory/defeat least/best biggest/least hardest/easiest harder/easier simplest/hardest
simplicity/complexity easily/hardly fixed/flexible fixed/variable practical/theoretical abstract/concrete
general/specific general/particular precise/vague exact/approximate quantitative/qualitative primary/secondary
optional/required active/passive natural/artificial permanent/temporary constant/variable single/multiple
single/several partial/complete partly/entirely input/output past/future previous/next former/latter initial/final
beginner/expert add/remove added/removed adding/removing combine/separate combined/separated join/leave
joined/left expand/contract expanded/contracted expand/shrink encourage/discourage encouraged/discouraged
permit/prohibit permitted/prohibited permit/forbid approve/reject approved/rejected admit/deny admitted/denied
praise/criticize praised/criticized reward/punish strengthen/weaken strengthened/weakened improve/worsen
improved/worsened raise/lower raised/lowered send/receive sent/received give/receive save/spend saved/spent
earn/spend lend/borrow hire/dismiss hired/dismissed succeed/fail succeeded/failed follow/precede followed/preceded
appear/disappear appeared/disappeared attack/defend advance/retreat advanced/retreated divide/unite divided/united
hide/reveal hidden/revealed produce/consume produced/consumed faster/slower fastest/slowest larger/smaller
bigger/smaller higher/lower longer/shorter older/younger older/newer earlier/later richer/poorer stronger/weaker
strongest/weakest better/worse warmer/colder hotter/colder wider/narrower deeper/shallower nearest/farthest
near/far close/distant inner/outer above/below gain/loss profit/loss income/expense supply/demand friend/enemy
ally/enemy allies/enemies wife/husband king/queen prince/princess male/female boys/girls solid/liquid dry/wet
light/dark liberal/conservative military/civilian rural/metropolitan often/rarely often/seldom frequently/rarely
commonly/rarely usually/seldom mostly/rarely always/sometimes accelerate/slow accept/refuse accepted/refused
allow/prevent allowed/prevented allows/prevents ascend/descend attract/repel awake/asleep bitter/sweet blunt/sharp
brave/cowardly bright/dark broad/narrow capture/release captured/released cheap/expensive clean/dirty clear/cloudy
close/open coarse/fine collective/individual conceal/reveal connect/disconnect construct/demolish
constructed/demolished convex/concave courage/fear crowded/empty curved/straight damage/repair damaged/repaired
decline/growth decrease/growth defence/attack defense/offense deficit/surplus dense/sparse die/survive
died/survived direct/indirect dominant/recessive dull/sharp dull/bright eager/reluctant emigrate/immigrate
end/start ended/started ending/beginning evil/good exclude/include excluded/included explicit/implicit
exterior/interior extinct/living extreme/moderate fall/climb famous/unknown fertile/barren fewest/most
fiction/fact flat/steep float/sink forward/backward free/enslaved frequent/rare freeze/melt frozen/melted
gather/scatter generous/selfish gentle/rough guilty/innocent happiness/sadness happy/sad hard/soft hate/love
healthy/sick heaven/hell heavier/lighter heaviest/lightest horizontal/vertical humble/proud ignore/notice
inferior/superior innocence/guilt intentional/accidental join/withdraw joined/withdrew junior/senior keep/discard
kept/discarded lazy/diligent less/greater liberate/occupy liberated/occupied literal/figurative loose/tight
loud/quiet lowest/greatest lower/greater maximize/minimize maximum/least merge/split merged/split minimal/maximal
mobile/stationary modest/arrogant native/foreign negative/favorable neglect/nurture noisy/quiet obey/disobey
odd/even offer/withhold optimist/pessimist pass/fail passed/failed peaceful/violent peak/trough permanent/brief
plural/singular popular/unknown poverty/wealth presence/absence present/absent preserve/destroy
preserved/destroyed prosperity/poverty pull/push pulled/pushed quick/slow quickly/slowly rapid/slow rapidly/slowly
gradually/suddenly raise/reduce raised/reduced rational/emotional recent/ancient recently/originally
reduce/increase reduced/increased reduces/increases increases/decreases rejected/approved release/detain
released/detained religious/secular remain/leave remained/left respect/contempt retain/lose retained/lost
rigid/flexible rising/falling rough/smooth sacred/secular safe/dangerous safety/danger satisfied/dissatisfied
save/waste scarce/abundant shallowest/deepest shame/pride shrinking/growing slower/quicker smallest/greatest
smaller/greater smaller/larger sour/sweet stable/volatile standard/exceptional stay/leave stayed/left
strict/lenient subjective/objective subsequent/prior suddenly/slowly summit/base surrender/resist
surrendered/resisted synthetic/natural tame/wild temporary/lasting tiny/huge tragedy/comedy transparent/opaque
trivial/significant trust/distrust unanimous/divided unified/fragmented union/separation upward/downward
urban/countryside vacant/occupied vast/tiny victim/perpetrator virtue/vice visible/hidden voluntary/compulsory
voluntary/mandatory voluntary/forced wealthy/poor wealthiest/poorest well/badly well/poorly wholesale/retail
widely/rarely wise/foolish worst/least worthy/worthless younger/elder
"""
_SETS = """
north/south/east/west northern/southern/eastern/western northeast/northwest/southeast/southwest
january/february/march/april/june/july/august/september/october/november/december
monday/tuesday/wednesday/thursday/friday/saturday/sunday spring/summer/autumn/winter
first/second/third/fourth/fifth/sixth/seventh/eighth/ninth/tenth
one/two/three/four/five/six/seven/eight/nine/ten eleventh/twelfth/thirteenth/fourteenth/fifteenth/sixteenth
fifteenth/sixteenth/seventeenth/eighteenth/nineteenth/twentieth
millimetre/centimetre/metre/kilometre red/orange/yellow/green/blue/purple/brown gold/silver/bronze
"""


def _excluded() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for group in (*_PAIRS.split(), *_SETS.split()):
        words = group.split("/")
        for word in words:
            found[word].update(other for other in words if other != word)
    return {word: tuple(sorted(others)) for word, others in found.items()}


_EXCLUDED = _excluded()
_NEGATING = ("un", "in", "im", "ir", "il", "non-", "non", "dis")
_EXCLUDING = (
    ("over", "under"),
    ("up", "down"),
    ("in", "out"),
    ("pre", "post"),
    ("ex", "im"),
    ("en", "dis"),
    ("macro", "micro"),
    ("multi", "mono"),
    ("hyper", "hypo"),
    ("pro", "anti-"),
)
_LEAST_STEM = 5  # Letters after such a prefix; "under" is not the opposite of "der".


def opposites(word: str) -> tuple[str, ...]:
    """Return the listed words that exclude this one.

    Args:
        word: A word; if it is capitalized, so are its opposites.

    Returns:
        The opposites in alphabetical order; empty if the word is not listed.
    """
    found = _EXCLUDED.get(word.lower(), ())
    return tuple(other.capitalize() for other in found) if word[:1].isupper() else found


def negates(one: str, other: str) -> bool:
    """Return whether two words differ by prefixes that exclude each other.

    Args:
        one: A word in any case.
        other: Another; the order does not matter.

    Returns:
        True for "formal" and "informal", or "overestimate" and "underestimate".
    """
    longer, shorter = sorted((one.lower(), other.lower()), key=len, reverse=True)
    if any(longer == prefix + shorter for prefix in _NEGATING):
        return len(shorter) >= _LEAST_STEM
    return any(
        first.startswith(prefix) and second.startswith(excluded) and first[len(prefix) :] == second[len(excluded) :]
        for first, second in ((longer, shorter), (shorter, longer))
        for prefix, excluded in _EXCLUDING
        if len(first) - len(prefix) >= _LEAST_STEM
    )
