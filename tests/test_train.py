"""--train: an extractor is fitted on other documents than the gold's, and predicts all of the gold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval import formats
from eval.document import BadInput, Document, Mention
from eval.folder import save
from eval.run import Run
from eval.settings import Settings
from tests.conftest import Command, document

GOLD = [document(f"زار الوزير دمشق {i}", (11, 15, "GPE"), doc_id=f"d{i}") for i in range(4)]
TRAIN = [document("وصل إلى حلب", (8, 11, "CITY"), doc_id=f"t{i}") for i in range(2)]


class Fitted:
    """Notes what it is told, fitted on, and asked for."""

    seen: list[object] = []  # noqa: RUF012

    def __init__(self, request: object) -> None:
        Fitted.seen.append(request.labels.types)  # type: ignore[attr-defined]

    def fit(self, documents: Sequence[Document]) -> None:
        """Once."""
        Fitted.seen.append([one.doc_id for one in documents])

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """The capital."""
        for one in documents:
            yield replace(one, mentions=(Mention(None, 11, 15, "GPE"),))


NAME = "tests.test_train:Fitted"


@pytest.fixture
def train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to fit on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Fitted, "seen", [])
    formats.write(tmp_path / "train.jsonl", TRAIN)
    formats.write(tmp_path / "gold.jsonl", GOLD)
    return tmp_path / "train.jsonl"


def test_it_is_fitted_once_on_what_is_given(train: Path) -> None:
    """And told those labels; the signature says on what, so that a run with another is another."""
    scores, _ = save(Run(GOLD, NAME, Settings(train=train)), Path("out"))
    assert Fitted.seen == [("CITY",), ("CITY",), ["t0", "t1"]]
    assert scores["metrics"]["ner.strict"]["f1"] == 1
    assert "|protocol:as-is|" in scores["signature"]
    digest = scores["signature"].rpartition("|train:")[2]
    assert len(digest) == 12
    assert json.loads(Path("out/settings.json").read_bytes())["train"].startswith(digest)
    formats.write(train, TRAIN[:1])
    with pytest.raises(BadInput, match=r"out: a run with other settings is there \(train [0-9a-f]{12}, now [0-9a-f]{12}\)"):
        save(Run(GOLD, NAME, Settings(train=train)), Path("out"))


def test_gold_that_it_is_fitted_on_is_told(train: Path) -> None:
    """By its text, whatever its id."""
    formats.write(train, [*TRAIN, replace(GOLD[2], doc_id="other")])
    scores, _ = save(Run(GOLD, NAME, Settings(train=train)), Path("out"))
    assert "1 document(s) of the gold are in --train too: it was fitted on what it is asked for" in scores["warnings"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--train", "none.jsonl"], "none.jsonl: no such file or folder"),
        (["--train", "train.jsonl", "--protocol", "leave-one-out"], "leave one of them out"),
    ],
)
def test_what_does_not_go_together_is_refused(arguments: list[str], says: str, train: Path, command: Command) -> None:
    """Status 2 and one line."""
    done = command("eval", "run", "lexicon", "--gold", "gold.jsonl", *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert says in done.stderr


def test_runs_fitted_on_others_compare(train: Path, command: Command) -> None:
    """What each was fitted on is shown, and no reason to refuse."""
    for name, arguments in (("one", ["--train", "train.jsonl"]), ("other", ["--no-fail-fast"])):
        assert command("eval", "run", "lexicon", "--gold", "gold.jsonl", "--out", name, *arguments).returncode == 0
    record = json.loads(command("eval", "compare", "one", "other", "--json").stdout)
    assert [len(run.get("train") or "") for run in record["runs"]] == [12, 0]
