"""Decide from the rest of the document whether a hyphen at a line's end splits a word or belongs to it."""

import re
from collections import Counter
from collections.abc import Iterable

from longformer_viz.documents.parsers.pdf.lines import Line

LAST_PART = re.compile(r"[^\W\d_]+$")
FIRST_PART = re.compile(r"[^\W\d_]+")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
PREFIXES = frozenset(
    {"all", "co", "cross", "ex", "half", "long", "mid", "non", "quasi", "self", "short", "so", "well"}
)


class Hyphens:
    """Joins the two halves of a word that a line break split.

    Args:
        lines: The lines of the document. The words inside them show how words are written.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        self.counts: Counter[str] = Counter()
        was_hyphenated = False
        for line in lines:
            words = [word.lower() for word in WORD.findall(line.text)]
            self.counts.update(words[int(was_hyphenated) : len(words) - int(line.is_hyphenated)])
            was_hyphenated = line.is_hyphenated

    def join(self, before: str, after: str) -> str:
        """Join two lines, and keep the hyphen between them if it belongs to the word.

        Args:
            before: A line that ended with a hyphen, without that hyphen.
            after: The line below it.

        Returns:
            One line of text.
        """
        return f"{before}{'-' if self._is_kept(before, after) else ''}{after}"

    def _is_kept(self, before: str, after: str) -> bool:
        last, first = LAST_PART.search(before), FIRST_PART.match(after)
        if not last or not first or first.group()[0].isupper():
            return True  # "1990-", "Anglo-Saxon"
        left, right = last.group().lower(), first.group().lower()
        with_hyphen, without = self.counts[f"{left}-{right}"], self.counts[left + right]
        if with_hyphen or without:
            return with_hyphen > without
        if before[: last.start()].endswith("-") or left in PREFIXES:  # "state-of-the-" + "art"
            return True
        are_words = self.counts[left] and self.counts[right]
        return bool(are_words) and min(len(left), len(right)) > 2  # "mixed-" + "mode"
