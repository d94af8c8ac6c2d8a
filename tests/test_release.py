"""scripts/release.py, and its files as the tools read them that they are made for."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas
import pytest
from datasets import Features, Value
from datasets import List as Listed
from seqeval.metrics.sequence_labeling import get_entities

from annotation import about, release_files
from eval import formats, iob2
from eval.document import BadInput, ordered
from eval.sides import pair
from tests.conftest import ROOT, Command
from tests.test_brat import check_by_another_reader
from tests.test_docbin import docs
from tests.test_docred import loaded

RELEASE = (sys.executable, ROOT / "scripts" / "release.py")
NAME = f"wafd-{about.load().version}"
GOLD = formats.read_gold(ROOT / "data")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The folder that the command writes, and what it prints on standard output and standard error."""
    folder = tmp_path_factory.mktemp("released") / "new" / "files"
    done = subprocess.run([*map(str, RELEASE), str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout, done.stderr


def test_files_and_sums(released: tuple[Path, str, str]) -> None:
    """sha256sum knows every file; what is lost is said of each, and whom they are for."""
    folder, said, lost = released
    sums = (folder / "SHA256SUMS").read_text(encoding="utf-8")
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert [line.split("  ")[1] for line in sums.splitlines()] == [file for file in files if file != "SHA256SUMS"]
    names = ["SHA256SUMS", *(f"{NAME}.{end}" for end in ("brat", "conll", "docred.json", "rel_info.json", "spacy"))]
    assert said == (
        f"written: {folder}: {', '.join(names)}\n"
        "They hold the articles' texts, and are for whoever has a right to these: scripts/publish.py pushes none of them.\n"
    )
    assert Counter(line.split(": ")[1].removeprefix(f"{NAME}.") for line in lost.splitlines()) == {
        "conll": 4, "spacy": 1, "brat": 1, "docred.json": 3,
    }  # fmt: skip


def test_what_is_there_stays_and_the_same_bytes_come_again(
    released: tuple[Path, str, str], command: Command, tmp_path: Path
) -> None:
    """Also with other hashes of strings; a folder that is there is refused, and where a format fails nothing is left."""
    folder, _, _ = released
    assert command(*RELEASE, "again", PYTHONHASHSEED="7").returncode == 0
    assert (tmp_path / "again" / "SHA256SUMS").read_bytes() == (folder / "SHA256SUMS").read_bytes()
    shutil.rmtree(tmp_path / "again")

    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine").write_text("mine", encoding="utf-8")
    done = command(*RELEASE, "there")
    assert (done.returncode, done.stderr) == (2, "release: there: is there already; name a folder that is not\n")
    with pytest.raises(BadInput, match=r"document '\.\./000': its id becomes the name of a file in the folder"):
        release_files.write(tmp_path / "out", [replace(GOLD[0], doc_id="../000")], "0.1.0")
    with pytest.raises(BadInput, match=r"README\.md: names no version"):
        release_files.release(tmp_path / "out", tmp_path / "there")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mine", "there"]


def test_columns_by_pandas_and_seqeval(released: tuple[Path, str, str]) -> None:
    """A line a token with its tag; seqeval finds in the tags the gold's outermost mentions, on its tokens."""
    table = pandas.read_csv(
        released[0] / f"{NAME}.conll", sep="\t", names=["token", "tag"], quoting=csv.QUOTE_NONE, keep_default_na=False
    )
    begins = table["tag"] == ""  # a comment has one column
    assert list(table["token"][begins]) == [f"# newdoc id = {one.doc_id}" for one in GOLD]
    tags = iob2.tags(pair(GOLD, GOLD)[0])
    for one, own, (_, lines) in zip(GOLD, tags, table[~begins].groupby(begins.cumsum()), strict=True):
        assert "".join(lines["token"]) == "".join((one.text or "").split())
        assert get_entities(list(lines["tag"])) == get_entities(list(own)) != []


def test_docbin_by_spacy(released: tuple[Path, str, str]) -> None:
    """Texts and ids; in doc.spans all mentions with type, entity and id; in doc.ents the outermost."""
    for one, doc in zip(GOLD, docs(released[0] / f"{NAME}.spacy"), strict=True):
        assert (doc.text, doc.user_data["doc_id"]) == (one.text, one.doc_id)
        spans = [(s.start_char, s.end_char, s.label_, s.kb_id_ or None, s.id_) for s in doc.spans["sc"]]
        assert sorted(spans, key=str) == sorted(((*m.span, m.entity_id, m.id) for m in one.mentions), key=str)
        outer = pair([one], [one])[0].outermost()
        assert [(s.start_char, s.end_char) for s in doc.ents] == sorted(
            set(zip(outer.start.tolist(), outer.end.tolist(), strict=True))
        )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_brat_by_bratly_and_as_gold(released: tuple[Path, str, str]) -> None:
    """Every mention, relation, attribute and reference; eval takes the folder as gold."""
    folder = released[0] / f"{NAME}.brat"
    check_by_another_reader(folder, GOLD)
    for one, found in zip(GOLD, formats.read_gold(folder), strict=True):
        assert [m.span for m in ordered(found).mentions] == [m.span for m in ordered(one).mentions]


def test_docred_by_its_loaders_fields(released: tuple[Path, str, str]) -> None:
    """As the loader on the Hub does it: typed columns, and each relation by its name in rel_info.json."""
    samples: list[dict[str, Any]] = json.loads((released[0] / f"{NAME}.docred.json").read_text(encoding="utf-8"))
    names = json.loads((released[0] / f"{NAME}.rel_info.json").read_text(encoding="utf-8"))
    assert names["has_participant"] == "has participant"
    loaded(samples, list(names))
    number, string = Value("int32"), Value("string")
    mention = {"name": string, "sent_id": number, "pos": Listed(number), "type": string}
    label = {"head": number, "tail": number, "relation_id": string, "relation_text": string, "evidence": Listed(number)}
    columns = {"title": string, "sents": Listed(Listed(string)), "vertexSet": Listed(Listed(mention)), "labels": Listed(label)}
    for one, sample in zip(GOLD, samples, strict=True):
        labels = [
            {
                "head": of["h"],
                "tail": of["t"],
                "relation_id": of["r"],
                "relation_text": names[of["r"]],
                "evidence": of["evidence"],
            }
            for of in sample["labels"]
        ]
        encoded = Features(columns).encode_example({**sample, "labels": labels})
        assert encoded["title"] == one.doc_id
        assert {mention["type"] for entity in encoded["vertexSet"] for mention in entity} == {m.type for m in one.mentions}
        assert encoded["labels"]
