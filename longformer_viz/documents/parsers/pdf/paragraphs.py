"""Join printed lines into paragraphs: a line break inside a paragraph becomes a space."""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from longformer_viz.documents.parsers.pdf.hyphens import Hyphens
from longformer_viz.documents.parsers.pdf.lines import Line

LIST_MARK = re.compile(r"(?:[•●▪■◦‣–—*]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|§+)\s|\d+(?:\.\d+)+\s")
SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")
SAME_SIZE = 0.8  # lowest ratio of the heights of two lines of one size
SAME_LEADING = 1.3


def page_text(lines: Sequence[Line], hyphens: Hyphens) -> str:
    """Join the lines of a page into paragraphs, separated by blank lines.

    Two lines belong to one paragraph if they have the same size and distance and the first is full. A line is full if
    the first word of the next would not have fitted into it. A line that is not full keeps its line break.

    Args:
        lines: The lines of a page in reading order.
        hyphens: Joins split words.

    Returns:
        The page's text.
    """
    text = ""
    before: Line | None = None
    right_before = 0.0
    for block in _blocks(lines):
        right = max(line.box.right for line in block)
        for index, line in enumerate(block):
            following = block[index + 1] if index + 1 < len(block) else None
            if before is None:
                text = line.text
            elif index == 0:
                text = _joined(text, before, line, _flows(before, line, right_before), "\n\n", hyphens)
            else:
                breaks = _is_indented(before, line, following)
                goes_on = not breaks and _is_full(before, line, right) and not _starts_item(before, line)
                text = _joined(text, before, line, goes_on, "\n\n" if breaks else "\n", hyphens)
            before = line
        right_before = right
    return text + ("-" if before is not None and before.is_hyphenated else "")


def _joined(text: str, before: Line, line: Line, goes_on: bool, separator: str, hyphens: Hyphens) -> str:
    if before.is_hyphenated and (goes_on or line.text[:1].islower()):
        return text[: len(text) - len(before.text)] + hyphens.join(before.text, line.text)
    hyphen = "-" if before.is_hyphenated else ""
    return f"{text}{hyphen}{' ' if goes_on else separator}{line.text}"


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Return runs of lines below each other with the same size and distance."""
    distances = [after.box.bottom - before.box.bottom for before, after in pairwise(lines)]
    near = [
        distance for distance, before in zip(distances, lines, strict=False) if 0 < distance < 3 * before.box.height
    ]
    leading = median(near) if near else 0.0
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks and _is_below(blocks[-1][-1], line, leading):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _is_below(before: Line, line: Line, leading: float) -> bool:
    low, high = sorted((before.box.height, line.box.height))
    distance = line.box.bottom - before.box.bottom
    overlap = min(before.box.right, line.box.right) - max(before.box.left, line.box.left)
    allowed = SAME_LEADING * max(leading, min(before.box.height, line.box.height))
    return low >= SAME_SIZE * high and 0 < distance <= allowed and overlap > 0


def _is_full(before: Line, line: Line, right: float) -> bool:
    first_word = line.text.split(" ", 1)[0]
    character_width = (line.box.right - line.box.left) / max(1, len(line.text))
    return before.box.right + (len(first_word) + 1) * character_width > right - 0.1 * line.box.height


def _is_indented(before: Line, line: Line, following: Line | None) -> bool:
    """Return whether an indented first line starts a paragraph. A hanging indent below a list mark does not."""
    tolerance = 0.5 * line.box.height
    if line.box.left <= before.box.left + tolerance or LIST_MARK.match(before.text):
        return False
    return following is None or following.box.left < line.box.left - tolerance


def _starts_item(before: Line, line: Line) -> bool:
    if line.text.startswith(("[x]", "[ ]")):
        return True
    return bool(LIST_MARK.match(line.text) and SENTENCE_END.search(before.text))


def _flows(before: Line, line: Line, right: float) -> bool:
    """Return whether a sentence continues at the top of the next column."""
    is_above = line.box.bottom < before.box.top and line.box.left > before.box.left
    low, high = sorted((before.box.height, line.box.height))
    is_inside_sentence = not SENTENCE_END.search(before.text) and line.text[:1].islower()
    return is_above and low >= SAME_SIZE * high and is_inside_sentence and _is_full(before, line, right)
