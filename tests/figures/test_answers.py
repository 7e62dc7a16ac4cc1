"""The pictures of answers: what they mark, what survives reduction, and that a visitor's words stay words."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from longformer_viz import AttentionSpec, answer, load, run
from longformer_viz.documents.samples import sample
from longformer_viz.figures.answers import describe_scores, question_attention_figure, scores_figure, sentence_around
from longformer_viz.figures.exports.answers import answer_rows, answers_json, reading_rows, sweep_rows
from longformer_viz.figures.sweep import sweep_figure
from longformer_viz.tables import table_csv
from longformer_viz.tasks.attention_shares import pair_around_answer
from longformer_viz.tasks.chunking import CUT, WHOLE, answer_by_strategies
from longformer_viz.tasks.sweep import answer_by_settings
from tests.figures.hostile import HOSTILE

TEXT, ASKED = sample("support_thread").text, sample("support_thread").questions[0].question


@pytest.fixture(scope="module")
def model():
    return load(task="qa")


@pytest.fixture(scope="module")
def tokens(model):
    return model.tokenize(TEXT)


@pytest.fixture(scope="module")
def answers(model, tokens):
    return answer(model, ASKED, tokens)


def hostile(answers):
    """The same answers with other words, one for each that does harm."""
    span = answers[0]
    return replace(answers, spans=tuple(replace(span, text=text, probability=0.1) for text in HOSTILE))


def test_the_sentence_holds_the_answer_and_ends_where_the_next_begins(answers, tokens):
    for each in answers:
        low, high = sentence_around(each, tokens)
        assert low <= each.first <= each.last <= high
        words = TEXT[tokens.offsets[low][0] : tokens.offsets[high][1]]
        assert each.text in words
        assert len(words) < 800


def test_the_best_start_and_end_survive_the_reduction(answers, tokens):
    figure = scores_figure(answers, tokens)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    for line, scores in zip(lines, (answers.start_scores, answers.end_scores), strict=True):
        assert len(line.x) <= 480 < len(tokens)
        assert np.max(line.y) == pytest.approx(scores[np.isfinite(scores)].max())
    marks = [trace for trace in figure.data if trace.mode == "markers+text"]
    assert list(marks[0].x) == [each.first for each in answers]
    assert list(marks[1].x) == [each.last for each in answers]
    assert list(marks[0].text) == [str(number) for number in range(1, len(answers) + 1)]


def test_a_document_of_one_word_has_its_picture(model):
    tokens = model.tokenize("Yes")
    found = answer(model, "Is it so?", tokens)
    assert scores_figure(found, tokens, "dark").data
    assert "“Yes”" in describe_scores(found, tokens)


def test_the_questions_rows_are_those_of_the_run(model, answers, tokens):
    best = answers[0]
    pair, spec, shift = pair_around_answer(model, ASKED, tokens, AttentionSpec(), best)
    trace = run(model, pair.tokens, spec)
    figure = question_attention_figure(trace, pair, shift, best, 2, 3)
    drawn = 10 ** np.array(figure.data[0].z, dtype=float)
    assert drawn.shape == (min(pair.global_count, 24), 480)
    rows = trace.band(2, 3).rows[: len(drawn), pair.document].numpy()
    np.testing.assert_allclose(drawn.max(1), rows.max(1), rtol=1e-3)
    assert figure.data[0].x[0] < figure.data[0].x[-1] <= len(tokens)
    assert list(figure.data[1].x) == [(best.first + best.last) / 2]


@pytest.fixture(scope="module")
def found(model, tokens):
    return answer_by_settings(model, ASKED, tokens, windows=(16,), dilations=(2,))


def test_a_sweep_ticks_what_stays_the_same(found):
    figure = sweep_figure(found, "dark")
    cells = [note.text for note in figure.layout.annotations if "%" in note.text]
    assert len(cells) == len(found.grid) + len(found.placements)
    ticked = sum(text.startswith("✓") for text in cells)
    assert ticked == sum(point.is_same for point in (*found.grid, *found.placements)) >= 2
    assert sum("default" in text for text in cells) == 2


def test_words_are_never_markup(model, answers, found, tokens):
    pieces = tuple(HOSTILE[number % len(HOSTILE)] for number in range(len(tokens)))
    wild = hostile(answers)
    figure = scores_figure(wild, replace(tokens, pieces=pieces))
    for line in figure.data:
        for hover in line.customdata if line.customdata is not None else ():
            assert "<" not in hover.replace("<br>", "")
    assert "&lt;" not in describe_scores(wild, tokens)
    for text in HOSTILE:
        span = replace(answers[0], text=text)
        point = replace(found.trained, answers=replace(answers, spans=(span,)))
        figure = sweep_figure(replace(found, trained=point, points=(point,)))
        shown = [note.text for note in figure.layout.annotations]
        shown += [hover for trace in figure.data for row in trace.customdata for hover in row]
        for each in shown:
            assert "<" not in each.replace("<br>", "")
            assert "\\u000a" not in each


def test_tables_are_complete_and_no_spreadsheet_runs_them(model, answers, found, tokens):
    readings = answer_by_strategies(model, ASKED, tokens, (CUT, WHOLE))
    for rows in (answer_rows(answers), reading_rows(readings, len(TEXT)), sweep_rows(found)):
        read = list(csv.DictReader(io.StringIO(table_csv(rows), newline="")))
        assert [list(row) for row in read] == [list(row) for row in rows]
    for row in csv.reader(io.StringIO(table_csv(answer_rows(hostile(answers))), newline="")):
        assert not row[1].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    evidence = reading_rows(readings, len(TEXT))[1]["evidence at, % of the document"]
    assert evidence == pytest.approx(100 * readings[1].evidence[0][0] / len(TEXT), abs=0.06)
    assert table_csv([]) == ""


def test_the_json_holds_every_score_and_is_json_everywhere(model, answers, tokens):
    written = answers_json(model.name, answers, tokens, AttentionSpec(64, 2, (0,)))
    read = json.loads(written, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert len(read["start_scores"]) == len(read["end_scores"]) == len(tokens)
    assert read["start_scores"][0] is None
    assert read["window"] == 64
    assert read["weak_evidence"] == answers.is_weak
    assert [each["places"] for each in read["answers"]] == [list(map(list, each.places)) for each in answers]
    assert [each["answer"] for each in read["answers"]] == [each.text for each in answers]
