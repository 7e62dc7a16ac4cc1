"""Statements of two articles on Longformer, each with a verdict and its evidence.

The statements are in claims.json. A name in braces in an evidence text is a figure of figures.py, inserted when the
text is read.
"""

import json
import string
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from longformer_viz.checks import check_choice
from longformer_viz.patterns.works import ARTICLES, Work
from longformer_viz.probe.claims.figures import number
from longformer_viz.spec import InputError

VERDICTS = ("holds", "holds partly", "does not hold", "cannot be checked here")
WAYS = ("measured", "computed", "predicted", "quoted")
_FILE = Path(__file__).with_name("claims.json")


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an article.

    Attributes:
        id: A unique word.
        article: The article that makes the statement, a key of `ARTICLES`.
        quote: The statement in the article's own words.
        verdict: One of `VERDICTS`.
        how: How the evidence was obtained, one of `WAYS`.
        evidence: Sentences, with the names of figures in braces.
        source: A paper, a file, or the recorded measurements.

    Raises:
        InputError: The article, the verdict or `how` is none of the choices, or a field is empty.
    """

    id: str
    article: str
    quote: str
    verdict: str
    how: str
    evidence: str
    source: str

    def __post_init__(self) -> None:
        check_choice(self.article, tuple(ARTICLES), "An article")
        check_choice(self.verdict, VERDICTS, "A verdict")
        check_choice(self.how, WAYS, "How")
        for name in ("id", "quote", "evidence", "source"):
            if not getattr(self, name).strip():
                raise InputError(f"A claim must have a value for {name}; claim {self.id!r} has none. Add one.")

    @property
    def work(self) -> Work:
        """The article that makes the statement."""
        return ARTICLES[self.article]

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of the figures in the evidence."""
        return tuple(name for _, name, _, _ in string.Formatter().parse(self.evidence) if name)

    @property
    def text(self) -> str:
        """The evidence with its figures inserted."""
        return self.evidence.format(**{name: number(name) for name in self.figures})


@cache
def claims() -> tuple[Claim, ...]:
    """Return every statement, in the order of the file."""
    return tuple(Claim(**each) for each in json.loads(_FILE.read_text(encoding="utf-8"))["claims"])
