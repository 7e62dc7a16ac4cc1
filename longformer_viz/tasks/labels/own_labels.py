"""Labels that someone typed, each with a description if they like: "contract: an agreement between parties"."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from longformer_viz.spec import InputError, shown

MAX_LABELS = 100
MAX_LABEL_CHARACTERS = 100
_DESCRIPTION = re.compile(r":\s+")


def label_name(label: str) -> str:
    """Return a label without its description.

    Args:
        label: "NAME" or "NAME: DESCRIPTION".
    """
    cleaned = " ".join(label.split())
    return _DESCRIPTION.split(f"{cleaned} ", maxsplit=1)[0].strip()


def split_labels(text: str) -> tuple[str, ...]:
    """Return the labels of a text.

    Args:
        text: Labels, separated by commas, semicolons or line ends. A description may have commas, so a semicolon or
            a line end must follow it.
    """
    found = []
    for part in re.split(r"[;\n\r]+", text):
        before = _DESCRIPTION.split(part, maxsplit=1)[0]
        *plain, last = before.split(",")
        found += [*plain, last + part[len(before) :]]
    return tuple(label.strip() for label in found if label.strip())


def checked_labels(labels: Sequence[str]) -> list[str]:
    """Check labels and remove extra space.

    Args:
        labels: The labels, with or without descriptions.

    Raises:
        InputError: If there are fewer than two or too many, or one is repeated, too long, without a name or not a
            string.
    """
    if not isinstance(labels, Collection) or any(not isinstance(label, str) for label in labels):
        raise InputError(f"Labels must be strings in a list. You entered {shown(labels)}. Write each in quotes.")
    cleaned = [" ".join(label.split()) for label in labels]
    cleaned = [label for label in cleaned if label]
    names = [label_name(label) for label in cleaned]
    if "" in names:
        nameless = cleaned[names.index("")]
        raise InputError(
            f"A label must have a name before its description. You entered {shown(nameless)}. "
            "Try 'contract: an agreement between parties'."
        )
    counts = Counter(map(str.casefold, names))
    doubled = sorted(name for name in names if counts[name.casefold()] > 1)
    if doubled:
        raise InputError(f"Each label must be unique; {shown(doubled[0])} is repeated. Remove the others.")
    if not 2 <= len(names) <= MAX_LABELS:
        raise InputError(
            f"There must be 2 to {MAX_LABELS} labels to choose from. You entered {len(names)}. "
            f"{'Add another' if len(names) < 2 else 'Remove some'}."
        )
    long = [name for name in names if len(name) > MAX_LABEL_CHARACTERS]
    if long:
        raise InputError(
            f"A label may have at most {MAX_LABEL_CHARACTERS} characters; {shown(long[0])} has {len(long[0]):,}. "
            "Shorten it, or write a name, a colon and a description."
        )
    return cleaned
