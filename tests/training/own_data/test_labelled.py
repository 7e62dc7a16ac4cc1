"""Columns, labels and faults of labelled documents."""

import pytest

from longformer_viz.spec import InputError
from longformer_viz.training.own_data.labelled import guessed_columns, labelled_data
from longformer_viz.training.own_data.rows import Table


def table(*rows, columns=("text", "label")):
    return Table("a.csv", columns, tuple(rows), tuple(range(1, len(rows) + 1)))


def labelled(*rows, several=False):
    return labelled_data(table(*rows), "text", "label", several)


def test_columns_are_guessed_by_name_and_by_content():
    long = "a long text of many words"
    assert guessed_columns(table(("x", "y"), columns=("Label", "Text"))) == ("Text", "Label")
    rows = [(f"{number}", f"{long} {number}", "ab"[number % 2]) for number in range(9)]
    assert guessed_columns(table(*rows, columns=("id", "what", "kind"))) == ("what", "kind")
    with pytest.raises(InputError, match="single column"):
        guessed_columns(table(("a",), columns=("text",)))


def test_labels_that_are_numbers_have_one_name_each():
    data = labelled(("a", 1), ("b", 1.0), ("c", "1"), ("d", "1.0"), ("e", 10), ("f", 2), ("g", True))
    assert data.labels == ("1", "2", "10", "true")
    assert data.counts == {"1": 4, "2": 1, "10": 1, "true": 1}


def test_codes_that_look_like_numbers_stay_different():
    data = labelled(("a", "01"), ("b", "1"), ("c", "1e3"), ("d", "1000"), ("e", "1_1"), ("f", "nan"), ("g", "2.50"))
    assert data.labels == ("01", "1", "2.50", "1000", "1_1", "1e3", "nan")


def test_halves_of_characters_are_replaced():
    data = labelled(("cut \ud83d", "x\ud83d"), ("whole", "y"))
    assert data.documents[0].text == "cut ?"
    assert data.labels == ("x?", "y")


def test_empty_cells_are_faults():
    data = labelled(
        ("a", "x"), ("", "x"), ("  ", "x"), (None, "x"), ("b", ""), ("c", None), ("d", float("nan")), ("e", "y")
    )
    assert [document.text for document in data.documents] == ["a", "e"]
    assert [fault.row for fault in data.faults] == [2, 3, 4, 5, 6, 7]
    assert data.faults[3].reason == "Its label is empty."


def test_one_text_with_two_labels_is_a_fault_and_copies_are_counted():
    data = labelled(("One text", "x"), ("one  TEXT", "x"), ("one text", "y"), ("other", "y"))
    assert [document.row for document in data.documents] == [1, 2, 4]
    assert data.faults[0].reason == "It has the text of row 1 with another label."
    assert "1 document comes more than once" in data.notes[0]


@pytest.mark.parametrize("cell", ["b|a", "a;b", "a, b", '["a", "b"]', "['a', 'b']", ["b", "a"]])
def test_several_labels_in_every_spelling(cell):
    data = labelled(("one", cell), ("two", "c"), several=True)
    assert data.documents[0].labels == ("a", "b")
    assert data.labels == ("a", "b", "c")


def test_a_comma_in_a_single_label_stays():
    assert labelled(("one", "a, b"), ("two", "c")).labels == ("a, b", "c")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("a", "x"), ("b", "x")], "the single label 'x'"),
        ([("a", ""), ("b", None)], "no document with a label"),
        ([(f"text {n}", f"label {n}") for n in range(201)], "at most 200 labels"),
    ],
)
def test_labels_that_cannot_be_trained_are_refused(rows, words):
    with pytest.raises(InputError, match=words):
        labelled(*rows)


def test_columns_must_exist_and_differ():
    with pytest.raises(InputError, match="You entered 'no'"):
        labelled_data(table(("a", "x")), "no", "label")
    with pytest.raises(InputError, match="two columns"):
        labelled_data(table(("a", "x")), "text", "text")
