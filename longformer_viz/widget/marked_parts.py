"""A text in parts, some of them marked, and the rows of a list beside it, in the form the browser reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from longformer_viz.figures.palette import ANSWER, INK


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
        "parts": [[_whole(part.text), part.mark, part.level, _whole(part.title)] for part in parts],
        "rows": [
            [_whole(row.lead), _whole(row.text), _whole(row.remark), row.told, row.share, row.kind, row.mark]
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


def _whole(text: str) -> str:
    """Return the text without lone surrogates, which cannot be encoded."""
    return text.encode("utf-8", "replace").decode("utf-8")
