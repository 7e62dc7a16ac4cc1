"""Tokens that start sentences and paragraphs, which are found once for a document."""

from longformer_viz import load
from longformer_viz.documents.landmarks import paragraph_starts, sentence_starts

TEXT = "A ferry. Its crew.\n\nA second part."


def test_sentences_and_paragraphs_begin_at_their_first_token():
    tokens = load().tokenize(TEXT)
    for starts, characters in ((sentence_starts, (0, 9, 20)), (paragraph_starts, (0, 20))):
        found = starts(tokens)
        assert found[0] == 0, "the special token before the text"
        assert tuple(tokens.offsets[position][0] for position in found[1:]) == characters


def test_they_are_found_once_for_a_document():
    model = load()
    for starts in (sentence_starts, paragraph_starts):
        assert starts(model.tokenize(TEXT)) is starts(model.tokenize(TEXT))
