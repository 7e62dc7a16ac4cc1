"""Numbers with their units, as a reader sees them."""

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.ui.shared.formatting import duration, span


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "1 s"), (45.4, "45 s"), (119, "119 s"), (126, "2 min")])
def test_a_time_is_in_seconds_or_from_two_minutes_on_in_minutes(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(("values", "text"), [((64, 64), "64"), ((4096, 16, 64), "16 to 4,096")])
def test_a_range_of_equal_numbers_is_one_number(values, text):
    assert span(values) == text


def long_work() -> None:
    from longformer_viz.ui.shared.background import should_start

    should_start("evidence", "key", "Show the sentences", 126.4)


def test_the_button_of_long_work_says_how_long_it_takes():
    app = AppTest.from_function(long_work).run()
    assert [button.label for button in app.button] == ["Show the sentences: about 2 min"]
