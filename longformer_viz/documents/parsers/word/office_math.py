"""Equations of Office documents (Office MathML), written on one line of plain text: (a+b)/c, x_1^2, √(x)."""

import re
from collections.abc import Callable

from lxml import etree

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TEXT = MATH + "t"
_VALUE = MATH + "val"
_SIMPLE = re.compile(r"[^\W_]+(?:[.,]\d+)?|.", re.DOTALL)  # a term that needs no brackets beside an operator
# Elements that only contain others.
_TRANSPARENT = {
    "oMath", "oMathPara", "e", "num", "den", "sub", "sup", "deg", "fName", "lim", "box", "borderBox", "r", "groupChr"
}  # fmt: skip


class Linearizer:
    """Writes one equation on a line. `complete` says whether its whole structure was known."""

    def __init__(self) -> None:
        self.complete = True

    def text(self, element: etree._Element) -> str:
        """Write the equation below an `element` as plain text."""
        if element.tag == _TEXT:
            return element.text or ""
        name = etree.QName(element).localname if isinstance(element.tag, str) else "Pr"
        if name.endswith("Pr") or name == "del":  # Settings, and content that a tracked change deleted.
            return ""
        if name in _WRITERS:
            return _WRITERS[name](self, element)
        if name not in _TRANSPARENT and etree.QName(element).namespace == MATH[1:-1]:
            self.complete = False
        return "".join(map(self.text, element))

    def _part(self, element: etree._Element, name: str) -> str:
        child = element.find(MATH + name)
        return "" if child is None else self.text(child)

    def _grouped(self, element: etree._Element, name: str) -> str:
        part = self._part(element, name)
        return part if _SIMPLE.fullmatch(part) or not part else f"({part})"

    def _fraction(self, element: etree._Element) -> str:
        bar = "¦" if _property(element, "type", "bar") == "noBar" else "/"
        return f"{self._grouped(element, 'num')}{bar}{self._grouped(element, 'den')}"

    def _raised(self, element: etree._Element) -> str:
        return f"{self._grouped(element, 'e')}^{self._grouped(element, 'sup')}"

    def _lowered(self, element: etree._Element) -> str:
        return f"{self._grouped(element, 'e')}_{self._grouped(element, 'sub')}"

    def _lowered_and_raised(self, element: etree._Element) -> str:
        return f"{self._lowered(element)}^{self._grouped(element, 'sup')}"

    def _before_base(self, element: etree._Element) -> str:
        return f"_{self._grouped(element, 'sub')}^{self._grouped(element, 'sup')} {self._part(element, 'e')}"

    def _root(self, element: etree._Element) -> str:
        degree = self._part(element, "deg")
        return f"√{f'[{degree}]' if degree else ''}({self._part(element, 'e')})"

    def _big_operator(self, element: etree._Element) -> str:
        below, above = self._grouped(element, "sub"), self._grouped(element, "sup")
        sign = _property(element, "chr", "∫")
        return f"{sign}{f'_{below}' if below else ''}{f'^{above}' if above else ''} {self._part(element, 'e')}"

    def _delimited(self, element: etree._Element) -> str:
        parts = _property(element, "sepChr", "|").join(map(self.text, element.findall(MATH + "e")))
        return f"{_property(element, 'begChr', '(')}{parts}{_property(element, 'endChr', ')')}"

    def _function(self, element: etree._Element) -> str:
        return f"{self._part(element, 'fName')} {self._part(element, 'e')}"

    def _limit_below(self, element: etree._Element) -> str:
        return f"{self._part(element, 'e')}_{self._grouped(element, 'lim')}"

    def _limit_above(self, element: etree._Element) -> str:
        return f"{self._part(element, 'e')}^{self._grouped(element, 'lim')}"

    def _matrix(self, element: etree._Element) -> str:
        rows = (", ".join(map(self.text, row.findall(MATH + "e"))) for row in element.findall(MATH + "mr"))
        return f"[{'; '.join(rows)}]"

    def _lines(self, element: etree._Element) -> str:
        return "; ".join(map(self.text, element.findall(MATH + "e")))

    def _accent(self, element: etree._Element) -> str:
        return self._grouped(element, "e") + _property(element, "chr", "\u0302")

    def _barred(self, element: etree._Element) -> str:
        line = "\u0305" if _property(element, "pos", "bot") == "top" else "\u0332"
        return self._grouped(element, "e") + line

    def _phantom(self, element: etree._Element) -> str:
        return "" if _property(element, "show", "1") in ("0", "off", "false") else self._part(element, "e")


_WRITERS: dict[str, Callable[[Linearizer, etree._Element], str]] = {
    "f": Linearizer._fraction,
    "sSup": Linearizer._raised,
    "sSub": Linearizer._lowered,
    "sSubSup": Linearizer._lowered_and_raised,
    "sPre": Linearizer._before_base,
    "rad": Linearizer._root,
    "nary": Linearizer._big_operator,
    "d": Linearizer._delimited,
    "func": Linearizer._function,
    "limLow": Linearizer._limit_below,
    "limUpp": Linearizer._limit_above,
    "m": Linearizer._matrix,
    "eqArr": Linearizer._lines,
    "acc": Linearizer._accent,
    "bar": Linearizer._barred,
    "phant": Linearizer._phantom,
}


def _property(element: etree._Element, name: str, default: str) -> str:
    """Return a setting of an equation's part. A setting without a value is an empty character."""
    found = element.find(f"{MATH}{etree.QName(element).localname}Pr/{MATH}{name}")
    return default if found is None else found.get(_VALUE, "")
