"""The pictures of labels: bars where their sentences stand, the first token's row, and that words stay words."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from longformer_viz import AttentionSpec, classify, load, run
from longformer_viz.documents.samples import sample
from longformer_viz.figures.exports.labels import evidence_rows, label_reading_rows, label_rows, labels_json
from longformer_viz.figures.labels import describe_evidence, evidence_figure, first_token_figure
from longformer_viz.tables import table_csv
from longformer_viz.tasks.chunking import classify_by_strategies
from longformer_viz.tasks.labels.evidence import LEAVE_ONE_OUT, label_evidence
from tests.figures.hostile import HOSTILE
from tests.models import small

TEXT = sample("support_thread").text[:700]
LABELS = ("rec.autos", "sci.space", "<b>=1+1</b>")
NAMES = {"rec.autos": "Cars", "sci.space": "Space"}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    changes = {"id2label": dict(enumerate(LABELS)), "max_position_embeddings": 2002}
    small.save(folder, "Longformer", "ForSequenceClassification", **changes)
    return load(str(folder))


@pytest.fixture(scope="module")
def evidence(model):
    return label_evidence(model, TEXT, "sci.space")


def test_each_sentence_is_one_bar_where_it_stands(evidence):
    figure = evidence_figure(evidence, TEXT)
    bars = {bar.name: bar for bar in figure.data}
    drawn = sorted(
        (place, height, width)
        for bar in bars.values()
        for place, height, width in zip(bar.x, bar.y, bar.width, strict=True)
    )
    expected = [((each.first + each.last + 1) / 2, each.weight) for each in evidence.sentences]
    assert [(place, height) for place, height, _ in drawn] == expected
    assert min(bars["for"].y, default=0) >= 0 >= max(bars["against"].y, default=0)
    assert bars["for"].marker.color != bars["against"].marker.color
    assert bars["against"].marker.pattern.shape == "/", "a second cue beside the colour"


def test_only_sentences_that_were_left_out_are_drawn(model):
    evidence = label_evidence(model, TEXT, "sci.space", method=LEAVE_ONE_OUT, tried=2)
    figure = evidence_figure(evidence, TEXT, "dark")
    assert sum(len(bar.x) for bar in figure.data) == 2
    told = describe_evidence(evidence, TEXT, "Space")
    assert "Effect of 2 sentences" in told
    assert "leave one out" in told


def test_where_a_short_model_stops_is_drawn_in_long_documents_only(model, evidence):
    long = label_evidence(model, TEXT * 3, "sci.space")
    assert long.sentences[-1].last > 512
    stops = [
        [note.text for note in evidence_figure(each, text).layout.annotations if "512" in note.text]
        for each, text in ((evidence, TEXT), (long, TEXT * 3))
    ]
    assert [len(each) for each in stops] == [0, 1]


def test_the_first_tokens_row_is_that_of_the_run(model, evidence):
    trace = run(model, TEXT * 3)
    figure = first_token_figure(trace, 1, 2, evidence.ranked[:3])
    row = trace.weights(1, 2, slice(0, 1))[0].numpy()
    (line,) = figure.data
    assert len(line.x) <= 481 < len(row)
    assert np.max(line.y) == pytest.approx(row.max())
    assert len(figure.layout.shapes) == 3 + 1
    assert [note.text for note in figure.layout.annotations] == ["1", "2", "3"]


@pytest.mark.parametrize("document", ["Yes", "7"])
def test_a_document_of_one_word_has_its_pictures(model, document):
    evidence = label_evidence(model, document, "sci.space")
    assert evidence_figure(evidence, document).data
    assert first_token_figure(run(model, document), 0, 0, evidence.ranked, "dark").data
    assert f"“{document}”" in describe_evidence(evidence, document, "Space")


def test_words_are_never_markup(model):
    for text in HOSTILE:
        document = f"{text} and a word."
        evidence = label_evidence(model, document.encode("utf-8", "replace").decode(), LABELS[2])
        for bar in evidence_figure(evidence, document).data:
            for hover in bar.customdata:
                assert "<" not in hover.replace("<br>", "")
        trace = run(model, model.tokenize(document, limit=200))
        trace = replace(trace, tokens=replace(trace.tokens, pieces=(text,) * len(trace.tokens)))
        for hover in first_token_figure(trace, 0, 0).data[0].customdata:
            assert "<" not in hover.replace("<br>", "")


def test_tables_are_complete_and_no_spreadsheet_runs_them(model, evidence):
    found = classify(model, TEXT)
    readings = classify_by_strategies(model, TEXT)
    tables = (label_rows(found, NAMES), evidence_rows(evidence, TEXT), label_reading_rows(readings, NAMES, len(TEXT)))
    for rows in tables:
        read = list(csv.DictReader(io.StringIO(table_csv(rows), newline="")))
        assert [list(row) for row in read] == [list(row) for row in rows]
    assert {(row["label"], row["original label"]) for row in tables[0]} == {
        ("Cars", "rec.autos"),
        ("Space", "sci.space"),
        (LABELS[2], LABELS[2]),
    }
    assert [row["log-odds"] for row in tables[1]] == sorted((row["log-odds"] for row in tables[1]), reverse=True)
    assert tables[2][-1]["read, % of the document"] == pytest.approx(100, abs=1)
    for text in HOSTILE:
        labels = [replace(found[0], name=text)]
        for row in csv.reader(io.StringIO(table_csv(label_rows(labels, {})), newline="")):
            assert not row[1].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_the_json_holds_labels_and_evidence_and_is_json_everywhere(model, evidence):
    found = classify(model, TEXT)
    written = labels_json(model.name, found, NAMES, evidence, TEXT, AttentionSpec(64, 2, (0,)))
    read = json.loads(written, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert len(read["evidence"]["sentences"]) == len(evidence.sentences)
    assert (read["window"], read["global_positions"], read["zero_shot"]) == (64, [0], False)
    assert {each["original_label"] for each in read["labels"]} == set(LABELS)
    assert json.loads(labels_json(model.name, found, NAMES, None, TEXT, None))["evidence"] is None
