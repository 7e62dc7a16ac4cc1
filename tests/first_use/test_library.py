"""Every entry of the library works as the very first thing on a machine, without a notice."""

import pytest

from tests.first_use.entries import COMMANDS, HELP, LIBRARY, WITHOUT_MODEL
from tests.first_use.fresh import NOTICES, first_uses

pytestmark = pytest.mark.slow

CONVERTED = "all-minilm-l6-v2-longformer"


def made(cache):
    return sorted(path.name for path in cache.iterdir() if path.is_dir()) if cache.exists() else []


@pytest.mark.parametrize("name", LIBRARY)
def test_an_entry_works_on_an_empty_cache_and_prints_nothing(tmp_path, name):
    (outcome,) = first_uses([name], tmp_path / "cache")
    assert (outcome.exit_code, outcome.printed) == (0, "")
    assert any(folder.startswith(CONVERTED) for folder in made(tmp_path / "cache"))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_works_on_an_empty_cache_without_a_notice(tmp_path, name):
    (outcome,) = first_uses([name], tmp_path / "cache")
    assert outcome.exit_code == 0, outcome.printed
    assert outcome.printed.strip()
    assert not any(notice in outcome.printed for notice in NOTICES), outcome.printed
    assert any(folder.startswith(CONVERTED) for folder in made(tmp_path / "cache"))


@pytest.mark.parametrize("name", [*WITHOUT_MODEL, *HELP])
def test_what_needs_no_model_makes_none(tmp_path, name):
    (outcome,) = first_uses([name], tmp_path / "cache")
    assert outcome.exit_code == 0, outcome.printed
    assert ("usage:" in outcome.printed.lower()) == (name in HELP)
    assert not any(notice in outcome.printed for notice in NOTICES), outcome.printed
    assert made(tmp_path / "cache") == []


def test_two_processes_at_once_share_what_one_of_them_makes(tmp_path):
    outcomes = first_uses(["load qa", "answer"], tmp_path / "cache")
    assert [(outcome.exit_code, outcome.printed) for outcome in outcomes] == [(0, ""), (0, "")]
    base, task = made(tmp_path / "cache")
    assert base.startswith(CONVERTED)
    assert task.startswith("task-qa-")
