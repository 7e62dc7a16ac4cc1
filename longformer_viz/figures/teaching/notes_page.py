"""The teacher’s notes as a page to print."""

from html import escape

from longformer_viz.figures.teaching.page import printable
from longformer_viz.lesson.entries import ENTRIES, Entry
from longformer_viz.lesson.notes import NOTES, duration_text
from longformer_viz.teaching.plan import PLANS, lesson_chapters


def notes_page() -> bytes:
    """Return the notes on every step, with their times, as an HTML file."""
    lengths = "; ".join(
        f"{minutes} minutes: chapters {', '.join(_number(slug) for slug in lesson_chapters(minutes))}"
        for minutes in PLANS
    )
    return printable(
        "Teacher’s notes on the lesson",
        f"Times are in minutes and seconds. Chapters in the lesson plans: {lengths}.",
        "".join(_chapter(number, entry) for number, entry in enumerate(ENTRIES, 1)),
    )


def _number(slug: str) -> str:
    return str([entry.slug for entry in ENTRIES].index(slug) + 1)


def _chapter(number: int, entry: Entry) -> str:
    notes = NOTES[entry.slug]
    rows = "".join(
        f'<tr><td class="number">{step}</td><td class="number">{duration_text(note.seconds)}</td>'
        f"<td>{escape(note.say)}</td></tr>"
        for step, note in enumerate(notes, 1)
    )
    total = duration_text(sum(note.seconds for note in notes))
    return (
        f'<section class="chapter"><h2>{number}. {escape(entry.title)} ({total})</h2>'
        "<table><thead><tr><th>Step</th><th>Time</th><th>Ask, say or do</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></section>"
    )
