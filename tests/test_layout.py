"""Imports run one way, and only `ui/` knows streamlit."""

import ast
from pathlib import Path

from tests.conftest import MARKED

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "longformer_viz"
ORDER = [
    ["spec", "checks", "cache", "cli_options", "lazy_exports", "memory", "paths", "peak_memory", "tables", "threads"],
    ["patterns"],
    ["attention"],
    ["trace"],
    ["hf"],
    ["documents"],
    ["models"],
    ["tasks", "cost"],
    ["probe", "training"],
    ["cluster"],
    ["corpus"],
    ["teaching"],
    ["jobs"],
    ["lesson"],
    ["figures"],
    ["widget"],
    ["notebook"],
    ["snippets"],
    ["network", "server", "app_server", "cli", "__main__"],
    ["ui"],
]
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}


def imports(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            names.add(node.module)
    return names


def room(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules() -> list[Path]:
    return [file for file in PACKAGE.rglob("*.py") if file != PACKAGE / "__init__.py"]


def test_a_room_imports_only_rooms_before_it():
    for file in modules():
        for name in imports(file):
            if name.startswith("longformer_viz."):
                imported = name.split(".")[1]
                assert RANK[imported] <= RANK[room(file)], f"{file.relative_to(ROOT)} imports {name}"


def test_only_ui_knows_streamlit():
    for file in [*modules(), PACKAGE / "__init__.py"]:
        if room(file) != "ui":
            assert not any(name.split(".")[0] == "streamlit" for name in imports(file)), file


def test_pages_are_scripts_without_functions():
    for file in (ROOT / "pages").glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)], file


def within(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def test_no_file_is_over_300_lines():
    long = {within(file) for file in PACKAGE.rglob("*.py") if len(file.read_text("utf-8").splitlines()) > 300}
    assert not long


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring, so that no description is shortened to fit."""
    first = function.body[0]
    docstring = first.end_lineno - first.lineno + 1 if ast.get_docstring(function) is not None else 0
    return function.end_lineno - function.lineno + 1 - docstring


def test_no_function_is_over_60_lines():
    long = {
        f"{within(file)}: {node.name}"
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > 60
    }
    assert not long


def test_no_room_has_over_15_files():
    rooms = [PACKAGE, *(folder for folder in PACKAGE.rglob("*") if folder.is_dir())]
    full = {within(folder) for folder in rooms if len(set(folder.glob("*.py")) - {folder / "__init__.py"}) > 15}
    assert not full


def test_the_tests_left_out_of_the_fast_set_exist():
    for place in (place for places in MARKED.values() for place in places):
        path, _, name = place.partition("::")
        assert (ROOT / path).exists(), place
        assert not name or f"def {name}" in (ROOT / path).read_text("utf-8"), place
