"""Detection of English, to warn about documents in a language that the default model has not learned."""

import re

LEAST_WORDS = 20
_SHARE = 0.15  # English prose has 33% to 50%, its tables 20%; Dutch, German and French have a few per cent.
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SAMPLED = 20_000  # characters from the beginning and from the middle
# Articles, pronouns, prepositions and auxiliaries, without those that are frequent in a related language (Dutch "in",
# "is" and "was", German "in" and "was", French "on", Spanish "no").
_FUNCTION_WORDS = re.compile(
    "the|of|and|to|that|it|for|with|as|be|by|this|have|has|had|from|or|but|not|are|were|been|which|you|his|her|they|"
    "their|we|our|she|he|would|could|should|will|can|there|if|when|who|whom|what|its|than|then|these|those|them|any|"
    "into|may|must|shall"
)


def looks_english(text: str) -> bool:
    """Estimate whether a text is English, from its share of English function words.

    Args:
        text: A document. Only its beginning and middle are examined.

    Returns:
        True if the share is high enough, or the text has fewer than 20 words in the Latin script.
    """
    middle = max(_SAMPLED, len(text) // 2)
    words = _WORD.findall((text[:_SAMPLED] + " " + text[middle : middle + _SAMPLED]).lower())
    if len(words) < LEAST_WORDS:
        return not _is_of_other_script(text)
    return sum(bool(_FUNCTION_WORDS.fullmatch(word)) for word in words) / len(words) >= _SHARE


def _is_of_other_script(text: str) -> bool:
    """Return whether most letters are not Latin. Languages without spaces have few words, even in long texts."""
    letters = [character for character in text[:_SAMPLED] if character.isalpha()]
    return len(letters) >= LEAST_WORDS and sum(character < "\u0250" for character in letters) < len(letters) / 2
