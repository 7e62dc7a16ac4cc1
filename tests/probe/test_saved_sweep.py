"""A reader's sweep: its name, its file, and every text that is none."""

import json
from dataclasses import replace

import pytest

from longformer_viz import InputError
from longformer_viz.probe.reference import references
from longformer_viz.probe.saved_sweep import SavedSweep, named_sweep, read_sweeps, sweeps_json

RESULTS = references()[0]


def test_a_sweep_is_named_by_machine_size_unit_and_date():
    machine = replace(RESULTS.machine, processor="Intel(R) Xeon(R) CPU E5-2680 @ 2.50GHz")
    results = replace(RESULTS, machine=machine, measured_at="2026-11-28T23:57:01+00:00")
    assert named_sweep(results).name == "Intel Xeon E5-2680, base, one layer, 28 Nov 2026, 23:57 UTC"
    assert named_sweep(replace(results, measured_at="yesterday")).name.endswith("yesterday")
    long = replace(results, machine=replace(machine, processor="x" * 500))
    assert len(named_sweep(long).name) <= 80


def test_one_sweep_several_sweeps_and_bare_results_are_read():
    sweep, other = SavedSweep("  <b>mine</b> ", RESULTS), SavedSweep("other", references()[1])
    assert read_sweeps(sweep.to_json()) == (sweep,)
    assert sweep.name == "<b>mine</b>"
    assert read_sweeps(sweeps_json((sweep, other))) == (sweep, other)
    assert read_sweeps(RESULTS.to_json()) == (named_sweep(RESULTS),)


def test_the_id_is_that_of_the_results_and_not_of_the_name():
    sweep = named_sweep(RESULTS)
    assert sweep.renamed("other").id == sweep.id == read_sweeps(sweep.to_json())[0].id
    assert sweep.id != named_sweep(references()[1]).id


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(InputError, match="1 to 80 characters"):
        SavedSweep(name, RESULTS)


GOOD = json.loads(SavedSweep("mine", RESULTS).to_json())


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (GOOD | {"longformer_viz_sweep": 2}, "must have version 1; this one has version 2"),
        (GOOD | {"longformer_viz_sweep": True}, "must have version 1"),
        (GOOD | {"name": 5}, "has no name"),
        (GOOD | {"name": ""}, "1 to 80 characters"),
        (GOOD | {"results": None}, "damaged or has another format"),
        (GOOD | {"results": GOOD["results"] | {"longformer_viz_measurement": 9}}, "version 9"),
        ({"longformer_viz_sweeps": 3, "sweeps": [GOOD]}, "version 3"),
        ({"longformer_viz_sweeps": 1, "sweeps": []}, "no list of measurements"),
        ({"longformer_viz_sweeps": 1, "sweeps": [GOOD, 7]}, "no version number"),
        ({"longformer_viz_session": 1}, "no version number"),
        ([], "no version number"),
    ],
)
def test_another_text_is_refused_with_the_reason(found, problem):
    with pytest.raises(InputError, match=problem):
        read_sweeps(json.dumps(found))


@pytest.mark.parametrize("text", ["", "{", b"\x89PNG\xff", "[" * 100_000, SavedSweep("m", RESULTS).to_json()[:-9]])
def test_a_damaged_text_is_refused(text):
    with pytest.raises(InputError, match="damaged or has another format"):
        read_sweeps(text)


def test_a_text_that_is_too_long_is_refused():
    with pytest.raises(InputError, match="at most 10,000,000 bytes"):
        read_sweeps(" " * 10_000_001)
