"""The documents of the load benchmark: sentences of the samples, with a word in them that only one session has."""

import random
import re
import string
from collections.abc import Iterator

from longformer_viz.documents.samples import sample, sample_names

_PREFIX = "zqx"  # of every session's word; in no sample
_LETTERS = 6
_EVERY = 60  # words from one of the session's words to the next
_TOKENS_A_WORD = 1.3  # of the samples in the built-in model's tokenizer, punctuation counted
_SENTENCE = re.compile(r"[^.!?\n]{20,}[.!?](?=\s|$)")


def session_words(sessions: int, chance: random.Random) -> list[str]:
    """Return a word for each session, different from all others.

    Args:
        sessions: How many.
        chance: The random numbers.
    """
    words: dict[str, None] = {}
    while len(words) < sessions:
        words[_PREFIX + "".join(chance.choices(string.ascii_lowercase, k=_LETTERS))] = None
    return list(words)


class ForeignWords:
    """Finds the words of other sessions in what a session receives.

    Args:
        words: The words of all sessions.
    """

    def __init__(self, words: list[str]) -> None:
        self._words = {word.encode() for word in words}
        self._pattern = re.compile(rb"%s[a-z]{%d}" % (_PREFIX.encode(), _LETTERS))

    def found(self, message: bytes, own: str) -> bool:
        """Return whether a message has another session's word.

        Args:
            message: The bytes that a session received.
            own: The session's own word.
        """
        found = {match[0] for match in self._pattern.finditer(message)}
        return bool(found & self._words - {own.encode()})


def texts(word: str, tokens: int, chance: random.Random) -> Iterator[str]:
    """Yield documents of one session, each with other sentences.

    Args:
        word: The session's own word.
        tokens: The approximate length of each.
        chance: The random numbers.
    """
    sentences = [match[0].strip() for name in sample_names() for match in _SENTENCE.finditer(sample(name).text)]
    while True:
        words: list[str] = []
        while len(words) < tokens / _TOKENS_A_WORD:
            words += chance.choice(sentences).split()
        for place in range(1, len(words), _EVERY):
            words[place] = word
        yield " ".join(words)


def questions(chance: random.Random) -> Iterator[str]:
    """Yield questions to the samples, never the same twice in a row.

    Args:
        chance: The random numbers.
    """
    asked = [each.question for name in sample_names() for each in sample(name).questions]
    while True:
        yield from chance.sample(asked, len(asked))
