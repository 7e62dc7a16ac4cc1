"""Documents that are held out from training, for the evaluation."""

import zlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from longformer_viz.training.datasets import Article, LabelledText

ONE_IN = 10  # One document in this many is held out.
_REMAINDER = 4  # checksum modulo ONE_IN of a held-out name; chosen so that each file holds out a document
Item = TypeVar("Item")


def held_out_articles(articles: Sequence[Article]) -> tuple[list[Article], list[Article]]:
    """Split articles into those to train on and those to hold out.

    One document in ten is held out, chosen by its name's checksum. The choice does not depend on the other documents
    of the file. In an article of more than 1,000 paragraphs each paragraph counts as a document.

    Args:
        articles: The articles.

    Returns:
        The articles to train on, and the held-out ones.
    """
    documents = []
    for article in articles:
        if len(article.paragraphs) > 1000:
            documents += [Article(f"{article.name} {n}", (p,)) for n, p in enumerate(article.paragraphs)]
        else:
            documents.append(article)
    return _split(documents, lambda document: zlib.crc32(document.name.encode()) % ONE_IN == _REMAINDER)


def held_out_texts(texts: Sequence[LabelledText]) -> tuple[list[LabelledText], list[LabelledText]]:
    """Split labelled texts into those to train on and those to hold out.

    Of each label, the tenth with the highest numbers in their ids is held out. Posts of one thread and reviews of one
    film have neighbouring numbers, so that they fall on the same side.

    Args:
        texts: The texts.

    Returns:
        The texts to train on, and the held-out ones.
    """
    last: set[int] = set()
    for label in {text.label for text in texts}:
        numbered = [(_number(text.id), index) for index, text in enumerate(texts) if text.label == label]
        last |= {index for _, index in sorted(numbered)[len(numbered) - len(numbered) // ONE_IN :]}
    train = [text for index, text in enumerate(texts) if index not in last]
    return train, [texts[index] for index in sorted(last)]


def _number(name: str) -> int:
    digits = name.split("_")[0]
    return int(digits) if digits.isdecimal() else zlib.crc32(name.encode())


def _split(items: Sequence[Item], is_held_out: Callable[[Item], bool]) -> tuple[list[Item], list[Item]]:
    return [item for item in items if not is_held_out(item)], [item for item in items if is_held_out(item)]
