"""The settings of a Word document's styles that change its text: hidden text and numbered paragraphs."""

from lxml import etree

from longformer_viz.documents.parsers.word.package import WORD, is_on, value, whole_number

_DEEPEST = 30  # longest chain of styles; stops at a style that is based on itself


class Styles:
    """The styles of a document by identifier. A style's setting may come from the style it is based on."""

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
        """Return whether the style of this identifier hides its text."""
        answers = (is_on(style.find(WORD + "rPr"), "vanish") for style in self._chain(style_id))
        return next((answer for answer in answers if answer is not None), False)

    def numbering(self, style_id: str | None) -> tuple[str | None, int | None]:
        """Find the list of the paragraphs of a style.

        Args:
            style_id: The style's identifier.

        Returns:
            The list's identifier, and the level if the style sets one.
        """
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
        """Return the identifiers of this style and of those it is based on, nearest first."""
        return [style.get(WORD + "styleId", "") for style in self._chain(style_id)]

    def _chain(self, style_id: str | None) -> list[etree._Element]:
        chain: list[etree._Element] = []
        while style_id in self._by_id and len(chain) < _DEEPEST:
            chain.append(self._by_id[style_id])
            style_id = value(chain[-1], "basedOn")
        return chain
