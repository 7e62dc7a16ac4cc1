"""The document with its answers marked, beside them the ranked list; a click goes to the passage, in the browser."""

from longformer_viz.tasks.answering import Answers
from longformer_viz.ui.marked_text import Part, Row, marked_parts, marked_text


def answer_text(text: str, answers: Answers | None, key: str, height: int = 350) -> None:
    """Show a document, scrolled to its best answer; None shows the text alone."""
    rows = [
        Row(answer.text, f"{answer.probability:.0%}", answer.probability, str(rank), kind="passage", mark=rank)
        for rank, answer in enumerate(answers or (), start=1)
    ]
    if answers is not None:
        none = answers.none_probability
        told = "Not in this document" + (": this model cannot tell" if none is None else "")
        rows.append(Row(told, "" if none is None else f"{none:.0%}", none or 0.0, "–"))
    marked_text(marked(text, answers), rows, key=key, height=height, label="The document, its answers marked")


def marked(text: str, answers: Answers | None) -> list[Part]:
    """The text in parts, in order, each answer marked with its rank."""
    marks = []
    for rank, each in enumerate(answers or (), start=1):
        title = f"answer {rank}, {each.probability:.0%}"
        marks.append((each.start, Part(text[each.start : each.end], rank, 3 if rank == 1 else 2, title)))
    return marked_parts(text, marks)
