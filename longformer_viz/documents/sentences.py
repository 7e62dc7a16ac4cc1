"""A document's sentences, by their characters: plain rules for the marks, lines and abbreviations of English text."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 600
"""Characters: whatever has no end mark for longer, a table or a transcript say, is cut at a comma or a space."""
_WRAPPED = 50  # characters: a shorter line that the next one does not go on from is a heading or a list's entry

# A full stop, with its closing quotes and brackets, before a space; East Asian marks need none.
_MARK = re.compile(r"""[.!?…؟]+["'”’»)\]]*(?=\s)|[。！？]+["'”’»」』)\]]*""")
_LINE = re.compile(r"\n")
_ENTRY = re.compile(r"[ \t]*(?:[-*•–—>|#]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z])[.)])[ \t]")
_NUMBER_ALONE = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]+)[.)]")
_LAST_WORD = re.compile(r"([^\s(\[\"'“‘]+)\.[\"'”’)\]]*\Z")
_ABBREVIATIONS = re.compile(
    r"mrs?|ms|dr|prof|rev|hon|st|gen|col|capt|lt|sgt|messrs|mme|mlle|e\.g|i\.e|cf|vs|viz|approx|ca|c|nos|vols?|ch|"
    r"figs?|eqs?|sec|art|pp?|eds?|paras?|dept|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tue|wed|thu|fri|sat|"
    r"tel|ext"
)
# These may end a sentence too: there the next word decides.
_EITHER = re.compile(r"etc|a\.m|p\.m|inc|ltd|co|corp|jr|sr|al|u\.s|u\.k|u\.n|e\.u|no|est|sun")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Characters start to stop of a text, without the space around them."""

    start: int
    stop: int


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, in order; whatever is not white space lies in exactly one of them."""
    edges = sorted({0, len(text), *_after_marks(text), *_after_lines(text)})
    found: list[Sentence] = []
    for start, stop in pairwise(edges):
        part = text[start:stop]
        trimmed = Sentence(start + len(part) - len(part.lstrip()), start + len(part.rstrip()))
        if trimmed.start < trimmed.stop:
            found += _cut(text, trimmed)
    return tuple(_joined(text, found))


def _after_marks(text: str) -> list[int]:
    return [match.end() for match in _MARK.finditer(text) if _ends_here(text, match)]


def _ends_here(text: str, match: re.Match[str]) -> bool:
    """Whether this mark ends a sentence."""
    rest = text[match.end() : match.end() + 200]
    following = rest.lstrip()
    if not following or re.match(r"[^\S\n]*\n[^\S\n]*\n", rest):
        return True
    first = following.lstrip("\"'“‘«([")[:1]
    if first.islower():
        return False
    if not match[0].startswith(".") or match[0].startswith(".."):
        return True
    word = _LAST_WORD.search(text, max(0, match.start() - 30), match.end())
    if word is None:
        return True
    known = word[1].casefold()
    if _EITHER.fullmatch(known):
        return first.isupper()
    is_initial = len(known) == 1 and known.isalpha() and word[1].isupper() and word[1] != "I"
    return not (is_initial or _ABBREVIATIONS.fullmatch(known))


def _after_lines(text: str) -> list[int]:
    """Ends of lines that the next line does not go on from: a wrapped paragraph is not cut."""
    starts = [0, *(match.end() for match in _LINE.finditer(text))]
    ends = [*(start - 1 for start in starts[1:]), len(text)]
    edges = []
    for number, (start, next_start) in enumerate(pairwise(starts)):
        line, after = text[start : ends[number]].strip(), text[next_start : ends[number + 1]]
        goes_on = len(line) >= _WRAPPED or after.lstrip()[:1].islower()
        if not line or not after.strip() or _ENTRY.match(after) or not goes_on:
            edges.append(next_start)
    return edges


def _cut(text: str, sentence: Sentence) -> list[Sentence]:
    """The sentence in parts of at most `LONGEST` characters."""
    parts = []
    start = sentence.start
    while sentence.stop - start > LONGEST:
        window = text[start : start + LONGEST]
        place = max(window.rfind(mark, LONGEST // 2) for mark in (";", ",", "\n"))
        if place < 0:
            place = next((at for at in range(LONGEST - 1, 0, -1) if window[at].isspace()), LONGEST - 1)
        stop = start + place + 1
        parts.append(Sentence(start, start + len(text[start:stop].rstrip())))
        start = stop + len(text[stop : sentence.stop]) - len(text[stop : sentence.stop].lstrip())
    return [*parts, Sentence(start, sentence.stop)]


def _joined(text: str, found: list[Sentence]) -> list[Sentence]:
    """A number that counts what follows on its line is part of that."""
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
    """The number of the sentence that a character belongs to; space counts to the one before it."""
    return max(0, bisect_right(found, character, key=lambda sentence: sentence.start) - 1)
