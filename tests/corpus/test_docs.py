"""The figures of the plan in the documentation are those that the simulation gives."""

from pathlib import Path

from benchmarks.cluster_plan import assumption_rows, estimate_rows
from longformer_viz.corpus.planning import ClusterAssumptions, simulate

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "many-documents.md"


def test_the_plan_in_the_docs_is_the_simulated_one():
    page = PAGE.read_text(encoding="utf-8")
    for row in (*assumption_rows(ClusterAssumptions()), *estimate_rows(simulate())):
        assert row in page
