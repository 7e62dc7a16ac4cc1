"""Question and document as one sequence: the one that stock transformers builds and reads."""

import pytest
import torch
from transformers import AutoTokenizer, PreTrainedTokenizerFast
from transformers.models.longformer.modeling_longformer import _compute_global_attention_mask

from longformer_viz import AttentionSpec, InputError, load
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.tasks.qa_input import PairTemplate, joined_pair, own_tokens
from tests.models import small

QUESTION = "Who keeps the keys?"
DOCUMENT = "The porter keeps them.\n\nNobody else may: see rule 12, “Keys & locks”."


@pytest.fixture(scope="module")
def roberta(tmp_path_factory):
    """A small Longformer whose tokenizer is RoBERTa's, as that of the released models."""
    folder = tmp_path_factory.mktemp("roberta")
    small.save(folder, "Longformer", "ForQuestionAnswering")
    return load(str(folder))


@pytest.fixture(params=["default", "roberta"])
def model(request, default_model, roberta):
    return default_model if request.param == "default" else roberta


def pair_of(model, start=0, stop=None):
    return joined_pair(model, model.tokenize(QUESTION), model.tokenize(DOCUMENT), start, stop)


def test_ids_are_those_of_the_stock_tokenizer(model):
    folder = embedded_folder() if model.name.startswith("all-MiniLM") else model.name
    stock = AutoTokenizer.from_pretrained(folder)(QUESTION, DOCUMENT)
    pair = pair_of(model)
    assert list(pair.tokens.ids) == stock["input_ids"]
    assert [part == 1 for part in stock.sequence_ids()] == [
        pair.document.start <= place < pair.document.stop for place in range(len(pair.tokens))
    ]


def test_global_tokens_are_those_that_transformers_takes_itself(model):
    pair = pair_of(model)
    stock = _compute_global_attention_mask(torch.tensor([pair.tokens.ids]), model.tokenizer.sep_token_id)
    assert pair.spec(AttentionSpec()).global_positions == tuple(stock[0].nonzero().flatten().tolist())


def test_offsets_point_into_question_and_document(model):
    pair, document = pair_of(model), model.tokenize(DOCUMENT)
    assert pair.tokens.text == f"{QUESTION}\n\n{DOCUMENT}"
    words = [pair.tokens.text[start:stop] for start, stop in pair.tokens.offsets[pair.document]]
    assert words == [DOCUMENT[start:stop] for start, stop in document.offsets[1:-1]]
    asked = [pair.tokens.text[start:stop] for start, stop in pair.tokens.offsets[1 : pair.global_count]]
    assert "".join(word.strip() for word in asked) == QUESTION.replace(" ", "")


def test_a_stretch_of_the_document(model):
    whole, part = pair_of(model), pair_of(model, 3, 7)
    assert part.count == 4
    assert part.tokens.ids[part.document] == whole.tokens.ids[whole.document][3:7]
    assert part.tokens.ids[: part.first] == whole.tokens.ids[: whole.first]
    assert part.tokens.ids[-1] == whole.tokens.ids[-1]
    assert len(part.tokens) == part.first + 4 + 1


def test_positions_of_a_spec_count_the_document(model):
    pair = pair_of(model)
    spec = AttentionSpec(window=64, dilation=2, global_positions=(0, 1, 5))
    shifted = pair.spec(spec)
    assert (shifted.window, shifted.dilation) == (64, 2)
    question = set(range(pair.global_count))
    assert set(shifted.global_positions) == question | {pair.first, pair.first + 4}
    assert pair.spec(spec, question_global=False).global_positions == (0, pair.first, pair.first + 4)
    assert pair.spec(AttentionSpec(), question_global=False).global_positions == ()
    last = len(model.tokenize(DOCUMENT)) - 1  # the closing special token
    assert pair.spec(AttentionSpec(global_positions=(last,)), False).global_positions == (len(pair.tokens) - 1,)


def test_special_tokens_that_somebody_typed_are_words(default_model):
    question, document = "What is [SEP]?", "It is [SEP] or [PAD]."
    pair = joined_pair(default_model, default_model.tokenize(question), default_model.tokenize(document))
    assert pair.tokens.ids.count(default_model.tokenizer.sep_token_id) == 3


def test_a_tokenizer_with_two_separators_is_refused():
    backend = AutoTokenizer.from_pretrained(embedded_folder()).backend_tokenizer
    backend.post_processor = None
    plain = PreTrainedTokenizerFast(tokenizer_object=backend, sep_token="[SEP]")
    with pytest.raises(InputError, match="must use three separators in a pair; this model's uses 0"):
        PairTemplate.of(plain)


@pytest.mark.parametrize("text", ["", " \n "])
def test_a_text_without_tokens_has_no_places(model, text):
    places = own_tokens(model.tokenize(text))
    assert all(model.tokenize(text).offsets[at] != (0, 0) for at in places)
    assert text or not places
