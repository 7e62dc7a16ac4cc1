"""What the rows of a corpus say together: where the evidence lies, and what a shorter model would have missed."""

from collections.abc import Iterable
from dataclasses import dataclass

from longformer_viz.checks import check_number, check_text
from longformer_viz.corpus.plan import LONG_TOKENS, SHORT_TOKENS
from longformer_viz.corpus.result_tables import ANSWER, LABEL, Row, check_row, check_rows
from longformer_viz.spec import counted


@dataclass(frozen=True, slots=True)
class CorpusSummary:
    """Figures over all documents, with one setting.

    Attributes:
        documents: Documents with rows.
        unreadable: Documents that could not be read.
        errors: Rows with an error, without those of unreadable documents.
        answered: Questions that were answered with an answer in the document.
        unanswered: Questions whose document has no answer.
        evidence_tokens: For each answer the token at which it ends.
        past_short: Documents with an answer that ends past 512 tokens.
        past_long: Documents with an answer that ends past 4,096 tokens.
        labels: Number of documents with each label, the most frequent first.
        captured_mass: Mean share of full attention that each window keeps.
    """

    documents: int
    unreadable: int
    errors: int
    answered: int
    unanswered: int
    evidence_tokens: tuple[int, ...]
    past_short: int
    past_long: int
    labels: tuple[tuple[str, int], ...]
    captured_mass: tuple[tuple[int, float], ...]


def summarize(rows: Iterable[Row], setting: str | None = None) -> CorpusSummary:
    """Summarize the rows of a corpus.

    Args:
        rows: The rows, in any order.
        setting: The setting whose answers count; by default the first of the rows.

    Raises:
        InputError: If a row is wrong.
    """
    if setting is not None:
        check_text(setting, "setting")
    if not isinstance(rows, Iterable) or isinstance(rows, str | bytes):
        check_rows(rows)
    documents, unreadable, errors, unanswered = set(), set(), 0, 0
    evidence: list[int] = []
    past: dict[int, set[str]] = {SHORT_TOKENS: set(), LONG_TOKENS: set()}
    labels: dict[str, int] = {}
    masses: dict[int, list[float]] = {}
    first = setting
    for row in map(check_row, rows):
        name = row["document"]
        documents.add(name)
        if row.get("error"):
            if row["task"] not in (ANSWER, LABEL) and row.get("tokens") is None:
                unreadable.add(name)
            else:
                errors += 1
            continue
        if row["task"] in (ANSWER, LABEL):
            first = row["setting"] if first is None else first
            if row["setting"] != first:
                continue
        if row["task"] == LABEL:
            labels[row.get("result") or ""] = labels.get(row.get("result") or "", 0) + 1
        elif row["task"] == ANSWER and row.get("has_answer"):
            evidence.append(row.get("evidence_token") or 0)
            for length, names in past.items():
                if evidence[-1] > length:
                    names.add(name)
        elif row["task"] == ANSWER:
            unanswered += 1
        for column, value in row.items():
            window = column.removeprefix("captured_mass_") if isinstance(column, str) else ""
            if window != column and window.isdecimal() and value is not None:
                masses.setdefault(int(window), []).append(check_number(value, column))
    return CorpusSummary(
        documents=len(documents),
        unreadable=len(unreadable),
        errors=errors,
        answered=len(evidence),
        unanswered=unanswered,
        evidence_tokens=tuple(evidence),
        past_short=len(past[SHORT_TOKENS]),
        past_long=len(past[LONG_TOKENS]),
        labels=tuple(sorted(labels.items(), key=lambda pair: -pair[1])),
        captured_mass=tuple((window, sum(each) / len(each)) for window, each in sorted(masses.items())),
    )


def evidence_sentence(summary: CorpusSummary) -> str:
    """Return what a model of 512 tokens would have missed, as a plain sentence.

    Args:
        summary: The figures.
    """
    documents = counted(summary.documents, "document")
    if not summary.answered:
        return f"No answer found in {documents}."
    if not summary.past_short:
        return f"In none of {documents} does an answer end past the first {SHORT_TOKENS} tokens."
    return f"For {summary.past_short:,} of {documents}, a {SHORT_TOKENS}-token model would have missed an answer" + (
        f", and for {summary.past_long:,} a {LONG_TOKENS:,}-token model." if summary.past_long else "."
    )
