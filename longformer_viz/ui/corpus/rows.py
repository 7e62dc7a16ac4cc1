"""The rows of a corpus as tables and files: one row for each document and way to read it."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from longformer_viz.corpus.background.queue import BackgroundJob
from longformer_viz.corpus.examination import ANSWER, DOCUMENT, LABEL, Row
from longformer_viz.corpus.plan import CorpusPlan
from longformer_viz.corpus.result_tables import write_csv, write_parquet
from longformer_viz.ui.answers.summary import NO_ANSWER, WEAK, shortened
from longformer_viz.ui.corpus.open_row import open_column
from longformer_viz.ui.shared.table import COLUMNS

_ANSWER_CHARACTERS = 160
_OPEN = "open"
_HEIGHT, _ROW_PIXELS = 244, 35
_NAME_PIXELS = (190, 260)
_NOTHING = "–"
_WIDTHS = {
    "probability": 90,
    "answer ends at token": 70,
    "tokens in the document": 70,
    "remark": 420,
}


def answer_rows(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of answers, the most probable first, then those without an answer, then errors.

    Args:
        rows: All rows.
    """
    chosen = [row for row in rows if row["task"] in (ANSWER, DOCUMENT)]
    return sorted(chosen, key=_rank)


def answer_table(job: BackgroundJob, rows: Sequence[Row]) -> None:
    """Show the answers, with a button in each row that opens the document.

    Args:
        job: The job.
        rows: Its rows, as `answer_rows` sorts them.
    """
    settings = {row.get("setting") for row in rows if row["task"] == ANSWER}
    shown = [_cells(row, len(settings) > 1) for row in rows]
    if not any(cells["remark"] for cells in shown):
        shown = [{key: cell for key, cell in cells.items() if key != "remark"} for cells in shown]
    _table(shown, list(rows), _height(max(len(shown), len(job.references) if job.is_live else 0)))


def waiting_table(names: Sequence[tuple[str, int]]) -> None:
    """Show the documents before anything is asked.

    Args:
        names: Name and bytes of each document.
    """
    config: dict[str, Any] = {
        "size, KB": {**COLUMNS["size, KB"], "width": 100},
        "document name": {**COLUMNS["document name"], "width": 600},
    }
    st.dataframe(
        [{"document name": name, "size, KB": size / 1000} for name, size in names],
        hide_index=True,
        width="stretch",
        height=_height(len(names)),
        column_config=config,
        alt="The documents",
    )


def download_buttons(job: BackgroundJob) -> None:
    """Show the buttons that download all rows so far.

    Args:
        job: The job.
    """
    with st.container(horizontal=True):
        for label, write, name, mime in (
            ("Download the rows (CSV)", write_csv, "documents.csv", "text/csv"),
            ("Download the rows (Parquet)", write_parquet, "documents.parquet", "application/vnd.apache.parquet"),
        ):
            st.download_button(
                label,
                lambda write=write: _file(write, job.rows(), job.plan),
                name,
                mime,
                key=f"take_{name}",
                icon=":material/download:",
                on_click="ignore",
            )


def label_counts(rows: Iterable[Row]) -> list[Row]:
    """Return the labels with their numbers of documents, the most frequent first.

    Args:
        rows: All rows.
    """
    counts: dict[str, int] = {}
    for row in rows:
        if row["task"] == LABEL and not row.get("error"):
            counts[row["result"]] = counts.get(row["result"], 0) + 1
    return [
        {"label": label, "documents": number} for label, number in sorted(counts.items(), key=lambda each: -each[1])
    ]


def _table(shown: list[dict[str, Any]], rows: list[Row], height: int) -> None:
    keys = list(dict.fromkeys(key for row in shown for key in row))
    least, most = _NAME_PIXELS
    name_width = min(most, max(least, 7 * max(len(row["document name"]) for row in shown)))
    widths = {**_WIDTHS, "document name": name_width, "found": least + 250 - name_width}
    config: dict[str, Any] = {
        key: {**COLUMNS[key], "width": widths[key]} if key in widths else COLUMNS[key] for key in keys if key != _OPEN
    }
    st.dataframe(
        shown,
        hide_index=True,
        width="stretch",
        height=height,
        key="corpus_rows",
        column_order=keys,
        column_config={**config, _OPEN: open_column(rows)},
        placeholder=_NOTHING,
        alt="The answers, the most probable first",
    )


def _height(rows: int) -> int:
    return min(_HEIGHT, _ROW_PIXELS * (rows + 1) + 2)


def _rank(row: Row) -> tuple[int, float]:
    if row.get("error"):
        return 2, 0.0
    return int(not row.get("has_answer")), -(row.get("probability") or 0.0)


def _cells(row: Row, names_setting: bool) -> dict[str, Any]:
    is_read = not row.get("error") or row["task"] != DOCUMENT
    cells: dict[str, Any] = {_OPEN: "Open" if is_read else "", "document name": row["document"]}
    cells |= {
        "found": _found(row),
        "probability": row.get("probability"),
        "answer ends at token": row.get("evidence_token") if row.get("has_answer") else None,
        "tokens in the document": row["tokens"],
    }
    if names_setting:
        cells["read how"] = row.get("setting")
    return {**cells, "remark": _remark(row)}


def _found(row: Row) -> str:
    if row.get("error"):
        return str(row["error"])
    if row["task"] != ANSWER:
        return ""
    if not row["has_answer"]:
        return NO_ANSWER
    passage = shortened(row["passage"], _ANSWER_CHARACTERS)
    return f"{WEAK}: {passage}" if row["is_weak"] else passage


def _remark(row: Row) -> str:
    if row.get("same_as"):
        return f"The same content as {row['same_as']}."
    return str(row.get("notes") or "")


def _file(write: Callable[[Path, Iterable[Row], CorpusPlan], None], rows: list[Row], plan: CorpusPlan) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows"
        write(path, rows, plan)
        return path.read_bytes()
