"""Embeddings are those of all-MiniLM-L6-v2, computed with a stock BERT as sentence-transformers defines them."""

import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertModel

from longformer_viz.documents.samples import sample
from longformer_viz.models.embedded import source_folder
from longformer_viz.tasks.labels.embedding import PIECE_TOKENS, embedded_document, embedded_texts

TEXTS = [
    "A cat sleeps on the warm wall.",
    "Invoices are due within thirty days of receipt.",
    "x",
    "Ein Satz in einer anderen Sprache: größer, schöner, 雪!",
    sample("library_notice").text[:700],
]


@pytest.fixture(scope="module")
def bert():
    return BertModel.from_pretrained(source_folder()).eval()


@pytest.fixture(scope="module")
def tokenizer():
    tokenizer = Tokenizer.from_file(str(source_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    return tokenizer


@torch.no_grad()
def by_definition(bert, tokenizer, text):
    ids = torch.tensor([tokenizer.encode(text).ids])
    mean = bert(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0].mean(0)
    return mean / mean.norm()


def test_short_texts_in_one_batch(default_model, bert, tokenizer):
    expected = torch.stack([by_definition(bert, tokenizer, text) for text in TEXTS])
    torch.testing.assert_close(embedded_texts(default_model, TEXTS), expected, atol=1e-5, rtol=0)


def test_a_long_text_is_its_first_tokens(default_model, bert, tokenizer):
    text = sample("services_contract").text
    assert default_model.count_tokens(text) > 256
    torch.testing.assert_close(
        embedded_texts(default_model, [text])[0], by_definition(bert, tokenizer, text), atol=1e-5, rtol=0
    )


def test_a_document_is_the_mean_of_its_pieces(default_model):
    tokens = default_model.tokenize(sample("services_contract").text)
    done = []
    found, count = embedded_document(default_model, tokens, done.append)
    assert count == -(-(len(tokens) - 2) // PIECE_TOKENS)
    assert found.norm().item() == pytest.approx(1, abs=1e-6)
    assert done[-1] == 1
    assert done == sorted(done)
    short = default_model.tokenize(TEXTS[1])
    torch.testing.assert_close(
        embedded_document(default_model, short)[0], embedded_texts(default_model, TEXTS[1:2])[0], atol=1e-6, rtol=0
    )


def test_likeness_is_that_of_meaning(default_model):
    cat, invoice, *_ = embedded_texts(default_model, [*TEXTS[:2]])
    animal, payment = embedded_texts(default_model, ["a pet resting", "when must the bill be paid?"])
    assert cat @ animal > cat @ payment
    assert invoice @ payment > invoice @ animal


@torch.no_grad()
def test_a_middle_layer_is_that_of_the_whole_model_which_stays_whole(default_model, bert, tokenizer):
    found = embedded_texts(default_model, TEXTS[:1], layer=2)[0]
    ids = torch.tensor([tokenizer.encode(TEXTS[0]).ids])
    states = bert(input_ids=ids, attention_mask=torch.ones_like(ids), output_hidden_states=True).hidden_states[2][0]
    torch.testing.assert_close(found, states.mean(0) / states.mean(0).norm(), atol=1e-5, rtol=0)
    assert len(default_model.encoder.encoder.layer) == 6
