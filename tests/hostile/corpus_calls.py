"""A right call of each public function of `longformer_viz.corpus`."""

from longformer_viz import corpus
from tests.hostile.public_calls import TEXT, Call

ROWS = [
    {
        "document": document,
        "key": document,
        "task": "answer",
        "question": "Who wrote?",
        "setting": setting,
        "result": "Ada",
        "has_answer": True,
        "start": 0,
        "end": 3,
        "evidence_token": 2,
        "seconds": 0.5,
        "right": ["Ada"],
        "f1": 1.0,
        "is_right": True,
    }
    for document in ("a", "b")
    for setting in ("Longformer, whole", "Truncate at 512")
]


def corpus_calls(folder: str) -> list[Call]:
    """Documents, plans, runs and rows.

    Args:
        folder: A folder for results.
    """
    asked, setting = corpus.Asked("Who wrote?", ("Ada",)), corpus.Setting()
    reference = corpus.Reference("a", "text", TEXT)
    listing = corpus.Listing((reference,))
    plan = corpus.CorpusPlan(questions=("Who wrote?",))
    calls = [
        Call("Asked", corpus.Asked, {"question": "Who?", "answers": ("Ada",)}),
        Call("Setting", corpus.Setting, {"strategy": setting.strategy, "window": 8, "placement": "None"}),
        Call("Setting of a model", corpus.Setting, {"model": "run:a"}),
        Call(
            "CorpusPlan",
            corpus.CorpusPlan,
            {
                **{"questions": ("Who?",), "labels": "kinds", "label_model": None, "measure": True, "windows": (8,)},
                **{"settings": (setting,), "device": "cpu", "dtype": "float32"},
                **{"max_characters": 9, "max_tokens": 9},
            },
        ),
        Call(
            "settings_to_compare",
            corpus.settings_to_compare,
            {"strategies": (setting.strategy,), "windows": (8,), "placements": ("None",), "models": ("run:a",)},
        ),
        Call(
            "Reference",
            corpus.Reference,
            {
                **{"name": "a", "kind": "text", "path": TEXT, "part": "", "size_bytes": 9, "asked": (asked,)},
                "label": "letter",
            },
        ),
        Call("Listing", corpus.Listing, {"references": (reference,), "notes": ("A note.",)}),
        Call("TruthColumns", corpus.TruthColumns, {"name": "a", "question": "b", "answer": "c", "label": "d"}),
        Call(
            "list_documents",
            corpus.list_documents,
            {"source": "no/such/folder", "text_column": None, "columns": corpus.TruthColumns()},
        ),
        Call(
            "run_corpus",
            corpus.run_corpus,
            {
                **{"listing": listing, "plan": plan, "output": folder, "workers": 0, "address": None},
                "progress": None,
            },
            # As many processes as there are cores, which belong to the tests of Ray.
            {"workers": ("none",)},
        ),
        Call("read_rows", corpus.read_rows, {"folder": folder}),
        Call("summarize", corpus.summarize, {"rows": ROWS, "setting": "Longformer, whole"}),
        Call("agreements", corpus.agreements, {"rows": ROWS, "reference": "Longformer, whole"}),
        Call("judge", corpus.judge, {"rows": ROWS, "task": "answer", "price_per_hour": 0.1}),
    ]
    return calls
