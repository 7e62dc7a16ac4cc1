"""A text in parts, some of them marked, and rows of a list beside it; and what of both the browser is given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from longformer_viz.figures.palette import ANSWER, INK


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the text. mark: its rank, 1 for the first to look at, 0 for no mark.

    level: how strongly it is marked, from 1 to 3; below 0 it is marked as what speaks against. title: shown while
    the pointer rests on it.
    """

    text: str
    mark: int = 0
    level: int = 0
    title: str = ""


def marked_parts(text: str, marks: Iterable[tuple[int, Part]]) -> list[Part]:
    """The whole text in parts: each mark, with the character where it begins, and what lies between, in order.

    Of marks that overlap the one that begins first is kept, of equal beginnings the shortest.
    """
    parts, place = [], 0
    for start, part in sorted(marks, key=lambda mark: (mark[0], len(mark[1].text))):
        if start >= place:
            parts += [Part(text[place:start]), part]
            place = start + len(part.text)
    return [part for part in [*parts, Part(text[place:])] if part.text]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: words before, text, a remark in small print, words at the end, and a bar of 0 to 1.

    kind: "passage" goes to the mark of that rank, "choice" tells the server its number, "plain" does neither.
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
    """Text that can travel: half a surrogate pair cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")
