"""A worksheet and its solutions as pages to print; both are made from the same drawn questions."""

from html import escape

from longformer_viz.figures.teaching.page import printable
from longformer_viz.figures.teaching.pair_grid import grid_svg
from longformer_viz.patterns.picture import pair_kinds
from longformer_viz.teaching.question import Claim, Question
from longformer_viz.teaching.worksheet import GRID_TOKENS, BandTask, OpenQuestion, Worksheet, draw_worksheet

TITLE = "Attention over long documents"
_RULES = '<div class="rule"></div>' * 3
_LEGEND = (
    "Row = query, the token that attends. Column = key, what it attends to. "
    "Fill the cell of every pair that the pattern allows."
)


def worksheet_page(seed: int) -> bytes:
    """Return a worksheet as an HTML file.

    Args:
        seed: The same seed gives the same worksheet.

    Raises:
        InputError: The seed is no whole number from 0 to 999,999.
    """
    sheet = draw_worksheet(seed)
    name = '<div class="name"><span>Name</span><span>Date</span></div>'
    return printable(f"{TITLE}: worksheet", _about(sheet), name + _body(sheet, is_solved=False))


def solutions_page(seed: int) -> bytes:
    """Return the solutions of a worksheet as an HTML file.

    Args:
        seed: Of the worksheet.

    Raises:
        InputError: The seed is no whole number from 0 to 999,999.
    """
    sheet = draw_worksheet(seed)
    return printable(f"{TITLE}: solutions", _about(sheet), _body(sheet, is_solved=True))


def _about(sheet: Worksheet) -> str:
    return (
        f"Worksheet {sheet.seed}. Longformer Viz computed the answers to parts A and B. "
        "Positions of tokens start at 0."
    )


def _body(sheet: Worksheet, is_solved: bool) -> str:
    bands = "".join(_band(task, number, is_solved) for number, task in enumerate(sheet.bands, 1))
    questions = "".join(f"<li>{_question(question, is_solved)}</li>" for question in sheet.questions)
    open_questions = "".join(f"<li>{_open(question, is_solved)}</li>" for question in sheet.open_questions)
    return (
        f'<h2>A. Draw the pairs</h2><p>{_LEGEND}</p><div class="bands">{bands}</div>'
        f"<h2>B. Calculate</h2><ol>{questions}</ol>"
        f"<h2>C. Explain in one or two sentences</h2><ol>{open_questions}</ol>"
    )


def _band(task: BandTask, number: int, is_solved: bool) -> str:
    kinds = pair_kinds(task.pattern, GRID_TOKENS)
    if is_solved:
        label = f"{task.text}. {task.pairs} pairs are filled."
        picture = grid_svg(kinds, label)
        pairs = f'<span class="right">{task.pairs}</span>'
    else:
        empty = [[""] * GRID_TOKENS for _ in range(GRID_TOKENS)]
        picture = grid_svg(empty, f"{task.text}. An empty grid of {GRID_TOKENS} queries and keys.")
        pairs = '<span class="line" style="min-width:20mm"></span>'
    return f'<div class="band"><strong>{number}. {escape(task.text)}.</strong>{picture}Number of pairs: {pairs}</div>'


def _question(question: Question, is_solved: bool) -> str:
    text = f"<div>{escape(question.text)}</div>"
    answers = _choices(question, is_solved) if question.choices else _number(question, is_solved)
    if not is_solved:
        return text + answers
    mistakes = "".join(f"<li>{_explained(claim)}</li>" for claim in question.mistakes)
    return f'{text}{answers}<p>{escape(question.truth.reason)}</p><ul class="mistakes">{mistakes}</ul>'


def _choices(question: Question, is_solved: bool) -> str:
    items = ""
    for choice in question.choices:
        is_chosen = is_solved and choice == question.truth
        cross = "×" if is_chosen else ""
        style = ' class="right"' if is_chosen else ""
        items += f'<li{style}><span class="box">{cross}</span>{escape(choice.text)}</li>'
    return f'<ul class="choices">{items}</ul>'


def _number(question: Question, is_solved: bool) -> str:
    if is_solved:
        return f'<p class="right">{escape(question.truth.text)} {escape(question.unit)}</p>'
    return f'<div class="room"></div><p><span class="line"></span> {escape(question.unit)}</p>'


def _explained(claim: Claim) -> str:
    return f"Not {escape(claim.text)}: {escape(claim.reason)}"


def _open(question: OpenQuestion, is_solved: bool) -> str:
    if is_solved:
        return f"<div>{escape(question.text)}</div><p>{escape(question.answer)}</p>"
    return f"<div>{escape(question.text)}</div>{_RULES}"
