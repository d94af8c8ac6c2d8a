"""scripts/export.py, and what it writes as gold and as predictions of a real run."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval import formats
from eval.document import Document, Mention
from tests.conftest import ROOT, Command, document

EXPORT = (sys.executable, ROOT / "scripts" / "export.py")


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two documents of our gold, gold.jsonl, and predictions.jsonl, which miss some mentions and mistake some types."""
    folder = tmp_path_factory.mktemp("sides")
    gold = formats.read_gold(ROOT / "data")[:2]

    def predicted(one: Document) -> Document:
        mentions = tuple(replace(m, type="ORG" if i % 7 == 0 else m.type) for i, m in enumerate(one.mentions) if i % 5)
        ids = {mention.id for mention in mentions}
        return replace(one, mentions=mentions, relations=tuple(r for r in one.relations if {r.head, r.tail} <= ids))

    formats.write(folder / "gold.jsonl", gold)
    formats.write(folder / "predictions.jsonl", [predicted(one) for one in gold])
    return folder


def scores(command: Command, gold: Path, predictions: Path, out: Path) -> dict[str, Any]:
    """The metrics of a run of the real command."""
    done = command("eval", "run", f"predictions:{predictions}", "--gold", gold, "--samples", 0, "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads((out / "scores.json").read_text(encoding="utf-8"))["metrics"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(("ending", "same"), [("", ""), (".spacy", ""), (".parquet", ""), (".conll", "ner.bio")])
def test_a_run_scores_the_same(ending: str, same: str, sides: Path, command: Command, tmp_path: Path) -> None:
    """As gold and as predictions, together and each beside JSON lines: all metrics, or those of what the format can hold."""
    lines = sides / "gold.jsonl", sides / "predictions.jsonl"
    written = tmp_path / f"gold{ending}", tmp_path / f"predictions{ending}"
    for gold, out in zip(lines, written, strict=True):
        done = command(*EXPORT, "--gold", gold, out)
        assert (done.returncode, done.stdout) == (0, f"written: {out}\n")
        assert all(line.startswith("export: ") for line in done.stderr.splitlines())
    expected = scores(command, *lines, tmp_path / "expected")
    assert expected["ner.bio"]["f1"] not in (0, 1)
    # the tokens of columns are gold's text only where the gold is columns too
    pairs = [written, (lines[0], written[1])] + [(written[0], lines[1])] * (ending != ".conll")
    for i, pair in enumerate(pairs):
        found = scores(command, *pair, tmp_path / f"run{i}")
        assert {name: found[name] for name in found if name.startswith(same)} == {
            name: expected[name] for name in expected if name.startswith(same)
        }


def test_what_is_lost_is_said_and_what_stands_there_stays(command: Command, tmp_path: Path) -> None:
    """On standard error with counts, status 0; --force writes over a file, never over a folder."""
    formats.write(tmp_path / "gold.jsonl", [document("ab", (0, 2, "X"), (0, 1, "Y"))])
    (tmp_path / "out.conll").write_text("mine", encoding="utf-8")
    refused = command(*EXPORT, "--gold", "gold.jsonl", "out.conll")
    assert (refused.returncode, refused.stderr) == (2, "export: out.conll: stands there already; --force writes over it\n")
    assert (tmp_path / "out.conll").read_text(encoding="utf-8") == "mine"
    done = command(*EXPORT, "--gold", "gold.jsonl", "out.conll", "--force")
    assert (done.returncode, done.stderr) == (
        0,
        "export: left out, since tags have one layer: 1 nested mention(s), in 1 document(s)\n",
    )
    assert (tmp_path / "out.conll").read_text(encoding="utf-8") == "# newdoc id = d\nab\tB-X\n\n"
    (tmp_path / "brat").mkdir()
    (tmp_path / "brat" / "d.ann").touch()
    refused = command(*EXPORT, "--gold", "gold.jsonl", "brat", "--force")
    assert (refused.returncode, refused.stderr) == (
        2,
        "export: brat: a folder stands there that is not empty; name another place\n",
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--gold", "none", "x.conll"], "none: no such file or folder"),
        (["--gold", "gold.jsonl", "x.txt"], "x.txt: a file of documents ends in .jsonl or .parquet or .conll or .spacy or .json or nothing (a folder, for brat), not in '.txt'"),
        (["--gold", "gold.jsonl", "no/where.conll"], "no/where.conll: there is no folder no; make it first"),
        (["--gold", "gold.jsonl", "brat"], "document '../up': its id becomes the name of a file"),
        (["--gold", "empty", "x.conll"], "empty: a folder of documents holds Parquet files, here or in documents/, or .ann files beside .txt (brat); this one has neither"),
        ([], "Missing argument 'OUT'"),
    ],
)  # fmt: skip
def test_bad_usage_and_bad_input_are_one_line(arguments: list[str], says: str, command: Command, tmp_path: Path) -> None:
    """Status 2, no traceback, nothing half-written."""
    formats.write(tmp_path / "gold.jsonl", [document("a", doc_id="fine"), document("a", doc_id="../up")])
    (tmp_path / "empty").mkdir()
    before = sorted(tmp_path.rglob("*"))
    done = command(*EXPORT, *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_an_error_leaves_what_stands_there(tmp_path: Path) -> None:
    """A file that is to be written over stays as it was until the new one is whole."""
    path = tmp_path / "out.conll"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(ValueError, match="its id has a line break"):
        formats.write(path, [document("a", doc_id="a\n")])
    assert (path.read_text(encoding="utf-8"), list(tmp_path.iterdir())) == ("mine", [path])


@pytest.mark.parametrize(("ending", "said"), [(".jsonl", 0), (".spacy", 1), (".parquet", 1), ("", 1)])
def test_numbers(ending: str, said: int, tmp_path: Path) -> None:
    """Values of JSON that others have as strings, which is said; a DocBin keeps them, and says where."""
    mention = Mention("T1", 0, 1, "X", None, {"sure": 0.5, "n": 1, "w": "w"})  # type: ignore[dict-item]
    lines = formats.write(tmp_path / f"x{ending}", [Document("a", "a", mentions=(mention,))])
    assert len(lines) == said
    (found,) = formats.read_gold(tmp_path / f"x{ending}")
    words = {"sure": "0.5", "n": "1", "w": "w"}
    assert found.mentions[0].attributes == (mention.attributes if ending in (".jsonl", ".spacy") else words)
