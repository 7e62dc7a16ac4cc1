"""Each argument of each public function with values of the wrong type: an InputError in words, or a right result."""

import dataclasses

import pytest

import longformer_viz as viz
from longformer_viz import corpus
from tests.hostile import public_calls
from tests.hostile.corpus_calls import ROWS, corpus_calls
from tests.hostile.refusals import refused_or_right
from tests.hostile.wrong_values import WRONG_VALUES

SPECS = public_calls.spec_calls()
# Without arguments, or results that nobody makes by hand.
NOT_CALLED = {
    "Answers",
    "Classification",
    "CrossTrace",
    "InputError",
    "LoadedModel",
    "PatternCheck",
    "Results",
    "Seq2SeqTrace",
    "Trace",
    "claims",
    "recorded_results",
}


def faults(call):
    found = []
    for argument in call.arguments:
        for name, value in WRONG_VALUES.items():
            if name in call.right.get(argument, ()) or (argument == "progress" and callable(value)):
                continue
            arguments = {**call.arguments, argument: value}
            try:
                refused_or_right(lambda arguments=arguments: call.function(**arguments))
            except Exception as fault:
                found.append(f"{argument} = {name}: {type(fault).__name__}, {str(fault)[:150]!r}")
    return found


@pytest.mark.parametrize("call", SPECS, ids=lambda call: call.name)
def test_settings_and_patterns(call):
    assert not faults(call)


def test_what_is_computed_from_a_run():
    assert not {call.name: found for call in public_calls.trace_calls() if (found := faults(call))}


def test_models_and_tasks():
    assert not {call.name: found for call in public_calls.model_calls() if (found := faults(call))}


def test_costs_measurements_and_training(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGFORMER_VIZ_RUNS", str(tmp_path / "runs"))
    monkeypatch.chdir(tmp_path)
    assert not {call.name: found for call in public_calls.cost_calls() if (found := faults(call))}


def test_corpora(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    calls = corpus_calls(str(tmp_path / "results"))
    assert not {call.name: found for call in calls if (found := faults(call))}
    results = {"CorpusJob", "CorpusSummary", "Judgement", "Progress"}  # Nobody makes them by hand.
    assert set(corpus.__all__) - {call.name.split(" ")[0] for call in calls} == results


@pytest.mark.parametrize("column", [*ROWS[0], "peak_bytes", "captured_mass_64"])
@pytest.mark.parametrize("function", [corpus.summarize, corpus.agreements, corpus.judge])
def test_rows_with_a_wrong_value(function, column):
    found = []
    for name, value in WRONG_VALUES.items():
        try:
            refused_or_right(lambda value=value: function([{**ROWS[0], column: value}, *ROWS[1:]]))
        except Exception as fault:
            found.append(f"{name}: {type(fault).__name__}, {str(fault)[:150]!r}")
    assert not found


def test_every_public_function_is_called():
    groups = (public_calls.trace_calls, public_calls.model_calls, public_calls.cost_calls)
    called = {call.name.split(" ")[0] for call in (*SPECS, *(call for group in groups for call in group()))}
    assert set(viz.__all__) - called == NOT_CALLED


def test_a_frozen_result_stays_as_it_is():
    with pytest.raises(dataclasses.FrozenInstanceError):
        public_calls.trace().model = "another"
