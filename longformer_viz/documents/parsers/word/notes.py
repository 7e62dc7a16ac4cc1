"""Footnotes and endnotes of a Word document: their marks in the text and their own text."""

from lxml import etree

from longformer_viz.documents.parsers.number_formats import formatted
from longformer_viz.documents.parsers.word.package import WORD, value, whole_number

_ID = WORD + "id"


class NoteSeries:
    """The footnotes or the endnotes of a document, numbered in the order of their marks.

    Args:
        kind: "footnote" or "endnote".
        part: Root of the part that has their text.
        settings: Root of the document's settings, which set the number format.
    """

    def __init__(self, kind: str, part: etree._Element | None, settings: etree._Element | None) -> None:
        self.kind = kind
        found = [] if part is None else part.findall(WORD + kind)
        self._by_id = {note.get(_ID): note for note in found if note.get(WORD + "type") in (None, "normal")}
        usual = "lowerRoman" if kind == "endnote" else "decimal"
        self._format = value(settings, f"{kind}Pr/numFmt") or usual
        self._next = whole_number(value(settings, f"{kind}Pr/numStart"), 1)

    def next_mark(self, reference: etree._Element) -> tuple[str, etree._Element | None]:
        """Return the mark of the next note.

        Args:
            reference: The reference to the note in the text.

        Returns:
            The mark, "" if its author typed one, and the note's element if it has one.
        """
        note = self._by_id.get(reference.get(_ID))
        if reference.get(WORD + "customMarkFollows") in ("1", "true", "on"):
            return "", note
        mark = formatted(self._next, self._format)
        self._next += 1
        return mark, note
