"""Evidence for a label: gradient times input against autograd, leave one out against running it all again."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from longformer_viz import AttentionSpec, InputError, classify, load
from longformer_viz.documents.samples import sample
from longformer_viz.hf.context import override
from longformer_viz.tasks.attention_shares import first_token_shares
from longformer_viz.tasks.labels.embedding import embedded_texts
from longformer_viz.tasks.labels.evidence import GRADIENT, LEAVE_ONE_OUT, label_evidence, predicted_evidence_bytes
from longformer_viz.tasks.labels.topics import NEWSGROUPS, readable
from longformer_viz.tasks.splitting import tokens_at
from tests.models import small

TEXT = "The room will close for repairs. Maps are kept elsewhere! Who decides? The Council pays for the work."
NAMES = ("no", "perhaps", "yes")
NOTICE = sample("library_notice").text
TYPED = ("a public notice", "a recipe", "football")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A small random model of 200 tokens with a head for three labels."""
    folder = tmp_path_factory.mktemp("small")
    small.save(folder, "Longformer", "ForSequenceClassification", id2label=dict(enumerate(NAMES)))
    return load(str(folder))


def log_odds(found, label):
    chance = next(each.probability for each in found if each.name == label)
    return math.log(chance / (1 - chance))


def without(tokens, sentence):
    return tokens_at(tokens, [at for at in range(len(tokens)) if not sentence.first <= at <= sentence.last])


# Gradient times input


@pytest.mark.parametrize("spec", [AttentionSpec(), AttentionSpec(8, 2, (0, 5)), AttentionSpec(global_positions=())])
def test_it_is_embedding_times_gradient_by_autograd(model, spec):
    tokens = model.tokenize(TEXT)
    found = label_evidence(model, tokens, "yes", spec)
    mask = torch.zeros(1, len(tokens), dtype=torch.long)
    mask[0, list(spec.positions_in(len(tokens)))] = 1
    table = model.model.longformer.embeddings.word_embeddings.weight
    embedded = table[torch.tensor([tokens.ids])].clone().requires_grad_(True)
    with override(AttentionSpec(spec.window, spec.dilation)):
        logits = model.model(inputs_embeds=embedded, global_attention_mask=mask).logits[0]
    chance = torch.softmax(logits, -1)[2]
    (chance.log() - (1 - chance).log()).backward()
    by_token = (embedded * embedded.grad).sum(-1)[0].detach()
    assert found.log_odds == pytest.approx((chance.log() - (1 - chance).log()).item(), abs=1e-4)
    for sentence in found.sentences:
        expected = float(by_token[sentence.first : sentence.last + 1].sum())
        assert sentence.weight == pytest.approx(expected, rel=1e-3, abs=1e-4)
    assert found.runs == 1
    assert table.grad is None, "a shared model keeps no gradient"


def test_its_probability_is_that_of_classify(model):
    found = classify(model, TEXT)
    for name in NAMES:
        assert log_odds(found, name) == pytest.approx(label_evidence(model, TEXT, name).log_odds, abs=1e-4)


def test_two_labels_speak_against_each_other(tmp_path):
    small.save(tmp_path, "Longformer", "ForSequenceClassification", num_labels=2)
    two = load(str(tmp_path))
    one, other = (label_evidence(two, TEXT, label) for label in two.labels)
    for mine, theirs in zip(one.sentences, other.sentences, strict=True):
        assert mine.weight == pytest.approx(-theirs.weight, abs=1e-5)


@pytest.mark.parametrize("document", [TEXT, NOTICE[:500]])
def test_typed_labels_by_gradient_agree_with_a_small_step(default_model, document):
    """The weights are the slope of the log-odds as a sentence's embeddings grow: by two runs a little apart."""
    found = label_evidence(default_model, document, TYPED[0], labels=TYPED)
    assert found.probability == pytest.approx(
        next(each.probability for each in classify(default_model, document, TYPED) if each.name == TYPED[0]), abs=1e-5
    )
    tokens = default_model.tokenize(document)
    labels = embedded_texts(default_model, TYPED).double()
    embeddings = default_model.encoder.get_input_embeddings()(torch.tensor([tokens.ids]))

    def odds(sentence, step):
        grown = embeddings.clone()
        grown[0, sentence.first : sentence.last + 1] *= 1 + step
        with torch.no_grad(), override(AttentionSpec(global_positions=())):
            states = default_model.encoder(inputs_embeds=grown, attention_mask=torch.ones(grown.shape[:2]))[0][0]
        logits = 20 * labels @ torch.nn.functional.normalize(states.mean(0), dim=0).double()
        return float(logits[0] - logits[1:].logsumexp(0))

    for sentence in found.sentences:
        slope = (odds(sentence, 0.01) - odds(sentence, -0.01)) / 0.02
        assert sentence.weight == pytest.approx(slope, abs=2e-3)


def test_pieces_of_a_long_document_add_up_to_all_its_tokens(default_model):
    tokens = default_model.tokenize(NOTICE)
    assert len(tokens) > 256
    found = label_evidence(default_model, tokens, TYPED[1], labels=TYPED)
    assert found.is_whole
    places = [at for each in found.sentences for at in range(each.first, each.last + 1)]
    assert places == list(range(1, len(tokens) - 1))
    assert log_odds(classify(default_model, tokens, TYPED), TYPED[1]) == pytest.approx(found.log_odds, abs=1e-4)


# Leave one out


@pytest.mark.parametrize(("labels", "label"), [(None, "perhaps"), (TYPED, TYPED[0])])
def test_left_out_is_the_difference_of_two_runs(model, default_model, labels, label):
    model = model if labels is None else default_model
    tokens = model.tokenize(TEXT)
    found = label_evidence(model, tokens, label, labels=labels, method=LEAVE_ONE_OUT)
    assert found.runs == 5
    whole = log_odds(classify(model, tokens, labels), label)
    for sentence in found.sentences:
        left = log_odds(classify(model, without(tokens, sentence), labels), label)
        assert sentence.weight == pytest.approx(whole - left, abs=1e-4)


def test_only_the_sentences_that_gradient_ranks_highest_are_left_out(model):
    by_gradient = label_evidence(model, TEXT, "no")
    found = label_evidence(model, TEXT, "no", method=LEAVE_ONE_OUT, tried=2)
    assert found.runs == 3
    assert {each.start for each in found.ranked} == {each.start for each in by_gradient.ranked[:2]}
    assert [each.weight for each in found.sentences].count(None) == 2
    weights = [each.weight for each in found.ranked]
    assert weights == sorted(weights, reverse=True)


def test_global_positions_move_with_their_tokens(model):
    tokens = model.tokenize(TEXT)
    found = label_evidence(model, tokens, "yes", method=LEAVE_ONE_OUT)
    last = found.sentences[-1].first + 2
    spec = AttentionSpec(global_positions=(0, found.sentences[0].first, last))
    found = label_evidence(model, tokens, "yes", spec, method=LEAVE_ONE_OUT)
    first = found.sentences[0]
    moved = AttentionSpec(global_positions=(0, last - (first.last + 1 - first.first)))
    whole = log_odds(classify(model, tokens, spec=spec), "yes")
    left = log_odds(classify(model, without(tokens, first), spec=moved), "yes")
    assert first.weight == pytest.approx(whole - left, abs=1e-4)


# Both


@pytest.mark.parametrize("method", [GRADIENT, LEAVE_ONE_OUT])
def test_sentences_cover_what_was_read(model, method):
    found = label_evidence(model, TEXT, "yes", method=method)
    words = [TEXT[each.start : each.stop] for each in found.sentences]
    assert " ".join(words) == TEXT
    assert (found.read, found.is_whole, found.method) == ((0, len(TEXT)), True, method)
    assert found.elapsed_seconds > 0


def test_of_a_document_longer_than_the_model_the_first_stretch(model):
    long = TEXT * 30
    tokens = model.tokenize(long)
    # Where the stretch has its closing token, the document has one of its own.
    spec = AttentionSpec(global_positions=(0, model.max_tokens - 1, len(tokens) - 5))
    found = label_evidence(model, tokens, "yes", spec)
    assert not found.is_whole
    assert found.sentences[-1].last == model.max_tokens - 2
    assert found.read[0] == 0
    assert found.read[1] == tokens.offsets[model.max_tokens - 2][1] < len(long)
    part = classify(model, model.tokenize(long, limit=model.max_tokens))
    assert log_odds(part, "yes") == pytest.approx(found.log_odds, abs=1e-4)


def test_progress_rises_to_one_and_may_end_the_work(model):
    for method in (GRADIENT, LEAVE_ONE_OUT):
        told = []
        label_evidence(model, TEXT, "yes", method=method, progress=told.append)
        assert told == sorted(told)
        assert told[-1] == pytest.approx(1)

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        label_evidence(model, TEXT, "yes", progress=stop)


def test_half_precision_tells_about_the_same(model):
    exact = label_evidence(model, TEXT, "yes")
    half = label_evidence(replace(model, model=small_copy(model)), TEXT, "yes")
    one, other = ([each.weight for each in found.sentences] for found in (exact, half))
    assert np.corrcoef(one, other)[0, 1] > 0.95


def small_copy(model):
    import copy

    return copy.deepcopy(model.model).to(torch.bfloat16)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"label": "maybe"}, r"The label must be one of the 3 labels to choose from. You entered 'maybe'. Try 'no'"),
        ({"label": 5}, "The label must be one of"),
        ({"label": "football", "labels": ["football"]}, "2 to 100 labels"),
        ({"label": "tennis", "labels": ["football", "golf"]}, "The label must be one of the 2"),
        ({"label": "yes", "method": "magic"}, "A method must be one of gradient times input, leave one out"),
        ({"label": "yes", "tried": 0}, "must be a whole number of 1 or more. You entered 0"),
        ({"label": "yes", "document": "... !"}, "A document must contain a word"),
        ({"label": "yes", "document": "One. ...", "method": LEAVE_ONE_OUT}, "at least two sentences with words"),
        ({"label": "yes", "spec": AttentionSpec(global_positions=(0, 999))}, "A global position must lie"),
    ],
)
def test_what_has_no_evidence_is_refused(model, settings, said):
    with pytest.raises(InputError, match=said):
        label_evidence(
            model, settings.pop("document", TEXT), settings.pop("label"), settings.pop("spec", None), **settings
        )


def test_a_head_of_one_label_decides_nothing(tmp_path):
    small.save(tmp_path, "Longformer", "ForSequenceClassification", num_labels=1)
    with pytest.raises(InputError, match="must have at least two labels"):
        label_evidence(load(str(tmp_path)), TEXT, "LABEL_0")


@pytest.mark.parametrize("document", ["Yes", "7", "雪"])
def test_one_word_is_its_own_evidence(model, document):
    found = label_evidence(model, document, "yes")
    assert len(found.sentences) == 1
    assert math.isfinite(found.sentences[0].weight)


def test_memory_is_predicted_to_grow_with_the_document(default_model):
    assert predicted_evidence_bytes(default_model, 12_382) > 1.9e9  # measured: 1.89e9
    assert predicted_evidence_bytes(default_model, 318) < 3e8


def test_first_token_shares_are_sums_of_its_row(model):
    from longformer_viz import run

    trace = run(model, TEXT)
    spans = [(1, 4), (6, 9)]
    shares = first_token_shares(trace, spans)
    row = trace.weights(1, 2, slice(0, 1))[0]
    assert float(shares[1, 2]) == pytest.approx(float(row[1:5].sum() + row[6:10].sum()), rel=1e-5)
    whole = first_token_shares(trace, [(0, len(trace.tokens) - 1)])
    assert whole.numpy() == pytest.approx(np.ones(whole.shape), abs=0.01)


def test_every_newsgroup_has_a_readable_name():
    assert len(NEWSGROUPS) == len(set(NEWSGROUPS.values())) == 20
    assert readable("rec.sport.hockey") == "Ice hockey"
    assert readable("neg") == "Negative"
    assert readable("something else") == "something else"
