"""Gold, and extractors that can be stopped on the way, for the tests of runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval import formats
from eval.document import Document, Mention
from eval.folder import FILES
from tests.conftest import document

DOCUMENTS = 40


GOLD = [document(f"زار الوزير دمشق {i}", (0, 3, "EVENT"), (11, 15, "GPE"), doc_id=f"d{i:02d}") for i in range(DOCUMENTS)]


SLOW = """
import os, time
from dataclasses import replace
from eval.document import Mention

def extract(documents):
    for document in documents:
        with open(os.environ["ASKED"], "a") as asked:
            asked.write(document.doc_id + "\\n")
        time.sleep(0.002)
        yield replace(document, mentions=[Mention(None, 11, 15, "GPE")], notes=["slow"])

class Fitted:
    def fit(self, documents):
        self.known = len(documents)
    extract = staticmethod(extract)
"""


def placed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fixture: a working directory with gold, and extractors that take their time and note whom they were asked for."""
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    formats.write(tmp_path / "gold.jsonl", GOLD)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASKED", str(tmp_path / "asked"))
    return tmp_path


def content(folder: Path) -> dict[str, bytes]:
    """The files of a run."""
    return {name: (folder / name).read_bytes() for name in FILES}


class Fails:
    """Finds the capital, until a certain document comes; counts whom it was asked for."""

    at: str | None = None
    error: BaseException = ValueError("no")
    asked: list[str] = []  # noqa: RUF012

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield, or fail."""
        for one in documents:
            if one.doc_id == Fails.at:
                raise Fails.error
            Fails.asked.append(one.doc_id)
            yield replace(one, mentions=(Mention(None, 11, 15, "GPE"),))


def failing(monkeypatch: pytest.MonkeyPatch, place: Path) -> type[Fails]:
    """A fixture: the class, as it is at first."""
    monkeypatch.setattr(Fails, "at", "d03")
    monkeypatch.setattr(Fails, "asked", [])
    return Fails


NAME = "tests.stopping:Fails"
