"""Tables: every column is named and explained, wherever it stands."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.ui.shared.table import COLUMNS


def test_every_column_has_a_title_and_a_help_text():
    for key, column in COLUMNS.items():
        assert column["label"], key
        assert column["help"].endswith("."), key


def shown(rows, **options) -> AppTest:
    def script(rows, options):
        from longformer_viz.ui.shared.table import show_table

        show_table(rows, **options)

    return AppTest.from_function(script, kwargs={"rows": rows, "options": options}).run()


def test_a_table_shows_the_chosen_columns_with_their_titles_and_widths():
    rows = [{"query": 1, "weight": 0.25, "layer": 2}, {"query": 3, "weight": 0.5, "layer": 0}]
    app = shown(rows, columns=("weight", "query"), widths={"query": 60})
    assert not app.exception
    proto = app.dataframe[0].proto
    assert list(proto.column_order) == ["weight", "query"]
    columns = json.loads(proto.columns)
    assert columns["query"]["label"] == "Query"
    assert columns["query"]["width"] == 60
    assert "attention" in columns["weight"]["help"]
    assert "width" not in COLUMNS["query"] or COLUMNS["query"]["width"] is None, "a width stays in its table"


def test_a_column_without_a_title_is_an_error():
    app = shown([{"no such column": 1}])
    assert "no such column" in app.exception[0].message


@pytest.mark.parametrize("rows", [[], [{"query": None}]])
def test_a_table_without_values_is_shown(rows):
    assert not shown(rows).exception
