"""Labels: probabilities that sum to 1, from a trained head or from likeness to what a reader typed."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import LongformerForSequenceClassification

from longformer_viz import AttentionSpec, InputError, classify, load
from longformer_viz.documents.samples import sample
from longformer_viz.models.adapters import task_folder
from longformer_viz.models.store import model_for_task
from longformer_viz.tasks.labels.evidence import label_evidence
from longformer_viz.tasks.labels.own_labels import MAX_LABELS
from longformer_viz.tasks.splitting import overlapping_parts
from tests.tasks.adapters import TOPICS, shipping, untrained

NOTICE = sample("library_notice").text
CONTRACT = sample("services_contract").text


@pytest.fixture(scope="module")
def topics(tmp_path_factory):
    """The default as it is where an adapter for topics is shipped, and the model for these."""
    folder = tmp_path_factory.mktemp("adapters")
    untrained(folder / "topics", TOPICS, "topics")
    untrained(folder / "sentiment", ("neg", "pos"), "sentiment", seed=1)
    with shipping(folder):
        yield load(task="topics")


def check(found, names):
    assert {label.name for label in found} == set(names)
    chances = [label.probability for label in found]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1)
    assert min(chances) >= 0


# A trained head


def test_probabilities_are_those_of_stock_transformers(topics):
    stock = LongformerForSequenceClassification.from_pretrained(task_folder("topics")).eval()
    found = classify(topics, NOTICE)
    check(found, TOPICS)
    with torch.no_grad():
        logits = stock(**topics.tokenizer(NOTICE, return_tensors="pt")).logits[0]
    expected = dict(zip(TOPICS, torch.softmax(logits, -1).tolist(), strict=True))
    assert {label.name: label.probability for label in found} == pytest.approx(expected, abs=1e-4)
    assert (found.passes, found.tokens_read, found.zero_shot) == (1, topics.count_tokens(NOTICE), False)


def test_the_default_classifies_by_its_tasks(default_model, topics):
    assert classify(default_model, NOTICE, "topics").labels == classify(topics, NOTICE).labels
    check(classify(topics, NOTICE, "sentiment"), ("neg", "pos"))
    assert classify(topics, topics.tokenize(NOTICE)).labels == classify(topics, NOTICE).labels


def test_a_long_document_is_the_mean_of_its_stretches(topics):
    tokens = topics.tokenize(CONTRACT)
    done = []
    found = classify(topics, tokens, max_tokens=512, overlap=100, progress=done.append)
    parts = overlapping_parts(len(tokens) - 2, 510, 100)
    assert found.passes == len(parts) == len(done) > 3
    assert found.tokens_read == 512 * len(parts)
    each = [classify(topics, topics.tokenize(CONTRACT, start=first, limit=stop - first + 2)) for first, stop in parts]
    expected = {name: np.mean([dict_of(one)[name] for one in each]) for name in TOPICS}
    assert dict_of(found) == pytest.approx(expected, abs=1e-5)


def dict_of(found):
    return {label.name: label.probability for label in found}


def test_a_spec_changes_the_outcome(topics):
    specs = ({}, {"window": 8}, {"dilation": 4}, {"global_positions": ()}, {"global_positions": (0, 30)})
    found = [dict_of(classify(topics, NOTICE, spec=AttentionSpec(**spec)))["mills"] for spec in specs]
    assert len({f"{chance:.2e}" for chance in found}) == len(found)
    first = classify(topics, NOTICE, spec=AttentionSpec(global_positions=(0,)))
    assert first.labels == classify(topics, NOTICE).labels
    with pytest.raises(InputError, match="A global position must lie in the document"):
        classify(topics, NOTICE, spec=AttentionSpec(global_positions=(9999,)))


def test_positions_of_a_spec_fall_into_their_stretch(topics):
    tokens = topics.tokenize(CONTRACT)
    place = 1000
    found = classify(topics, tokens, spec=AttentionSpec(global_positions=(0, place)), max_tokens=512, overlap=0)
    expected = []
    for first, stop in overlapping_parts(len(tokens) - 2, 510, 0):
        part = topics.tokenize(CONTRACT, start=first, limit=stop - first + 2)
        inside = (place - first,) if first < place <= stop else ()
        expected.append(dict_of(classify(topics, part, spec=AttentionSpec(global_positions=(0, *inside)))))
    for name in TOPICS:
        assert dict_of(found)[name] == pytest.approx(np.mean([one[name] for one in expected]), abs=1e-5)


# Typed labels


def test_typed_labels_are_chosen_by_likeness(default_model):
    document = "The striker scored twice, the goalkeeper was sent off, and the match ended three to two."
    found = classify(default_model, document, ["football", "banking", "cooking"])
    check(found, ("football", "banking", "cooking"))
    assert found[0].name == "football"
    assert found.zero_shot
    again = classify(default_model, document, ("banking", "cooking", "football"))
    assert dict_of(again) == pytest.approx(dict_of(found))


def test_any_task_model_chooses_by_the_base(default_model, topics):
    labels = ["a contract", "a recipe"]
    assert classify(topics, CONTRACT, labels).labels == classify(default_model, CONTRACT, labels).labels
    assert classify(default_model, CONTRACT, labels)[0].name == "a contract"


def test_a_label_is_a_text_of_any_kind(default_model):
    labels = ["<b>news</b>", "=1+1", "*notice*", "雪", "  much \n space ", "'", "[SEP]"]
    found = classify(default_model, NOTICE, labels)
    check(found, ["<b>news</b>", "=1+1", "*notice*", "雪", "much space", "'", "[SEP]"])
    check(
        classify(default_model, NOTICE, [f"label {number}" for number in range(MAX_LABELS)]),
        [f"label {n}" for n in range(MAX_LABELS)],
    )
    check(classify(default_model, NOTICE, {"a", "b"}), ["a", "b"])


def test_a_description_says_what_a_label_means(default_model):
    document = "The ball crossed the line twice, the referee blew his whistle, and the fans sang."
    bare = dict_of(classify(default_model, document, ["A", "B"]))
    labels = ["A: cooking, with recipes", "B: football, with teams"]
    found = classify(default_model, document, labels)
    assert [label.name for label in found] == ["B", "A"]
    assert found[0].probability > bare["B"]
    assert label_evidence(default_model, document, "B", labels=labels).label == "B"


def test_forty_labels_of_one_meaning_share_the_probability(default_model):
    labels = [f"contract: an agreement between two parties, form {number}" for number in range(40)]
    with pytest.raises(InputError, match="Each label must be unique; 'contract' is repeated"):
        classify(default_model, CONTRACT, labels)
    found = classify(default_model, CONTRACT, [f"contract {n}: an agreement between two parties" for n in range(40)])
    assert found[0].probability < 0.1


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["cats: " + "long " * 300, "dogs"], "may have at most 254 tokens; 'cats' has 302. Shorten the description"),
        ([": an agreement", "dogs"], "must have a name before its description. You entered ': an agreement'"),
        (["cats: felines", "Cats: musicals"], "Each label must be unique; 'Cats' is repeated"),
        ([], "2 to 100 labels to choose from. You entered 0. Add another"),
        (["one"], "2 to 100 labels to choose from. You entered 1. Add another"),
        (["one", " ", ""], "2 to 100 labels to choose from. You entered 1. Add another"),
        (
            [f"label {number}" for number in range(200)],
            "2 to 100 labels to choose from. You entered 200",
        ),
        (["cats", "dogs", " Cats"], "Each label must be unique; 'Cats' is repeated"),
        (["cats", "x" * 101], "may have at most 100 characters; .* has 101. Shorten it"),
        (["cats", 5], "Labels must be strings in a list"),
        (5, "Labels must be strings in a list"),
        (b"cats", "Labels must be strings in a list"),
        ("topic", r"labels must be kinds, topics, sentiment, or a list of labels. You entered 'topic'"),
        ("", r"labels must be kinds, topics, sentiment"),
    ],
)
def test_labels_that_cannot_be_chosen_from_are_refused(default_model, labels, said):
    with pytest.raises(InputError, match=said):
        classify(default_model, NOTICE, labels)


# What cannot be classified


def test_a_model_without_labels_says_so(default_model):
    with pytest.raises(InputError, match=r"A model must have a head for labels; .* has none"):
        classify(default_model, NOTICE)
    own = replace(default_model, name="some/longformer", is_built_in=False)
    with pytest.raises(InputError, match="A model must have a head for topics; 'some/longformer' has none"):
        classify(own, NOTICE, "topics")


@pytest.mark.parametrize("labels", [["a", "b"], None])
@pytest.mark.parametrize("document", ["", " ", "...", "– !", 5, None])
def test_a_document_must_have_a_word(topics, document, labels):
    with pytest.raises(InputError, match="A document must "):
        classify(topics, document, labels)


@pytest.mark.parametrize("labels", [["a", "b"], None])
@pytest.mark.parametrize("document", ["Yes", "7", "雪" * 3, "Ein Dokument in einer anderen Sprache."])
def test_any_document_with_a_word_gets_a_label(topics, document, labels):
    check(classify(topics, document, labels), labels or TOPICS)


def test_what_is_read_at_once_must_fit(topics):
    with pytest.raises(InputError, match=r"max_tokens must be a whole number from 8 to 16,384\. You entered 4"):
        classify(topics, NOTICE, max_tokens=4)
    with pytest.raises(InputError, match="An overlap must be at least 0"):
        classify(topics, NOTICE, max_tokens=64, overlap=-5)


# One default for all tasks


def test_task_models_share_device_and_number_format(topics):
    base = load(dtype="bfloat16")
    assert model_for_task(base, None) is base
    there = model_for_task(base, "topics")
    assert (there.task, there.dtype, there.device) == ("topics", torch.bfloat16, base.device)
    assert model_for_task(base, "topics") is there
    assert model_for_task(there, None).task is None
    assert model_for_task(there, "sentiment").labels == ("neg", "pos")
    check(classify(base, NOTICE, "topics"), TOPICS)


def test_a_named_model_has_no_task_models(default_model):
    own = replace(default_model, name="some/longformer", is_built_in=False)
    assert model_for_task(own, "qa") is own
    assert model_for_task(own, None) is own


def test_a_named_folder_keeps_its_own_head(topics):
    own = load(str(task_folder("topics")))
    assert own.labels == TOPICS
    assert classify(own, NOTICE).labels == classify(topics, NOTICE).labels


def test_no_kind_fits_what_is_no_text(default_model):
    code = "x = 3; for i in range(9): print(i, x[i] ** 2 % 7) # 0x3f; def f(a, b): return a << b | ~a & 0xff"
    found = classify(default_model, code, "kinds")
    assert found.is_perhaps_none
    assert found[0].name == "none of these"
    assert not classify(default_model, NOTICE, "kinds").is_perhaps_none
    assert not classify(default_model, code, ["code", "prose"]).is_perhaps_none, "of typed labels nothing is known"
