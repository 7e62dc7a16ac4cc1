"""A run's trace is what the model computed: held against stock transformers and the n x n oracle."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch
from transformers import AutoModel, LongformerModel, RobertaModel

from longformer_viz import AttentionSpec, InputError, Tokens, load, run
from longformer_viz.attention.reference import reference_attention
from longformer_viz.documents.samples import sample
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.trace.layer_trace import LayerTrace
from tests.models import small

GLOBALS = (0, 5, 300)
LENGTH = 700
ONE_PERCENT = {"rtol": 0.01, "atol": 1e-6}  # what half precision may cost
EXACT = {"rtol": 1e-4, "atol": 1e-6}


@pytest.fixture(scope="module")
def document(default_model):
    return default_model.tokenize(sample("services_contract").text, limit=LENGTH)


@pytest.fixture(scope="module")
def trace(default_model, document):
    return run(default_model, document, AttentionSpec(global_positions=GLOBALS))


@pytest.fixture(scope="module")
def stock_outputs(document):
    """Stock transformers' own attentions of the same document."""
    return stock_attentions(LongformerModel.from_pretrained(embedded_folder()), document, GLOBALS)


@pytest.fixture(scope="module")
def models(tmp_path_factory, default_model):
    """A small model of each family, by the folder it was saved in, and the default."""
    folders = {family: tmp_path_factory.mktemp(family) for family in small.TOKENIZER_CLASSES}
    for family, folder in folders.items():
        small.save(folder, family)
    return {"default": default_model} | {family: load(str(folder)) for family, folder in folders.items()}


@pytest.fixture(scope="module")
def longformer(models):
    return models["Longformer"]


def text_of(length, model):
    """Tokens of a sample, `length` of them."""
    return model.tokenize(sample("library_notice").text, limit=length)


@torch.no_grad()
def stock_attentions(encoder, document, positions):
    ids = torch.tensor([document.ids])
    mask = torch.zeros_like(ids)
    mask[0, list(positions)] = 1
    return encoder.eval()(
        input_ids=ids, attention_mask=torch.ones_like(ids), global_attention_mask=mask, output_attentions=True
    )


def assert_equals_stock(trace, outputs, heads):
    """transformers' layout: global columns first, then the window; its global rows keep their padding."""
    length, count = len(trace.tokens), len(trace.global_positions)
    assert len(outputs.attentions) == len(trace.layers)
    for layer, theirs in enumerate(outputs.attentions):
        for head in heads:
            ours = trace.band(layer, head)
            torch.testing.assert_close(ours.columns, theirs[0, head, :, :count], **ONE_PERCENT)
            torch.testing.assert_close(ours.band, theirs[0, head, :, count:], **ONE_PERCENT)
            rows = outputs.global_attentions[layer][0, head, :length].T
            torch.testing.assert_close(ours.rows, rows, **ONE_PERCENT)


def dense_of(trace, layer, head):
    """The n x n matrix that a band, columns and rows describe."""
    length, positions = len(trace.tokens), list(trace.global_positions)
    spec, parts = trace.pattern.layers[layer], trace.band(layer, head)
    keys = torch.arange(length)[:, None] + (torch.arange(spec.window + 1) - spec.window // 2) * spec.dilations[head]
    inside = (keys >= 0) & (keys < length)
    assert not parts.band[~inside].any()
    dense = torch.zeros(length, length)
    dense[torch.arange(length)[:, None].expand_as(keys)[inside], keys[inside]] = parts.band[inside]
    dense[:, positions] += parts.columns  # a global key's weight is in the columns only
    dense[positions] += parts.rows
    return dense


@torch.no_grad()
def oracle_weights(model, tokens, spec):
    """Weights [heads, n, n] of each layer of a Longformer, all of it computed densely."""
    encoder = model.encoder
    hidden = encoder.embeddings(input_ids=torch.tensor([tokens.ids]))
    weights = []
    layers = spec.layers(model.windows, model.heads)
    for layer, own in zip(encoder.encoder.layer, layers, strict=True):
        attention = layer.attention.self

        def heads_of(name, attention=attention, hidden=hidden):
            return getattr(attention, name)(hidden[0]).view(len(tokens), model.heads, -1).transpose(0, 1)

        local, global_ = (
            tuple(heads_of(name + kind) for name in ("query", "key", "value")) for kind in ("", "_global")
        )
        dense = reference_attention(local, global_, own, spec.positions_in(len(tokens)))
        weights.append(dense.weights)
        attended = dense.output.transpose(0, 1).reshape(1, len(tokens), -1)
        after = layer.attention.output(attended, hidden)
        hidden = layer.output(layer.intermediate(after), after)
    return weights


def assert_equals_oracle(model, tokens, spec):
    trace = run(model, tokens, spec)
    for layer, expected in enumerate(oracle_weights(model, tokens, spec)):
        for head in range(model.heads):
            torch.testing.assert_close(trace.weights(layer, head), expected[head], **ONE_PERCENT)
            torch.testing.assert_close(dense_of(trace, layer, head), expected[head], **ONE_PERCENT)
    return trace


def test_default_model_equals_stock_attentions(trace, stock_outputs):
    assert_equals_stock(trace, stock_outputs, heads=(0, 4, 11))


def test_trace_says_what_was_run(trace, default_model, document):
    assert trace.tokens is document
    assert trace.model == default_model.name
    assert trace.global_positions == GLOBALS
    assert (trace.own_windows, trace.trained_tokens, trace.heads) == ((512,) * 6, 512, 12)
    assert trace.is_own_pattern
    assert not run(default_model, "short", AttentionSpec(window=256)).is_own_pattern
    assert not run(default_model, "short", AttentionSpec(dilation=2)).is_own_pattern


def test_every_token_gives_one(trace):
    for layer in range(6):
        parts = trace.band(layer, 3)
        assert parts.band.shape == (LENGTH, 513)
        assert parts.columns.shape == (LENGTH, len(GLOBALS))
        assert parts.rows.shape == (len(GLOBALS), LENGTH)
        given = parts.band.sum(-1) + parts.columns.sum(-1)
        assert not given[list(GLOBALS)].any()
        given[list(GLOBALS)] = parts.rows.sum(-1)
        torch.testing.assert_close(given, torch.ones(LENGTH), **ONE_PERCENT)


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (slice(None), slice(None)),
        (slice(0, 128), slice(0, 128)),
        (slice(-40, None), slice(-300, None)),
        (slice(295, 305), slice(4, 6)),
        (slice(300, 301), slice(None)),
        (slice(0, 6), slice(690, 9_999)),
        (slice(3, None, 7), slice(5, 650, 5)),
        (slice(10, 10), slice(0, 5)),
        (slice(0, 6), slice(9, 9)),
    ],
)
def test_dense_slices_agree_with_the_band(trace, rows, columns):
    dense = dense_of(trace, 2, 7)
    part = trace.weights(2, 7, rows, columns)
    assert part.dtype == torch.float32
    torch.testing.assert_close(part, dense[rows, columns], **EXACT)


@pytest.mark.parametrize("size", [1, 100, 512, 700, 5_000])
def test_overview_keeps_every_maximum(trace, size):
    dense = trace.weights(4, 1)
    side = min(size, LENGTH)
    bins = torch.arange(LENGTH) * side // LENGTH
    expected = torch.zeros(side, side)
    for row in range(LENGTH):
        expected[bins[row]] = expected[bins[row]].scatter_reduce(0, bins, dense[row], "amax")
    torch.testing.assert_close(trace.overview(4, 1, size), expected, **EXACT)


def test_kept_in_half_precision_where_that_is_enough(trace):
    assert torch.float16 in {layer.key.dtype for layer in trace.layers}
    assert trace.size_bytes == sum(layer.size_bytes for layer in trace.layers) > 6 * 2 * 2 * LENGTH * 384
    generator = torch.Generator().manual_seed(0)
    query, key = (torch.randn(2, 50, 8, generator=generator) * 30 for _ in range(2))
    sharp = LayerTrace.compact(query, key, torch.zeros(2, 50), None)
    assert torch.equal(sharp.query, query)
    assert torch.equal(sharp.key, key)


@pytest.mark.parametrize(
    "spec",
    [
        AttentionSpec(window=4, global_positions=()),
        AttentionSpec(dilation=3),
        AttentionSpec(window=(2, 6), dilation=(1, 5), global_positions=(0, 7, 8, 59)),
        AttentionSpec(window=6, dilation=((1, 2, 3, 50), (4, 1, 1, 1_000)), global_positions=(3,)),
        AttentionSpec(window=4, dilation=(2, (1, 2, 2, 1)), global_positions=range(30)),
        AttentionSpec(window=500, dilation=2, global_positions=(60,)),
        AttentionSpec(global_positions=range(61)),
    ],
    ids=str,
)
def test_any_spec_equals_the_oracle_through_all_layers(longformer, spec):
    trace = assert_equals_oracle(longformer, text_of(61, longformer), spec)
    assert trace.global_positions == spec.positions_in(61)


def test_dilated_heads_of_the_default_model_equal_the_oracle(default_model):
    spec = AttentionSpec(
        window=32, dilation=(1, 2, (1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64, 128), 1, 4, 1), global_positions=(0, 150)
    )
    tokens = default_model.tokenize(sample("library_notice").text, limit=300)
    assert_equals_oracle(default_model, tokens, spec)


def test_a_window_wider_than_the_document_is_full_attention(longformer):
    tokens = text_of(40, longformer)
    wide = run(longformer, tokens, AttentionSpec(window=4096, global_positions=()))
    exact = run(longformer, tokens, AttentionSpec(window=78, global_positions=()))
    assert wide.band(0, 0).band.shape == (40, 4097)
    assert wide.pairs_scored == wide.pairs_full == 40 * 40 * small.HEADS * small.LAYERS
    assert torch.equal(wide.weights(1, 2), exact.weights(1, 2))
    assert (wide.weights(1, 2) > 0).all()


@pytest.mark.parametrize("text", ["", " ", "\n\t", "a"])
def test_next_to_nothing_is_a_document(default_model, text):
    trace = run(default_model, text)
    assert len(trace.tokens) == len(text.strip()) + 2
    parts = trace.band(5, 11)
    sums = (parts.band.sum(-1) + parts.columns.sum(-1))[1:]
    torch.testing.assert_close(sums, torch.ones(len(sums)), **ONE_PERCENT)
    torch.testing.assert_close(parts.rows.sum(-1), torch.ones(1), **ONE_PERCENT)


@pytest.mark.parametrize("spec", [AttentionSpec(), AttentionSpec(global_positions=(), dilation=7)])
def test_one_token_looks_at_itself(default_model, spec):
    trace = run(default_model, Tokens((101,), ((0, 0),), ("[CLS]",), ""), spec)
    torch.testing.assert_close(trace.weights(0, 0), torch.ones(1, 1), **ONE_PERCENT)
    torch.testing.assert_close(trace.overview(5, 3), torch.ones(1, 1), **ONE_PERCENT)
    assert trace.pairs_scored == trace.pairs_full == 72


TEXTS = {
    "plain": "Anna signed on Monday; the fee is 1,200 euros.",
    "emoji": "All good 👍🏽👩‍👩‍👧 now 😀",
    "right to left": "שלום עולם and مرحبا بالعالم",
    "accents": "Café déjà vu, e\u0301tude, ﬁne, ＡＢ",
    "typed specials": "<s> </s> <pad> <mask> <unk> [CLS] [SEP] [PAD] [MASK] [UNK]",
    "white space": "  two\u00a0 spaces\r\n\r\nand\tlines \u200b\u2028 ",
    "half a pair": "a \ud83d b",
    "markup": "<script>alert('x')</script> & **bold**",
}


@pytest.mark.parametrize("family", ["default", *small.TOKENIZER_CLASSES])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_offsets_slice_the_text(models, family, text):
    model = models[family]
    tokens = model.tokenize(text)
    special = {model.tokenizer.cls_token_id, model.tokenizer.sep_token_id, model.tokenizer.pad_token_id}
    special.add(model.tokenizer.mask_token_id)
    assert tokens.text == text
    assert len(tokens) == model.count_tokens(text)
    assert (tokens.offsets[0], tokens.offsets[-1]) == ((0, 0), (0, 0))
    assert (tokens.ids[0], tokens.ids[-1]) == (model.tokenizer.cls_token_id, model.tokenizer.sep_token_id)
    assert special.isdisjoint(tokens.ids[1:-1])  # whatever somebody typed is text
    starts = [start for start, _ in tokens.offsets[1:-1]]
    assert starts == sorted(starts)
    covered = {place for start, stop in tokens.offsets for place in range(start, stop)}
    visible = {place for place, character in enumerate(text) if character.isalnum()}
    assert visible <= covered <= set(range(len(text)))
    trace = run(model, tokens)
    assert all(layer.log_sum_exp.isfinite().all() for layer in trace.layers)


def test_pieces_are_the_words_they_stand_for(default_model):
    tokens = default_model.tokenize(sample("library_notice").text)
    for piece, (start, stop) in zip(tokens.pieces[1:-1], tokens.offsets[1:-1], strict=True):
        assert piece in ("[UNK]", tokens.text[start:stop].lower(), "##" + tokens.text[start:stop].lower())
    assert tokens.pieces.count("[UNK]") < 3


def test_parts_of_a_document_make_up_the_whole(default_model):
    text = sample("library_notice").text
    whole = default_model.tokenize(text)
    ids, offsets = [], []
    for start in range(0, len(whole) - 2, 48):
        part = default_model.tokenize(text, start=start, limit=50)
        assert len(part) <= 50
        assert part.text == text
        assert (part.ids[0], part.ids[-1]) == (whole.ids[0], whole.ids[-1])
        ids += part.ids[1:-1]
        offsets += part.offsets[1:-1]
    assert tuple(ids) == whole.ids[1:-1]
    assert tuple(offsets) == whole.offsets[1:-1]
    assert len(default_model.tokenize(text, start=10**6)) == 2
    for wrong in ({"start": -1}, {"limit": 2}, {"limit": 0}, {"limit": -5}):
        with pytest.raises(InputError, match="start must be a whole number of 0 or more"):
            default_model.tokenize(text, **wrong)


@pytest.mark.parametrize("family", ["Longformer", "LED"])
def test_too_many_tokens_are_refused_with_a_cure_that_works(models, family):
    model = models[family]
    text = sample("library_notice").text
    with pytest.raises(InputError, match=r"reads at most 200 tokens; the document has \d+.*start=0, limit=200"):
        run(model, text)
    assert len(run(model, model.tokenize(text, start=0, limit=200)).tokens) == 200


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"global_positions": (0, 20)}, "from 0 to 19. You entered 20"),
        ({"global_positions": (10**6,)}, "You entered 1,000,000"),
        ({"window": (8, 8, 8)}, "2 layers. You entered 3"),
        ({"dilation": (1,)}, "2 layers. You entered 1"),
        ({"dilation": ((1, 2), 1)}, "4 heads. You entered 2"),
    ],
)
def test_a_spec_that_does_not_fit_is_refused(longformer, spec, complaint):
    with pytest.raises(InputError, match=complaint):
        run(longformer, text_of(20, longformer), AttentionSpec(**spec))


@pytest.mark.parametrize("document", [None, 5, b"bytes", ["two", "texts"]])
def test_what_is_no_document_is_refused(longformer, document):
    with pytest.raises(InputError, match="must be a str or Tokens"):
        run(longformer, document)


def test_tokens_of_another_vocabulary_are_refused(longformer, default_model):
    with pytest.raises(InputError, match="must be in the model's vocabulary"):
        run(longformer, default_model.tokenize("the committee"))


@pytest.mark.parametrize(("layer", "head"), [(6, 0), (0, 12), (-1, 0), (0, -1), (1.0, 0), ("0", 0)])
def test_layers_and_heads_that_are_not_there(trace, layer, head):
    for ask in (trace.band, trace.weights, trace.overview):
        with pytest.raises(InputError, match="must be a number from 0 to"):
            ask(layer, head)


def test_a_band_that_fits_no_memory_is_refused_and_its_parts_are_not(longformer):
    trace = run(longformer, text_of(60, longformer), AttentionSpec(window=131_072))
    tokens = Tokens((0,) * 4_200, ((0, 0),) * 4_200, ("",) * 4_200, "")
    with pytest.raises(InputError, match=r"must fit in 2 GiB.*trace\.weights"):
        replace(trace, tokens=tokens).band(0, 0)
    assert trace.band(0, 0).band.shape == (60, 131_073)


def test_progress_is_told_once_a_layer_and_may_end_the_run(default_model):
    told = []
    run(default_model, "some words", progress=told.append)
    assert told == pytest.approx([1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1])

    class Stopped(Exception):  # noqa: N818
        pass

    def stop(part):
        told.append(part)
        if part > 0.4:
            raise Stopped

    before = run(default_model, "some words").weights(5, 0)
    told.clear()
    with pytest.raises(Stopped):
        run(default_model, "some words", AttentionSpec(window=2), progress=stop)
    assert len(told) == 3
    assert torch.equal(run(default_model, "some words").weights(5, 0), before)


@pytest.mark.parametrize(
    "spec",
    [
        AttentionSpec(),
        AttentionSpec(window=4, dilation=(1, (1, 2, 3, 40)), global_positions=(0, 9, 10, 29)),
        AttentionSpec(window=(2, 200), dilation=(29, 2), global_positions=()),
    ],
    ids=str,
)
def test_pairs_scored_are_counted_one_by_one(longformer, spec):
    trace = run(longformer, text_of(30, longformer), spec)
    layers, positions = spec.layers(longformer.windows, small.HEADS), spec.positions_in(30)
    count = 0
    for layer in layers:
        for dilation in layer.dilations:
            for query in range(30):
                keys = {query + step * dilation for step in range(-layer.window // 2, layer.window // 2 + 1)}
                keys |= set(positions) if query not in positions else set(range(30))
                count += len(keys & set(range(30)))
    assert trace.pairs_scored == count
    assert trace.pairs_full == 30 * 30 * small.HEADS * small.LAYERS


def test_runs_of_one_model_in_two_threads_do_not_mix(default_model):
    tokens = default_model.tokenize(sample("library_notice").text)
    specs = (
        AttentionSpec(window=64, global_positions=(0, 100)),
        AttentionSpec(window=16, dilation=(1, 2, 3, 4, 5, 6), global_positions=()),
    )
    alone = [run(default_model, tokens, spec) for spec in specs]
    in_step = threading.Barrier(2, timeout=60)

    def go(spec):  # each layer of one run between two layers of the other
        return run(default_model, tokens, spec, progress=lambda _: in_step.wait())

    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(go, specs))
    for expected, found in zip(alone, together, strict=True):
        assert found.pattern == expected.pattern
        for layer in range(6):
            torch.testing.assert_close(found.weights(layer, 2), expected.weights(layer, 2), **ONE_PERCENT)


def test_a_run_changes_nothing_in_the_model(longformer):
    before = {name: tensor.clone() for name, tensor in longformer.model.state_dict().items()}
    settings = longformer.model.config.to_dict()
    tokens = text_of(50, longformer)
    first = run(longformer, tokens)
    run(longformer, tokens, AttentionSpec(window=2, dilation=3, global_positions=(1, 2)))
    assert longformer.model.config.to_dict() == settings
    assert all(torch.equal(tensor, before[name]) for name, tensor in longformer.model.state_dict().items())
    assert torch.equal(run(longformer, tokens).weights(1, 1), first.weights(1, 1))


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_models_leave_whole_traces(longformer, dtype):
    model = load(longformer.name, dtype=dtype)
    trace = run(model, text_of(100, model), AttentionSpec(dilation=2, global_positions=(0, 50)))
    for layer in range(small.LAYERS):
        weights = trace.weights(layer, 0)
        assert weights.dtype == torch.float32
        torch.testing.assert_close(weights.sum(-1), torch.ones(100), atol=0.05, rtol=0)


@pytest.mark.parametrize("family", ["Longformer", "LED"])
@pytest.mark.parametrize("positions", [(0,), (0, 3, 40), (7, 99)])
def test_small_models_equal_stock_attentions(models, family, positions):
    model = models[family]
    stock = AutoModel.from_pretrained(model.name)
    encoder = stock.get_encoder() if family == "LED" else stock
    document = text_of(100, model)
    trace = run(model, document, AttentionSpec(global_positions=positions))
    assert trace.own_windows == small.LONGFORMER_WINDOWS
    assert_equals_stock(trace, stock_attentions(encoder, document, positions), range(small.HEADS))


def test_a_converted_roberta_attends_as_it_did(models):
    model = models["Roberta"]
    document = text_of(40, model)
    trace = run(model, document, AttentionSpec(global_positions=()))
    source = RobertaModel.from_pretrained(model.name, attn_implementation="eager").eval()
    with torch.no_grad():
        theirs = source(input_ids=torch.tensor([document.ids]), output_attentions=True).attentions
    for layer, head in ((0, 0), (1, 3)):
        torch.testing.assert_close(trace.weights(layer, head), theirs[layer][0, head], **ONE_PERCENT)
    assert (trace.trained_tokens, model.max_tokens) == (40, 16_384)
    longer = run(model, sample("library_notice").text)
    torch.testing.assert_close(longer.weights(1, 1).sum(-1), torch.ones(len(longer.tokens)), **ONE_PERCENT)
