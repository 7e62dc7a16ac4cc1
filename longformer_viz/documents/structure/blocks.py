"""A document's blocks, by the form of its lines: headings, list items, table rows, code and paragraphs.

All formats are read as plain text, so the form of the text itself is what remains of the document's structure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from longformer_viz.documents.structure.headings import Line, heading_level, is_prose


class BlockKind(IntEnum):
    """The kinds of blocks. The browser receives their numbers."""

    PARAGRAPH = 0
    HEADING = 1
    LIST_ITEM = 2
    TABLE_ROW = 3
    LINES = 4
    """Short lines that keep their line ends, such as verse or an address."""
    CODE = 5


@dataclass(frozen=True, slots=True)
class Block:
    """The characters start to stop of a text.

    Attributes:
        start: The first character. The white space that indents the first line belongs to the block.
        stop: The end, without the white space after the last line.
        kind: The kind of block.
        level: From 1 to 6 for a heading; depth of nesting from 0 for a list item; 0 for any other block.
    """

    start: int
    stop: int
    kind: BlockKind
    level: int = 0


WRAPPED = range(50, 121)
"""Characters of the longest line of a paragraph that was wrapped by hand."""
_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_LINE_END = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_UNDERLINE = re.compile(r"\s{0,3}(={3,}|-{3,})")
_BARRED = re.compile(r"\s*\|.*\|")
_MARKER = re.compile(
    r"(?P<indent>\s*)(?:"
    r"(?P<number>\d{1,3}(?:\.\d{1,3})*[.)]|\d{1,3}(?:\.\d{1,3})+(?=\s+[\"'“‘(]?[A-Z])|\(\d{1,3}\)"
    r"|[A-Z]\.\d{1,2}(?:\.\d{1,2})*)"
    r"|\(?(?:[A-Za-z]|[ivxl]{2,5})\)|[-*+•–◦▪‣·])\s+\S"
)
_INDENT_A_LEVEL = 2
_LONGEST_CODE = 1000  # lines


def blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a `text` in order. Every visible character is in exactly one of them."""
    lines = _lines(text)
    found: list[Block] = []
    number = 0
    while number < len(lines):
        count, kind, level = _special(lines, number)
        if count:
            found.append(_block(lines[number : number + count], kind, level))
        else:
            count = 1
            while _goes_on(lines, number + count - 1) and not _starts_block(lines, number + count):
                count += 1
            found += _running(lines[number : number + count])
        number += count
    return tuple(found)


def _block(lines: Sequence[Line], kind: BlockKind, level: int = 0) -> Block:
    return Block(lines[0].start, lines[-1].stop, kind, level)


def _lines(text: str) -> list[Line]:
    found: list[Line] = []
    last = 0
    for match in _LINE.finditer(text):
        line = match[0].rstrip()
        if line:
            is_first = not found or len(_LINE_END.findall(text, last, match.start())) > 1
            found.append(Line(match.start(), line, is_first))
            last = match.end()
    return found


def _special(lines: Sequence[Line], number: int) -> tuple[int, BlockKind, int]:
    """Return how many lines a block of code, a row or a heading has that begins here, its kind and its level.

    The count is 0 where none begins.
    """
    fenced = _fenced(lines, number)
    if fenced:
        return fenced, BlockKind.CODE, 0
    if _is_row(lines, number):
        return 1, BlockKind.TABLE_ROW, 0
    underline = _UNDERLINE.fullmatch(lines[number + 1].text) if _goes_on(lines, number) else None
    if underline and len(lines[number].text) < WRAPPED.stop:
        return 2, BlockKind.HEADING, 1 if underline[1][0] == "=" else 2
    level = heading_level(lines, number)
    return (1, BlockKind.HEADING, level) if level else (0, BlockKind.PARAGRAPH, 0)


def _goes_on(lines: Sequence[Line], number: int) -> bool:
    """Whether another line follows without a blank one between."""
    return number + 1 < len(lines) and not lines[number + 1].is_first


def _starts_block(lines: Sequence[Line], number: int) -> bool:
    return bool(_MARKER.match(lines[number].text)) or _special(lines, number)[0] > 0


def _fenced(lines: Sequence[Line], number: int) -> int:
    """Return how many lines a block of code has that begins here, its fences included; 0 where none does."""
    fence = _FENCE.match(lines[number].text)
    if not fence:
        return 0
    for end in range(number + 1, min(number + _LONGEST_CODE, len(lines))):
        if lines[end].text.strip() == fence[1]:
            return end + 1 - number
    return 0


def cells(line: str) -> list[str]:
    """Return the cells of a `line` whose cells are separated by tabs or by vertical bars."""
    separator = "\t" if "\t" in line.strip() else "|"
    return [cell for cell in line.strip().strip("|").split(separator) if cell.strip()]


def _is_row(lines: Sequence[Line], number: int) -> bool:
    """Whether a line is a table's row: a row never stands alone."""
    if not _has_cells(lines[number].text):
        return False
    after = _goes_on(lines, number) and _has_cells(lines[number + 1].text)
    return after or (not lines[number].is_first and _has_cells(lines[number - 1].text))


def _has_cells(line: str) -> bool:
    if _BARRED.fullmatch(line):
        return True
    found = cells(line)
    if len(found) < 2 or "||" in line:
        return False
    # A list's marker may be followed by a tab, which makes no table.
    return not (len(found) == 2 and "\t" in line.strip() and _MARKER.match(f"{found[0].strip()} x"))


def _running(lines: Sequence[Line]) -> Iterator[Block]:
    """Yield the paragraphs of lines that follow one another; the first one is a list item where it has a marker."""
    width = max(len(line.text) for line in lines)
    marker = _MARKER.match(lines[0].text)
    start = 0
    while start < len(lines):
        stop = start + 1
        while stop < len(lines) and _is_wrapped(lines[stop - 1].text, lines[stop].text.strip(), width):
            stop += 1
        kind = BlockKind.PARAGRAPH
        if marker and start == 0:
            yield _block(lines[:stop], BlockKind.LIST_ITEM, _depth(marker))
            start = stop
            continue
        if stop == start + 1 and not is_prose(lines[start].text):
            while stop < len(lines) and not is_prose(lines[stop].text):
                stop += 1
            kind = BlockKind.LINES if stop > start + 1 else kind
        yield _block(lines[start:stop], kind)
        start = stop


def _depth(marker: re.Match[str]) -> int:
    dots = marker["number"].strip("().").count(".") if marker["number"] else 0
    return dots + len(marker["indent"].expandtabs(4)) // _INDENT_A_LEVEL


def _is_wrapped(before: str, line: str, width: int) -> bool:
    """Whether two lines are one that was wrapped by hand: the first word of the second did not fit."""
    if width not in WRAPPED:
        return False
    return line[0].islower() or len(before) + 1 + len(line.split(maxsplit=1)[0]) > width
