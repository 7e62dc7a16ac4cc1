"""Papers and articles on a page: named in full, with a link."""

import re

from longformer_viz.patterns.works import PAPERS, Work
from longformer_viz.ui.shared.formatting import literal

_SHORT = re.compile(r"^(.*?) \d{4}, arXiv:(\d{4}\.\d{5})(.*)$")


def linked_work(work: Work) -> str:
    """Return a paper or an article as Markdown: authors, title with a link, venue and year.

    Args:
        work: The paper or article.
    """
    authors = "" if work.authors is None else f"{literal(work.authors)}, "
    return f"{authors}[*{literal(work.title)}*]({work.url}), {literal(work.published)}"


def linked_sources(text: str) -> str:
    """Return sources as Markdown, each paper named in full with a link.

    Args:
        text: Sources between semicolons, such as "Beltagy et al. 2020, arXiv:2004.05150, section 3.1".
    """
    return "; ".join(_linked(source.strip()) for source in text.split(";"))


def _linked(source: str) -> str:
    found = _SHORT.match(source)
    if found is None:
        return literal(source)
    authors, number, where = found.groups()
    work = PAPERS[number]
    return f"{literal(authors)}, [*{literal(work.title)}*]({work.url}), {literal(work.published)}{literal(where)}"
