"""Hostile results, sweeps and training data: refused in words, or read."""

import pytest

from longformer_viz import Results, TrainingSettings, read_sweeps
from longformer_viz.probe.results import MOST_FILE_BYTES
from longformer_viz.tables import table_csv
from longformer_viz.training.own_data.reading import read_documents, read_training_data
from tests.hostile.refusals import assert_refused, refused_or_right
from tests.hostile.saved import results, training_files
from tests.hostile.texts import SHORT
from tests.hostile.wrong_values import WRONG_VALUES


def test_results_and_sweeps():
    refused = 0
    for text in results():
        refused += refused_or_right(lambda text=text: read_sweeps(text)) is not None
        if refused_or_right(lambda text=text: Results.from_json(text)) is None:
            Results.from_json(text).to_csv()
    assert refused > 150


def test_a_large_file_is_refused():
    assert_refused(lambda: read_sweeps(" " * (MOST_FILE_BYTES + 1)))


def test_training_data():
    refused = 0
    for name, data in training_files():
        refused += refused_or_right(lambda name=name, data=data: read_training_data(name, data)) is not None
        refused_or_right(lambda name=name, data=data: read_documents(name, data))
    assert refused > 50


@pytest.mark.parametrize("column", ["", "no such", "\0", "<b>"])
def test_columns(column):
    data = b"text,label\na b,x\nc d,y\n"
    if column:
        assert_refused(lambda: read_training_data("a.csv", data, text_column=column))
        assert_refused(lambda: read_training_data("a.csv", data, label_column=column))
    else:
        refused_or_right(lambda: read_training_data("a.csv", data, text_column=column))


def test_settings_of_training_files():
    for name in (*TrainingSettings().values(), "unknown", "<script>", "\0"):
        for value in WRONG_VALUES.values():
            refused_or_right(lambda name=name, value=value: TrainingSettings.read({name: value}))


def test_no_cell_of_a_table_is_a_formula():
    for text in SHORT:
        cell = table_csv([{"a": text}]).split("\r\n", 1)[1]
        assert not cell.removesuffix("\r\n").lstrip('"').startswith(("=", "+", "@", "\t", "\r")), cell[:80]
