"""What curves say: growth, crossings, the longest document that fits, predicted lines, and whether a setup fits."""

from dataclasses import replace

import pytest

from longformer_viz import InputError
from longformer_viz.cost.fit import GIB, memories, needed_bytes, what_helps, will_it_fit
from longformer_viz.cost.prediction import predict
from longformer_viz.cost.setup import Setup
from longformer_viz.probe.curves import crossing_points, curves, readings, shown_of
from longformer_viz.probe.growth import crossings, growth
from longformer_viz.probe.machine import this_machine
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.predictions import agreement, rates_of
from longformer_viz.probe.results import MemoryPoint, Results, TimePoint

LENGTHS = (512, 1024, 2048, 4096, 8192)
PLAN = Plan(("longformer-512", "full"), LENGTHS)


def made(seconds):
    """Results with these seconds by method and length, and the memory that the formulas say."""
    times = [
        TimePoint(key, n, "measured", seconds(key, n), seconds(key, n), seconds(key, n), 5)
        for key in PLAN.methods
        for n in LENGTHS
    ]
    peaks = [
        MemoryPoint(key, n, "measured", predict(PLAN.setup(key, n)).added_bytes)
        for key in PLAN.methods
        for n in LENGTHS
    ]
    return Results(this_machine(), PLAN, "2026-01-01T12:00:00+00:00", tuple(times), tuple(peaks))


def quadratic(key, n):
    return 3e-8 * n**2 if key == "full" else 1e-4 * n


def test_growth_finds_the_exponent_and_crossings_the_length():
    results = made(quadratic)
    assert growth(results.seconds("full")).exponent == pytest.approx(2)
    assert growth({512: 1.0}) is None
    (found,) = crossing_points(PLAN, results)
    assert found.length == pytest.approx(1e-4 / 3e-8, rel=0.01)
    assert (found.lower_below, found.lower_above) == ("full", "longformer-512")
    assert crossings({1: 1.0, 2: 1.0}, {1: 2.0, 2: 2.0}) == ()


def test_rates_give_back_the_seconds_they_were_fitted_to():
    cost = {(key, n): predict(PLAN.setup(key, n)) for key in PLAN.methods for n in LENGTHS}
    rates = rates_of(made(lambda key, n: 2e-11 * cost[key, n].flops + 1e-10 * cost[key, n].moved_bytes))
    assert rates.seconds_per_flop == pytest.approx(2e-11, rel=1e-3)
    assert rates.seconds(PLAN.setup("full", 16_384)) == pytest.approx(
        2e-11 * predict(PLAN.setup("full", 16_384)).flops + 1e-10 * predict(PLAN.setup("full", 16_384)).moved_bytes,
        rel=1e-3,
    )
    assert rates_of(replace(made(quadratic), times=())) is None


def test_a_curve_has_its_points_its_line_and_what_was_lost():
    results = made(quadratic)
    lost = TimePoint("full", 16_384, "too slow", note="It took too long.")
    results = replace(results, times=(*results.times, lost))
    ours, full = curves(PLAN, "time", results)
    assert [mark.length for mark in ours.measured] == list(LENGTHS)
    assert ours.growth.exponent == pytest.approx(1)
    (mark,) = full.lost
    assert mark.value >= PLAN.point_seconds
    assert full.line[-1][0] == 16_384, "the line goes as far as what was tried"
    (memory, _) = curves(PLAN, "memory")
    assert not memory.marks
    assert dict(memory.line)[8192] == predict(PLAN.setup("longformer-512", 8192)).added_bytes
    assert curves(PLAN, "time")[0].line == (), "no seconds without a measurement"


def test_the_longest_document_grows_with_memory():
    small, large = (readings(PLAN, None, size)[0].longest for size in (GIB, 2 * GIB))
    assert 0 < small < large
    assert needed_bytes(replace(PLAN.setup("longformer-512", small), length=small)) <= GIB


def test_results_of_another_level_are_not_shown():
    assert shown_of(PLAN, made(quadratic))
    assert not shown_of(replace(PLAN, level="model"), made(quadratic))


def test_agreement_counts_every_point_of_every_run():
    assert agreement([made(quadratic)] * 2).points == 2 * agreement([made(quadratic)]).points


def test_agreement_is_exact_where_the_formulas_were_measured():
    found = agreement([made(quadratic)])
    assert found.largest == 0
    assert found.points == 8  # two are below 20 MB


def test_a_setup_fits_or_does_not_and_its_largest_do():
    setup = Setup("huggingface-512", 4096, batch=2, training=True, device="cuda")
    fit = will_it_fit(setup, 15 * GIB)
    assert not fit.fits
    assert sum(size for _, size in fit.parts) == fit.needed_bytes
    assert will_it_fit(replace(setup, batch=fit.largest_batch), 15 * GIB).fits
    assert not will_it_fit(replace(setup, batch=fit.largest_batch + 1), 15 * GIB).fits
    assert will_it_fit(replace(setup, length=fit.largest_length), 15 * GIB).fits
    helped = dict(what_helps(setup, 15 * GIB))
    assert helped["gradient checkpointing"].needed_bytes < fit.needed_bytes
    assert min(each.needed_bytes for each in helped.values()) == helped["all changes together"].needed_bytes


def test_nothing_fits_in_too_little_and_all_is_said():
    fit = will_it_fit(Setup("full", 4096, training=True, accumulation=4), 2 * GIB)
    assert (fit.fits, fit.largest_batch) == (False, 0)
    assert any("Gradient accumulation" in note for note in fit.notes)
    assert memories()["NVIDIA T4, 16 GB"] == ("cuda", 15 * GIB)
    with pytest.raises(InputError):
        will_it_fit(Setup(), 0)
