"""Calls into transformers happen one at a time, never inside one another, and without notices."""

import logging
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
import transformers

from longformer_viz.models.disk_cache import SETTING, cached_folder
from longformer_viz.models.transformers_calls import call_alone
from tests.models import small


def test_a_nested_call_raises_rather_than_waits_for_itself():
    with pytest.raises(RuntimeError, match="must not be nested"):
        call_alone(call_alone, dict)
    assert call_alone(dict, a=1) == {"a": 1}  # and the lock is free again


def test_a_failed_call_leaves_the_way_free():
    with pytest.raises(ZeroDivisionError):
        call_alone(divmod, 1, 0)
    assert call_alone(divmod, 7, 2) == (3, 1)


def test_calls_of_several_threads_do_not_overlap():
    inside, most = [], []

    def enter():
        inside.append(threading.get_ident())
        most.append(len(inside))
        time.sleep(0.01)
        inside.pop()

    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(lambda _: call_alone(enter), range(12)):
            pass
    assert most == [1] * 12


def test_a_cached_folder_is_not_made_from_inside_another(tmp_path, monkeypatch):
    monkeypatch.setenv(SETTING, str(tmp_path))
    inner = cached_folder("inner", lambda folder: None)
    for name in ("outer", "inner"):
        with pytest.raises(RuntimeError, match="Making outer must not use the disk cache"):
            cached_folder("outer", lambda _, name=name: cached_folder(name, lambda folder: None))
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["inner"]
    assert cached_folder("outer", lambda folder: None).parent == inner.parent


@pytest.fixture
def log():
    """transformers' logging with its notices on, whatever other tests of this process have set."""
    found = transformers.utils.logging
    verbosity, has_bar = found.get_verbosity(), found.is_progress_bar_enabled()
    found.set_verbosity_warning()
    found.enable_progress_bar()
    yield found
    found.set_verbosity(verbosity)
    if not has_bar:
        found.disable_progress_bar()


def test_notices_are_off_for_the_call_only(tmp_path, capfd, caplog, log):
    small.save(tmp_path, "Bert")
    capfd.readouterr()
    before = log.get_verbosity(), log.is_progress_bar_enabled(), list(warnings.filters)
    call_alone(transformers.BertForQuestionAnswering.from_pretrained, tmp_path)
    assert (capfd.readouterr(), caplog.text) == (("", ""), "")
    assert (log.get_verbosity(), log.is_progress_bar_enabled(), list(warnings.filters)) == before
    assert before[0] <= logging.WARNING
    transformers.BertForQuestionAnswering.from_pretrained(tmp_path)
    assert "newly initialized" in caplog.text
    assert "Loading weights" in capfd.readouterr().err
