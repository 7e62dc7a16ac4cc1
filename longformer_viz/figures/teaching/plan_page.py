"""A lesson plan as a page to print."""

from html import escape

from longformer_viz.figures.teaching.page import printable
from longformer_viz.spec import InputError, shown
from longformer_viz.teaching.plan import BEFORE_CLASS, MATERIALS, PLANS, Phase


def plan_page(minutes: int) -> bytes:
    """Return a lesson plan with teacher's notes as an HTML file.

    Args:
        minutes: Length of the lesson, 45 or 90.

    Raises:
        InputError: There is no plan of this length.
    """
    if minutes not in PLANS:
        lengths = " or ".join(map(str, PLANS))
        raise InputError(
            f"A lesson plan must have {lengths} minutes. You entered {shown(minutes)}. Try {min(PLANS)}."
        )
    rows, start = "", 0
    for phase in PLANS[minutes]:
        rows += _row(phase, start)
        start += phase.minutes
    return printable(
        f"Attention over long documents: a lesson of {minutes} minutes",
        "For a class that knows what a token and a vector are. Pages are those of Longformer Viz.",
        f"<h2>You need</h2>{_list(MATERIALS)}<h2>Before the lesson</h2>{_list(BEFORE_CLASS)}<h2>Plan</h2>"
        "<table><thead><tr><th>From</th><th>Minutes</th><th>Phase</th><th>You</th><th>The class</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>",
    )


def _row(phase: Phase, start: int) -> str:
    page = f'<br><span class="about">/{escape(phase.page)}</span>' if phase.page else ""
    return (
        f'<tr><td class="number">{start}</td><td class="number">{phase.minutes}</td>'
        f"<td><strong>{escape(phase.title)}</strong>{page}</td><td>{escape(phase.teacher)}</td>"
        f"<td>{escape(phase.class_work)}</td></tr>"
    )


def _list(texts: tuple[str, ...]) -> str:
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"
