"""The Documents page in Python: the same questions to the same documents."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from longformer_viz.corpus.plan import CorpusPlan, Setting
from longformer_viz.corpus.sources import Listing
from longformer_viz.documents.samples import sample, sample_names
from longformer_viz.snippets.snippet import call, quoted

OWN_FOLDER = "documents"
RESULTS_FOLDER = "results"


def corpus_lines(plan: CorpusPlan, listing: Listing) -> str:
    """Return the lines that ask all documents what the page asks.

    Args:
        plan: What is asked.
        listing: The documents.
    """
    shown = [_sample_name(reference.path) for reference in listing.references]
    names = {"CorpusPlan", "list_documents", "read_rows", "run_corpus"}
    imports, documents = [], [f"documents = list_documents({quoted(OWN_FOLDER)})  # your folder or zip file"]
    if shown and all(shown):
        names = names - {"list_documents"} | {"Listing", "Reference"}
        imports = ["from longformer_viz import sample"]
        documents = [
            f"names = {_tuple(shown)}",
            "documents = Listing(",
            '    tuple(Reference(name, "text", sample(name).text) for name in names)',
            ")",
        ]
    if plan.settings != (Setting(),):
        names.add("Setting")
    ordered = sorted(names, key=lambda name: (name[0].islower(), name))
    imports.append(f"from longformer_viz.corpus import {', '.join(ordered)}")
    if len(imports[-1]) > 88:
        imports[-1] = "from longformer_viz.corpus import (\n" + "".join(f"    {name},\n" for name in ordered) + ")"
    lines = [
        *imports,
        "",
        *documents,
        f"plan = {call('CorpusPlan', *_arguments(plan))}",
        f"job = run_corpus(documents, plan, {quoted(RESULTS_FOLDER)})",
        "for row in read_rows(job.folder):",
        '    print(row["document"], row.get("result"), row.get("probability"), row.get("error"))',
    ]
    return "\n".join(lines) + "\n"


def _arguments(plan: CorpusPlan) -> list[str]:
    default = CorpusPlan()
    return [
        f"{field.name}={_code(value)}"
        for field in fields(plan)
        if (value := getattr(plan, field.name)) != getattr(default, field.name)
    ]


def _code(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Setting):
        default = Setting()
        changed = [
            f"{field.name}={_code(getattr(value, field.name))}"
            for field in fields(value)
            if getattr(value, field.name) != getattr(default, field.name)
        ]
        return f"Setting({', '.join(changed)})"
    return _tuple(value) if isinstance(value, tuple) else repr(value)


def _tuple(values: Sequence[Any]) -> str:
    parts = [_code(value) for value in values]
    whole = f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
    return whole if len(whole) <= 60 else "(\n" + "".join(f"    {part},\n" for part in parts) + ")"


def _sample_name(text: str) -> str | None:
    return next((name for name in sample_names() if sample(name).text == text), None)
