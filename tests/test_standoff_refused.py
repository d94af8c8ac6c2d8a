"""What is refused of the dataset without its texts and of a join, with what to do; what stands there stays."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotation import build, standoff
from annotation.__main__ import main as annotate
from annotation.croissant import NAME
from eval.document import BadInput
from tests.conftest import Command, document, files
from tests.golds import gold_of

TEXT = "زار الوزير علي دمشق.\nوعاد.\n"
HAND = document(TEXT, (0, 3, "EVENT"), (4, 10, "TITLE"), (11, 14, "PER"), (15, 19, "GPE"), doc_id="000")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A stand-off dataset of one short article, its text beside it in texts/."""
    build.build(gold_of(HAND, title="زار الوزير علي دمشق."), tmp_path / "small", standoff=True)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "any name").write_bytes(TEXT.encode())
    return tmp_path / "small"


def test_gold_without_texts_is_refused_with_what_to_do(command: Command, small: Path) -> None:
    """One line, status 2, nothing written."""
    done = command("eval", "run", "--gold", small, "--out", "run")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "document '000' has no text" in done.stderr
    assert "annotate join STANDOFF TEXTS --out DIR" in done.stderr
    assert not (small.parent / "run").exists()


def test_a_join_without_the_text_is_refused_with_what_differs(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The article by id, title and sum, the file that would be it; one line, status 2, nothing written."""
    (small.parent / "texts" / "any name").write_bytes(TEXT.replace("\n", "\r\n").encode())
    with pytest.raises(SystemExit) as ended:
        annotate(["join", str(small), str(small.parent / "texts"), "--out", str(small.parent / "joined")])
    out, err = capsys.readouterr()
    assert (ended.value.code, out, err.count("\n")) == (2, "", 1)
    sum_ = hashlib.sha256(TEXT.encode()).hexdigest()
    assert f"000 \u2068زار الوزير علي دمشق.\u2069 (sha256 {sum_})" in err
    assert "texts/any name would be it, but it ends its lines in CRLF, the article in LF" in err
    assert sorted(path.name for path in small.parent.iterdir()) == ["small", "texts"]


@pytest.mark.parametrize("form", [False, True])
def test_neither_form_is_built_over_the_other(tmp_path: Path, form: bool) -> None:
    """The folder stays as it is; over its own form it is built again, also where its files are damaged."""
    gold = gold_of(HAND)
    build.build(gold, tmp_path / "data", standoff=form)
    before = files(tmp_path / "data")
    with pytest.raises(BadInput, match=r"holds the dataset with(out)? its texts, and this is the one with(out)? its texts"):
        build.build(gold, tmp_path / "data", standoff=not form)
    assert files(tmp_path / "data") == before
    (tmp_path / "data" / "documents" / "test.parquet").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    build.build(gold, tmp_path / "data", standoff=form)
    assert files(tmp_path / "data") == before


def edited(content: bytes, *changes: tuple[str, str]) -> bytes:
    """The bytes with words changed."""
    text = content.decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def rewritten(folder: Path, **changes: str) -> None:
    """Change the document's row, and let croissant.json sum the new file: only the digest can tell."""
    table = at(folder, "documents")
    for column, value in changes.items():
        table = table.set_column(table.column_names.index(column), table.field(column), [[value]])
    replaced(folder, "documents", table)


def at(folder: Path, config: str) -> pa.Table:
    """A config's file."""
    return pq.read_table(folder / config / "test.parquet")


def less(folder: Path, config: str, column: str) -> None:
    """Without a column."""
    replaced(folder, config, at(folder, config).drop_columns([column]))


def replaced(folder: Path, config: str, table: pa.Table | bytes) -> None:
    """Another file for a config's, of which croissant.json has size and sum."""
    path = folder / config / "test.parquet"
    old = hashlib.sha256(path.read_bytes()).hexdigest(), f'"{path.stat().st_size} B"'
    if isinstance(table, bytes):
        path.write_bytes(table)
    else:
        pq.write_table(table, path)
    new = hashlib.sha256(path.read_bytes()).hexdigest(), f'"{path.stat().st_size} B"'
    (folder / NAME).write_bytes(edited((folder / NAME).read_bytes(), *zip(old, new, strict=True)))


def of_four_configs(folder: Path) -> None:
    """As a version that had no `ner` would have written it."""
    (folder / "ner" / "test.parquet").unlink()
    whole = json.loads((folder / NAME).read_text(encoding="utf-8"))
    whole["distribution"] = [one for one in whole["distribution"] if one["name"] != "ner/test.parquet"]
    (folder / NAME).write_text(json.dumps(whole), encoding="utf-8")


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "no card": (lambda folder: (folder / "README.md").unlink(), "not the card of this dataset"),
    "another's card": (lambda folder: (folder / "README.md").write_text("mine", encoding="utf-8"), "not the card of this"),
    "no sums": (lambda folder: (folder / NAME).unlink(), "cannot be read"),
    "no folder": (lambda folder: shutil.rmtree(folder), "no such folder"),
    "no file": (lambda folder: (folder / "ner" / "test.parquet").unlink(), "missing, though croissant.json"),
    "a pointer": (
        lambda folder: (folder / "ner" / "test.parquet").write_text("oid sha256:0", encoding="utf-8"),
        "but croissant.json has",
    ),
    "other configs": (of_four_configs, "of another version than this annotate"),
    "no digest": (
        lambda folder: (folder / "README.md").write_bytes(edited((folder / "README.md").read_bytes(), ("digest `", "`"))),
        "names no digest",
    ),
    "another date": (lambda folder: rewritten(folder, date="2025-10-02"), "with its texts its digest is"),
    "a text": (lambda folder: rewritten(folder, text=TEXT), "has its texts already"),
    "no Parquet": (lambda folder: replaced(folder, "ner", b"PAR1"), r"not as annotate build --stand-off writes it \(Arrow"),
    "no column": (lambda folder: less(folder, "documents", "sha256"), r"not as annotate build --stand-off writes it \(KeyError"),
    "no article": (lambda folder: replaced(folder, "documents", at(folder, "documents")[:0]), r"writes it \(KeyError"),
    "no head": (
        lambda folder: replaced(folder, "facts", at(folder, "facts").replace_schema_metadata({"huggingface": "{"})),
        r"not as annotate build --stand-off writes it \(JSONDecodeError",
    ),
}


@pytest.mark.parametrize("what", SPOILT)
def test_what_is_no_stand_off_dataset_of_ours_is_refused(small: Path, what: str) -> None:
    """Damaged, half there, changed, or another thing: each is named, and nothing is written."""
    spoil, says = SPOILT[what]
    spoil(small)
    with pytest.raises(BadInput, match=says) as refused:
        standoff.join(small, small.parent / "texts", small.parent / "joined")
    assert str(refused.value).startswith(str(small))
    assert not (small.parent / "joined").exists()


def test_what_stands_in_the_way_of_a_join_stays(small: Path, tmp_path: Path) -> None:
    """A folder of the user's own, another dataset of ours, the stand-off dataset itself; the same again is no fault."""
    build.build(gold_of(replace(HAND, mentions=HAND.mentions[:1])), tmp_path / "other")
    for out, says in (
        (tmp_path / "texts", "no dataset of ours"),
        (tmp_path / "other", "holds another dataset"),
        (small, "without its texts"),
    ):
        before = files(out)
        with pytest.raises(BadInput, match=says):
            standoff.join(small, tmp_path / "texts", out)
        assert files(out) == before
    standoff.join(small, tmp_path / "texts" / "any name", tmp_path / "joined")
    once = files(tmp_path / "joined")
    standoff.join(small, tmp_path / "texts", tmp_path / "joined")
    assert files(tmp_path / "joined") == once
