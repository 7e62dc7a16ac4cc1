"""The app with untrained heads for topics and sentiment, whose labels tests know.

`python -m tests.browser.with_heads`; what else stands on the command line goes to streamlit.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from streamlit.web import cli

from tests.tasks.adapters import shipping, untrained

TOPICS = (
    *("rec.sport.hockey", "sci.space", "harbours", "mills", "quarries", "kilns"),
    *("weirs", "barges", "orchards", "looms", "lanterns", "ferries"),
)


def main() -> None:
    """Make the heads, and run the app until it is ended."""
    with TemporaryDirectory() as folder:
        untrained(Path(folder, "topics"), TOPICS, "topics")
        untrained(Path(folder, "sentiment"), ("neg", "pos"), "sentiment", seed=1)
        with shipping(Path(folder)):
            sys.argv = ["streamlit", "run", "app.py", *sys.argv[1:]]
            cli.main()


if __name__ == "__main__":
    main()
