"""Amounts as answers: a number is extended to its unit, and the number of a clause is not an amount."""

import re

_TIME = r"(?:milli|micro)?seconds?|minutes?|hours?|days?|nights?|weeks?|fortnights?|months?|quarters?|years?|decades?"
_LENGTH = r"(?:kilo|centi|milli|nano)?met(?:er|re)s?|km|cm|mm|m|miles?|yards?|feet|foot|ft|inch(?:es)?"
_MASS = r"(?:kilo|milli)?grams?|kg|mg|g|tonnes?|tons?|pounds?|lbs?|ounces?|oz"
_VOLUME = r"(?:milli)?lit(?:er|re)s?|ml|gallons?|hectares?|acres?"
_MONEY = r"dollars?|euros?|cents?|pence|francs?|yen|rupees?|pounds? sterling|USD|EUR|GBP|CHF"
_OTHER = r"(?:square|cubic) \w+|degrees?|°\s?[CF]?|[KMGT]i?B|bytes?|[kMG]?Hz|[kMG]?Wh?|volts?|tokens?|words?|pages?"
_KIND_OF_TIME = r"(?:business|working|calendar|consecutive|full|whole|clear|more|further)[ -]"
_MAGNITUDE = r"(?:hundred|thousand|million|billion|trillion|bn|[mk])\b"
_UNIT = rf"(?:{_TIME}|{_LENGTH}|{_MASS}|{_VOLUME}|{_MONEY}|{_OTHER})"
_WORDS = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million)"
)
_NUMBER = rf"(?:\d[\d,.]*|{_WORDS}(?:[ -]{_WORDS})*)"

_ASKS_AMOUNT = re.compile(
    r"\bhow (?:long|much|old|far|tall|wide|deep|high|big|large|heavy|fast|often|soon|late|many)\b"
    r"|\bwh(?:at|ich) (?:percentage|per ?cent|share|proportion|fraction|amount|sum|price)\b"
    r"|\bwh(?:at|ich) (?:is|was|are|were) (?:\S+ ){0,4}?(?:percentage|amount|sum|price|cost|fee|rent|rate|length|"
    r"height|width|depth|weight|distance|duration|period|term|age|size|limit)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
_HOW_MANY_UNITS = re.compile(rf"\bhow many (?:{_KIND_OF_TIME})?{_UNIT}\b", re.IGNORECASE)
_BARE = re.compile(rf"\W*(?:{_NUMBER})(?: {_MAGNITUDE})?(?: \({_NUMBER})?\W*", re.IGNORECASE)
_UNIT_AFTER = re.compile(
    rf"\)?(?:\s?(?:%|‰)|[\s-]{{0,2}}per ?cent(?:age points?)?\b"
    rf"|(?:\s{_MAGNITUDE})?[\s-]{{0,2}}(?:{_KIND_OF_TIME})?{_UNIT}(?!\w)|\s{_MAGNITUDE})",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?:(?:[A-Z]{{0,3}}[$€£¥₹]|USD|EUR|GBP|CHF)\s?|\b{_WORDS}(?:[ -]{_WORDS})* \()$", re.IGNORECASE
)
_CLAUSE = re.compile(r"\W*\d{1,3}(?:\.\d{1,3})*[.)]?\W*")
_NAMED_CLAUSE = re.compile(
    r"(?:\b(?:clause|section|article|paragraph|schedule|appendix|annex|chapter|figure|table|item|part)s?|§{1,2})\s*$",
    re.IGNORECASE,
)
_HEADING = re.compile(r"[.)]?[ \t]+[A-Z“\"(]")


def asks_amount(question: str) -> bool:
    """Return whether the `question` asks for an amount, such as how long, how much, what percentage or what fee."""
    return bool(_ASKS_AMOUNT.search(question))


def with_unit(question: str, document: str, start: int, end: int) -> tuple[int, int]:
    """Extend a bare number to the unit after it or the currency before it, where the question asks for an amount.

    A question such as "how many people" names what is counted, so its number stays as it is.

    Args:
        question: What is asked.
        document: The document.
        start: The span's first character.
        end: The character after its last.

    Returns:
        The characters (start, end) of the number with its unit, or the given span.
    """
    if not asks_amount(question) or (_HOW_MANY.search(question) and not _HOW_MANY_UNITS.search(question)):
        return start, end
    if not _BARE.fullmatch(document, start, end):
        return start, end
    after = _UNIT_AFTER.match(document, end)
    before = _BEFORE.search(document, max(0, start - 60), start)
    return (before.start() if before else start), (after.end() if after else end)


def is_clause_number(document: str, start: int, end: int) -> bool:
    """Return whether a span is the number of a heading or of a clause that is referred to, such as "3.2".

    Args:
        document: The document.
        start: The span's first character.
        end: The character after its last.
    """
    if not _CLAUSE.fullmatch(document, start, end):
        return False
    if _NAMED_CLAUSE.search(document, max(0, start - 20), start):
        return True
    line = document[document.rfind("\n", 0, start) + 1 : start]
    is_counted = "." in document[start:end].strip() or document[end : end + 1] in {".", ")"}
    return not line.strip(" \t#*§") and is_counted and bool(_HEADING.match(document, end))
