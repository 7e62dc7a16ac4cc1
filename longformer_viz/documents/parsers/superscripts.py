"""Keep the meaning of raised digits in plain text: 10⁶ must not become 106."""

import re

_RAISED = re.compile(r"\s*[+\-−–]?\d+\s*")
_TABLE = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")


def superscript(text: str) -> str:
    """Write a raised number in Unicode's superscript digits. Other raised `text`, such as "th", is unchanged."""
    return text.translate(_TABLE) if _RAISED.fullmatch(text) else text
