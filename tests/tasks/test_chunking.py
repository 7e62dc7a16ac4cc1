"""The strategies read what they say they read, with the same weights, and count what they read."""

from itertools import pairwise

import numpy as np
import pytest

from longformer_viz import InputError, answer, classify, load
from longformer_viz.documents.samples import sample
from longformer_viz.tasks.chunking import (
    CHUNKS,
    CUT,
    RETRIEVE,
    RETRIEVE_LONG,
    STRATEGIES,
    WHOLE,
    StrategySettings,
    answer_by_strategies,
    classify_by_strategies,
)
from longformer_viz.tasks.labels.embedding import PIECE_TOKENS
from longformer_viz.tasks.qa_input import PairTemplate
from tests.models import small
from tests.tasks.adapters import TOPICS, shipping, untrained

QUESTION = "Who is the client?"
FILLER = "The weather on the hills was mild, and the sheep grazed beside the old wall all afternoon. "


@pytest.fixture(scope="module")
def model():
    return load(task="qa")


@pytest.fixture(scope="module")
def tokens(model):
    """About two chunks; the words asked for stand in the second."""
    text = FILLER * 32 + "The client is Harlow Brothers of Dunmere. " + FILLER * 8
    found = model.tokenize(text)
    assert 600 < len(found) < 1000
    return found


@pytest.fixture(scope="module")
def readings(model, tokens):
    found = answer_by_strategies(model, QUESTION, tokens, settings=StrategySettings(read_pieces=2, joined_pieces=2))
    assert tuple(reading.strategy for reading in found) == STRATEGIES
    return {reading.strategy: reading for reading in found}


@pytest.fixture(scope="module")
def around(model):
    """How many tokens of a sequence are not the document's."""
    return PairTemplate.of(model.tokenizer).count + model.count_tokens(QUESTION) - 2


def read_places(reading):
    return np.flatnonzero(np.isfinite(reading.answers.start_scores))


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.name)
def test_a_reading_stands_in_the_document(readings, tokens, strategy):
    reading = readings[strategy]
    ((start, stop),) = reading.evidence
    assert tokens.text[start:stop] == reading.outcome == reading.answers[0].text
    assert reading.probability == reading.answers[0].probability
    assert reading.elapsed_seconds > 0
    assert reading.padded_tokens >= reading.tokens_read + reading.tokens_indexed
    assert reading.padded_seconds >= reading.elapsed_seconds
    places = set(read_places(reading))
    for span in reading.answers:
        assert tokens.offsets[span.first][0] == span.start
        assert tokens.offsets[span.last][1] == span.end
        assert set(range(span.first, span.last + 1)) <= places
    assert reading.answers.score == pytest.approx(
        max(
            reading.answers.start_scores[span.first] + reading.answers.end_scores[span.last]
            for span in reading.answers
        ),
        abs=1e-4,
    )


def test_the_cut_reads_the_beginning_alone(readings, around):
    reading = readings[CUT]
    assert (reading.tokens_read, reading.padded_tokens, reading.passes) == (512, 512, 1)
    assert read_places(reading).tolist() == list(range(1, 513 - around))
    assert "Harlow" not in reading.outcome


def test_chunks_read_all(readings, tokens):
    reading = readings[CHUNKS]
    assert reading.passes == 2
    assert reading.tokens_read == reading.padded_tokens == 1024
    assert read_places(reading).tolist() == list(range(1, len(tokens) - 1))


def test_the_whole_is_what_answer_says(readings, model, tokens, around):
    reading = readings[WHOLE]
    assert reading.answers.spans == answer(model, QUESTION, tokens).spans
    assert (reading.passes, reading.tokens_read) == (1, len(tokens) - 2 + around)
    assert reading.padded_tokens == model.max_tokens


def test_retrieval_reads_the_pieces_like_the_question_and_indexes_all(readings, tokens, around):
    place = tokens.text.index("Harlow")
    at = next(number for number, (start, stop) in enumerate(tokens.offsets) if start <= place < stop)
    for strategy in (RETRIEVE, RETRIEVE_LONG):
        reading = readings[strategy]
        places = read_places(reading)
        assert at in places
        assert len(places) <= 2 * PIECE_TOKENS < len(tokens)
        passes = 2 if strategy == RETRIEVE else 1
        assert reading.passes == passes
        # Pieces overlap: read alone what they share is read twice, read together once.
        pieces = 2 * PIECE_TOKENS if strategy == RETRIEVE else len(places)
        assert reading.tokens_read == passes * around + pieces
        assert reading.tokens_indexed >= len(tokens), "to find these pieces, all were embedded"
    assert readings[RETRIEVE].tokens_indexed == readings[RETRIEVE_LONG].tokens_indexed
    for strategy in (CUT, CHUNKS, WHOLE):
        assert readings[strategy].tokens_indexed == 0


def test_what_is_read_in_one_pass_fits_into_one_pass(model, tokens):
    """A document of 2,104 tokens was once said to be read in one pass of 4,934 tokens."""
    found = answer_by_strategies(model, QUESTION, tokens, [RETRIEVE_LONG, WHOLE])
    for reading in found:
        assert reading.passes == 1
        assert reading.tokens_read <= len(tokens) + 100


def test_spans_of_pieces_read_apart_are_ranked_together(model):
    text = sample("services_contract").text
    (reading,) = answer_by_strategies(model, "What is the fee?", text, [RETRIEVE])
    chances = [span.probability for span in reading.answers]
    assert chances == sorted(chances, reverse=True)
    assert reading.outcome == reading.answers[0].text
    spans = sorted((span.start, span.end) for span in reading.answers)
    assert all(stop <= start for (_, stop), (start, _) in pairwise(spans))


def test_a_short_document_is_one_to_all(model):
    text = "The client is Harlow Brothers of Dunmere. The contractor is Venn."
    found = answer_by_strategies(model, QUESTION, text)
    assert {reading.outcome for reading in found} == {answer(model, QUESTION, text)[0].text}
    assert {reading.answers.passes for reading in found} == {1}


def test_progress_and_a_choice_of_strategies(model, tokens):
    done = []
    found = answer_by_strategies(model, QUESTION, tokens, [WHOLE, CUT], progress=done.append)
    assert [reading.strategy for reading in found] == [WHOLE, CUT]
    assert done == [0.5, 1]


def test_a_small_model_of_ones_own(tmp_path):
    small.save(tmp_path, "Longformer", "ForQuestionAnswering", attention_window=[16, 32])
    own = load(str(tmp_path))
    text = sample("library_notice").text
    found = answer_by_strategies(own, "Who decides when?", text)
    assert all(text[slice(*reading.evidence[0])] == reading.outcome for reading in found)
    assert found[0].tokens_read == own.max_tokens


@pytest.mark.parametrize(
    ("question", "document", "said"),
    [
        ("", "Some text.", "A question must contain a word"),
        ("why " * 513, "Some text.", "at most as many tokens as the window"),
        ("Why?", "", "A document must contain a word"),
        ("Why?", "...", "A document must contain a word"),
    ],
)
@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.name)
def test_what_cannot_be_read_is_said(model, strategy, question, document, said):
    with pytest.raises(InputError, match=said):
        answer_by_strategies(model, question, document, [strategy])


# Labels


@pytest.fixture(scope="module")
def topics(tmp_path_factory):
    folder = tmp_path_factory.mktemp("adapters")
    untrained(folder / "topics", TOPICS, "topics")
    with shipping(folder):
        yield load(task="topics")


def test_labels_by_strategies(topics, tokens):
    cut, chunks, whole = classify_by_strategies(topics, tokens)
    assert [reading.strategy for reading in (cut, chunks, whole)] == [CUT, CHUNKS, WHOLE]
    assert (cut.tokens_read, cut.passes) == (512, 1)
    assert (chunks.tokens_read, chunks.passes) == (1024, 2)
    assert (whole.tokens_read, whole.padded_tokens) == (len(tokens), topics.max_tokens)
    assert whole.classification.labels == classify(topics, tokens).labels
    own = topics.tokenize(tokens.text, limit=512)
    assert cut.classification.labels == classify(topics, own).labels
    assert cut.evidence == ((0, own.offsets[-2][1]),)
    assert whole.evidence == ((0, tokens.offsets[-2][1]),)
    for reading in (cut, chunks, whole):
        assert reading.outcome == reading.classification[0].name
    with pytest.raises(
        InputError, match="must be Truncate at 512, Overlapping chunks or Longformer, whole for labels"
    ):
        classify_by_strategies(topics, tokens, strategies=[RETRIEVE])


# What is refused, and progress


def test_a_question_of_more_than_half_a_chunk_is_refused_in_the_readers_words(model, tokens):
    with pytest.raises(InputError, match=r"at most 256 tokens; this one has 300\. Shorten"):
        answer_by_strategies(model, "why " * 300, tokens)


def test_progress_is_told_within_a_strategy_and_a_cancel_takes_hold_there(model):
    document = model.tokenize(FILLER * 120)
    told = []
    answer_by_strategies(model, QUESTION, document, (CHUNKS, CUT), progress=told.append)
    assert told == sorted(told)
    assert len([part for part in told if part < 0.5]) >= 3
    assert told[-1] == 1
