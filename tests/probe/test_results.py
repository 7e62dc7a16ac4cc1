"""Results as files: the same again, and what is damaged, of another version or something else is refused."""

import csv
import io
import json
from dataclasses import asdict, replace

import pytest

from longformer_viz import InputError
from longformer_viz.probe.machine import this_machine
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.reference import references
from longformer_viz.probe.results import MemoryPoint, Results, TimePoint

RESULTS = Results(
    this_machine(),
    Plan(("fused", "longformer-512"), (512, 1024)),
    "2026-01-01T12:00:00+00:00",
    (TimePoint("fused", 512, "measured", 0.1, 0.09, 0.12, 7), TimePoint("fused", 1024, "too slow", note="=1+1")),
    (MemoryPoint("fused", 512, "measured", 8_000_000, 7_000_000, None, "a meter"),),
)


def test_a_saved_file_loads_as_the_same(tmp_path):
    RESULTS.save(tmp_path / "a.json")
    assert Results.load(tmp_path / "a.json") == RESULTS
    assert RESULTS.seconds("fused") == {512: 0.1}
    assert RESULTS.peak_bytes("fused") == {512: 8_000_000}


def changed(**fields):
    return json.dumps(json.loads(RESULTS.to_json()) | fields)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        ("[" * 100_000, "not JSON"),
        (RESULTS.to_json()[:-40], "not JSON"),
        ("[]", "no version number"),
        ('{"a": 1}', "no version number"),
        (changed(longformer_viz_measurement=2), "must have version 1; this one has version 2"),
        (changed(longformer_viz_measurement=True), "must have version"),
        (changed(times=[{"method": "fused"}]), "must have"),
        (changed(times=3), "must be a list"),
        (changed(measured_at=3), "must be of type str"),
        (changed(plan=json.loads(RESULTS.to_json())["plan"] | {"lengths": [10_000_000]}), "Lengths must be"),
        (RESULTS.to_json().replace("0.09", "-1"), "0 or more"),
        (RESULTS.to_json().replace("0.09", "NaN"), "not JSON"),
        (RESULTS.to_json().replace("0.09", "0"), "low_seconds of a measured point must be more than 0; got 0"),
        (RESULTS.to_json().replace("8000000", "0"), "peak_bytes of a measured point"),
        (RESULTS.to_json().replace("60.0", "9" * 400), "point_seconds must be finite"),
        (changed(times=[asdict(RESULTS.times[0]) | {"length": 3}]), "Lengths must be"),
        (changed(memory=[asdict(RESULTS.memory[0]) | {"method": "magic"}]), "magic"),
    ],
)
def test_another_file_is_refused_and_says_why(text, said):
    with pytest.raises(InputError, match=said):
        Results.from_json(text)


def test_a_peak_without_a_meter_is_taken():
    without = Results.from_json(RESULTS.to_json().replace("8000000", "null"))
    assert without.memory[0].peak_bytes is None
    assert without.peak_bytes("fused") == {}


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(InputError, match=r"must be (a readable|readable as a) file"):
            Results.load(path)
    with pytest.raises(InputError, match="must be writable"):
        RESULTS.save(tmp_path / "no" / "folder.json")


def test_csv_has_a_row_a_point_and_no_formula():
    rows = list(csv.DictReader(io.StringIO(RESULTS.to_csv())))
    assert [row["quantity"] for row in rows] == ["time", "time", "memory"]
    assert rows[0]["median_seconds"] == "0.1"
    assert rows[1]["note"] == "'=1+1"
    assert replace(RESULTS, times=(), memory=()).to_csv()


@pytest.mark.parametrize(
    ("device", "methods"),
    [
        ("cpu", ("longformer-512", "huggingface-512", "full", "fused")),
        ("cuda", ("longformer-512-bfloat16", "huggingface-512-bfloat16", "full-bfloat16", "fused-bfloat16")),
    ],
)
def test_the_recorded_runs_name_their_machines_and_have_both_quantities(device, methods):
    kind = ("layer", "base", device)
    (recorded,) = [each for each in references() if (each.plan.level, each.plan.shape, each.plan.device) == kind]
    assert recorded.machine.processor
    assert (recorded.machine.device == "cpu") == (device == "cpu")
    for method in methods:
        assert len(recorded.seconds(method)) >= 3
        assert len(recorded.peak_bytes(method)) >= 5
