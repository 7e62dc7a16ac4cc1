"""Remove the characters that no reader can see and no tokenizer should get."""

import re
import unicodedata

from longformer_viz.documents.limits import MAX_CHARACTERS
from longformer_viz.spec import InputError, shown

LINE_END = re.compile("\r\n|[\r\v\f\x85]")
CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SURROGATE = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Return a text with Unix line ends and without control characters.

    Carriage returns, form feeds, vertical tabs and next-line characters become line ends. All other control
    characters but the tab are removed. A lone half of a surrogate pair becomes U+FFFD. Everything else is unchanged:
    emoji, right-to-left text, zero-width characters, markup.

    Args:
        text: A document.

    Returns:
        The same document, safe to show and to tokenize.

    Raises:
        InputError: If no visible character remains, or more than `MAX_CHARACTERS` characters do.
    """
    text = LINE_END.sub("\n", text)
    text = CONTROL.sub("", text)
    if SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if len(text) > MAX_CHARACTERS:
        raise too_long(len(text))
    if not any(map(_is_visible, text)):
        raise InputError(
            f"The document is empty: it must have at least one visible character. You entered {shown(text)}. "
            "Paste some text, or choose another document."
        )
    return text


def too_long(characters: int) -> InputError:
    """Return the error for a document of this many `characters`."""
    return InputError(
        f"A document may have at most {MAX_CHARACTERS:,} characters. This one has {characters:,}. "
        "Split it, or keep only the part that you need."
    )


def _is_visible(character: str) -> bool:
    # Unassigned characters count: newer emoji are unknown to an older Python.
    category = unicodedata.category(character)
    return category[0] in "LNPS" or category in ("Mc", "Co", "Cn")
