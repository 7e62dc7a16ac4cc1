"""Split a document into sentences.

The nupunkt package decides whether a full stop ends a sentence; it is made for legal text and knows its citations.
This module handles line ends, other punctuation, and abbreviations that may also end a sentence.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

import nupunkt

LONGEST = 600
"""Characters: whatever has no end mark for longer, a table or a transcript say, is cut at a comma or a space."""
_WRAPPED = 50  # Shortest wrapped line, in characters. A shorter one may be a heading or a list entry.

# A full stop with its closing quotes and brackets, before a space. East Asian marks need no space. A footnote's mark
# belongs to the sentence before it.
_MARK = re.compile(
    r"""(?<![.!?…؟])[.!?…؟]++["'”’»)\]]*+(?P<note>\((?:\d{1,3}|[ivx]{1,5})\)|\[\d{1,3}\]|[⁰¹²³⁴-⁹]{1,3})?(?=\s)|[。！？]+["'”’»」』)\]]*"""
)
_LINE = re.compile(r"\n")
_SPACES = re.compile(r"\s*")
_LONG_WORD = re.compile(r"(?<!\S)\S{200,}(?=\S{30})")
_ENTRY = re.compile(r"[ \t]*(?:[-*•–—>|#]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z])[.)])[ \t]")
_NUMBER_ALONE = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]+)[.)]")
_LAST_WORD = re.compile(r"([^\s(\[\"'“‘]+)\.[\"'”’)\]]*\Z")
# Abbreviations of titles, papers and forums, which nupunkt does not know.
_ABBREVIATIONS = re.compile(
    r"col|capt|lt|sgt|messrs|mme|mlle|viz|tabs?|figs?|eqs?|refs?|chap|w\.r\.t|resp|approx|tel|ext"
)
# Abbreviations that may also end a sentence; the next word decides.
_EITHER = re.compile(r"etc|a\.m|p\.m|inc|ltd|co|corp|jr|sr|u\.s|u\.k|u\.n|e\.u|d\.c|no|app|[A-Za-z]")
_STARTER = re.compile(
    r"(?:the|this|that|these|those|an?|he|she|it|they|we|you|i|his|her|its|their|our|my|your|there|here|then|if|when|"
    r"while|after|before|but|and|so|yet|however|nobody|no|each|all|both|some|what|who|how|why|yes)\b(?!\.)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The characters of a sentence, without the white space around it.

    Attributes:
        start: Its first character.
        stop: The character after its last.
    """

    start: int
    stop: int


def sentences(text: str) -> tuple[Sentence, ...]:
    """Split a text into sentences.

    Args:
        text: A document.

    Returns:
        The sentences in order. Every visible character is in exactly one of them.
    """
    edges = sorted({0, len(text), *_after_marks(text), *_after_lines(text)})
    found: list[Sentence] = []
    for start, stop in pairwise(edges):
        part = text[start:stop]
        trimmed = Sentence(start + len(part) - len(part.lstrip()), start + len(part.rstrip()))
        if trimmed.start < trimmed.stop:
            found += _cut(text, trimmed)
    return tuple(_joined(text, found))


def _after_marks(text: str) -> list[int]:
    ends = {start + len(text[start:stop].rstrip()) for start, stop in nupunkt.sent_spans(_with_short_words(text))}
    return [match.end() for match in _MARK.finditer(text) if _ends_here(text, match, ends)]


def _with_short_words(text: str) -> str:
    """Return the text with letters in place of long runs without a space, whose marks would take nupunkt hours."""
    return _LONG_WORD.sub(lambda match: "x" * len(match[0]), text)


def _ends_here(text: str, match: re.Match[str], ends: set[int]) -> bool:
    """Return whether this mark ends a sentence; `ends` are the ends that nupunkt found."""
    rest = text[match.end() : match.end() + 200]
    following = rest.lstrip()
    if not following or re.match(r"[^\S\n]*\n[^\S\n]*\n", rest):
        return True
    first = following.lstrip("\"'“‘«([")
    if first[:1].islower():
        return False
    if not match[0].startswith(".") or match[0].startswith("..") or match["note"]:
        return True
    word = _LAST_WORD.search(text, max(0, match.start() - 30), match.end())
    known = "" if word is None else word[1].casefold()
    if _ABBREVIATIONS.fullmatch(known):
        return False
    if _EITHER.fullmatch(known) and _STARTER.match(first):
        return True
    return match.end() in ends


def _after_lines(text: str) -> list[int]:
    """Return the ends of lines that the next line does not continue. A wrapped paragraph is not split."""
    starts = [0, *(match.end() for match in _LINE.finditer(text))]
    ends = [*(start - 1 for start in starts[1:]), len(text)]
    edges = []
    for number, (start, next_start) in enumerate(pairwise(starts)):
        line, after = text[start : ends[number]].strip(), text[next_start : ends[number + 1]]
        continues = len(line) >= _WRAPPED or after.lstrip()[:1].islower()
        if not line or not after.strip() or _ENTRY.match(after) or not continues:
            edges.append(next_start)
    return edges


def _cut(text: str, sentence: Sentence) -> list[Sentence]:
    """Split a sentence into parts of at most `LONGEST` characters."""
    parts = []
    start = sentence.start
    while sentence.stop - start > LONGEST:
        window = text[start : start + LONGEST]
        place = max(window.rfind(mark, LONGEST // 2) for mark in (";", ",", "\n"))
        if place < 0:
            place = next((at for at in range(LONGEST - 1, 0, -1) if window[at].isspace()), LONGEST - 1)
        stop = start + place + 1
        parts.append(Sentence(start, start + len(text[start:stop].rstrip())))
        spaces = _SPACES.match(text, stop, sentence.stop)
        start = stop if spaces is None else spaces.end()
    return [*parts, Sentence(start, sentence.stop)]


def _joined(text: str, found: list[Sentence]) -> list[Sentence]:
    """Join a number alone at the start of a line to the sentence that it numbers."""
    joined: list[Sentence] = []
    for each in found:
        before = joined[-1] if joined else None
        if (
            before is not None
            and _NUMBER_ALONE.fullmatch(text, before.start, before.stop)
            and "\n" not in text[before.stop : each.start]
            and (before.start == 0 or "\n" in text[joined[-2].stop if len(joined) > 1 else 0 : before.start])
        ):
            joined[-1] = Sentence(before.start, each.stop)
        else:
            joined.append(each)
    return joined


def sentence_at(found: tuple[Sentence, ...], character: int) -> int:
    """Find the sentence of a character. White space belongs to the sentence before it.

    Args:
        found: The sentences of a text.
        character: A character's offset in the text.

    Returns:
        The sentence's index.
    """
    return max(0, bisect_right(found, character, key=lambda sentence: sentence.start) - 1)
