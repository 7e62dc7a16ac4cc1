"""A snippet: lines of Python with one import of the public names that they use, and values written as Python."""

import textwrap
from collections.abc import Iterable

MOST_COLUMNS = 70
_MOST_CALL = 60  # Before it stands the name that gets the value.


class Snippet:
    """Lines of Python, and the public names in them."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._lines: list[str] = []

    def public(self, name: str) -> str:
        """Return a name of `longformer_viz` and import it."""
        self._names.add(name)
        return name

    def call(self, name: str, *arguments: str) -> str:
        """Return a call of a public function or class, and import it.

        Args:
            name: Its name in `longformer_viz`, which a dot and an attribute may follow.
            *arguments: The arguments as code.
        """
        self.public(name.split(".")[0])
        return call(name, *arguments)

    def add(self, *lines: str) -> None:
        """Append lines of code; an empty one for a gap."""
        self._lines.extend(lines)

    @property
    def text(self) -> str:
        """The import and the lines."""
        names = sorted(self._names, key=lambda name: (name[0].islower(), name))
        imported = f"from longformer_viz import {', '.join(names)}"
        if len(imported) > MOST_COLUMNS:
            listed = textwrap.fill(", ".join(names) + ",", MOST_COLUMNS - 4)
            imported = f"from longformer_viz import (\n{textwrap.indent(listed, '    ')}\n)"
        return "\n".join([imported, "", *self._lines]) + "\n"


def call(name: str, *arguments: str) -> str:
    """Return a call as code, with one argument per line if it is long.

    Args:
        name: What is called.
        *arguments: The arguments as code.
    """
    line = f"{name}({', '.join(arguments)})"
    if len(line) <= _MOST_CALL and "\n" not in line:
        return line
    return f"{name}(\n{_indented(arguments)})"


def mapping(items: Iterable[tuple[str, str]]) -> str:
    """Return a dict with strings as keys, one item per line.

    Args:
        items: Keys, and values as code.
    """
    return "{\n" + _indented(f"{quoted(key)}: {value}" for key, value in items) + "}"


def quoted(text: str) -> str:
    """Return a text as a Python string, in double quotes if it contains none."""
    code = repr(text)
    # Python escapes a single quote only in a text that contains both kinds.
    return f'"{code[1:-1]}"' if code[0] == "'" and '"' not in text else code


def numbers(values: Iterable[object]) -> str:
    """Return a tuple of numbers, or of tuples of numbers, broken into lines if it is long."""
    values = tuple(values)
    code = repr(values)
    if len(code) <= MOST_COLUMNS - 20:
        return code
    inner = ", ".join(map(repr, values)) + ","
    lines = textwrap.wrap(inner, MOST_COLUMNS - 10, break_long_words=False)
    return "(\n" + "".join(f"    {line}\n" for line in lines) + ")"


def part(span: tuple[int, int]) -> str:
    """Return a slice as code, from the first position to the one after the last of a `span`."""
    return f"slice({span[0]}, {span[1]})"


def _indented(parts: Iterable[str]) -> str:
    return "".join(textwrap.indent(part, "    ") + ",\n" for part in parts)
