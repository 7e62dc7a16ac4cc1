"""The documents of a run, in its folder, with a hash that tells equal data."""

import gzip
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from longformer_viz.models.storage.files import write_whole
from longformer_viz.spec import InputError, shown
from longformer_viz.training.datasets import Answer, Article, Paragraph, Question
from longformer_viz.training.own_data.labelled import LabelledDocument
from longformer_viz.training.own_data.reading import TrainingData
from longformer_viz.training.own_data.split import split_articles, split_documents

FILE = "data.json.gz"


@dataclass(frozen=True, slots=True)
class RunData:
    """The training and held-out documents of a run: labelled documents, articles with questions, or documents alone.

    Attributes:
        labels: The labels in the order of the model's outputs; empty for others.
        training: Documents to train on.
        held_out: Documents to evaluate on.
        training_articles: Articles with questions to train on.
        held_out_articles: Articles with questions to evaluate on.
    """

    labels: tuple[str, ...] = ()
    training: tuple[LabelledDocument, ...] = ()
    held_out: tuple[LabelledDocument, ...] = ()
    training_articles: tuple[Article, ...] = ()
    held_out_articles: tuple[Article, ...] = ()

    @classmethod
    def of(cls, data: TrainingData, share: float, seed: int) -> "RunData":
        """Split a reader's data.

        Args:
            data: The data.
            share: The share to hold out, between 0 and 1.
            seed: Determines the split.

        Raises:
            InputError: If nothing can be held out.
        """
        if data.articles:
            kept, apart = split_articles(data.articles, share, seed)
            return cls(training_articles=kept, held_out_articles=apart)
        if data.labelled is None:
            return cls((), *split_documents(data.documents, share, seed))
        return cls(data.labelled.labels, *split_documents(data.labelled.documents, share, seed))

    @property
    def not_evaluated(self) -> tuple[str, ...]:
        """The labels of training documents that no held-out document has."""
        return tuple(label for label in self.labels if label not in _labels(self.held_out))

    @property
    def not_trained(self) -> tuple[str, ...]:
        """The labels of held-out documents that no training document has."""
        return tuple(label for label in self.labels if label not in _labels(self.training))

    def content(self) -> bytes:
        """Return the data as JSON, the same bytes for equal data."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")

    @property
    def sha256(self) -> str:
        """SHA-256 of the data, in hexadecimal."""
        return hashlib.sha256(self.content()).hexdigest()

    def write(self, folder: Path) -> None:
        """Write the data into a run's folder.

        Args:
            folder: The folder.
        """
        packed = gzip.compress(self.content(), mtime=0)
        write_whole(folder / FILE, lambda path: path.write_bytes(packed))

    @classmethod
    def read(cls, folder: Path) -> "RunData":
        """Read the data of a run.

        Args:
            folder: The run's folder.

        Raises:
            InputError: If the file is missing or damaged.
        """
        try:
            found = json.loads(gzip.decompress((folder / FILE).read_bytes()).decode("utf-8", "surrogatepass"))
            return cls(
                tuple(found["labels"]),
                _documents(found["training"]),
                _documents(found["held_out"]),
                _articles(found["training_articles"]),
                _articles(found["held_out_articles"]),
            )
        except (OSError, EOFError, ValueError, KeyError, TypeError) as fault:
            raise InputError(
                f"A run's folder must contain its data; {FILE} of {shown(folder.name)} is missing or damaged. Start "
                "a new run."
            ) from fault


def _labels(documents: tuple[LabelledDocument, ...]) -> set[str]:
    return {label for document in documents for label in document.labels}


def _documents(entries: list[dict]) -> tuple[LabelledDocument, ...]:
    return tuple(LabelledDocument(entry["row"], entry["text"], tuple(entry["labels"])) for entry in entries)


def _articles(entries: list[dict]) -> tuple[Article, ...]:
    return tuple(
        Article(
            article["name"],
            tuple(
                Paragraph(paragraph["context"], tuple(map(_question, paragraph["questions"])))
                for paragraph in article["paragraphs"]
            ),
        )
        for article in entries
    )


def _question(entry: dict) -> Question:
    answers, plausible = (tuple(Answer(**each) for each in entry[key]) for key in ("answers", "plausible"))
    return Question(entry["id"], entry["text"], answers, plausible)
