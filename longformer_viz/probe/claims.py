"""Statements of two articles on Longformer, each with a verdict and its evidence; the figures are the library's own.

The statements are in claims.json. Braces in an evidence name a figure of claim_numbers.py, filled in when it is read.
"""

import json
import string
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from longformer_viz.cost.methods import check_choice
from longformer_viz.probe.claim_numbers import number
from longformer_viz.spec import InputError

VERDICTS = ("holds", "holds partly", "does not hold", "cannot be checked here")
WAYS = ("measured", "computed", "predicted", "quoted")
_FILE = Path(__file__).with_name("claims.json")


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement.

    id: one word; article: which of the two; quote: its own words; verdict: one of VERDICTS; how: how the evidence
    came about, one of WAYS; evidence: sentences; source: a paper, a file, or the recorded run.
    Raises InputError for another verdict or way, or an empty field.
    """

    id: str
    article: str
    quote: str
    verdict: str
    how: str
    evidence: str
    source: str

    def __post_init__(self) -> None:
        check_choice(self.verdict, VERDICTS, "A verdict")
        check_choice(self.how, WAYS, "How")
        for name in ("id", "article", "quote", "evidence", "source"):
            if not getattr(self, name).strip():
                raise InputError(f"A claim must have its {name}; {self.id or 'one'} has none. Write it.")

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of the figures in the evidence."""
        return tuple(name for _, name, _, _ in string.Formatter().parse(self.evidence) if name)

    @property
    def told(self) -> str:
        """The evidence with its figures."""
        return self.evidence.format(**{name: number(name) for name in self.figures})


@cache
def claims() -> tuple[Claim, ...]:
    """Every statement, in the order of the file."""
    return tuple(Claim(**each) for each in json.loads(_FILE.read_text(encoding="utf-8"))["claims"])
