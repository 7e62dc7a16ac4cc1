"""A reader's own sweeps against a browser that keeps them, has no room, or is changed by another tab."""

from dataclasses import replace

import pytest

from longformer_viz.probe.reference import references
from longformer_viz.probe.saved_sweep import SavedSweep, named_sweep
from longformer_viz.ui.components.sweep_storage import KeptSweeps, read_told
from longformer_viz.ui.curves.own_sweeps import MOST_SWEEPS, NO_ROOM, TOO_MANY, OwnSweeps

ONE, TWO = (named_sweep(results) for results in references()[:2])


class Browser:
    """What the component does in a browser that keeps at most `room` sweeps; its tabs share it."""

    def __init__(self, room: int = 100):
        self.texts: dict[str, str] = {}
        self.room = room

    def sync(self, own: OwnSweeps) -> None:
        failed = []
        for key, text in sorted(own.changes.items(), key=lambda each: each[1] is not None):
            if text is None:
                self.texts.pop(key, None)
            elif key in self.texts or len(self.texts) < self.room:
                self.texts[key] = text
            else:
                failed.append(key)
        own.take(KeptSweeps(dict(self.texts), str(sorted(self.texts.items())), tuple(failed)))


def test_a_sweep_is_kept_and_found_by_another_session_of_the_same_browser():
    browser, own, later = Browser(), OwnSweeps(), OwnSweeps()
    key = own.add(ONE)
    assert own.all() == {key: ONE}, "before the browser answers"
    browser.sync(own)
    assert not own.changes
    browser.sync(later)
    assert later.all() == own.all() == {key: ONE}
    assert OwnSweeps().all() == {}, "nothing is shared on the server"


def test_renaming_and_deleting_reach_the_other_tab():
    browser, own, other = Browser(), OwnSweeps(), OwnSweeps()
    key = own.add(ONE)
    browser.sync(own)
    own.add(ONE.renamed("quiet machine"))
    browser.sync(own)
    browser.sync(other)
    assert other.all()[key].name == "quiet machine"
    other.delete(key)
    browser.sync(other)
    browser.sync(own)
    assert own.all() == {}


def test_an_answer_from_before_a_change_does_not_undo_it():
    browser, own = Browser(), OwnSweeps()
    first = own.add(ONE)
    browser.sync(own)
    before = KeptSweeps(dict(browser.texts), "before", ())
    second = own.add(TWO)
    own.delete(first)
    own.take(before)
    assert list(own.all()) == [second]
    browser.sync(own)
    assert list(own.all()) == list(browser.texts) == [second]
    assert not own.changes


def test_without_room_a_sweep_stays_in_the_session_until_another_is_deleted():
    browser, own = Browser(room=1), OwnSweeps()
    first = own.add(ONE)
    browser.sync(own)
    second = own.add(TWO)
    browser.sync(own)
    assert set(own.all()) == {first, second}
    assert own.reasons == {second: NO_ROOM}
    assert not own.changes, "the page does not ask again and again"
    own.delete(first)
    browser.sync(own)
    assert list(own.all()) == list(browser.texts) == [second]
    assert not own.reasons


def test_more_than_the_most_sweeps_stay_in_the_session():
    browser, own = Browser(), OwnSweeps()
    for minute in range(MOST_SWEEPS + 1):
        own.add(SavedSweep(f"measurement {minute}", replace(ONE.results, measured_at=f"2026-11-28T{minute:05}")))
    browser.sync(own)
    assert len(own.kept) == MOST_SWEEPS
    assert list(own.reasons.values()) == [TOO_MANY]
    assert next(iter(own.all().values())).name == f"measurement {MOST_SWEEPS}", "the newest first"


@pytest.mark.parametrize("text", ["", "{", '{"longformer_viz_sweep": 2}', ONE.to_json()[:-40]])
def test_a_damaged_sweep_is_told_and_kept_until_it_is_deleted(text):
    browser, own = Browser(), OwnSweeps()
    browser.texts = {"0123456789abcdef": text, TWO.id: TWO.to_json()}
    browser.sync(own)
    assert list(own.all()) == [TWO.id]
    assert own.unreadable == {"0123456789abcdef": text}
    assert own.problems["0123456789abcdef"]
    own.delete("0123456789abcdef")
    browser.sync(own)
    assert not own.unreadable
    assert list(browser.texts) == [TWO.id]


@pytest.mark.parametrize("told", [None, 5, {}, {"sweeps": [], "fingerprint": "1", "failed": []}])
def test_a_message_that_is_none_is_not_taken(told):
    assert read_told(told) is None


def test_of_a_message_only_texts_are_taken():
    told = {"sweeps": {"a": "b", "c": 5, 6: "d"}, "fingerprint": "1", "failed": ["a", None]}
    assert read_told(told) == KeptSweeps({"a": "b"}, "1", ("a",))
