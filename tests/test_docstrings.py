"""Public docstrings describe the parameters and attributes that there are; ruff checks that they exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "longformer_viz"
# Typer shows these docstrings as help. Each parameter has a help text of its own.
COMMANDS = re.compile(r"(cli|.*command|.*commands)\.py")
REFERENCE = re.compile(r"parameters\s+are\s+those\s+of\s+`[\w.]+`")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def public(tree: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """Yield the public classes, functions and methods with their qualified names."""
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node, f"{prefix}{node.name}.")


def parameters(function: Function) -> list[str]:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [each.arg for each in named if each.arg not in ("self", "cls") and not each.arg.startswith("_")]


def all_parameters(function: Function) -> set[str]:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return {each.arg for each in named if each is not None}


def attributes(node: ast.ClassDef) -> set[str]:
    """Return the fields, class variables and properties of a class."""
    assigned = [target for each in node.body if isinstance(each, ast.Assign) for target in each.targets]
    assigned += [each.target for each in node.body if isinstance(each, ast.AnnAssign)]
    properties = [each.name for each in node.body if isinstance(each, Function) and each.decorator_list]
    return {each.id for each in assigned if isinstance(each, ast.Name)} | set(properties)


def takes_private_type(function: Function) -> bool:
    """Return whether only the module itself can call a function, because a parameter has a private type."""
    annotations = [each.annotation for each in function.args.args if each.annotation is not None]
    return any(re.match(r"['\"]?_[A-Z]", ast.unparse(each)) for each in annotations)


def is_dataclass(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(each) for each in node.decorator_list)


def described(docstring: str, section: str) -> set[str]:
    """Return the names that a section of a docstring describes."""
    found = re.search(rf"^{section}:\n((?:[ \t]+\S.*\n?|\n(?=[ \t]))*)", docstring, re.MULTILINE)
    if found is None:
        return set()
    names = re.findall(r"^    ([\w*][\w*, ]*?)(?: \(.*?\))?:(?: |$)", found[1], re.MULTILINE)
    return {name.strip("* ") for listed in names for name in listed.split(",")}


def faults(node: Function | ast.ClassDef) -> Iterator[str]:
    docstring = ast.get_docstring(node) or ""
    if re.search(r"\bRaises [A-Z`]", docstring):
        yield "says what it raises in prose instead of a section Raises"
    if REFERENCE.search(docstring):
        return
    if is_dataclass(node):
        fields = [each.target.id for each in node.body if isinstance(each, ast.AnnAssign)]
        missing = {name for name in fields if not name.startswith("_")} - described(docstring, "Attributes")
        if missing:
            yield f"has no Attributes for {', '.join(sorted(missing))}"
        unknown = described(docstring, "Attributes") - attributes(node)
        if unknown:
            yield f"describes {', '.join(sorted(unknown))}, which it does not have"
        return
    if isinstance(node, ast.ClassDef):
        node = next((each for each in node.body if isinstance(each, Function) and each.name == "__init__"), node)
    expected = [] if isinstance(node, ast.ClassDef) or takes_private_type(node) else parameters(node)
    missing = set(expected) - described(docstring, "Args")
    if len(expected) > 1 and missing:  # The sentence may explain a single parameter.
        yield f"has no Args for {', '.join(sorted(missing))}"
    unknown = described(docstring, "Args") - (set() if isinstance(node, ast.ClassDef) else all_parameters(node))
    if unknown:
        yield f"describes {', '.join(sorted(unknown))}, which it does not have"


def test_public_docstrings_describe_parameters_and_attributes():
    found = [
        f"{file.relative_to(ROOT).as_posix()}: {name} {fault}"
        for file in sorted(PACKAGE.rglob("*.py"))
        if not COMMANDS.fullmatch(file.name)
        for name, node in public(ast.parse(file.read_text("utf-8")))
        for fault in faults(node)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("def f(a, b):\n    '''Add.'''", "has no Args for a, b"),
        ("def f(a, b):\n    '''Add.\n\n    Args:\n        a: One.\n    '''", "has no Args for b"),
        ("def f(a):\n    '''Double a. Raises InputError for text.'''", "says what it raises in prose"),
        ("@dataclass\nclass C:\n    '''A pair.'''\n\n    a: int", "has no Attributes for a"),
        ("class C:\n    '''A pair.'''\n\n    def __init__(self, a, b): ...", "has no Args for a, b"),
        ("def f(a):\n    '''Double.\n\n    Args:\n        a: One.\n        b: Two.\n    '''", "describes b, which"),
        ("@dataclass\nclass C:\n    '''One.\n\n    Attributes:\n        a: It.\n    '''", "describes a, which"),
        ("class C:\n    '''One.\n\n    Args:\n        a: It.\n    '''", "describes a, which"),
    ],
)
def test_what_a_docstring_lacks_or_invents_is_found(code, fault):
    _, node = next(public(ast.parse(code)))
    assert [each.startswith(fault) for each in faults(node)] == [True]


@pytest.mark.parametrize(
    "code",
    [
        "def f(a):\n    '''Double a.'''",
        "def f(a, b):\n    '''Add. The parameters are those of `g`.'''",
        "def f(a, *, b):\n    '''Add.\n\n    Args:\n        a: One\n            number.\n        b: Two.\n    '''",
        "@dataclass\nclass C:\n    '''One.\n\n    Attributes:\n        a: It.\n    '''\n\n    a: int\n    _b: int",
        "class C:\n    '''One.'''\n\n    def __init__(self, queue, job: _Job): ...",
        "def f(a, **b):\n    '''Add.\n\n    Args:\n        a: One.\n        **b: Others.\n    '''",
    ],
)
def test_a_described_parameter_is_accepted(code):
    _, node = next(public(ast.parse(code)))
    assert not list(faults(node))
