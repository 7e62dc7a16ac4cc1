"""The simulation of a cluster agrees with what can be computed by hand."""

from dataclasses import replace

import pytest

from longformer_viz.corpus.planning import ClusterAssumptions, simulate
from longformer_viz.spec import InputError

EVEN = ClusterAssumptions(
    documents=1_000,
    nodes=2,
    workers_per_node=5,
    seconds_per_document=2.0,
    spread=0.0,
    batch_seconds=0.0,
    start_seconds=0.0,
    node_speed_spread=0.0,
    failures_per_node_hour=0.0,
    hash_megabytes_per_second=1e12,
    open_seconds=0.0,
)


def test_without_losses_it_is_work_over_workers():
    found = simulate(EVEN)
    assert found.hours * 3600 == pytest.approx(1_000 * 2.0 / 10)
    assert found.efficiency == pytest.approx(1.0)
    assert (found.failures, found.repeated_documents, found.idle_hours) == (0, 0, 0.0)
    assert found.cost == pytest.approx(200 / 3600 * 2 * EVEN.price_per_node_hour)


def test_each_assumption_costs_time():
    ideal = simulate(EVEN).hours
    for slower in (
        {"start_seconds": 30.0},
        {"batch_seconds": 1.0},
        {"node_speed_spread": 0.3},
        {"failures_per_node_hour": 60.0},
        {"hash_megabytes_per_second": 1.0},
        {"open_seconds": 1.0},
    ):
        assert simulate(replace(EVEN, **slower)).hours > ideal, slower
    assert simulate(replace(EVEN, failures_per_node_hour=60.0)).repeated_documents > 0


def test_storage_and_driver_bound_the_time():
    slow = simulate(replace(EVEN, storage_megabytes_per_second=0.02))
    assert slow.hours * 3600 == pytest.approx(1_000 * 0.02 / 0.02)
    assert slow.storage_share == pytest.approx(5.0)
    assert simulate(replace(EVEN, driver_rows_per_second=1.0)).hours * 3600 == pytest.approx(1_000)


def test_more_nodes_are_faster_until_the_end_of_the_work():
    hours = [simulate(ClusterAssumptions(documents=50_000, nodes=nodes)).hours for nodes in (5, 10, 20)]
    assert hours[0] > 1.7 * hours[1] > 1.7**2 * hours[2]


@pytest.mark.parametrize("given", [{"documents": 0}, {"nodes": 1.5}, {"seconds_per_document": 0}, {"spread": -1.0}])
def test_wrong_assumptions_are_refused(given):
    with pytest.raises(InputError):
        ClusterAssumptions(**given)
