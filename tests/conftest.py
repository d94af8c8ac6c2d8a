"""What the tests share: the project's files, a way to run the commands, and documents to score."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from annotation import about
from eval.corpus import Corpus
from eval.document import Document, Mention
from eval.errors.kinds import Errors
from tests import meanwhile

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The same on every machine: no deadline, since the first example may build Hypothesis's own tables.
settings.register_profile("wafd", settings.get_profile("ci"), deadline=None)
settings.load_profile("wafd")

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin what some of these tests will wait for."""
    run = [item for item in session.items if not any(skipped.args[0] for skipped in item.iter_markers("skipif"))]
    names = [name for name in meanwhile.WORK if any(item.get_closest_marker(name) for item in run)]
    if names and not session.config.option.collectonly:
        meanwhile.begin(names)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root."""
    return ROOT


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Run an installed program as a user would, by default in an empty folder."""

    def run(*arguments: object, cwd: Path = tmp_path, **environment: str) -> subprocess.CompletedProcess[str]:
        program, *rest = map(str, arguments)
        # A fresh process with the environment of the tests; offline, wide enough for tables, without colours.
        full = {
            **os.environ,
            "HF_HUB_OFFLINE": "1",
            "COLUMNS": "200",
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            **environment,
        }
        return subprocess.run([program, *rest], cwd=cwd, env=full, capture_output=True, text=True, timeout=300)

    return run


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests of a module."""
    from tests import labelling

    with labelling.browsing() as one:
        yield one


@pytest.fixture
def publishable(tmp_path: Path) -> Path:
    """A copy of what is published and what that is made with, in no git, as before this version was published."""
    copy = tmp_path / "project"
    for part in ("annotation", "data", "scripts", "seeds"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", f"{about.load().version}.jsonl"))
    for file in ("DATASHEET.md", "CHANGELOG.md", "CITATION.cff"):
        if (ROOT / file).exists():
            shutil.copy(ROOT / file, copy / file)
    return copy


def document(text: str, *mentions: tuple[int, int, str], doc_id: str = "d", **more: object) -> Document:
    """A document with mentions m1, m2, … given as (start, end, type)."""
    return Document(doc_id, text, mentions=tuple(Mention(f"m{i}", *m) for i, m in enumerate(mentions, 1)), **more)  # type: ignore[arg-type]


def taken_apart(of: Callable[[], Errors], gold: Corpus, predicted: Corpus, doc_id: str = "d") -> dict[str, Any]:
    """The errors of one batch; every document has the same id."""
    errors = of()
    errors.add(gold, predicted, [doc_id] * len(gold.layout.documents))
    return errors.record()


def signature(name: str) -> dict[str, object]:
    """What Label Studio's page makes of the field verified_by, which is the article's and no region's."""
    return {"id": "signed", "from_name": "verified_by", "to_name": "text", "type": "textarea", "value": {"text": [name]}}


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def write_lines(path: Path, records: Iterable[object]) -> Path:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path
