"""Sentences and paragraphs as the browser is given them, and the mean attention that the server computes of one."""

import numpy as np
import pytest
import torch

from longformer_viz import Tokens
from longformer_viz.documents.sentences import sentences
from longformer_viz.documents.structure.blocks import BlockKind
from longformer_viz.widget.map_tiles import mean_row, overview_view, with_details
from longformer_viz.widget.payload import decode, encode
from longformer_viz.widget.text_parts import block_table, sentence_table, unit_span
from tests.trace.random_trace import traced
from tests.widget.decoding import weights_of

TEXT = (
    "\U0001f600 Title\n\nOne sentence stands here. Another one follows it, at no great length.\n\n- item one\n- two"
)
SHARED = {"layers": 1, "heads": 4, "trained_tokens": 512, "controls": {"generation": 1}}


def words(text, read=None):
    """A token for each word, with the space before it as byte-level tokenizers have it, and special ones around."""
    offsets, start = [(0, 0)], 0
    for word in text[:read].split(" "):
        offsets.append((start, start + len(word)))
        start += len(word) + 1
    offsets = [(max(0, first - 1) if index > 1 else first, last) for index, (first, last) in enumerate(offsets)]
    offsets.append((0, 0))
    return Tokens((5,) * len(offsets), tuple(offsets), tuple(text[a:b] for a, b in offsets), text)


def text_of(tokens, first, last):
    return tokens.text[tokens.offsets[first][0] : tokens.offsets[last - 1][1]].strip()


def test_sentences_are_those_of_the_document_in_tokens():
    tokens = words("One stands here. Another follows. The third ends.")
    found = [text_of(tokens, *span) for span in sentence_table(tokens).tolist()]
    assert found == [tokens.text[each.start : each.stop] for each in sentences(tokens.text)]
    assert len(found) == 3


def test_blocks_are_sent_in_utf_16_and_with_their_tokens():
    tokens = words(TEXT.replace("\n", " \n "))
    arrays = decode(encode(SHARED, tokens, [])).arrays
    units = bytes(arrays["text"]).decode().encode("utf-16-le")
    found = []
    for start, stop, first, last, kind, _ in arrays["blocks"].tolist():
        text = units[2 * start : 2 * stop].decode("utf-16-le").strip()
        assert text_of(tokens, first, last) == text
        found.append((BlockKind(kind).name, text.split()[0]))
    assert found == [("HEADING", "\U0001f600"), ("PARAGRAPH", "One"), ("LIST_ITEM", "-"), ("LIST_ITEM", "-")]


def test_only_what_the_model_read_is_split():
    text = "One stands here. " * 1000
    tokens = words(text, read=len("One stands here. One stands here."))
    assert len(sentence_table(tokens)) == 2
    assert block_table(tokens)[-1, 1] == len("One stands here. One stands here.")


def test_a_document_without_words_has_neither():
    tokens = Tokens((5, 5), ((0, 0), (0, 0)), ("[CLS]", "[SEP]"), "")
    assert sentence_table(tokens).shape == (0, 2)
    assert block_table(tokens).shape == (0, 6)
    assert unit_span(tokens, 1, "paragraph") == (1, 2)


def test_the_part_around_a_token():
    tokens = words("One stands here. Another follows.\n\nThe third is another paragraph.")
    assert unit_span(tokens, 2, "token") == (2, 3)
    assert unit_span(tokens, 2, "sentence") == (1, 4)
    assert unit_span(tokens, 5, "sentence") == (4, 6)
    assert unit_span(tokens, 2, "paragraph") == (1, 6)
    assert unit_span(tokens, 0, "sentence") == (0, 1)


@pytest.mark.parametrize("queries", [(0, 1), (3, 4), (5, 19), (0, 60), (30, 36)])
@pytest.mark.parametrize("dilation", [1, 3])
def test_the_mean_row_is_the_mean_of_the_rows_and_adds_up_to_one(monkeypatch, queries, dilation):
    monkeypatch.setattr("longformer_viz.widget.map_tiles._SLAB_CELLS", 200)  # several slabs
    trace = traced(60, ((12, (dilation,)),), (0, 33))
    weights = trace.weights(0, 0, slice(*queries))
    allowed = (trace.weights(0, 0, slice(*queries), outside=-1.0) >= 0).any(0)
    found = mean_row(trace, 0, 0, queries)
    torch.testing.assert_close(found[allowed], weights.mean(0)[allowed], atol=1e-6, rtol=1e-5)
    assert (found[~allowed] == -1).all()
    assert float(found.clamp(min=0).sum()) == pytest.approx(1, abs=1e-4)


def test_a_weight_that_is_no_number_stays_one_in_the_mean():
    trace = traced(30, ((8, (1,)),), (0,))
    trace.layers[0].query[0, 12] = torch.nan
    found = mean_row(trace, 0, 0, (10, 14))
    assert found[8:17].isnan().all()
    assert not found[6:8].isnan().any()


def test_the_mean_of_a_sentence_travels_with_a_head_beyond_the_budget():
    trace = traced(2300, ((4600, (1, 1, 1, 1)),), (0, 700))
    view = with_details(trace, overview_view(trace, 0, 0), None, (100, 140))
    payload = decode(encode(SHARED, trace.tokens, [view]))
    header = payload.header["views"][0]
    assert header["mean"] == [100, 140]
    assert header["row"] is None
    row = weights_of(payload.arrays[header["arrays"]["mean_codes"]])
    exact = trace.weights(0, 0, slice(100, 140)).mean(0).numpy()
    np.testing.assert_allclose(row, exact, rtol=0.0185, atol=1.1e-4)
