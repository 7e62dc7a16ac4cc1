"""Work as bytes: what may leave a process arrives as the same work, and a model travels as its name."""

import pickle
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from longformer_viz.cluster.shipping import packed, unpacked
from longformer_viz.models.running import run
from longformer_viz.models.store import stored_model
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.tasks.answering import answer
from longformer_viz.trace.full_attention import full_attention
from longformer_viz.trace.trace import Trace
from tests.faults.processes import ended, python

TEXT = "The contract ends on 4 May. Either party may leave it earlier, with notice of three months. " * 6
SPEC = AttentionSpec(window=16, global_positions=(0, 3))


def test_a_run_gives_the_same_weights_after_packing():
    model = stored_model(None)
    tokens = model.tokenize(TEXT)
    work = unpacked(packed(lambda progress: run(model, tokens, SPEC, progress=progress)))
    here, there = run(model, tokens, SPEC), unpacked(packed(work(None)))
    assert there.tokens == here.tokens
    assert there.pattern == here.pattern
    for layer in range(len(here.layers)):
        assert torch.equal(there.weights(layer, 1), here.weights(layer, 1))


def test_answers_are_the_same_after_packing():
    model = stored_model(task="qa")
    tokens = model.tokenize(TEXT)
    work = unpacked(packed(lambda progress: answer(model, "When does it end?", tokens, progress=progress)))
    here, there = answer(model, "When does it end?", tokens), unpacked(packed(work(None)))
    assert [(each.text, each.probability) for each in there] == [(each.text, each.probability) for each in here]


def test_a_model_is_packed_as_its_name_and_found_in_the_store():
    model = stored_model(task="qa")
    data = packed(model)
    assert len(data) < 1_000
    assert unpacked(data) is model


def test_a_trace_carries_no_model():
    trace = run(stored_model(None), TEXT, SPEC)
    data = packed(trace)
    assert isinstance(unpacked(data), Trace)
    assert len(data) < trace.size_bytes + 200_000


def test_a_model_that_is_not_in_the_store_is_refused():
    own = replace(stored_model(None), name="my <own> model")
    with pytest.raises(InputError, match="with the name 'my <own> model' that is not in the store"):
        packed(lambda progress: run(own, TEXT))


@pytest.fixture
def works(monkeypatch):
    """The work that pages give to the queue and that may leave this process."""
    from longformer_viz.ui.answers import view as answers
    from longformer_viz.ui.attention import all_heads, rollout
    from longformer_viz.ui.compare import captured_mass
    from longformer_viz.ui.labels import view as labels
    from longformer_viz.ui.shared import background

    found = []

    def keep(_key, work, *_arguments, may_leave=False, **_options):
        if may_leave:
            found.append(work)

    for module in (answers, all_heads, rollout, captured_mass, labels, background):
        monkeypatch.setattr(module, "computed", keep)
    model, qa, topics = stored_model(None), stored_model(task="qa"), stored_model(task="topics")
    tokens = model.tokenize(TEXT)
    trace = run(model, tokens, SPEC)
    background.traced(model, tokens, SPEC)
    all_heads.all_heads(trace)
    rollout._rollout_of(trace, 2)
    answers.answered(answers.Asked(qa, "When does it end?", qa.tokenize(TEXT), SPEC))
    full = full_attention(trace)
    monkeypatch.setattr(captured_mass, "_full", lambda _trace: full)
    captured_mass._masses(trace, [SimpleNamespace(name="Longformer", key=(), pattern=trace.pattern)])
    labels.labelled(labels.Labelled(topics, topics.tokenize(TEXT), None, SPEC))
    return found


def test_the_work_of_pages_is_done_in_a_process_without_the_app(works, tmp_path):
    assert len(works) == 6
    for number, work in enumerate(works):
        (tmp_path / str(number)).write_bytes(packed(work))
    code = f"""
        import pickle, sys
        from pathlib import Path
        from longformer_viz.cluster.shipping import packed, unpacked
        for file in sorted(Path({str(tmp_path)!r}).iterdir()):
            result = unpacked(file.read_bytes())(lambda fraction: None)
            file.write_bytes(packed(result))
        print("streamlit" in sys.modules)
    """
    returncode, output, errors = ended(python(code, OMP_NUM_THREADS="1"))
    assert (returncode, output.strip()) == (0, "False"), errors
    there = [unpacked((tmp_path / str(number)).read_bytes()) for number in range(len(works))]
    here = [work(lambda fraction: None) for work in works]
    assert [type(each) for each in there] == [type(each) for each in here]
    trace, grid, rollout, answers, mass, labels = zip(here, there, strict=True)
    torch.testing.assert_close(trace[0].weights(1, 2), trace[1].weights(1, 2), rtol=0.01, atol=1e-4)
    assert (grid[0].thumbnails.int() - grid[1].thumbnails.int()).abs().max() <= 1
    torch.testing.assert_close(torch.as_tensor(rollout[0].weights), torch.as_tensor(rollout[1].weights))
    assert [each.text for each in answers[0]] == [each.text for each in answers[1]]
    torch.testing.assert_close(torch.as_tensor(mass[0].share), torch.as_tensor(mass[1].share), equal_nan=True)
    assert [each.name for each in labels[0]] == [each.name for each in labels[1]]


def test_packed_work_is_a_plain_pickle_that_only_trusted_processes_read():
    assert pickle.loads(packed((1, "two"))) == (1, "two")
