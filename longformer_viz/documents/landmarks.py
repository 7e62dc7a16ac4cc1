"""Positions of tokens that are useful as global tokens, such as the starts of sentences and paragraphs."""

import re
from bisect import bisect_left
from functools import lru_cache

from longformer_viz.checks import check_type
from longformer_viz.spec import InputError, shown
from longformer_viz.trace.tokens import Tokens

# A sentence starts at the first visible character, and after an end mark (with its closing quotes) and a space, or
# an empty line. Abbreviations count as ends of sentences, because a few extra starts do no harm here.
# Possessive quantifiers, and a look behind where a run of marks or spaces begins, read any text once.
_EMPTY_LINE = r"(?<!\s)[^\S\n]*+\n[^\S\n]*+\n"
_SENTENCE = re.compile(rf"(?:\A|(?<![.!?。！？؟])[.!?。！？؟]++[\"'”’)\]]*+\s|{_EMPTY_LINE})\s*+(?=\S)")
_MOST_POSITIONS = 16_384
_PARAGRAPH = re.compile(rf"(?:\A|{_EMPTY_LINE})\s*+(?=\S)")


def sentence_starts(tokens: Tokens) -> tuple[int, ...]:
    """Find the first token of each sentence.

    Args:
        tokens: The tokenized document.

    Returns:
        Token positions in ascending order, always with position 0.

    Raises:
        InputError: The document is not tokenized.
    """
    return _first_tokens(tokens, _SENTENCE)


def paragraph_starts(tokens: Tokens) -> tuple[int, ...]:
    """Find the first token of each paragraph. Blank lines separate paragraphs.

    Args:
        tokens: The tokenized document.

    Returns:
        Token positions in ascending order, always with position 0.

    Raises:
        InputError: The document is not tokenized.
    """
    return _first_tokens(tokens, _PARAGRAPH)


def every_kth(tokens: Tokens, step: int) -> tuple[int, ...]:
    """Return every `step`-th token position, from 0.

    Args:
        tokens: The tokenized document.
        step: Distance between two positions, in tokens.

    Returns:
        Token positions in ascending order.

    Raises:
        InputError: If the step is less than 1.
    """
    if not isinstance(step, int) or step < 1:
        raise InputError(f"The step between global tokens must be 1 or more. You entered {shown(step)}. Try 64.")
    return tuple(range(0, len(tokens), step))


def typed_positions(text: str) -> tuple[int, ...]:
    """Parse token positions from text such as "0, 5, 17-20".

    Args:
        text: Whole numbers and ranges, separated by commas, semicolons or white space.

    Returns:
        Token positions in ascending order, each once.

    Raises:
        InputError: If the text is anything else, or names more than 16,384 positions.
    """
    rule = 'Global positions must be whole numbers and ranges, such as "0, 5, 17-20"'
    positions: set[int] = set()
    for part in filter(None, re.split(r"[,;\s]+", text.strip())):
        match = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", part)
        if not match:
            raise InputError(f"{rule}. You entered {shown(part)}. Correct or remove it.")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise InputError(
                f"A range must start with the smaller position. You entered {shown(part)}. Try {last}-{first}."
            )
        if last - first >= _MOST_POSITIONS:
            raise InputError(
                f"{rule}, with at most 16,384 positions a range. You entered {shown(part)}. Shorten the range."
            )
        positions.update(range(first, last + 1))
        if len(positions) > _MOST_POSITIONS:
            raise InputError(f"{rule}, at most 16,384 in all; {shown(part)} exceeds that. Remove some.")
    return tuple(sorted(positions))


def _first_tokens(tokens: Tokens, pattern: re.Pattern[str]) -> tuple[int, ...]:
    check_type(tokens, Tokens, "A tokenized document", "Make it with model.tokenize(text).")
    return _found_tokens(tokens, pattern)


@lru_cache(maxsize=8)
def _found_tokens(tokens: Tokens, pattern: re.Pattern[str]) -> tuple[int, ...]:
    # Special tokens have the offsets (0, 0). The ends of the other tokens increase with their positions.
    words = [index for index, (start, stop) in enumerate(tokens.offsets) if stop > start]
    ends = [tokens.offsets[index][1] for index in words]
    found = {0}
    for match in pattern.finditer(tokens.text):
        place = bisect_left(ends, match.end() + 1)
        if place < len(words) and tokens.offsets[words[place]][0] >= match.end():
            found.add(words[place])
    return tuple(sorted(found))
