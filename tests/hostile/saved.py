"""Hostile results, sweeps and training data: real ones changed by code."""

import copy
import io
import json
import random
from collections.abc import Iterator
from typing import Any

import pyarrow
import pyarrow.parquet

from longformer_viz import recorded_results
from longformer_viz.probe.saved_sweep import named_sweep, sweeps_json

_VALUES = (
    None,
    True,
    -1,
    0,
    1e400,
    10**40,
    "",
    "x" * 5_000,
    "<script>",
    "\ud800",
    [],
    {},
    [[]],
    {"a": 1},
    "nan",
    1.5,
)
_ROWS = [{"text": f"The rent is {number}.", "label": "lease" if number % 2 else "letter"} for number in range(20)]
_SQUAD = {
    "data": [
        {
            "title": "a",
            "paragraphs": [
                {
                    "context": "The rent is 900.",
                    "qas": [
                        {"id": "1", "question": "Rent?", "answers": [{"text": "900", "answer_start": 12}]},
                        {"id": "2", "question": "Due?", "is_impossible": True, "answers": []},
                    ],
                }
            ],
        }
    ]
}


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container in a JSON value with each of its keys."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _changed(value: Any, count: int, seed: int) -> Iterator[str]:
    """Yield `count` changes of a JSON value as text, the same in every run."""
    chance = random.Random(seed)
    for number in range(count):
        changed = copy.deepcopy(value)
        where, key = chance.choice(list(_places(changed)))
        if number % 4 == 0 and isinstance(where, dict):
            del where[key]
        elif number % 4 == 1 and isinstance(where, dict):
            where["extra"] = where[key]
        else:
            where[key] = chance.choice(_VALUES)
        yield json.dumps(changed)


def _cut(text: str, count: int, seed: int) -> Iterator[str]:
    chance = random.Random(seed)
    for _ in range(count):
        place = chance.randrange(len(text))
        yield (
            text[:place]
            + chance.choice(("", "\0", '"', "{", "[" * 9_999, text))
            + text[place + chance.randint(0, 9) :]
        )


def results() -> tuple[str | bytes, ...]:
    """Results and sweeps as files hold them."""
    real = next(iter(recorded_results().values()))
    value = json.loads(real.to_json())
    value["times"], value["memory"] = value["times"][:3], value["memory"][:3]
    text = json.dumps(value)
    many = json.loads(sweeps_json((named_sweep(real),)))
    inner = many["sweeps"][0]["results"]
    inner["times"], inner["memory"] = inner["times"][:2], inner["memory"][:2]
    odd = (
        "",
        "null",
        "[]",
        "{}",
        "1",
        '"a"',
        "[" * 99_999,
        '{"a":' * 9_999,
        "1" + "0" * 9_999,
        "NaN",
        b"\xff\xfe",
        b"\0",
    )
    return (
        *_changed(value, 120, 1),
        *_cut(text, 40, 2),
        *_changed(many, 80, 3),
        *_cut(json.dumps(many), 20, 4),
        *odd,
    )


def training_files() -> tuple[tuple[str, bytes], ...]:
    """Training data as files."""
    lines = "\n".join(map(json.dumps, _ROWS))
    table = "text,label\n" + "\n".join(f'"{row["text"]}",{row["label"]}' for row in _ROWS)
    stream = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(_ROWS), stream)
    parquet = stream.getvalue()
    chance = random.Random(5)
    flipped = []
    for _ in range(40):
        data = bytearray(parquet)
        for _ in range(chance.randint(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        flipped.append(("a.parquet", bytes(data)))
    odd = (
        ("a.csv", b""),
        ("a.csv", b"\n" * 99_999),
        ("a.csv", b"," * 300_000),
        ("a.csv", b'"' * 99_999),
        ("a.csv", (b"a" * 200_000) + b",b\n1,2\n"),
        ("a.csv", b"text,label\n" + b"=1+1,<script>\n@x,![x](y)\n" * 20),
        ("a.csv", "text,label\n\ud800,a\n".encode("utf-8", "surrogatepass")),
        ("a.csv", b"\0" * 9_999),
        ("a.jsonl", b"[" * 99_999),
        ("a.jsonl", b"{}\n" * 999),
        ("a.jsonl", b"\n".join(b'{"c%d": 1}' % number for number in range(5_000))),
        ("a.json", b"[1" + b"0" * 9_999 + b"]"),
        ("a.json", b"[null, 1, []]"),
        ("a.json", b'{"data": {"qas": 1, "paragraphs": 2}}'),
        ("a.parquet", b"PAR1" * 99),
        ("a.parquet", parquet[:99]),
        ("../../a.csv", table.encode()),
        ("\0.csv", table.encode()),
        ("a" * 9_999, table.encode()),
    )
    return (
        *(("a.jsonl", text.encode("utf-8", "surrogatepass")) for text in _cut(lines, 40, 6)),
        *(("a.json", text.encode("utf-8", "surrogatepass")) for text in _changed(_ROWS, 60, 7)),
        *(("a.csv", text.encode("utf-8", "surrogatepass")) for text in _cut(table, 60, 8)),
        *(("a.json", text.encode("utf-8", "surrogatepass")) for text in _changed(_SQUAD, 80, 9)),
        *flipped,
        *odd,
    )
