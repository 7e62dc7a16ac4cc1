"""Why an answer is wrong: what the strategy did not read, or did not choose."""

from enum import StrEnum

import numpy as np

from longformer_viz.corpus.plan import Asked
from longformer_viz.models.loading import LoadedModel
from longformer_viz.tasks.agreement import finds_none, score_against
from longformer_viz.tasks.answers import Answers
from longformer_viz.tasks.chunking import chunks_of
from longformer_viz.tasks.qa_input import own_tokens
from longformer_viz.tasks.strategies import CHUNKS, CUT, Strategy
from longformer_viz.trace.tokens import Tokens

_RANKED_F1 = 0.5  # An answer that shares this much with the right one stands for it.


class Mistake(StrEnum):
    """Causes of a wrong answer, in the order in which they are tried."""

    NO_ANSWER_EXISTS = "answered although the document has no answer"
    NOT_VERBATIM = "the right answer is not in the text word for word"
    PAST_THE_CUT = "evidence past the cut"
    NOT_RETRIEVED = "the passage was not retrieved"
    ACROSS_A_BORDER = "evidence across a chunk's border"
    SAID_NONE = "found, but said that the document has no answer"
    RANKED_LOWER = "found, but another answer ranked higher"
    NEVER_FOUND = "read, but never found"


def mistake_of(model: LoadedModel, asked: Asked, tokens: Tokens, strategy: Strategy, found: Answers) -> Mistake:
    """Return the cause of a wrong answer to a question that the document answers.

    Args:
        model: The model that answered.
        asked: The question with its right answers.
        tokens: The document.
        strategy: How it was read.
        found: What was answered.
    """
    places = _places(asked, tokens)
    if not places:
        return Mistake.NOT_VERBATIM
    read = np.isfinite(found.start_scores)
    were_read = [(first, last) for first, last in places if read[first : last + 1].all()]
    if not were_read:
        return Mistake.PAST_THE_CUT if strategy == CUT else Mistake.NOT_RETRIEVED
    if strategy == CHUNKS:
        chunks = chunks_of(model, asked.question, tokens)
        start = own_tokens(tokens).start
        if not any(
            begin <= first - start and last - start < stop for first, last in were_read for begin, stop in chunks
        ):
            return Mistake.ACROSS_A_BORDER
    answers = asked.answers or ()
    rank = next(
        (number for number, each in enumerate(found) if any(_is_near(each.text, right) for right in answers)), None
    )
    if rank is None:
        return Mistake.NEVER_FOUND
    return Mistake.SAID_NONE if rank == 0 and finds_none(found) else Mistake.RANKED_LOWER


def _is_near(text: str, right: str) -> bool:
    return score_against(text, right).f1 >= _RANKED_F1


def _places(asked: Asked, tokens: Tokens) -> list[tuple[int, int]]:
    """Return the first and last token of each place of a right answer in the text."""
    starts = np.array([start for start, _ in tokens.offsets])
    stops = np.array([stop for _, stop in tokens.offsets])
    has_characters = stops > starts
    text, found = tokens.text.casefold(), []
    if len(text) != len(tokens.text):  # Some letters grow in lower case, which would move the places.
        text = tokens.text
    for right in asked.answers or ():
        wanted = right.strip().casefold() if text is not tokens.text else right.strip()
        at = text.find(wanted) if wanted else -1
        while at >= 0:
            inside = np.flatnonzero(has_characters & (stops > at) & (starts < at + len(wanted)))
            if len(inside):
                found.append((int(inside[0]), int(inside[-1])))
            at = text.find(wanted, at + 1)
    return found
