"""The Curves page's lines: recorded curves, a measurement, a visitor's sweep, a setup, and claims."""

from dataclasses import replace

import pytest

from longformer_viz.cost.fit import what_helps
from longformer_viz.cost.setup import Setup
from longformer_viz.probe.claims.claim import claims
from longformer_viz.probe.curves import curves
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.reference import recorded_results
from longformer_viz.probe.saved_sweep import SavedSweep, sweeps_json
from longformer_viz.snippets.curves import claims_lines, curves_lines, fit_lines
from tests.snippets.executed import executed

PLANS = {
    "default": Plan(),
    "other": Plan(("longformer-256",), (512, 1024), point_seconds=5.0, point_bytes=10**9),
    "on a GPU": Plan(("fused", "longformer-512"), (4096,), device="cuda"),
    "whole model": Plan(level="model", shape="large"),
}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("quantities", [("time", "memory"), ("memory",)])
def test_the_lines_give_the_plan_and_the_recorded_curves(name, quantities, tmp_path, monkeypatch, capsys):
    plan = PLANS[name]
    reference = next(iter(recorded_results())) if name == "default" else None
    results = None if reference is None else recorded_results()[reference]
    found = executed(curves_lines(plan, quantities, reference), tmp_path, monkeypatch)
    assert found["plan"] == plan
    assert found["shown"] == [results]
    told = capsys.readouterr().out
    for quantity in quantities:
        for curve in curves(plan, quantity, results):
            assert f"{curve.method.label} {quantity} {curve.growth}\n" in told
            assert f"{[(mark.length, mark.value) for mark in curve.measured]}\n" in told


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("has_reference", [True, False])
def test_a_visitors_sweeps_are_read_from_their_file(count, has_reference, tmp_path, monkeypatch):
    name, recorded = next(iter(recorded_results().items()))
    own = [SavedSweep(f'"mine" {number}', replace(recorded, measured_at=f"{number}")) for number in range(3)]
    text = own[0].to_json() if count == 1 else sweeps_json(tuple(own))
    (tmp_path / ("sweep.json" if count == 1 else "sweeps.json")).write_text(text, encoding="utf-8")
    names = [sweep.name for sweep in own[:count]]
    lines = curves_lines(Plan(), ("time",), name if has_reference else None, names)
    found = executed(lines, tmp_path, monkeypatch)
    assert found["shown"] == [*[recorded] * has_reference, *(sweep.results for sweep in own[:count])]


def test_the_commented_lines_measure_the_plan(tmp_path, monkeypatch):
    lines = curves_lines(Plan(("full",), (64,)), ("time",), None, takes="3 min")
    assert "in about 3 min:" in lines
    marked = [line.removeprefix("# ") for line in lines.splitlines() if line.startswith("# ")][1:]
    measured: list[Plan] = []
    monkeypatch.setattr("longformer_viz.probe.sweep.measure", lambda plan: measured.append(plan) or plan)
    found = executed(lines, tmp_path, monkeypatch)
    exec("\n".join(marked), found)
    assert measured == [found["plan"]] == found["shown"]


@pytest.mark.parametrize(
    "setup",
    [
        Setup("huggingface-512", 4096, batch=2, training=True, device="cuda"),
        Setup("longformer-512-bfloat16", 16_384, "large", checkpointing=True, training=True, optimizer="sgd"),
        Setup("full", 1024),
    ],
)
def test_the_lines_tell_whether_a_setup_fits(setup, tmp_path, monkeypatch):
    found = executed(fit_lines(setup, 15 * 2**30), tmp_path, monkeypatch)
    assert found["setup"] == setup
    assert found["tried"] == what_helps(setup, 15 * 2**30)


@pytest.mark.parametrize(("verdict", "article"), [(None, None), ("holds", None), ("holds", claims()[0].article)])
def test_the_lines_list_the_claims(verdict, article, tmp_path, monkeypatch):
    found = executed(claims_lines(verdict, article), tmp_path, monkeypatch)
    wanted = [each for each in claims() if verdict in (None, each.verdict) and article in (None, each.article)]
    assert found["found"] == wanted
