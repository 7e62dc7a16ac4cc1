"""What a Word document's styles say that changes its text: hidden text and numbered paragraphs."""

from lxml import etree

from longformer_viz.documents.parsers.word.package import WORD, is_on, value, whole_number

_DEEPEST = 30  # a style based on itself, over others or not, ends here


class Styles:
    """The styles of a document by identifier, each asked for what it or the style it is based on says."""

    def __init__(self, root: etree._Element | None) -> None:
        found = [] if root is None else list(root.iter(WORD + "style"))
        self._by_id = {style.get(WORD + "styleId"): style for style in found}
        self.default_paragraph = next(
            (
                style.get(WORD + "styleId")
                for style in found
                if style.get(WORD + "type") == "paragraph" and style.get(WORD + "default") in ("1", "true", "on")
            ),
            None,
        )

    def hides_text(self, style_id: str | None) -> bool:
        """Return whether text of this style is hidden."""
        answers = (is_on(style.find(WORD + "rPr"), "vanish") for style in self._chain(style_id))
        return next((answer for answer in answers if answer is not None), False)

    def numbering(self, style_id: str | None) -> tuple[str | None, int | None]:
        """Return the list that paragraphs of this style are counted in, and the level where the style names one."""
        number_id, level = None, None
        for style in self._chain(style_id):
            number_id = number_id or value(style, "pPr/numPr/numId")
            named = value(style, "pPr/numPr/ilvl")
            if level is None and named is not None:
                level = whole_number(named, 0)
            if number_id is not None:
                break
        return number_id, level

    def names(self, style_id: str | None) -> list[str]:
        """Return a style's identifier and those of the styles it is based on, nearest first."""
        return [style.get(WORD + "styleId", "") for style in self._chain(style_id)]

    def _chain(self, style_id: str | None) -> list[etree._Element]:
        chain: list[etree._Element] = []
        while style_id in self._by_id and len(chain) < _DEEPEST:
            chain.append(self._by_id[style_id])
            style_id = value(chain[-1], "basedOn")
        return chain
