"""The document with its answers marked, and the ranked list beside it. A click scrolls to the passage."""

from longformer_viz.tasks.agreement import finds_none
from longformer_viz.tasks.answers import Answers
from longformer_viz.ui.components.marked_text import marked_text
from longformer_viz.widget.marked_parts import Part, Row, marked_parts

_PIXELS = 290


def answer_text(text: str, answers: Answers | None, key: str) -> None:
    """Show a document, scrolled to its best answer; None shows the text alone."""
    label = "The document with its answers marked"
    marked_text(marked(text, answers), ranked(answers), key=key, height=_PIXELS, label=label)


def ranked(answers: Answers | None) -> list[Row]:
    """The list beside the text: the answers and "no answer", which comes first where it is most probable."""
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
    """The text in parts, in order, each place of an answer marked with its rank.

    An answer's best place is marked more strongly than its others; that of the first answer most, unless the
    evidence is weak.
    """
    marks = []
    is_weak = answers is not None and answers.is_weak
    for rank, each in enumerate(answers or (), start=1):
        title = f"answer {rank}, {each.probability:.0%}"
        for number, (start, end) in enumerate(each.places):
            level = 3 if rank == 1 and not number and not is_weak else 1 if number else 2
            marks.append((start, Part(text[start:end], rank, level, title)))
    return marked_parts(text, marks)
