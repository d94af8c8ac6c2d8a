"""The house as it is meant to be: one direction of imports, a light start, commands that are documented."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

# A module may import those before it, never those after it.
ORDER = [
    (
        "eval.document",
        "eval.segment",
        "eval.characters",
        "eval.atomic",
        "eval.digest",
        "eval.settings",
        "eval.remarks",
        "eval.progress",
        "eval.concurrently",
    ),
    ("eval.strings", "eval.columns", "eval.console"),
    ("eval.corpus", "eval.sides", "eval.iob2", "eval.tidy", "eval.join", "eval.formats"),
    ("eval.metrics", "eval.extractors"),
    ("eval.resampling", "eval.folds", "eval.survey", "eval.errors"),
    (
        "eval.significance",
        "eval.unit_counts",
        "eval.figures",
        "eval.tally",
        "eval.model",
        "eval.answers",
        "eval.extraction",
        "eval.journal",
    ),
    ("eval.signature", "eval.scoring", "eval.pages.ours"),
    ("eval.run", "eval.saved", "eval.shard", "eval.cluster"),
    ("eval.catalogue", "eval.gate", "eval.recipe", "eval.report", "eval.compare", "eval.sharded"),
    ("eval.folder",),
    ("eval.side_by_side", "eval.pages"),
    ("eval.commands",),
    ("eval.__main__",),
]


def modules(package: str) -> list[tuple[str, Path]]:
    """(dotted name, file) of each module of a package."""
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    return [(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), file) for file in files]


def imported(file: Path) -> set[str]:
    """Every dotted name that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def place(name: str) -> int | None:
    """Where a module stands in ORDER."""
    for i, level in enumerate(ORDER):
        if any(name == entry or name.startswith(f"{entry}.") for entry in level):
            return i
    return None


def test_eval_never_imports_annotation() -> None:
    """The scorer knows no schema and no Label Studio."""
    for name, file in modules("eval"):
        assert not [found for found in imported(file) if found.split(".")[0] == "annotation"], name


def test_imports_go_one_way() -> None:
    """No module of eval imports one that stands after it."""
    for name, file in modules("eval"):
        if name == "eval":
            continue
        here = place(name)
        assert here is not None, f"{name} has no place in ORDER"
        for found in imported(file):
            there = place(found)
            assert there is None or there <= here, f"{name} imports {found}"


@pytest.mark.parametrize("module", ["eval", "eval.__main__", "eval.run", "eval.compare", "annotation.__main__"])
def test_start_is_light(module: str) -> None:
    """Importing the commands pulls in nothing heavy."""
    heavy = {
        "spacy",
        "datasets",
        "pandas",
        "sklearn",
        "scipy",
        "pyarrow",
        "label_studio_sdk",
        "babel",
        "torch",
        "jinja2",
        "vl_convert",
    }
    code = f"import sys, {module}; print(*sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""


def test_every_command_is_documented() -> None:
    """README names each command of both programs."""
    from annotation.__main__ import cli as annotate
    from eval.__main__ import cli as evaluate

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [f"eval {name}" for name in evaluate.commands] + [f"annotate {name}" for name in annotate.commands]
    assert [command for command in commands if command not in readme] == []
