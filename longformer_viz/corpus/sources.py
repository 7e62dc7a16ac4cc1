"""The documents of a corpus: files of a folder, a pattern or an archive, and rows of tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from longformer_viz.checks import check_choice, check_text, check_type, check_values, check_whole
from longformer_viz.corpus import tables
from longformer_viz.corpus.finding.archives import members_of
from longformer_viz.corpus.finding.files import FoundFile, find_files, left_out_notes
from longformer_viz.corpus.plan import Asked
from longformer_viz.paths import checked_path
from longformer_viz.spec import InputError, shown

FILE, MEMBER, ROW, TEXT, FAULT = "file", "member", "row", "text", "fault"
TABLE_ENDINGS = (".jsonl", ".ndjson", ".parquet", ".csv", ".tsv", ".json")
_NO_MEMBERS = "An archive must have documents. This one has none."
KINDS = (FILE, MEMBER, ROW, TEXT, FAULT)


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a document is. It is read by the worker that examines it.

    Attributes:
        name: The document's name in the results.
        kind: "file", "member" of an archive, "row" of a table, "text", or "fault" for one that cannot be read.
        path: The file, archive or table; the text itself; or why it cannot be read.
        part: The member's name, or the row's place as `tables` states it.
        size_bytes: Its approximate size.
        asked: Questions that only this document is asked, with their right answers.
        label: Its right label; None if it is unknown.
    """

    name: str
    kind: str
    path: str
    part: str = ""
    size_bytes: int = 0
    asked: tuple[Asked, ...] = ()
    label: str | None = None

    def __post_init__(self) -> None:
        for name in ("name", "path", "part"):
            check_text(getattr(self, name), f"{name} of a document")
        check_choice(self.kind, KINDS, "kind of a document")
        check_whole(self.size_bytes, "size_bytes", 0, 2**63, 0)
        asked = tuple(check_values(self.asked, "asked", 'Try (Asked("Who signed?"),).'))
        for each in asked:
            check_type(each, Asked, "A question of a document", 'Try Asked("Who signed?").')
        object.__setattr__(self, "asked", asked)
        if self.label is not None:
            check_text(self.label, "label of a document")


@dataclass(frozen=True, slots=True)
class Listing:
    """The documents of a corpus.

    Attributes:
        references: Where each of them is.
        notes: What was left out, in full sentences.
    """

    references: tuple[Reference, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, kind in (("references", Reference), ("notes", str)):
            values = tuple(check_values(getattr(self, name), name, "Make them with list_documents()."))
            for each in values:
                check_type(each, kind, f"Each of {name}", "Make them with list_documents().")
            object.__setattr__(self, name, values)


def list_documents(
    source: str | Path | Sequence[str | Path],
    text_column: str | None = None,
    columns: tables.TruthColumns = tables.TruthColumns(),  # noqa: B008
) -> Listing:
    """List the documents of a folder, a file, a pattern such as "contracts/*.pdf", an archive or a table.

    Args:
        source: A path or a pattern, or several.
        text_column: The column of a table with the documents; None guesses it.
        columns: The columns with names, questions, right answers and labels.

    Raises:
        InputError: If nothing is there, or a table cannot be read.
    """
    sources = _sources(source)
    if text_column is not None:
        check_text(text_column, "text_column")
    check_type(columns, tables.TruthColumns, "columns", "Make them with TruthColumns().")
    references: list[Reference] = []
    left_out: list[FoundFile] = []
    for file in (file for each in sources for file in find_files(each)):
        if file.left_out:
            left_out.append(file)
            continue
        try:
            references += _documents_in(file, text_column, columns)
        except InputError as fault:
            if file.is_source:
                raise
            references.append(Reference(file.name, FAULT, str(fault)))  # The others can be read.
    if not references:
        raise InputError(
            f"A corpus must have at least one document; {shown(', '.join(map(str, sources)))} has none. "
            "Check the path."
        )
    return Listing(_uniquely_named(references), left_out_notes(left_out))


def list_uploads(files: Sequence[tuple[Path | InputError, str]]) -> Listing:
    """List the documents of uploads. One that cannot be read becomes a document with an error.

    Args:
        files: Where each file is stored, or why it is not, and the name that it had. A zip file is stored with the
            ending .zip, and any other file without an ending.
    """
    references: list[Reference] = []
    for path, name in files:
        try:
            if isinstance(path, InputError):
                raise path
            found = [Reference(name, FILE, str(path), size_bytes=path.stat().st_size)]
            if path.suffix == ".zip":
                found = _members(path, name)
            references += found or [Reference(name, FAULT, _NO_MEMBERS)]
        except InputError as fault:
            references.append(Reference(name, FAULT, str(fault)))
    return Listing(_uniquely_named(references))


def _sources(source: Any) -> list[str]:
    given = [source] if isinstance(source, str | Path) else check_values(source, "source", 'Try "contracts".')
    for each in given:
        if checked_path(each, "A source") and not str(each).strip():  # It would be the current folder.
            raise InputError("A source must have a path. You entered an empty text. Check the path.")
    return list(map(str, given))


def _documents_in(file: FoundFile, text_column: str | None, columns: tables.TruthColumns) -> Iterable[Reference]:
    """Return the documents of one file: itself, or the members or rows that it has."""
    path, name = file.path, file.name
    if file.problem:
        return [Reference(name, FAULT, file.problem)]
    ending = path.suffix.lower()
    if ending == ".zip":
        empty = [] if file.is_source else [Reference(name, FAULT, _NO_MEMBERS)]
        return _members(path, name) or empty
    if ending in TABLE_ENDINGS:
        return [_row(path, row) for row in tables.rows_of(path, text_column, columns)]
    try:
        return [Reference(name, FILE, str(path), size_bytes=path.stat().st_size)]
    except OSError as fault:
        return [Reference(name, FAULT, f"The file must be readable ({fault.strerror}). Check its permissions.")]


def _row(path: Path, row: tables.Row) -> Reference:
    if row.problem:
        return Reference(row.name, FAULT, row.problem)
    return Reference(row.name, ROW, str(path), row.place, row.size_bytes, row.asked, row.label)


def _members(path: Path, name: str) -> list[Reference]:
    return [
        Reference(each.name, FAULT, each.problem)
        if each.problem
        else Reference(each.name, MEMBER, str(path), str(each.number), each.size_bytes)
        for each in members_of(path, name)
    ]


def _uniquely_named(references: Sequence[Reference]) -> tuple[Reference, ...]:
    """Number the documents whose name another one has."""
    seen: dict[str, int] = {}
    taken = {reference.name for reference in references}
    found = []
    for reference in references:
        count = seen[reference.name] = seen.get(reference.name, 0) + 1
        name = reference.name
        while count > 1 and name in taken:
            stem, dot, ending = reference.name.rpartition(".")  # The ending states the format.
            name = f"{stem} ({count}){dot}{ending}" if stem else f"{reference.name} ({count})"
            count += 1
        taken.add(name)
        found.append(replace(reference, name=name))
    return tuple(found)
