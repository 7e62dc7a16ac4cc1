"""The Curves page in Python: recorded curves and their measurement, whether a setup fits, and the claims."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from longformer_viz.cost.setup import Setup
from longformer_viz.probe.plan import Plan
from longformer_viz.snippets.snippet import Snippet, call, numbers, quoted

_ONE_SWEEP, _ALL_SWEEPS = "sweep.json", "sweeps.json"  # Files of the tab Your sweeps


def curves_lines(
    plan: Plan, quantities: Sequence[str], reference: str | None, own: Sequence[str] = (), takes: str = ""
) -> str:
    """Return the lines that compute the curves, and how to measure them.

    Args:
        plan: Methods and lengths.
        quantities: What is drawn: "time", "memory" or both.
        reference: The name of the recorded results; None where nothing is recorded for the plan.
        own: The names of the visitor's sweeps that are drawn as well.
        takes: How long the measurement takes here, such as "3 min".
    """
    snippet = Snippet()
    settings = (f"methods={_texts(plan.methods)}", f"lengths={numbers(plan.lengths)}")
    snippet.add(f"plan = {snippet.call('Plan', *settings, *_changed(plan, Plan(), ('methods', 'lengths')))}")
    if reference is not None:
        snippet.add(f"shown = [{snippet.call('recorded_results')}[{quoted(reference)}]]")
    elif own:
        snippet.add("shown = []")
    else:
        snippet.add("shown = [None]  # Nothing is recorded for this plan, so memory is predicted.")
    if own:
        file = _ONE_SWEEP if len(own) == 1 else _ALL_SWEEPS
        read = snippet.call("read_sweeps", f'open("{file}", encoding="utf-8").read()')
        snippet.add(
            f"saved = {read}  # from the tab Your measurements",
            f"shown += [sweep.results for sweep in saved if sweep.name in {_texts(own)}]",
        )
    snippet.add(
        "",
        "for results in shown:",
        f"    for quantity in {_texts(quantities)}:",
        f"        for curve in {snippet.call('curves', 'plan', 'quantity', 'results')}:",
        "            print(curve.method.label, quantity, curve.growth)",
        "            print([(mark.length, mark.value) for mark in curve.measured])",
        "",
        f"# To measure on this machine instead{f', in about {takes}' if takes else ''}:",
        "# from longformer_viz import measure",
        "# shown = [measure(plan)]",
    )
    return snippet.text


def fit_lines(setup: Setup, memory_bytes: int) -> str:
    """Return the lines that predict whether a setup fits, and what helps.

    Args:
        setup: The setup.
        memory_bytes: The available memory.
    """
    snippet = Snippet()
    first = (quoted(setup.method.key), f"length={setup.length}")
    made = snippet.call("Setup", *first, *_changed(setup, Setup(), ("method", "length")))
    tried = snippet.call("what_helps", "setup", f"memory_bytes={memory_bytes}")
    snippet.add(
        f"setup = {made}",
        f"tried = {tried}  # the setup, then each change",
        "for name, fit in tried:",
        "    print(name, fit.fits, fit.needed_bytes, fit.largest_batch, fit.largest_length)",
    )
    return snippet.text


def claims_lines(verdict: str | None, article: str | None) -> str:
    """Return the lines that list claims.

    Args:
        verdict: Only those with this verdict; None for all.
        article: Only those of the article with this key; None for all.
    """
    snippet = Snippet()
    wanted = [
        f"claim.{name} == {quoted(value)}"
        for name, value in (("verdict", verdict), ("article", article))
        if value is not None
    ]
    condition = f" if {' and '.join(wanted)}" if wanted else ""
    snippet.add(
        f"found = [claim for claim in {snippet.call('claims')}{condition}]",
        "for claim in found:",
        '    print(claim.verdict, claim.quote, claim.text, claim.source, sep="\\n", end="\\n\\n")',
    )
    return snippet.text


def _changed(value: Any, usual: Any, without: Sequence[str]) -> list[str]:
    """Return the fields whose values are not the usual ones, as arguments."""
    names = [field.name for field in fields(value) if field.name not in without]
    return [f"{name}={_code(getattr(value, name))}" for name in names if getattr(value, name) != getattr(usual, name)]


def _code(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else _texts(value) if isinstance(value, tuple) else repr(value)


def _texts(values: Sequence[str]) -> str:
    return f"({quoted(values[0])},)" if len(values) == 1 else call("", *map(quoted, values))
