"""The document with its answers marked, and the ranked list beside it. A click scrolls to the passage."""

from longformer_viz.tasks.agreement import finds_none
from longformer_viz.tasks.answers import Answers
from longformer_viz.ui.components.marked_text import marked_text
from longformer_viz.widget.marked_parts import Part, Row, marked_parts

_PIXELS = 338


def answer_text(text: str, answers: Answers | None, key: str) -> None:
    """Show a document, scrolled to its best answer, with the list of answers beside it.

    Args:
        text: The document.
        answers: The answers, or None to show only the text.
        key: Streamlit's key of the component.
    """
    label = "The document with its answers marked"
    marked_text(marked(text, answers), ranked(answers), key=key, height=_PIXELS, label=label)


def ranked(answers: Answers | None) -> list[Row]:
    """Return the rows of the list: the `answers` and "no answer", which comes first if it is most probable."""
    if answers is None:
        return []
    rows = [
        Row(
            answer.text,
            f"{answer.probability:.0%}",
            answer.probability,
            str(rank),
            "" if len(answer.places) == 1 else f"{len(answer.places)} places",
            kind="passage",
            mark=rank,
        )
        for rank, answer in enumerate(answers, start=1)
    ]
    none = answers.none_probability
    if none is None:
        return [*rows, Row("No answer in this document: unknown for this model", "", 0.0, "–")]
    row = Row("No answer in this document", f"{none:.0%}", none, "–")
    return [row, *rows] if finds_none(answers) else [*rows, row]


def marked(text: str, answers: Answers | None) -> list[Part]:
    """Split the text into parts, with each occurrence of an answer marked with the answer's rank.

    The best occurrence of an answer is marked more strongly than the others. That of the first answer is marked most
    strongly, unless the evidence is weak.

    Args:
        text: The document.
        answers: The answers, or None.

    Returns:
        The parts in the order of the text.
    """
    marks = []
    is_weak = answers is not None and answers.is_weak
    for rank, each in enumerate(answers or (), start=1):
        title = f"answer {rank}, {each.probability:.0%}"
        for number, (start, end) in enumerate(each.places):
            level = 3 if rank == 1 and not number and not is_weak else 1 if number else 2
            marks.append((start, Part(text[start:end], rank, level, title)))
    return marked_parts(text, marks)
