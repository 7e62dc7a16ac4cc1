"""What the map shows where the page, the address and a fast visitor disagree."""

from dataclasses import replace

import pytest

from longformer_viz.ui.address_echo import AddressEcho
from longformer_viz.ui.components.map.memory import MapMemory
from longformer_viz.ui.components.map.view import MapView
from tests.trace.random_trace import traced

START = MapView(layer=1, head=0)


@pytest.fixture(scope="module")
def trace():
    return traced(40, ((8, (1,) * 6),) * 3)


class Page:
    """A page that writes the head into the address, and a browser whose address may be behind."""

    def __init__(self, trace):
        self.trace, self.memory, self.echo = trace, MapMemory(), AddressEcho()
        self.is_written = False

    def run(self, address, head=None, *, generation=None, is_back=False):
        """One run of the script: the head in the browser's address, and what its map tells."""
        asked = self.echo.read("head", address, is_back=is_back)
        told = None
        if head is not None:
            told = {"generation": self.memory.generation if generation is None else generation}
            told |= {"layer": 1, "head": head, "mode": "square", "scale": "log", "percent": 100}
        shown = self.memory.chosen(replace(START, head=int(asked or 0)), told, self.trace, is_command=is_back)
        self.is_written = self.echo.write("head", str(shown.head))
        return shown.head


def test_heads_told_faster_than_the_address_follows_are_each_answered(trace):
    page = Page(trace)
    assert page.run("0") == 0
    # The address is behind by one run, then by two, then it skips one and catches up.
    for address, head in (("0", 1), ("0", 2), ("1", 3), ("1", 4), ("3", 5), ("5", 5)):
        assert page.run(address, head) == head
    assert page.memory.generation == 1, "nothing was commanded"


def test_a_head_is_written_again_where_another_one_is_on_its_way(trace):
    page = Page(trace)
    for address, head in (("0", None), ("0", 1), ("0", 2), ("1", 1)):
        assert page.run(address, head) == (head or 0)
    assert page.is_written, "the browser has 1 now, but 2 comes after it"
    page.run("1", 1)
    assert page.run("1", 1) == 1


def test_back_and_forward_command_a_head_that_was_shown_before(trace):
    page = Page(trace)
    for address, head in (("0", None), ("0", 1), ("1", 2)):
        page.run(address, head)
    assert page.run("1", 2, is_back=True) == 1, "Back, though the page has not heard yet that its 2 arrived"
    assert page.run("1", 2, generation=1) == 1, "the map still tells of before"
    assert page.run("2", 1, is_back=True) == 2, "Forward"
    assert page.run("5", 2) == 5, "a value that the page never wrote"
    assert page.memory.generation == 4


def test_a_value_that_was_taken_out_of_the_address_is_an_echo_until_it_is_gone():
    echo = AddressEcho()
    assert echo.read("locked", "7") == "7"
    assert echo.write("locked", None)
    assert echo.read("locked", "7") is None, "on its way"
    assert echo.read("locked", None) is None
    assert not echo.write("locked", None)
    assert echo.read("locked", "7", is_back=True) == "7"


def test_a_new_map_in_the_browser_gets_what_the_reader_left(trace):
    page = Page(trace)
    page.run("0")
    page.run("0", 3)
    assert page.run("3") == 3
    assert page.memory.controls()["head"] == 3


def test_what_makes_no_sense_stays_as_it_was(trace):
    told = {"layer": 99, "head": True, "locked": -1, "mode": "round", "scale": 3, "sort": "size", "percent": "80"}
    told["place"] = [1]
    assert replace(START, layer=2, locked=5).told(told, trace) == replace(START, layer=2)
    with pytest.raises(ValueError, match="Mode must be square or straight"):
        replace(START, mode="round")
