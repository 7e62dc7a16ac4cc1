"""The lesson as plain data for the browser."""

from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from longformer_viz.lesson.chapter import Chapter, TryIt
from longformer_viz.lesson.entries import ENTRIES
from longformer_viz.lesson.notes import NOTES


def plain(value: Any) -> Any:
    """Return dataclasses as dictionaries, with the kind of pictures and predictions, and tuples as lists."""
    if isinstance(value, TryIt):
        return {"label": value.label, "address": value.address}
    if is_dataclass(value) and not isinstance(value, type):
        kind = getattr(value, "kind", None)
        named = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return named if kind is None else {"kind": kind, **named}
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return value


@cache
def contents_data() -> dict[str, Any]:
    """Return the table of contents, with the teacher’s notes on each step."""
    return {
        "contents": [
            {
                "slug": entry.slug,
                "title": entry.title,
                "steps": entry.steps,
                "notes": [plain(note) for note in NOTES[entry.slug]],
            }
            for entry in ENTRIES
        ]
    }


def chapter_data(chapter: Chapter) -> dict[str, Any]:
    """Return a chapter with its pictures and predictions."""
    return plain(chapter)
