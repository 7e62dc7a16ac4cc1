"""Requests of an address: so many at once, then evenly; and no number of addresses takes more memory than a limit."""

from longformer_viz.server.rates import Rates


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_an_address_waits_when_it_has_used_its_minute_and_no_other_does():
    clock = Clock()
    rates = Rates(60, clock=clock)
    assert [rates.take("a") for _ in range(60)] == [0.0] * 60
    assert rates.take("a") == 1.0
    assert rates.take("b") == 0.0
    clock.now += 0.5
    assert rates.take("a") == 0.5, "a refused request takes nothing"
    clock.now += 0.5
    assert rates.take("a") == 0.0
    assert rates.take("a") == 1.0
    clock.now += 3600
    assert sum(not rates.take("a") for _ in range(100)) == 60, "an hour saves up no more than a minute"


def test_asking_how_long_to_wait_counts_nothing():
    rates = Rates(1, clock=Clock())
    assert rates.wait_seconds("a") == 0.0
    assert len(rates) == 0
    rates.take("a")
    assert rates.wait_seconds("a") == rates.wait_seconds("a") == 60.0


def test_a_flood_of_addresses_is_forgotten_but_for_the_most_recent():
    rates = Rates(1, most_addresses=100, clock=Clock())
    rates.take("mine")
    for number in range(10_000):
        rates.take(f"address {number}")
        rates.take("mine")
    assert len(rates) == 100
    assert rates.wait_seconds("mine") > 0, "who keeps asking is not forgotten"
