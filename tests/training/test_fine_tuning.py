"""A training run: it learns, it goes on to the same weights after any stop, and leaves only whole files."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from peft import PeftModel
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from longformer_viz import InputError
from longformer_viz.training.batch import Batch
from longformer_viz.training.datasets import Answer, Article, LabelledText, Paragraph, Question
from longformer_viz.training.examples import QuestionExamples
from longformer_viz.training.label_examples import LabelExamples
from longformer_viz.training.loop.batches import batches_of
from longformer_viz.training.loop.fine_tuning import adapted, fine_tune
from longformer_viz.training.loop.recipe import Recipe
from tests.models import small

RECIPE = Recipe(rank=4, learning_rate=1e-2, warm_up=0.0, epochs=2, tokens_per_batch=150, mixed_precision=False)


def question_examples():
    """Four questions on two short passages: two batches an epoch."""
    paragraphs = []
    for place, keeper in (("harbour", "Ines"), ("quarry", "Tomas")):
        context = f"The keys of the {place} are kept by {keeper} and nobody else."
        asked = Question("1", f"Who keeps the keys of the {place}?", (Answer(keeper, context.index(keeper)),))
        where = Question("2", "What are they the keys of?", (Answer(place, context.index(place)),))
        paragraphs.append(Paragraph(context, (asked, where)))
    return QuestionExamples(
        [Article("Keys", tuple(paragraphs))], small.tokenizer("Longformer"), max_tokens=190, unanswered=0.0, shift=8
    )


def model_of(recipe=RECIPE, head="ForQuestionAnswering", **changes):
    return adapted(small.model("Longformer", head, **changes), recipe)


def trained_weights(model):
    return {name: weight.detach().clone() for name, weight in model.named_parameters() if weight.requires_grad}


@torch.no_grad()
def loss_of(model, examples):
    batch = Batch.of(examples.of_epoch(np.random.default_rng(9)), model.config.pad_token_id, torch.device("cpu"))
    model.eval()
    return float(examples.loss(model, batch))


class StopError(Exception):
    """What a reader's click on cancel raises."""


def stop_at(step):
    def report(progress):
        if progress.step == step:
            raise StopError

    return report


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One whole run of four steps with its folder, told from the start to the end."""
    folder = tmp_path_factory.mktemp("run")
    model, told = model_of(), []
    fine_tune(model, question_examples(), RECIPE, folder, told.append, save_every=1)
    return model, folder, told


def test_two_steps_lower_the_loss(tmp_path):
    recipe = replace(RECIPE, epochs=1, dropout=0.0)
    model, examples = model_of(recipe), question_examples()
    before = loss_of(model, examples)
    told = []
    fine_tune(model, examples, recipe, tmp_path, told.append)
    assert [(progress.step, progress.steps) for progress in told] == [(1, 2), (2, 2)]
    assert loss_of(model, examples) < before - 0.1


def test_adapters_head_and_global_projections_are_trained_and_nothing_else(run):
    model, _, _ = run
    trained = set(trained_weights(model))
    assert all("lora_" in name or "qa_outputs.modules_to_save" in name for name in trained)
    for projection in ("query", "key", "value", "query_global", "key_global", "value_global"):
        assert any(f"self.{projection}.lora_A" in name for name in trained)
    fresh = model_of()
    frozen = {name: weight for name, weight in model.state_dict().items() if name not in trained}
    assert all(torch.equal(weight, fresh.state_dict()[name]) for name, weight in frozen.items())


def test_progress_tells_how_far_it_is(run):
    told = run[2]
    assert [progress.step for progress in told] == [1, 2, 3, 4]
    assert [progress.seconds_left > 0 for progress in told] == [True, True, True, False]
    rates = [progress.learning_rate for progress in told]
    assert rates[0] == RECIPE.learning_rate
    assert rates == sorted(rates, reverse=True)
    assert all(progress.loss > 0 and progress.tokens_per_second > 0 for progress in told)


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_stopped_run_goes_on_to_the_same_weights(run, tmp_path, step):
    whole, _, _ = run
    with pytest.raises(StopError):
        fine_tune(model_of(), question_examples(), RECIPE, tmp_path, stop_at(step), save_every=1)
    # What was saved last is there, the step that was stopped is not.
    assert (tmp_path / "state.json").is_file() == (step > 1)
    if step > 1:
        assert json.loads((tmp_path / "state.json").read_text())["step"] == step - 1
    again, told = model_of(), []
    fine_tune(again, question_examples(), RECIPE, tmp_path, told.append, save_every=1)
    assert told[0].step == step
    expected = trained_weights(whole)
    for name, weight in trained_weights(again).items():
        assert torch.equal(weight, expected[name]), name


def test_a_run_that_is_done_changes_nothing(run, tmp_path):
    whole, folder, _ = run
    shutil.copytree(folder, tmp_path / "run")
    again, told = model_of(), []
    fine_tune(again, question_examples(), RECIPE, tmp_path / "run", told.append)
    assert not told
    assert all(torch.equal(weight, trained_weights(whole)[name]) for name, weight in trained_weights(again).items())


def test_stopped_or_not_only_whole_files_are_left(run, tmp_path):
    with pytest.raises(StopError):
        fine_tune(model_of(), question_examples(), RECIPE, tmp_path, stop_at(2), save_every=1)
    for folder in (run[1], tmp_path):
        files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        assert files == {
            "state.safetensors",
            "state.json",
            "best/adapter_model.safetensors",
            "best/adapter_config.json",
        }
        with safe_open(folder / "state.safetensors", "pt") as opened:
            assert json.loads(opened.metadata()["state"]) == json.loads((folder / "state.json").read_text())


def test_the_adapter_is_in_half_precision_and_names_no_path(run):
    model, folder, _ = run
    tensors = load_file(folder / "best" / "adapter_model.safetensors")
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float16}
    settings = (folder / "best" / "adapter_config.json").read_text()
    assert json.loads(settings)["base_model_name_or_path"] is None
    assert str(folder) not in settings
    loaded = PeftModel.from_pretrained(small.model("Longformer", "ForQuestionAnswering"), folder / "best").eval()
    examples = question_examples()
    assert loss_of(loaded, examples) == pytest.approx(loss_of(model, examples), abs=0.01)


def test_an_adapter_can_be_gone_on_from(run, tmp_path):
    model, folder, _ = run
    start = adapted(small.model("Longformer", "ForQuestionAnswering"), RECIPE, folder / "best")
    assert trained_weights(start).keys() == trained_weights(model).keys()
    examples = question_examples()
    assert loss_of(start, examples) == pytest.approx(loss_of(model, examples), abs=0.01)
    with pytest.raises(InputError, match="An adapter to continue from must come from a training run"):
        adapted(small.model("Longformer", "ForQuestionAnswering"), RECIPE, tmp_path)


@pytest.mark.parametrize("change", [{"learning_rate": 2e-2}, {"seed": 1}, {"epochs": 3}, {"tokens_per_batch": 600}])
def test_the_state_of_another_recipe_is_refused(run, tmp_path, change):
    shutil.copytree(run[1], tmp_path / "run")
    recipe = replace(RECIPE, **change)
    with pytest.raises(
        InputError, match="A run must continue with the settings, model and data that it started with"
    ):
        fine_tune(model_of(recipe), question_examples(), recipe, tmp_path / "run")


def test_the_state_of_another_model_is_refused(run, tmp_path):
    shutil.copytree(run[1], tmp_path / "run")
    with pytest.raises(
        InputError, match="A run must continue with the settings, model and data that it started with"
    ):
        fine_tune(model_of(num_hidden_layers=1, attention_window=[8]), question_examples(), RECIPE, tmp_path / "run")


@pytest.mark.parametrize("damage", ["cut", "empty", "without its settings"])
def test_a_damaged_state_is_refused(run, tmp_path, damage):
    shutil.copytree(run[1], tmp_path / "run")
    file = tmp_path / "run" / "state.safetensors"
    content = file.read_bytes()
    if damage == "without its settings":
        save_file(load_file(file), file, {"state": "{}"})
    else:
        file.write_bytes(content[: len(content) // 2] if damage == "cut" else b"")
    with pytest.raises(InputError, match=r"state.safetensors in .* is damaged"):
        fine_tune(model_of(), question_examples(), RECIPE, tmp_path / "run")


def test_gradient_checkpointing_changes_no_step(run, tmp_path):
    recipe = replace(RECIPE, gradient_checkpointing=True)
    model, told = model_of(recipe), []
    fine_tune(model, question_examples(), recipe, tmp_path, told.append)
    assert [progress.loss for progress in told] == pytest.approx([progress.loss for progress in run[2]], abs=1e-4)
    for name, weight in trained_weights(run[0]).items():
        torch.testing.assert_close(trained_weights(model)[name], weight, atol=1e-4, rtol=1e-3)


def test_accumulation_makes_one_step_of_several_batches(tmp_path):
    recipe = replace(RECIPE, epochs=1, accumulation=2)
    told = []
    fine_tune(model_of(recipe), question_examples(), recipe, tmp_path, told.append)
    assert [progress.step for progress in told] == [1]


def test_the_best_judged_adapter_is_kept(tmp_path):
    scores, adapters = iter([0.1, 0.9, 0.5, 0.2]), []

    def judge(model):
        assert not model.training
        adapters.append(trained_weights(model))
        return next(scores)

    assert fine_tune(model_of(), question_examples(), RECIPE, tmp_path, judge=judge, save_every=1) == 0.9
    kept = load_file(tmp_path / "best" / "adapter_model.safetensors")
    best = {name.replace(".default", ""): weight.half() for name, weight in adapters[1].items()}
    for name, tensor in kept.items():
        assert torch.equal(tensor, best[name.replace("qa_outputs", "qa_outputs.modules_to_save")]), name
    assert [entry["score"] for entry in json.loads((tmp_path / "state.json").read_text())["history"]] == [
        0.1,
        0.9,
        0.5,
        0.2,
    ]


def test_labels_are_learned_too(tmp_path):
    texts = [
        LabelledText(str(at), label, f"It was {label}, said {at}.") for at in range(4) for label in ("good", "bad")
    ]
    examples = LabelExamples(texts, ["bad", "good"], small.tokenizer("Longformer"), max_tokens=50)
    recipe = replace(RECIPE, epochs=3, dropout=0.0)
    model = model_of(recipe, "ForSequenceClassification", num_labels=2)
    before = loss_of(model, examples)
    fine_tune(model, examples, recipe, tmp_path)
    assert loss_of(model, examples) < before


def test_a_loss_that_is_no_number_ends_the_run_and_says_what_to_do(tmp_path):
    model = model_of()
    with torch.no_grad():
        model.get_base_model().longformer.embeddings.word_embeddings.weight.fill_(torch.nan)
    with pytest.raises(InputError, match=r"at step 1 it is nan\. Continue from .* lower learning rate than 0\.01"):
        fine_tune(model, question_examples(), RECIPE, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": -1}, "seed must be a whole number of 0 or more. You entered -1"),
        ({"rank": 0}, "rank must be a whole number of 1 or more. You entered 0"),
        ({"epochs": 1.5}, "epochs must be a whole number"),
        ({"accumulation": True}, "accumulation must be a whole number"),
        ({"learning_rate": 0}, "learning_rate must be between 0 and 1"),
        ({"learning_rate": float("nan")}, "learning_rate must be between 0 and 1"),
        ({"warm_up": 1}, "warm_up must be at least 0 and less than 1"),
        ({"dropout": -0.1}, "dropout must be at least 0 and less than 1"),
    ],
)
def test_a_recipe_is_checked(change, said):
    with pytest.raises(InputError, match=said):
        Recipe(**change)


def test_an_epoch_without_examples_is_refused():
    with pytest.raises(InputError, match="An epoch must have at least one example"):
        batches_of([], RECIPE, np.random.default_rng(0))


def test_batches_hold_like_lengths_and_every_example_once():
    random = np.random.default_rng(0)
    examples = [np.zeros(length) for length in random.integers(10, 200, size=300)]
    batches = batches_of(examples, Recipe(tokens_per_batch=1000), random)
    assert sorted(len(example) for batch in batches for example in batch) == sorted(map(len, examples))
    assert all(len(batch) * max(map(len, batch)) <= 1000 for batch in batches)
    padded = sum(len(batch) * max(map(len, batch)) for batch in batches)
    assert padded < 1.1 * sum(map(len, examples))
    (alone,) = batches_of([np.zeros(5000)], Recipe(tokens_per_batch=1000), random)
    assert len(alone) == 1  # longer than a batch may be, and read all the same


def test_only_the_last_layers_and_the_head_change_where_asked(tmp_path):
    whole = model_of()
    model = adapted(small.model("Longformer", "ForQuestionAnswering"), RECIPE, layers=1)
    last = model.config.num_hidden_layers - 1
    assert last >= 1
    before = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    assert set(trained_weights(model)) < set(trained_weights(whole))
    fine_tune(model, question_examples(), RECIPE, tmp_path)
    changed = {name for name, weight in model.named_parameters() if not torch.equal(weight, before[name])}
    assert any("qa_outputs" in name for name in changed)
    assert any(f".layer.{last}." in name for name in changed)
    assert all("qa_outputs" in name or f".layer.{last}." in name for name in changed)
    # What goes on from it has the layers that were not trained as they were.
    again = adapted(small.model("Longformer", "ForQuestionAnswering"), RECIPE, tmp_path / "best", layers=1)
    assert set(trained_weights(again)) == set(trained_weights(model))


@pytest.mark.parametrize("layers", [0, 99])
def test_a_number_of_layers_that_the_model_does_not_have_is_refused(layers):
    with pytest.raises(InputError, match=rf"layers must be a whole number from 1 to .*\. You entered {layers}"):
        adapted(small.model("Longformer", "ForQuestionAnswering"), RECIPE, layers=layers)
