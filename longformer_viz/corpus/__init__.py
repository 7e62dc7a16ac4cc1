"""Many documents: ask the same of each, on this machine or on a Ray cluster, and judge the answers."""

from typing import TYPE_CHECKING

from longformer_viz.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from longformer_viz.corpus.agreement import agreements
    from longformer_viz.corpus.job import CorpusJob, Progress, run_corpus
    from longformer_viz.corpus.judging.recommendation import Judgement, judge
    from longformer_viz.corpus.plan import Asked, CorpusPlan, Setting, settings_to_compare
    from longformer_viz.corpus.results import read_rows
    from longformer_viz.corpus.sources import Listing, Reference, list_documents
    from longformer_viz.corpus.summary import CorpusSummary, summarize
    from longformer_viz.corpus.tables import TruthColumns

__all__ = [
    "Asked",
    "CorpusJob",
    "CorpusPlan",
    "CorpusSummary",
    "Judgement",
    "Listing",
    "Progress",
    "Reference",
    "Setting",
    "TruthColumns",
    "agreements",
    "judge",
    "list_documents",
    "read_rows",
    "run_corpus",
    "settings_to_compare",
    "summarize",
]
_MODULES = {
    "Asked": "plan",
    "CorpusJob": "job",
    "CorpusPlan": "plan",
    "CorpusSummary": "summary",
    "Judgement": "judging.recommendation",
    "Listing": "sources",
    "Progress": "job",
    "Reference": "sources",
    "Setting": "plan",
    "TruthColumns": "tables",
    "agreements": "agreement",
    "judge": "judging.recommendation",
    "list_documents": "sources",
    "read_rows": "results",
    "run_corpus": "job",
    "settings_to_compare": "plan",
    "summarize": "summary",
}
__getattr__, __dir__ = lazy_exports(__name__, _MODULES)
