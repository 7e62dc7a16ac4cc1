"""Simulate a corpus on a cluster, and print every assumption beside what follows.

`python -m benchmarks.cluster_plan [--nodes N] [--seconds-per-document S] [...] [--json]`: each assumption of
`ClusterAssumptions` is an option.
"""

from argparse import ArgumentParser
from dataclasses import asdict, fields

from benchmarks import harness
from longformer_viz.corpus.planning import ClusterAssumptions, ClusterEstimate, simulate


def assumption_rows(given: ClusterAssumptions) -> list[str]:
    """The assumptions as rows of a table."""
    return [f"| {name.replace('_', ' ')} | {value:,} |" for name, value in asdict(given).items()]


def estimate_rows(found: ClusterEstimate) -> list[str]:
    """What follows as rows of a table."""
    return [
        f"| time, reading and hashing included | {found.hours:.2f} h |",
        f"| of it the driver's reading and hashing before the start | {found.hash_hours:.2f} h |",
        f"| time if all cores computed all the time | {found.ideal_hours:.2f} h |",
        f"| efficiency | {found.efficiency:.0%} |",
        f"| mean wait of a worker for the last one | {found.idle_hours * 3600:.0f} s |",
        f"| lost nodes | {found.failures} |",
        f"| documents that are read again | {found.repeated_documents:,} |",
        f"| share of the storage's speed in use | {found.storage_share:.0%} |",
        f"| share of the driver's speed in use | {found.driver_share:.0%} |",
        f"| cost | {found.cost:,.0f} |",
    ]


def main() -> int:
    """Print the tables."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    for field in fields(ClusterAssumptions):
        kind = int if isinstance(field.default, int) else float
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=kind, default=field.default)
    parser.add_argument("--json", action="store_true", help="print all figures as one JSON object on the last line")
    chosen = vars(parser.parse_args())
    as_json = chosen.pop("json")
    given = ClusterAssumptions(**chosen)
    found = simulate(given)
    print("| assumed | |\n| --- | --- |", *assumption_rows(given), sep="\n")
    print("\n| follows | |\n| --- | --- |", *estimate_rows(found), sep="\n")
    result = {"benchmark": "cluster_plan", **asdict(given), **asdict(found), "GPU": "none, simulated"}
    harness.print_result(result, as_json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
