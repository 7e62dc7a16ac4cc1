"""Pinned runs: their names, their text in a link, and which of them are compared."""

from dataclasses import replace

import pytest

from longformer_viz import AttentionSpec, load
from longformer_viz.spec import InputError
from longformer_viz.ui.attention.compare_table import RunFigures, csv_rows, table_rows
from longformer_viz.ui.attention.pin_names import run_name, run_names
from longformer_viz.ui.attention.pinned import DIFFERENCE, SIDE, SINGLE, HeadChoice, Pinned
from longformer_viz.ui.attention.pins import Pin, check_pins, pin_of, pins_text, read_pins
from longformer_viz.ui.shared.pattern_controls import depth_dilations

HERE = Pin("256", "1", "0", "a1b2c3")
TEXT = "A ferry. Its crew. Its fee.\n\nA second part. It ends."


def pins(*settings):
    return [Pin(*each, "a1b2c3") for each in settings]


@pytest.mark.parametrize(
    ("runs", "names"),
    [
        ([("512", "1", "0")], ["window 512"]),
        ([("512", "1", "0-7")], ["window 512, 8 global tokens"]),
        ([("512", "1", "0"), ("128", "2", "0")], ["window 512", "window 128, dilation 2"]),
        ([("512", "1", "0"), ("512", "1", "0-7")], ["window 512", "8 global tokens"]),
        ([("512", "1", "0"), ("512", "2", "0")], ["window 512", "dilation 2"]),
        ([("512", "1", "0_7"), ("512", "1", "0_9")], ["global tokens 0, 7", "global tokens 0, 9"]),
        ([("16_32_64", "paper", "none")], ["window 16 to 64, dilation by depth, no global tokens"]),
        ([("512", "1", "every64"), ("64", "1", "every64")], ["window 512", "window 64"]),
    ],
)
def test_names_are_made_from_what_differs_and_are_told_apart(runs, names):
    assert list(run_names(pins(*runs))) == names


def test_a_model_or_a_given_name_tells_runs_apart():
    other = replace(HERE, model="someone/large")
    assert run_names((HERE, other)) == ("window 256", "someone/large")
    assert run_names((replace(HERE, name="narrow"), other))[0] == "narrow"
    assert run_name(HERE) == "window 256"


def test_equal_names_never_stand_side_by_side():
    same = [replace(HERE, document=f"00000{number}") for number in range(3)]
    assert len(set(run_names(same))) == 3


@pytest.fixture(scope="module")
def model():
    return load()


@pytest.mark.parametrize(
    "settings",
    [
        (512, 1, (0,)),
        (64, 2, ()),
        (None, 1, (0, 3, 4, 5)),
        ((16, 32, 64, 64, 128, 256), (1, 1, 2, 2, 4, 4), (0,)),
        (64, "paper", "every"),
        (64, 1, "sentences"),
    ],
)
def test_a_run_comes_back_from_its_link(model, settings):
    tokens = model.tokenize(TEXT)
    window, dilation, positions = settings
    if positions == "every":
        positions = tuple(range(0, len(tokens), 3))
    elif positions == "sentences":
        from longformer_viz.documents.landmarks import sentence_starts

        positions = sentence_starts(tokens)
    spec = AttentionSpec(window, depth_dilations(model) if dilation == "paper" else dilation, positions)
    here = pin_of(model, tokens, spec)
    text = pins_text((here,), here)
    check_pins(text)
    assert len(text) < 50
    (read,) = read_pins(text, here)
    assert read == here
    found, wanted = read.spec(model, tokens), spec
    assert found.layers(model.windows, model.heads) == wanted.layers(model.windows, model.heads)
    assert found.positions_in(len(tokens)) == wanted.positions_in(len(tokens))


def test_names_models_and_documents_come_back_whatever_their_letters():
    there = replace(HERE, document="ffffff", model="folder/with.dots~and~more", name="a~b.c <i> ü 🚢")
    built_in = replace(HERE, name="plain")
    for here in (HERE, replace(HERE, model="someone/large"), there):
        text = pins_text((there, built_in), here)
        check_pins(text)
        read = read_pins(text, here)
        assert read == (there, built_in)
        assert [pin.name for pin in read] == [there.name, built_in.name]


def test_a_name_makes_no_other_run():
    assert replace(HERE, name="narrow") == HERE
    assert len({HERE, replace(HERE, name="narrow"), replace(HERE, window="8")}) == 2
    assert [pin.name for pin in read_pins("64.1.0.nfirst~64.1.0.nsecond", HERE)] == ["first"]


@pytest.mark.parametrize(
    ("typed", "globals_", "name"),
    [
        ("", "none", "window 512, no global tokens"),
        ("1,2", "1-2", "window 512, 2 global tokens"),
        ("9;3 4_3", "3-4_9", "window 512, 3 global tokens"),
    ],
)
def test_global_tokens_of_a_link_are_read_as_they_are_typed(model, typed, globals_, name):
    check_pins(f"512.1.{typed}")
    (pin,) = read_pins(f"512.1.{typed}", HERE)
    assert pin.globals_ == globals_
    assert run_name(pin) == name
    tokens = model.tokenize(TEXT)
    spec = pin.spec(model, tokens)
    assert pin_of(model, tokens, spec).globals_ == globals_


@pytest.mark.parametrize(
    "text", ["512.1", "x.1.0", "512.0.0", "512.1.a", "512.1.0.dxyz", "512.1.0.q1", "512.1.0.n" + "x" * 41]
)
def test_a_damaged_pin_is_told_and_left_out(text):
    with pytest.raises(InputError):
        check_pins(f"128.1.0~{text}")
    assert [pin.window for pin in read_pins(f"128.1.0~{text}~64.1.0", HERE)] == ["128", "64"]


def test_a_comparison_keeps_at_most_what_fits_and_ends_with_its_last_choice():
    first, second, third = pins(("8", "1", "0"), ("16", "1", "0"), ("32", "1", "0"))
    head = HeadChoice(1, 2)
    all_ = Pinned((first, second, third)).compared(SIDE, (first, second, third, head))
    assert all_.others == (second, third, head)
    assert all_.compared(DIFFERENCE, all_.others).others == (head,)
    assert all_.without(third).others == (second, head)
    assert all_.renamed(second, "mine").others[0].name == "mine"
    assert all_.compared(SIDE, ()).layout == SINGLE


def test_the_table_says_what_changed_from_the_first_run():
    runs = [
        RunFigures("this run", 0.24, 2.0, 110_000_000, 4.0, 0.085),
        RunFigures("window 64", 0.06, 1.0, None, 3.5, float("nan")),
    ]
    cells = [row["1"] for row in table_rows(runs)]
    assert cells == ["6.0% (−18.0 points)", "1 s (−50%)", "not measured", "3.50 bits (−0.50)", "not computed"]
    assert [row["0"] for row in table_rows(runs)][:2] == ["24.0%", "2 s"]
    assert csv_rows(runs)[1]["time, seconds (measured)"] == 1.0
