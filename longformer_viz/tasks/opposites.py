"""Words that exclude each other: antonyms, and members of a set such as the points of the compass."""

from collections import defaultdict

_PAIRS = """
largest/smallest biggest/smallest highest/lowest longest/shortest oldest/youngest oldest/newest
earliest/latest first/last most/least more/less more/fewer best/worst major/minor maximum/minimum upper/lower
high/low long/short large/small big/little old/young old/new early/late before/after north/south
northern/southern east/west eastern/western top/bottom inside/outside internal/external increase/decrease
increased/decreased increasing/decreasing rise/fall rose/fell grow/shrink grew/shrank gain/lose gained/lost
won/lost win/won buy/sell bought/sold accept/reject accepted/rejected allow/forbid allowed/forbidden begin/end
began/ended start/stop started/stopped opened/closed create/destroy created/destroyed build/demolish
built/demolished support/oppose supported/opposed include/exclude included/excluded enter/leave entered/left
arrive/depart arrived/departed import/export men/women father/mother son/daughter brother/sister husband/wife
day/night summer/winter morning/evening public/private common/rare simple/complex easy/difficult strong/weak
rich/poor positive/negative possible/impossible possible/unlikely ancient/modern local/foreign
domestic/foreign formal/informal urban/rural success/failure cause/prevent caused/prevented agree/disagree
agreed/disagreed love/hate liked/disliked loved/hated remember/forget always/never usually/rarely
same/different similar/different warm/cold hot/cold heavy/light fast/slow wide/narrow deep/shallow thick/thin
full/empty true/false good/bad attacked/defended parents/children teacher/student employer/employee
buyer/seller winner/loser majority/minority advantage/disadvantage advantages/disadvantages benefit/harm
strength/weakness beginning/end birth/death born/died peace/war victory/defeat
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
_LEAST_STEM = 5  # Letters after a negating prefix; "under" is not the opposite of "der".


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
    """Return whether two words differ only by a negating prefix, such as "formal" and "informal".

    Args:
        one: A word in any case.
        other: Another word.
    """
    longer, shorter = sorted((one.lower(), other.lower()), key=len, reverse=True)
    if len(shorter) < _LEAST_STEM:
        return False
    return any(longer == prefix + shorter for prefix in _NEGATING)
