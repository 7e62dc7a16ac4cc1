"""Fields of Word (dates, page numbers, references, form fields). Their result is text, their code is not."""

from dataclasses import dataclass, field

from lxml import etree

from longformer_viz.documents.parsers.word.package import VALUE, WORD, is_on, value, whole_number

FIELD_MARK = WORD + "fldChar"
_KIND = WORD + "fldCharType"


@dataclass(slots=True)
class Fields:
    """The fields that are open at a point of the document. A field may begin and end in different paragraphs."""

    _shows: list[bool] = field(default_factory=list)

    @property
    def shows_text(self) -> bool:
        """Whether text at this point is visible: it is in no field, or in the result of each."""
        return all(self._shows)

    def pass_mark(self, mark: etree._Element) -> str:
        """Process a field's beginning, middle or end.

        Args:
            mark: A `w:fldChar`.

        Returns:
            The text that an older form field shows at its beginning: a box, or the selected entry.
        """
        match mark.get(_KIND):
            case "begin":
                self._shows.append(False)
                return _form_value(mark) if all(self._shows[:-1]) else ""
            case "separate" if self._shows:
                self._shows[-1] = True
            case "end" if self._shows:
                self._shows.pop()
        return ""


class BrokenFields(Fields):
    """The fields of a part in which some field does not end. All text is shown, because none may be lost."""

    def pass_mark(self, mark: etree._Element) -> str:
        """Ignore the `mark`."""
        return ""


def fields_of(part: etree._Element) -> Fields:
    """Return the state of fields at the start of a `part`."""
    kinds = [mark.get(_KIND) for mark in part.iter(FIELD_MARK)]
    return Fields() if kinds.count("begin") == kinds.count("end") else BrokenFields()


def _form_value(mark: etree._Element) -> str:
    box = mark.find(f"{WORD}ffData/{WORD}checkBox")
    if box is not None:
        is_checked = is_on(box, "checked")
        return "☒" if (is_on(box, "default") if is_checked is None else is_checked) else "☐"
    choices = mark.find(f"{WORD}ffData/{WORD}ddList")
    if choices is None:
        return ""
    entries = [entry.get(VALUE, "") for entry in choices.findall(WORD + "listEntry")]
    chosen = whole_number(value(choices, "result"), whole_number(value(choices, "default"), 0))
    return entries[chosen] if 0 <= chosen < len(entries) else ""
