"""Whether a text looks like English: enough to warn a reader whose document the default model never learned."""

import re

LEAST_WORDS = 20
_SHARE = 0.15  # English prose has a third to a half, its tables a fifth; Dutch, German or French a few in a hundred
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SAMPLED = 20_000  # characters from the beginning and from the middle
# Articles, pronouns, prepositions and auxiliaries; no word that is as frequent in a neighbouring language (Dutch
# "in", "is" and "was", German "in" and "was", French "on", Spanish "no").
_FUNCTION_WORDS = re.compile(
    "the|of|and|to|that|it|for|with|as|be|by|this|have|has|had|from|or|but|not|are|were|been|which|you|his|her|they|"
    "their|we|our|she|he|would|could|should|will|can|there|if|when|who|whom|what|its|than|then|these|those|them|any|"
    "into|may|must|shall"
)


def looks_english(text: str) -> bool:
    """Whether enough of the words are English function words; a text of under 20 words counts as English."""
    middle = max(_SAMPLED, len(text) // 2)
    words = _WORD.findall((text[:_SAMPLED] + " " + text[middle : middle + _SAMPLED]).lower())
    if len(words) < LEAST_WORDS:
        return not _is_of_other_script(text)
    return sum(bool(_FUNCTION_WORDS.fullmatch(word)) for word in words) / len(words) >= _SHARE


def _is_of_other_script(text: str) -> bool:
    """Whether most letters are none of the Latin script: languages without spaces have few words, however long."""
    letters = [character for character in text[:_SAMPLED] if character.isalpha()]
    return len(letters) >= LEAST_WORDS and sum(character < "\u0250" for character in letters) < len(letters) / 2
