"""The seeded split of a reader's data into training and held-out documents; equal documents stay together."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from longformer_viz.spec import InputError, shown
from longformer_viz.training.datasets import Article
from longformer_viz.training.own_data.labelled import LabelledData, LabelledDocument, normal_text

HELD_OUT_SHARE = 0.2
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class LabelledSplit:
    """Labelled documents in two parts.

    Attributes:
        training: Documents to train on.
        held_out: Documents to evaluate on.
        only_in_training: Labels with a single document, which are trained but not evaluated.
    """

    training: tuple[LabelledDocument, ...]
    held_out: tuple[LabelledDocument, ...]
    only_in_training: tuple[str, ...]


def split_documents(data: LabelledData, share: float = HELD_OUT_SHARE, seed: int = 0) -> LabelledSplit:
    """Hold out a share of the documents of each label. Copies of a document are in the same part.

    Args:
        data: The documents.
        share: The share to hold out, between 0 and 1. A label of two documents or more has one in each part.
        seed: Determines the split.

    Returns:
        Both parts, in the order of the file.

    Raises:
        InputError: If the share is out of range, or nothing can be held out.
    """
    apart, single = _held_out(
        data.documents,
        [normal_text(document.text) for document in data.documents],
        lambda document: document.labels[0],
        share,
        seed,
    )
    split = LabelledSplit(
        tuple(document for index, document in enumerate(data.documents) if index not in apart),
        tuple(data.documents[index] for index in sorted(apart)),
        tuple(label for label in data.labels if label in single),
    )
    if not split.held_out:
        raise InputError(
            "Evaluation needs a label with at least two different documents. Each of the "
            f"{len(data.labels)} labels has one. Add documents."
        )
    return split


def split_plain(
    documents: Sequence[LabelledDocument], share: float = HELD_OUT_SHARE, seed: int = 0
) -> tuple[tuple[LabelledDocument, ...], tuple[LabelledDocument, ...]]:
    """Hold out a share of documents without labels. Copies of a document are in the same part.

    Args:
        documents: The documents.
        share: The share to hold out, between 0 and 1.
        seed: Determines the split.

    Returns:
        Documents to train on, and documents to evaluate on.

    Raises:
        InputError: If the share is out of range.
    """
    apart, _ = _held_out(documents, [normal_text(each.text) for each in documents], lambda _: "", share, seed)
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
        Articles to train on, and articles to evaluate on.

    Raises:
        InputError: If the share is out of range, or there are fewer than two different articles.
    """
    groups: dict[str, int] = {}
    keys = []
    for number, article in enumerate(articles):
        texts = [normal_text(paragraph.context) for paragraph in article.paragraphs]
        key = next((groups[text] for text in texts if text in groups), number)
        groups.update(dict.fromkeys(texts, key))
        keys.append(key)
    apart, _ = _held_out(articles, keys, lambda _: "", share, seed)
    if not apart:
        raise InputError(
            f"Evaluation needs at least two different documents with questions. The file has {len(set(keys))}. Add "
            "documents."
        )
    kept = tuple(article for index, article in enumerate(articles) if index not in apart)
    return kept, tuple(articles[index] for index in sorted(apart))


def _held_out(
    items: Sequence[Item], groups: Sequence[Hashable], label_of: Callable[[Item], str], share: float, seed: int
) -> tuple[set[int], set[str]]:
    """Return the indices to hold out, and the labels that have a single group."""
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
    return apart, {label for label, grouped in by_label.items() if len(grouped) < 2}
