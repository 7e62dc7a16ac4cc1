"""How far settings agree over a corpus without right answers, what they cost, and where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from longformer_viz.checks import check_choice, check_text
from longformer_viz.corpus.result_tables import ANSWER, LABEL, Row, check_rows
from longformer_viz.tasks.agreement import same_answer
from longformer_viz.tasks.strategies import WHOLE
from longformer_viz.tasks.verdicts import CAUTION


@dataclass(frozen=True, slots=True)
class SettingAgreement:
    """A setting beside the reference setting.

    Attributes:
        setting: Its name.
        compared: Questions and labels that both settings have without an error.
        agreement: Share with the same answer, both without an answer, or the same label.
        seconds: Mean time for one of them.
        time_ratio: Its time over that of the reference.
        differing: Names of the documents where they differ, each once.
    """

    setting: str
    compared: int
    agreement: float
    seconds: float
    time_ratio: float
    differing: tuple[str, ...]


def agreements(rows: Sequence[Row], reference: str | None = None) -> tuple[SettingAgreement, ...]:
    """Compare every setting with a reference.

    Args:
        rows: The rows of a corpus.
        reference: The reference setting; by default the whole document in one pass, or the first setting.

    Returns:
        The other settings, in the order of the rows; empty if there is one setting.

    Raises:
        InputError: If a row is wrong, or there are no rows of the reference.
    """
    asked = [row for row in check_rows(rows) if row["task"] in (ANSWER, LABEL) and not row.get("error")]
    names = list(dict.fromkeys(row["setting"] for row in asked))
    if reference is not None:
        check_text(reference, "reference")
    if len(names) < 2:
        return ()
    if reference is None:
        reference = WHOLE.name if WHOLE.name in names else names[0]
    check_choice(reference, names, "reference")
    found = {name: {_question(row): row for row in asked if row["setting"] == name} for name in names}
    theirs = found.pop(reference)
    return tuple(_agreement(name, own, theirs) for name, own in found.items() if own.keys() & theirs.keys())


def agreement_sentence(found: Sequence[SettingAgreement], reference: str = WHOLE.name) -> str:
    """Return what the comparison shows, as plain sentences; empty without settings.

    Args:
        found: The comparison.
        reference: The reference setting.
    """
    if not found:
        return ""
    closest = max(found, key=lambda each: (each.agreement, -each.seconds))
    least = min(found, key=lambda each: each.agreement)
    sentence = (
        f"{closest.setting} agrees most with {reference}: on {closest.agreement:.0%} of {closest.compared:,}, at "
        f"{closest.time_ratio:.1f} times the time."
    )
    if least is not closest:
        sentence += f" {least.setting} agrees least: {least.agreement:.0%}."
    return f"{sentence} {CAUTION}"


def _question(row: Row) -> tuple[str, str, str]:
    return row["document"], row["task"], row.get("question") or ""


def _agreement(
    name: str, own: dict[tuple[str, str, str], Row], theirs: dict[tuple[str, str, str], Row]
) -> SettingAgreement:
    shared = [key for key in own if key in theirs]
    differing = [key for key in shared if not _agree(own[key], theirs[key])]
    seconds, their_seconds = (sum(rows[key].get("seconds") or 0.0 for key in shared) for rows in (own, theirs))
    return SettingAgreement(
        setting=name,
        compared=len(shared),
        agreement=1 - len(differing) / len(shared),
        seconds=seconds / len(shared),
        time_ratio=seconds / their_seconds if their_seconds else 1.0,
        differing=tuple(dict.fromkeys(key[0] for key in differing)),
    )


def _agree(row: Row, other: Row) -> bool:
    if row["task"] == LABEL:
        return row.get("result") == other.get("result")
    if not (row.get("has_answer") and other.get("has_answer")):
        return bool(row.get("has_answer")) == bool(other.get("has_answer"))
    return same_answer(*_span(row), *_span(other))


def _span(row: Row) -> tuple[str, tuple[int, int]]:
    return row.get("result") or "", (row.get("start") or 0, row.get("end") or 0)
