"""The headline of the Answers page: the answer, or why there is none, and the time and memory of the run."""

from longformer_viz.documents.sentences import sentence_at, sentences
from longformer_viz.tasks.agreement import finds_none
from longformer_viz.tasks.answers import Answer, Answers
from longformer_viz.ui.shared.formatting import literal
from longformer_viz.ui.shared.key_figures import KeyFigure, document_figure, run_figures

_ANSWER_CHARACTERS = 80
_SENTENCE_CHARACTERS = 170
_LEAST_CHANCE = 0.01  # lowest probability that the headline mentions
NO_ANSWER = "No answer found in this document"
WEAK = "Weak evidence"


def answer_headline(answers: Answers, text: str) -> str:
    """Return the answer with its probability, or the sentence of the best passage if the answer is uncertain.

    Args:
        answers: The answers.
        text: The document.

    Returns:
        Markdown.
    """
    best, none = answers[0], answers.none_probability
    chance = _none_chance(none)
    if finds_none(answers):
        closest = f"The closest passage has a chance of {best.probability:.0%}: {_sentence(text, best)}"
        if best.probability < _LEAST_CHANCE:
            closest = f"No passage has a chance of {_LEAST_CHANCE:.0%} or more."
        return f"**{NO_ANSWER}** · {chance} :gray-badge[computed]  \n{closest}"
    if answers.is_weak:
        lead = f"**{WEAK}** · {best.probability:.0%} chance for the best passage · {chance} :gray-badge[computed]"
        return f"{lead}  \nThe best passage is in this sentence: {_sentence(text, best)}"
    found = f"**{literal(shortened(best.text, _ANSWER_CHARACTERS))}**{_places(best)}"
    return f"{found} · **{best.probability:.0%}** probability · {chance} :gray-badge[computed]"


def answer_figures(answers: Answers, document_tokens: int) -> tuple[KeyFigure, ...]:
    """Return the key figures of an answer: tokens read, time and memory.

    Args:
        answers: The answers.
        document_tokens: Number of tokens of the document.

    Returns:
        The figures.
    """
    passes = "in one pass" if answers.passes == 1 else f"in {answers.passes} overlapping chunks"
    return (
        document_figure(document_tokens, f"The model read them {passes}, together with the question."),
        *run_figures(answers.elapsed_seconds, answers.peak_bytes),
    )


def shortened(text: str, limit: int) -> str:
    """Return a text on one line.

    Args:
        text: Any text.
        limit: Most characters of the result.

    Returns:
        The text, with an ellipsis if it was cut.
    """
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def sentence_of(text: str, answer: Answer) -> tuple[int, int]:
    """Return the characters of the sentences that contain an answer.

    Args:
        text: The document.
        answer: The answer.

    Returns:
        The first character, and the one after the last.
    """
    found = sentences(text)
    first, last = sentence_at(found, answer.start), sentence_at(found, max(answer.start, answer.end - 1))
    return min(found[first].start, answer.start), max(found[last].stop, answer.end)


def _sentence(text: str, answer: Answer) -> str:
    """Return the sentence in quotes, with the answer in italics, shortened around it if it is long."""
    start, stop = sentence_of(text, answer)
    room = max(40, (_SENTENCE_CHARACTERS - (answer.end - answer.start)) // 2)
    before, after = " ".join(text[start : answer.start].split()), " ".join(text[answer.end : stop].split())
    before = before if len(before) <= room else f"… {before[-room:].split(' ', 1)[-1]}"
    after = after if len(after) <= room else f"{after[:room].rsplit(' ', 1)[0]} …"
    gaps = [" " if part[:1].isspace() else "" for part in (text[answer.start - 1 : answer.start], text[answer.end :])]
    middle = literal(shortened(answer.text, _SENTENCE_CHARACTERS))
    return f"“{literal(before)}{gaps[0] if before else ''}*{middle}*{gaps[1] if after else ''}{literal(after)}”"


def _none_chance(none: float | None) -> str:
    if none is None:
        return "this model cannot tell whether the document has an answer"
    least = f"less than {_LEAST_CHANCE:.0%}" if none < _LEAST_CHANCE else f"{none:.0%}"
    told = f"more than {1 - _LEAST_CHANCE:.0%}" if none > 1 - _LEAST_CHANCE else least
    return f"{told} chance that the document has no answer"


def _places(answer: Answer) -> str:
    return "" if len(answer.places) == 1 else f" (at {len(answer.places)} places)"
