"""The numbers that Word computes for paragraphs: "3.", "(b)", "Article IV", "2.1.3"."""

import re
from dataclasses import dataclass

from lxml import etree

from longformer_viz.documents.parsers.number_formats import formatted
from longformer_viz.documents.parsers.word.package import VALUE, WORD, is_on, value, whole_number
from longformer_viz.documents.parsers.word.styles import Styles

_PLACE = re.compile("%([1-9])")
_DECIMAL = {"decimal", "decimalZero", "ordinal"}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list.

    Attributes:
        start: The number of the first paragraph.
        number_format: Word's name of the number format.
        text: The number as written, with %1 for this list's first level.
        after: The characters after the number.
        restart: The level, from 1, that restarts this one. 0 means never, None means any higher level.
        legal: Whether the numbers of all levels are written in decimals.
        style: The paragraph style that is linked to the level.
    """

    start: int
    number_format: str
    text: str
    after: str
    restart: int | None
    legal: bool
    style: str | None


class Numbering:
    """Counts the numbered paragraphs of a document. They must be requested in document order.

    Args:
        root: Root of the part that describes the lists, or None.
        styles: The document's styles.
    """

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        abstract = [] if root is None else root.findall(WORD + "abstractNum")
        self._abstract = {each.get(WORD + "abstractNumId"): each for each in abstract}
        by_style = {value(each, "styleLink"): each for each in abstract if value(each, "styleLink")}
        for key, each in self._abstract.items():  # Some lists only name the list style that they follow.
            self._abstract[key] = by_style.get(value(each, "numStyleLink"), each)
        lists = [] if root is None else root.findall(WORD + "num")
        self._lists = {each.get(WORD + "numId"): each for each in lists}
        self._levels: dict[str, dict[int, Level]] = {}
        self._counts: dict[int, dict[int, int]] = {}  # counts by abstract list and level
        self._begun: set[tuple[str, int]] = set()

    def number_of(self, properties: etree._Element | None) -> str:
        """Return the number before a paragraph, with its separator.

        Args:
            properties: The paragraph's `w:pPr`.

        Returns:
            The number as a reader sees it, such as "3.1 " or "• ", or "" if it has none.
        """
        list_id, level_index = self._place(properties)
        if list_id is None or list_id not in self._lists:
            return ""
        levels = self._levels_of(list_id)
        level = levels.get(level_index)
        if level is None:
            return ""
        counts = self._count(list_id, level_index, levels)
        if level.number_format == "bullet":
            return "• " if level.text.strip() else ""

        def number(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            other = levels.get(index, level)
            asked = other.number_format
            if level.legal and asked not in _DECIMAL:
                asked = "decimal"
            return formatted(counts.get(index, other.start), asked)

        text = _PLACE.sub(number, level.text)
        return f"{text}{level.after}" if text.strip() else ""

    def _place(self, properties: etree._Element | None) -> tuple[str | None, int]:
        """Return the list and level of a paragraph, from its own properties and from its style."""
        style = value(properties, "pStyle") or self._styles.default_paragraph
        list_id, level = value(properties, "numPr/numId"), value(properties, "numPr/ilvl")
        style_list, style_level = self._styles.numbering(style)
        if list_id is None and style_list not in (None, "0"):
            list_id = style_list
            linked = self._linked_level(list_id, style)
            if level is None and linked is not None:
                return list_id, linked
        if list_id in (None, "0"):
            return None, 0
        return list_id, whole_number(level, style_level or 0)

    def _linked_level(self, list_id: str, style: str | None) -> int | None:
        if list_id not in self._lists:
            return None
        by_style = {level.style: index for index, level in self._levels_of(list_id).items() if level.style}
        return next((by_style[name] for name in self._styles.names(style) if name in by_style), None)

    def _levels_of(self, list_id: str) -> dict[int, Level]:
        if list_id not in self._levels:
            one = self._lists[list_id]
            abstract = self._abstract.get(value(one, "abstractNumId"))
            found = [] if abstract is None else abstract.findall(WORD + "lvl")
            found += one.findall(f"{WORD}lvlOverride/{WORD}lvl")
            self._levels[list_id] = {whole_number(each.get(WORD + "ilvl"), 0): _level(each) for each in found}
        return self._levels[list_id]

    def _count(self, list_id: str, index: int, levels: dict[int, Level]) -> dict[int, int]:
        """Count one paragraph. Lists of one abstract list continue each other's count."""
        one = self._lists[list_id]
        abstract = self._abstract.get(value(one, "abstractNumId"))
        counts = self._counts.setdefault(id(abstract), {})
        start = self._restarted(one, list_id, index)
        if start is not None:
            counts[index] = start
        else:
            counts[index] = counts[index] + 1 if index in counts else levels[index].start
        for deeper in [each for each in counts if each > index]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or index < restart:
                del counts[deeper]
        return counts

    def _restarted(self, one: etree._Element, list_id: str, index: int) -> int | None:
        """Return the number at which a separate list starts this level, at the level's first paragraph only."""
        if (list_id, index) in self._begun:
            return None
        self._begun.add((list_id, index))
        for override in one.findall(WORD + "lvlOverride"):
            if whole_number(override.get(WORD + "ilvl"), 0) == index:
                start = value(override, "startOverride")
                return None if start is None else whole_number(start, 1)
        return None


def _level(element: etree._Element) -> Level:
    formats = list(element.iter(WORD + "numFmt"))  # The older equivalent of a newer format comes last.
    restart = value(element, "lvlRestart")
    after = value(element, "suff")
    return Level(
        start=whole_number(value(element, "start"), 0 if element.find(WORD + "start") is None else 1),
        number_format=formats[-1].get(VALUE, "decimal") if formats else "decimal",
        text=value(element, "lvlText") or "",
        after="" if after == "nothing" else " ",
        restart=None if restart is None else whole_number(restart, 0),
        legal=bool(is_on(element, "isLgl")),
        style=value(element, "pStyle"),
    )
