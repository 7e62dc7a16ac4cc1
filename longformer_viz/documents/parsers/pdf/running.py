"""Running headers, footers and page numbers: lines that repeat at one position from page to page."""

import re
from collections import defaultdict
from collections.abc import Sequence

from longformer_viz.documents.parsers.pdf.lines import Box, Line

MARGIN_LINES = 3  # lines examined at the top and at the bottom of each page
LEAST_PAGES = 3  # fewest pages on which a line repeats; 2 in a document of two pages
PLACE_POINTS = 4.0
NUMBER = re.compile(r"\d+")
ROMAN_PAGE = re.compile(r"[ivxlc]+", re.IGNORECASE)


def running_lines(pages: Sequence[Sequence[Line]]) -> list[set[int]]:
    """Find the lines that repeat near the top or the bottom of the pages.

    Lines are compared with all numbers treated as equal. A line of numbers only must count the pages: one of its
    numbers minus the page's index is the same on all those pages.

    Args:
        pages: The lines of each page.

    Returns:
        For each page the indices of its running lines.
    """
    places: dict[tuple[str, str], list[tuple[int, int, Box]]] = defaultdict(list)
    for number, lines in enumerate(pages):
        for side, indices in _margins(lines):
            for index in indices:
                places[side, _pattern(lines[index].text)].append((number, index, lines[index].box))
    found: list[set[int]] = [set() for _ in pages]
    least = min(LEAST_PAGES, max(2, len(pages)))
    for (_side, pattern), spots in places.items():
        for group in _at_one_place(spots):
            if pattern.strip("# -–—|.·[]()") == "":
                group = _counting_pages(group, pages)
            if len({number for number, _, _ in group}) >= least:
                for number, index, _ in group:
                    found[number].add(index)
    return found


def _margins(lines: Sequence[Line]) -> list[tuple[str, list[int]]]:
    order = sorted(range(len(lines)), key=lambda index: lines[index].box.top)
    upper = order[:MARGIN_LINES]
    lower = [index for index in order[-MARGIN_LINES:] if index not in upper]
    return [("top", upper), ("bottom", lower)]


def _pattern(text: str) -> str:
    if ROMAN_PAGE.fullmatch(text):
        return "#"
    return NUMBER.sub("#", text).casefold()


def _at_one_place(spots: list[tuple[int, int, Box]]) -> list[list[tuple[int, int, Box]]]:
    """Split the lines by their height on the page."""
    groups: list[list[tuple[int, int, Box]]] = []
    for spot in sorted(spots, key=lambda spot: spot[2].top):
        if groups and spot[2].top - groups[-1][-1][2].top <= PLACE_POINTS:
            groups[-1].append(spot)
        else:
            groups.append([spot])
    return groups


def _counting_pages(group: list[tuple[int, int, Box]], pages: Sequence[Sequence[Line]]) -> list[tuple[int, int, Box]]:
    by_offset: dict[int | None, list[tuple[int, int, Box]]] = defaultdict(list)
    for number, index, box in group:
        text = pages[number][index].text
        values = [int(value) for value in NUMBER.findall(text)] or [_roman(text)]
        for value in set(values):
            by_offset[value - number].append((number, index, box))
    return max(by_offset.values(), key=len, default=[])


def _roman(text: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}.get(letter, 0) for letter in text.casefold()]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))
