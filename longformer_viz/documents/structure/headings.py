"""Whether a line of plain text is a heading, judged by its own form and by the lines around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

PROSE = 50
"""Characters: a longer line, or one that ends like a sentence, is prose."""
_LONGEST_TITLE = 80
_LONGEST_FIRST_TITLE = 160
_MOST_WORDS = 12
_MOST_TITLES = 2
"""Titles that may follow one another, such as a chapter's and its first section's; more of them are a list."""
_PLAIN_LEVEL = 2

_MARKED = re.compile(r"\s{0,3}(#{1,6})\s+\S")
_NUMBERED = re.compile(r"\s*(\d{1,3}(?:\.\d{1,3})*)[.)]?\s+(\S.*)")
_NAMED = re.compile(
    r"(?:article|section|chapter|part|annex|appendix|schedule|exhibit)\s+(?:\d{1,3}|[IVXLC]{1,6}|[A-Z])\b[.:]?",
    re.IGNORECASE,
)
_END = re.compile(r"[.!:;,…。！：；，、][\"'”’)\]]*\Z")
# A signature or a place and date: "Judith Marrable, Chair".
_NAME = re.compile(r"(?:\S+\s+){0,3}\S+,\s+[A-Z0-9].{0,40}")
_NO_TITLE = re.compile(r"(?:By|Dear|From|To|Cc|Re|Yours)\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank.

    Attributes:
        start: Its first character in the document.
        text: Its characters, without the white space at its end.
        is_first: Whether a blank line, or nothing, is before it.
    """

    start: int
    text: str
    is_first: bool

    @property
    def stop(self) -> int:
        """The character after its last one."""
        return self.start + len(self.text)


def heading_level(lines: Sequence[Line], number: int) -> int:
    """Return the level of the heading that this line is, from 1 to 6; 0 where it is none.

    Args:
        lines: The lines that are not blank.
        number: The line's number.
    """
    line = lines[number].text
    marked = _MARKED.match(line)
    if marked:
        return len(marked[1])
    if not lines[number].is_first or not _stands_alone(lines, number):
        return 0
    numbered = _NUMBERED.fullmatch(line)
    if numbered:
        is_title = _is_title(numbered[2], _LONGEST_TITLE) and not _is_counted_on(lines, number, numbered[1])
        return min(6, _PLAIN_LEVEL + numbered[1].count(".")) if is_title else 0
    if number == 0 and len(lines) > 1 and _is_title(line, _LONGEST_FIRST_TITLE):
        return 1
    if not _is_title(line, _LONGEST_TITLE) or _NAME.fullmatch(line):
        return 0
    return _PLAIN_LEVEL if _NAMED.match(line) or _is_upper(line) or _leads_to_prose(lines, number) else 0


def is_prose(line: str) -> bool:
    """Whether a line is long, or ends like a sentence."""
    return len(line) >= PROSE or bool(re.search(r"[.!?…。！？][\"'”’)\]]*\Z", line))


def _stands_alone(lines: Sequence[Line], number: int) -> bool:
    """Whether a blank line, or a line of prose that is no part of it, follows."""
    after = number + 1
    return after >= len(lines) or lines[after].is_first or len(lines[after].text) > _LONGEST_TITLE


def _is_title(text: str, longest: int) -> bool:
    words = text.split()
    if len(text) > longest or (longest == _LONGEST_TITLE and len(words) > _MOST_WORDS):
        return False
    if _END.search(text) or _NO_TITLE.match(text):
        return False
    first = next((character for character in text if character.isalnum()), "")
    return (first.isalpha() and not first.islower()) or bool(re.match(r"\d+\s+\S", text))


def _is_upper(line: str) -> bool:
    return line.isupper() and sum(map(str.isalpha, line)) >= 4


def _is_counted_on(lines: Sequence[Line], number: int, own: str) -> bool:
    """Whether the next line has the next number of the same depth: then both are entries of a list."""
    if number + 1 >= len(lines):
        return False
    following = _NUMBERED.match(lines[number + 1].text)
    *above, last = map(int, own.split("."))
    return following is not None and following[1] == ".".join(map(str, [*above, last + 1]))


def _leads_to_prose(lines: Sequence[Line], number: int) -> bool:
    """Whether prose follows, at most a few titles later."""
    for after in range(number + 1, min(number + 1 + _MOST_TITLES, len(lines))):
        line = lines[after].text
        if _MARKED.match(line) or _NUMBERED.match(line) or is_prose(line) or line.endswith((",", ":")):
            return True
        if _NO_TITLE.match(line):
            continue
        if not lines[after].is_first or not _is_title(line, _LONGEST_TITLE):
            return False
    return False
