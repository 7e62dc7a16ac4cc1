"""A converted BERT, RoBERTa or XLM-R is its source wherever the window cuts no pair off."""

import pytest
import torch
import transformers

from longformer_viz.models.converting.conversion import longformer_from
from longformer_viz.spec import InputError
from tests.models import small

FAMILIES = ("Bert", "Roberta", "XLMRoberta")
TASKS = ("ForQuestionAnswering", "ForSequenceClassification", "ForTokenClassification")
WINDOW = 48
EQUAL_UP_TO = WINDOW // 2 + 1


def converted(source, window=WINDOW, max_tokens=100):
    return longformer_from(source, sep_token_id=2, window=window, max_tokens=max_tokens)


def batch(source, length):
    """Two documents of random words, the second padded."""
    ids = torch.randint(5, source.config.vocab_size, (2, length), generator=torch.Generator().manual_seed(1))
    mask = torch.ones_like(ids)
    mask[1, length - 6 :] = 0
    ids[mask == 0] = source.config.pad_token_id
    return {"input_ids": ids, "attention_mask": mask}


@torch.no_grad()
def outputs(model, inputs):
    """Hidden states of shown tokens, or all of a task's logits, without global tokens."""
    options = {"global_attention_mask": torch.zeros_like(inputs["input_ids"])}
    out = model(**inputs, **options) if model.config.model_type == "longformer" else model(**inputs)
    shown = inputs["attention_mask"].bool()
    if "start_logits" in out:
        return torch.stack([out.start_logits, out.end_logits], -1)[shown]
    if "logits" in out:
        return out.logits[shown] if out.logits.dim() == 3 else out.logits
    return torch.cat([out.last_hidden_state[shown], out.pooler_output])


@pytest.mark.parametrize("head", ["Model", *TASKS])
@pytest.mark.parametrize("family", FAMILIES)
def test_equals_its_source_up_to_half_the_window_and_not_beyond(family, head):
    source = small.model(family, head)
    target = converted(source)
    assert type(target) is getattr(transformers, f"Longformer{head}")
    assert not target.training
    inputs = batch(source, EQUAL_UP_TO)
    torch.testing.assert_close(outputs(target, inputs), outputs(source, inputs), atol=1e-4, rtol=1e-4)
    longer = batch(source, 40)
    assert (outputs(target, longer) - outputs(source, longer)).abs().max() > 1e-2


def trained_positions(source):
    table = source.embeddings.position_embeddings.weight
    return table if source.config.model_type == "bert" else table[source.config.pad_token_id + 1 :]


def on_a_curve(source):
    """The source with trained positions that come back to an earlier part of their curve: 24 rows later."""
    turns = torch.arange(40) / 24 * 2 * torch.pi
    harmonics = [wave(turns * number) for number in range(1, 17) for wave in (torch.sin, torch.cos)]
    with torch.no_grad():
        trained_positions(source).copy_(torch.stack(harmonics, 1))
    return source


def check_positions(source, target, rows):
    """The target's table: zeros up to the padding's row, then these rows of the trained positions."""
    first = source.config.pad_token_id + 1
    table = target.embeddings.position_embeddings.weight
    assert len(table) == first + 100 == target.config.max_position_embeddings
    assert target.config.trained_tokens == 40
    assert not table[:first].any()
    assert torch.equal(table[first:], trained_positions(source)[rows])


@pytest.mark.parametrize("family", FAMILIES)
def test_positions_that_are_no_curve_repeat_as_in_the_paper(family):
    source = small.model(family)
    target = converted(source)
    check_positions(source, target, [row % 40 for row in range(100)])
    assert target.config.position_tiling == {"stop": 40, "start": 0}


@pytest.mark.parametrize("family", FAMILIES)
def test_positions_on_a_curve_repeat_without_a_seam_in_bert_alone_and_elsewhere_on_request(family):
    source = on_a_curve(small.model(family))
    seamless = longformer_from(source, 2, WINDOW, max_tokens=100, position_tiling="seamless")
    stop, start = (seamless.config.position_tiling[name] for name in ("stop", "start"))
    assert stop - start == 24
    check_positions(source, seamless, [row if row < stop else start + (row - stop) % 24 for row in range(100)])
    expected = seamless.config.position_tiling if family == "Bert" else {"stop": 40, "start": 0}
    assert converted(source).config.position_tiling == expected


@pytest.mark.parametrize("family", FAMILIES)
def test_the_papers_tiling_is_there_on_request(family):
    source = on_a_curve(small.model(family))
    target = longformer_from(source, 2, WINDOW, max_tokens=100, position_tiling="paper")
    check_positions(source, target, [row % 40 for row in range(100)])


def test_a_tiling_that_is_not_to_be_had_is_refused():
    with pytest.raises(InputError, match=r'this bert has none\. Try "paper"'):
        longformer_from(small.model("Bert"), 2, position_tiling="seamless")
    with pytest.raises(InputError, match="must be one of paper, seamless; got"):
        longformer_from(small.model("Bert"), 2, position_tiling="none")


@pytest.mark.parametrize("family", FAMILIES)
def test_global_projections_are_copies_and_share_no_memory(family):
    source = small.model(family)
    before = {name: tensor.clone() for name, tensor in source.state_dict().items()}
    target = converted(source)
    for layer in target.encoder.layer:
        attention = layer.attention.self
        for name in ("query", "key", "value"):
            local, global_ = getattr(attention, name), getattr(attention, f"{name}_global")
            assert torch.equal(local.weight, global_.weight)
            assert torch.equal(local.bias, global_.bias)
            assert local.weight.data_ptr() != global_.weight.data_ptr()
    with torch.no_grad():
        for parameter in target.parameters():
            parameter.zero_()
    assert all(torch.equal(tensor, before[name]) for name, tensor in source.state_dict().items())


def test_config_says_what_it_is_and_where_it_came_from():
    labels = {0: "bad", 1: "so so", 2: "good"}
    source = small.model("Roberta", "ForSequenceClassification", id2label=labels, layer_norm_eps=1e-3)
    config = converted(source, window=16).config
    assert config.attention_window == [16] * small.LAYERS
    assert config.id2label == labels
    assert config.layer_norm_eps == 1e-3
    assert (config.sep_token_id, config.pad_token_id) == (2, 1)
    assert config.converted_from == "roberta"


def test_half_precision_becomes_float32():
    target = converted(small.model("Bert").half())
    assert {parameter.dtype for parameter in target.parameters()} == {torch.float32}


@pytest.mark.parametrize("family", FAMILIES)
def test_language_models_give_their_encoder(family):
    source = small.model(family, "ForMaskedLM")
    target = converted(source)
    assert type(target) is transformers.LongformerModel
    assert target.pooler is None
    inputs = batch(source, EQUAL_UP_TO)
    shown = inputs["attention_mask"].bool()
    with torch.no_grad():
        theirs = source.base_model(**inputs).last_hidden_state[shown]
        ours = target(**inputs).last_hidden_state[shown]
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_what_is_saved_opens_in_stock_transformers_with_equal_outputs(tmp_path):
    source = small.model("Roberta", "ForQuestionAnswering")
    converted(source).save_pretrained(tmp_path)
    reopened = transformers.LongformerForQuestionAnswering.from_pretrained(tmp_path)
    inputs = batch(source, EQUAL_UP_TO)
    torch.testing.assert_close(outputs(reopened, inputs), outputs(source, inputs), atol=1e-4, rtol=1e-4)


def electra():
    config = transformers.ElectraConfig(
        vocab_size=50, embedding_size=16, hidden_size=16, num_hidden_layers=1, num_attention_heads=2
    )
    return transformers.ElectraModel(config)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (electra, "got electra"),
        (lambda: small.model("Longformer"), "got longformer"),
        (lambda: small.model("LED"), "got led"),
        (lambda: small.model("Bert", is_decoder=True), "is a decoder"),
        (lambda: small.model("Bert", position_embedding_type="relative_key"), "relative_key"),
    ],
)
def test_other_models_are_refused(source, complaint):
    with pytest.raises(InputError, match=complaint):
        converted(source())


def test_an_odd_window_is_refused():
    with pytest.raises(InputError, match="even number"):
        converted(small.model("Bert"), window=7)
