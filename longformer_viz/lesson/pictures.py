"""The pictures of the lesson as data. Each has a text alternative that says its point."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["local", "dilated", "global", "random", "hashed", "chunk", "full"]
LENGTHS = (512, 1_024, 2_048, 4_096, 8_192, 16_384)  # Tokens; what every chart over document lengths shows.


@dataclass(frozen=True, slots=True)
class Matrix:
    """Pairs of tokens: a row for each query, a column for each key.

    Attributes:
        alt: The text alternative.
        tokens: The document's tokens.
        cells: For each row one letter a key: the first one of its kind, or "." for a pair that the pattern forbids.
        numbers: For each row a number a key, written in its cell; None for an empty cell. `()` writes none.
        percent: Whether the numbers are weights, written as per cent; scores otherwise.
        row: The query that is marked.
        column: The key that is marked.
    """

    kind = "matrix"
    alt: str
    tokens: tuple[str, ...]
    cells: tuple[str, ...]
    numbers: tuple[tuple[float | None, ...], ...] = ()
    percent: bool = True
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Panels:
    """Several small matrices side by side.

    Attributes:
        alt: The text alternative.
        panels: Title and matrix of each.
    """

    kind = "panels"
    alt: str
    panels: tuple[tuple[str, Matrix], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of words and numbers.

    Attributes:
        alt: The text alternative.
        head: The names of the columns.
        rows: The rows; the first cell is the row's name.
        marked: Numbers of the rows that stand out.
    """

    kind = "table"
    alt: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ShadedText:
    """A text whose tokens are shaded.

    Attributes:
        alt: The text alternative.
        tokens: Pieces of the text, spaces included.
        shades: For each piece a number from 0 to 1.
        marked: Numbers of the pieces that stand out, such as an answer.
        said: A line above the text, such as the question.
    """

    kind = "text"
    alt: str
    tokens: tuple[str, ...]
    shades: tuple[float, ...]
    marked: tuple[int, ...] = ()
    said: str = ""


@dataclass(frozen=True, slots=True)
class Layers:
    """Which tokens can influence one token through the layers; the top line is the last layer.

    Attributes:
        alt: The text alternative.
        tokens: The document's tokens.
        reached: For each layer from the input up, the positions that can influence the token at the top.
        edges: `(layer, query, key)`: what a reached query of this layer attends to in the line below.
        target: The input token that the step asks about; None for none.
    """

    kind = "layers"
    alt: str
    tokens: tuple[str, ...]
    reached: tuple[tuple[int, ...], ...]
    edges: tuple[tuple[int, int, int], ...]
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        label: Its name.
        value: Its length.
        said: The value in words.
        colour: The kind that colours it.
    """

    label: str
    value: float
    said: str
    colour: Kind = "local"


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of one quantity.

    Attributes:
        alt: The text alternative.
        title: What is shown, with its unit.
        bars: The bars.
        log: Whether the scale is logarithmic.
    """

    kind = "bars"
    alt: str
    title: str
    bars: tuple[Bar, ...]
    log: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart.

    Attributes:
        name: Its name.
        values: One for each length.
        colour: The kind that colours it.
    """

    name: str
    values: tuple[float, ...]
    colour: Kind


@dataclass(frozen=True, slots=True)
class Curves:
    """Lines over document lengths, both scales logarithmic.

    Attributes:
        alt: The text alternative.
        title: What is shown, with its unit.
        lengths: Tokens.
        series: The lines.
        unit: "pairs" or "bytes".
    """

    kind = "curves"
    alt: str
    title: str
    lengths: tuple[int, ...]
    series: tuple[Series, ...]
    unit: Literal["pairs", "bytes"]


@dataclass(frozen=True, slots=True)
class Advice:
    """The advice for one length and need.

    Attributes:
        length: Tokens in the document.
        need: What the task needs of it.
        say: The advice.
        table: The figures of the methods; the advised one is marked.
    """

    length: int
    need: str
    say: str
    table: Table


@dataclass(frozen=True, slots=True)
class Decision:
    """A choice of method for a document of the learner's own.

    Attributes:
        alt: The text alternative.
        lengths: Lengths to choose from, in tokens.
        needs: What the task needs of the document, to choose from.
        advice: One entry for each length and need.
    """

    kind = "decision"
    alt: str
    lengths: tuple[int, ...]
    needs: tuple[str, ...]
    advice: tuple[Advice, ...]


Picture = Matrix | Panels | Table | ShadedText | Layers | Bars | Curves | Decision
