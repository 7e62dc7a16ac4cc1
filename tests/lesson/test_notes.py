"""The teacher's notes: one for each step, short, with times that fit the lesson plans, and printed whole."""

import html
import re

import pytest

from longformer_viz.figures.teaching.notes_page import notes_page
from longformer_viz.lesson.entries import ENTRIES, SLUGS
from longformer_viz.lesson.notes import NOTES, duration_text
from longformer_viz.lesson.payload import contents_data
from longformer_viz.spec import InputError
from longformer_viz.teaching.plan import PLANS, lesson_chapters
from longformer_viz.ui.lesson.address import NOTES as NOTES_PARAM

ALL = [note for notes in NOTES.values() for note in notes]


def test_each_step_of_each_chapter_has_a_note_of_its_own():
    assert {slug: len(notes) for slug, notes in NOTES.items()} == {entry.slug: entry.steps for entry in ENTRIES}
    assert len({note.say for note in ALL}) == len(ALL)


@pytest.mark.parametrize("minutes", PLANS)
def test_the_notes_of_a_chapter_take_as_long_as_its_phase_of_the_plan(minutes):
    shown = lesson_chapters(minutes)
    assert set(shown) <= set(SLUGS)
    assert list(shown) == [slug for slug in SLUGS if slug in shown]
    assert {slug: sum(note.seconds for note in NOTES[slug]) / 60 for slug in shown} == shown


def test_a_note_is_read_at_a_glance():
    for note in ALL:
        assert 60 <= note.seconds <= 240
        assert len(note.say.split()) <= 40
        for sentence in re.split(r"(?<=[.?!])\s+", note.say):
            assert len(sentence.split()) <= 25, sentence


def test_the_printed_notes_have_every_chapter_step_and_time():
    page = html.unescape(notes_page().decode())
    for entry in ENTRIES:
        notes = NOTES[entry.slug]
        assert f"{entry.title} ({duration_text(sum(note.seconds for note in notes))})" in page
        for step, note in enumerate(notes, 1):
            time = duration_text(note.seconds)
            assert f'<td class="number">{step}</td><td class="number">{time}</td><td>{note.say}</td>' in page
    assert "45 minutes: chapters 1, 2, 3, 5, 7, 8;" in page


def test_times_are_minutes_and_seconds():
    assert [duration_text(seconds) for seconds in (5, 60, 90, 600)] == ["0:05", "1:00", "1:30", "10:00"]


def test_the_browser_gets_the_notes_with_the_contents():
    first = contents_data()["contents"][0]
    assert first["notes"][0] == {"seconds": NOTES["why"][0].seconds, "say": NOTES["why"][0].say}


@pytest.mark.parametrize("name", ["", "on", "<b>window</b>", "a" * 17])
def test_an_address_of_notes_without_a_tab_is_refused(name):
    with pytest.raises(InputError, match="must follow a tab of the lesson"):
        NOTES_PARAM.check(name)
