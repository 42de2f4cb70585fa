"""Promises about the package as a whole: what an import loads, which way imports run, and the house rules of size."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import discourse

ROOT = Path(discourse.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.py"))
# What stands on what: a module may import from its own level's house and from lower levels only.
LEVELS = [
    ("errors",),
    ("words",),
    ("segment",),
    ("tally",),
    ("tabular",),
    ("documents",),
    ("normalise", "shipped"),
    ("duplicates",),
    ("sources", "coding", "counts"),
    ("compare",),
    ("validate",),
    ("plots", "report"),
    ("cli",),
]
LEVEL = {name: number for number, names in enumerate(LEVELS) for name in names}


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_an_import_prints_nothing_and_loads_neither_pandas_nor_numpy():
    assert (
        run("import sys, discourse; sys.stderr.write(''); print(*{'pandas', 'numpy', 'nltk'} & set(sys.modules))")
        == "\n"
    )


def test_an_import_creates_nothing(tmp_path):
    code = f"import os; os.chdir({str(tmp_path)!r}); import discourse; print(os.listdir('.'))"
    assert run(code) == "[]\n"


def test_every_public_name_is_there():
    for name in discourse.__all__:
        assert getattr(discourse, name) is not None
    assert set(discourse.__all__) <= set(dir(discourse))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'discourse' has no attribute 'rate'"):
        discourse.rate  # noqa: B018


def house(module):
    return module.split(".")[1] if "." in module else ""


def imports(path):
    """The project's own modules that a file imports, those inside functions included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("discourse"):
            yield from ([node.module] if "." in node.module else [f"discourse.{alias.name}" for alias in node.names])
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("discourse."))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path):
    relative = path.relative_to(ROOT).with_suffix("")
    own = relative.parts[0]
    if own == "__init__":
        return
    for module in imports(path):
        if house(module) != own:
            assert LEVEL[house(module)] < LEVEL[own], f"{relative} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_small(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= 40, f"{node.name} has {lines} lines"
            assert not any(isinstance(default, ast.List | ast.Dict | ast.Set) for default in node.args.defaults)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_names_have_docstrings(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name
