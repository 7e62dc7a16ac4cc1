"""The seeded split of a reader's data into training and held-out documents; equal documents stay together."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

import numpy as np

from longformer_viz.spec import InputError, shown
from longformer_viz.training.datasets import Article
from longformer_viz.training.own_data.labelled import LabelledDocument, normal_text

HELD_OUT_SHARE = 0.2
Item = TypeVar("Item")


def split_documents(
    documents: Sequence[LabelledDocument], share: float = HELD_OUT_SHARE, seed: int = 0
) -> tuple[tuple[LabelledDocument, ...], tuple[LabelledDocument, ...]]:
    """Hold out a share of the documents of each label. Copies of a document are in the same part.

    A document of several labels counts for its rarest one.

    Args:
        documents: The documents, with labels or without.
        share: The share to hold out, between 0 and 1. A label of two documents or more has one in each part.
        seed: Determines the split.

    Returns:
        Documents to train on, and documents to evaluate on, in the order of the file.

    Raises:
        InputError: If the share is out of range, or nothing can be held out.
    """
    counts = Counter(label for document in documents for label in document.labels)
    texts = [normal_text(document.text) for document in documents]
    apart = _held_out(
        documents, texts, lambda each: min(each.labels, key=counts.__getitem__, default=""), share, seed
    )
    if not apart:
        raise InputError(
            f"Evaluation needs a label with at least two different documents. Each of the {len(counts)} labels has "
            "one. Add documents."
        )
    kept = tuple(document for index, document in enumerate(documents) if index not in apart)
    return kept, tuple(documents[index] for index in sorted(apart))


def split_articles(
    articles: Sequence[Article], share: float = HELD_OUT_SHARE, seed: int = 0
) -> tuple[tuple[Article, ...], tuple[Article, ...]]:
    """Hold out a share of the articles of a question file. Articles with a paragraph in common stay together.

    Args:
        articles: The articles, each with its questions.
        share: The share to hold out, between 0 and 1.
        seed: Determines the split.

    Returns:
        Articles to train on, and articles to evaluate on. Those without an answer are only trained.

    Raises:
        InputError: If the share is out of range, or there are fewer than two different articles.
    """
    answered = [article for article in articles if _has_answers(article)]
    keys = _joined(answered)
    apart = _held_out(answered, keys, lambda _: "", share, seed)
    if not apart:
        raise InputError(
            f"Evaluation needs at least two different documents with questions. The file has {len(set(keys))}. Add "
            "documents."
        )
    held_out = tuple(answered[index] for index in sorted(apart))
    texts = {text for article in held_out for text in _paragraphs(article)}
    kept = [article for index, article in enumerate(answered) if index not in apart]
    kept += [article for article in articles if not _has_answers(article) and not texts & set(_paragraphs(article))]
    return tuple(kept), held_out


def _has_answers(article: Article) -> bool:
    return any(question.answers for paragraph in article.paragraphs for question in paragraph.questions)


def _paragraphs(article: Article) -> list[str]:
    return [normal_text(paragraph.context) for paragraph in article.paragraphs]


def _joined(articles: Sequence[Article]) -> list[int]:
    """Return a number for each article, the same for articles that paragraphs connect, also through others."""
    parents = list(range(len(articles)))

    def root(index: int) -> int:
        while parents[index] != index:
            index = parents[index] = parents[parents[index]]
        return index

    first: dict[str, int] = {}
    for number, article in enumerate(articles):
        for text in _paragraphs(article):
            parents[root(number)] = root(first.setdefault(text, number))
    return [root(number) for number in range(len(articles))]


def _held_out(
    items: Sequence[Item], groups: Sequence[Hashable], label_of: Callable[[Item], str], share: float, seed: int
) -> set[int]:
    """Return the indices to hold out."""
    if not 0 < share < 1:
        raise InputError(f"The held-out share must be between 0 and 1. You entered {shown(share)}. Try 0.2.")
    members: dict[Hashable, list[int]] = {}
    for index, group in enumerate(groups):
        members.setdefault(group, []).append(index)
    by_label: dict[str, list[list[int]]] = {}
    for indices in members.values():
        by_label.setdefault(label_of(items[indices[0]]), []).append(indices)
    random, apart = np.random.default_rng(seed), set()
    for label in sorted(by_label):
        grouped = by_label[label]
        count = 0 if len(grouped) < 2 else min(max(1, round(share * len(grouped))), len(grouped) - 1)
        for chosen in random.permutation(len(grouped))[:count]:
            apart.update(grouped[chosen])
    return apart
