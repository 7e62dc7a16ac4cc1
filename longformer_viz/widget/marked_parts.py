"""A text in parts, some of them marked, and the rows of a list beside it, as the browser is given them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from longformer_viz.figures.palette import ANSWER, INK


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the text.

    Attributes:
        text: Its characters.
        mark: Its rank, 1 for the first; 0 for no mark.
        level: How strongly it is marked, from 1 to 3; below 0 for a part that lowers the probability.
        title: Shown while the pointer rests on it.
    """

    text: str
    mark: int = 0
    level: int = 0
    title: str = ""


def marked_parts(text: str, marks: Iterable[tuple[int, Part]]) -> list[Part]:
    """Return the whole text in parts.

    Args:
        text: The document.
        marks: Marked parts, each with the position of its first character. Of marks that overlap, the one that
            begins first is kept; of equal beginnings the shortest.

    Returns:
        The marked parts and what lies between them, in the order of the text.
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
        text: Its words.
        told: Words at its end.
        share: Length of its bar, from 0 to 1; None for no bar.
        lead: Words at its beginning.
        remark: A remark in small print.
        kind: A click on a "passage" scrolls to the mark of its rank, a click on a "choice" reports the row's number
            to the server, and a "plain" row does neither.
        mark: The rank of the mark that a passage scrolls to.
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
    """Return what the browser draws, as values that JSON can hold."""
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
    """Return the text without lone surrogates, which cannot travel."""
    return text.encode("utf-8", "replace").decode("utf-8")
