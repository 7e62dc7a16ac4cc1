"""Raised digits keep their meaning in plain text: 10⁶ must not read 106."""

import re

_RAISED = re.compile(r"\s*[+\-−–]?\d+\s*")
_TABLE = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")


def superscript(text: str) -> str:
    """Return a raised number in Unicode's superscript digits; other raised text, such as "th", stays as it is."""
    return text.translate(_TABLE) if _RAISED.fullmatch(text) else text
