"""A text in parts, some of them marked, and the rows of a list beside it, in the form the browser reads."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal

from longformer_viz.documents.structure.blocks import Block, BlockKind, blocks
from longformer_viz.figures.palette import ANSWER, INK
from longformer_viz.widget.payload import whole_text

_MOST_BLOCKS = 5_000  # A browser needs long for more elements; the form of such a text is left out.


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the text.

    Attributes:
        text: Its characters.
        mark: Its rank, from 1; 0 for no mark.
        level: Strength of the mark, from 1 to 3; below 0 for a part that lowers the probability.
        title: Tooltip.
    """

    text: str
    mark: int = 0
    level: int = 0
    title: str = ""


def marked_parts(text: str, marks: Iterable[tuple[int, Part]]) -> list[Part]:
    """Split a text into marked parts and the text between them.

    Args:
        text: The document.
        marks: Marked parts, each with the position of its first character. Of overlapping marks, the one that begins
            first is kept; of equal beginnings the shortest.

    Returns:
        The parts in the order of the text.
    """
    parts, place = [], 0
    for start, part in sorted(marks, key=lambda mark: (mark[0], len(mark[1].text))):
        if start >= place:
            parts += [Part(text[place:start]), part]
            place = start + len(part.text)
    return [part for part in [*parts, Part(text[place:])] if part.text]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list.

    Attributes:
        text: Its text.
        told: Text at its end.
        share: Length of its bar, from 0 to 1; None for no bar.
        lead: Text at its beginning.
        remark: A remark in small print.
        kind: "passage": a click scrolls to the row's mark. "choice": a click reports the row's number to the server.
            "plain": a click does nothing.
        mark: Rank of the mark that a passage scrolls to.
    """

    text: str
    told: str = ""
    share: float | None = None
    lead: str = ""
    remark: str = ""
    kind: Literal["passage", "choice", "plain"] = "plain"
    mark: int = 0


def marked_payload(
    parts: Sequence[Part],
    rows: Sequence[Row],
    *,
    height: int,
    label: str,
    chosen: int | None,
    folded_from: int | None,
    numbered: int,
) -> dict[str, Any]:
    """Return the values that the browser draws, in a form that JSON can represent.

    Args:
        parts: The text in parts.
        rows: The rows of the list.
        height: Height in pixels.
        label: Accessible name of the text.
        chosen: Index of the selected row, or None.
        folded_from: Index of the first row that is folded away, or None.
        numbered: Number of marks that show their rank.

    Returns:
        The values by name.
    """
    return {
        "blocks": [
            [int(block.kind), block.level, number, is_apart, [_part(part) for part in inside]]
            for block, number, is_apart, inside in _in_blocks(parts)
        ],
        "rows": [
            [
                whole_text(row.lead),
                whole_text(row.text),
                whole_text(row.remark),
                row.told,
                row.share,
                row.kind,
                row.mark,
            ]
            for row in rows
        ],
        "label": label,
        "chosen": chosen,
        "folded": folded_from if folded_from is not None and folded_from < len(rows) else None,
        "numbered": numbered,
        "height": height,
        "colour": ANSWER,
        "ink": INK["light"],
    }


def _part(part: Part) -> list[Any]:
    return [whole_text(part.text), part.mark, part.level, whole_text(part.title)]


def _in_blocks(parts: Sequence[Part]) -> Iterator[tuple[Block, int, bool, list[Part]]]:
    """Yield each block of the text, its number in the margin, whether a blank line stands before it, and its parts.

    Headings and rows of tables have no number: theirs is 0.
    """
    text = "".join(part.text for part in parts)
    found = blocks(text)
    if not 0 < len(found) <= _MOST_BLOCKS:
        found = (Block(0, len(text), BlockKind.PARAGRAPH),)
    places = [0, *accumulate(len(part.text) for part in parts)]
    first, last, count = 0, 0, 0
    for block in found:
        while first + 1 < len(parts) and places[first + 1] <= block.start:
            first += 1
        inside = []
        for number in range(first, len(parts)):
            part, place = parts[number], places[number]
            if place >= block.stop:
                break
            cut = part.text[max(0, block.start - place) : block.stop - place]
            inside.append(Part(cut, part.mark, part.level, part.title))
        is_numbered = block.kind not in (BlockKind.HEADING, BlockKind.TABLE_ROW)
        count += is_numbered
        yield block, count * is_numbered, text.count("\n", last, block.start) > 1, inside
        last = block.stop
