"""Every page works as the first one opened on a machine where nothing was converted yet."""

import pytest

from tests.first_use.entries import PAGES
from tests.first_use.fresh import NOTICES, first_uses

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_the_first_one_opened(tmp_path, name):
    (outcome,) = first_uses([name], tmp_path / "cache")
    assert outcome.exit_code == 0, outcome.printed
    assert not any(notice in outcome.printed for notice in NOTICES), outcome.printed


def test_two_pages_opened_at_once(tmp_path):
    outcomes = first_uses(["classification", "question_answering"], tmp_path / "cache")
    assert [outcome.exit_code for outcome in outcomes] == [0, 0], outcomes
