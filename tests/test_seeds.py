"""The articles byte for byte, and how another one comes in."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from annotation import seeds
from eval.document import BadInput
from tests.conftest import ROOT, Command


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of seeds/ in a folder of its own, as far as the five articles."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    path = tmp_path / "seeds" / seeds.MANIFEST
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:5]))
    return tmp_path


def test_the_five_articles_are_as_they_came() -> None:
    """Sums of the manifest, which begin as the project was told, and nothing beside them; more articles may follow."""
    articles = seeds.read(ROOT / "seeds")
    assert {doc_id: article.sha256[:8] for doc_id, (article, _) in list(articles.items())[:5]} == {
        "000": "8e51f62f", "001": "1e4037aa", "002": "580a7e3d", "003": "85d7ea6d", "004": "5d2f7a26",
    }  # fmt: skip
    for article, text in articles.values():
        assert hashlib.sha256(text.encode()).hexdigest() == article.sha256
        assert article.title is None or text.startswith(f"{article.title}\n")
    assert {path.name for path in (ROOT / "seeds").iterdir()} == {
        seeds.MANIFEST,
        *(article.file for article, _ in articles.values()),
    }


def test_an_edited_article_is_noticed(clone: Path) -> None:
    """A byte more, and reading refuses it."""
    path = next((clone / "seeds").glob("002_*"))
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(BadInput, match="an article is never edited"):
        seeds.read(clone / "seeds")


def test_add_takes_an_article_as_it_is(clone: Path, command: Command) -> None:
    """The next number, the same bytes (line ends too), one line more in the manifest."""
    content = "عنوان\r\nنص 🔹 جديد\r\n".encode()
    (clone / "new.txt").write_bytes(content)
    done = command("annotate", "add", "new.txt", "--date", "2025-12-01", "--outlet", "unknown", "--titled", cwd=clone)
    assert (done.returncode, done.stderr) == (0, "")
    article, text = seeds.read(clone / "seeds")["005"]
    assert text.encode() == content
    assert (article.date, article.outlet, article.title) == ("2025-12-01", None, "عنوان")
    lines = (clone / "seeds" / seeds.MANIFEST).read_text(encoding="utf-8").splitlines()
    assert lines[:5] == (ROOT / "seeds" / seeds.MANIFEST).read_text(encoding="utf-8").splitlines()[:5]
    assert json.loads(lines[5])["doc_id"] == "005"


@pytest.mark.parametrize(
    ("content", "date", "says"),
    [
        (None, "2025-12-01", "this text is here already, as 002"),
        (b"\n\n" + "نص".encode("utf-16"), "2025-12-01", "not UTF-8 (byte 2 is 0xff)"),
        (b"", "2025-12-01", "empty"),
        ("\ufeff \n".encode(), "2025-12-01", "no letter in it"),
        ("نص".encode(), "2025-02-30", "not a date of the calendar"),
        ("نص".encode(), "yesterday", "not a date of the calendar"),
        ("نص".encode(), "20251201", "not a date of the calendar"),
    ],
)
def test_add_refuses(content: bytes | None, date: str, says: str, clone: Path, command: Command) -> None:
    """A duplicate (here with a line break more), what is not UTF-8, nothing, a date that is none: and seeds/ stays as it was."""
    content = next((clone / "seeds").glob("002_*")).read_bytes() + b"\n" if content is None else content
    (clone / "new.txt").write_bytes(content)
    before = {path: path.read_bytes() for path in (clone / "seeds").iterdir()}
    done = command("annotate", "add", "new.txt", "--date", date, "--outlet", "x", cwd=clone)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert {path: path.read_bytes() for path in (clone / "seeds").iterdir()} == before


def test_a_broken_manifest_names_its_line(clone: Path) -> None:
    """Line 6 is not a record."""
    with (clone / "seeds" / seeds.MANIFEST).open("a", encoding="utf-8") as lines:
        lines.write('{"doc_id": "005"}\n')
    with pytest.raises(BadInput, match=r"manifest\.jsonl, line 6"):
        seeds.read(clone / "seeds")


def test_add_survives_a_manifest_without_a_last_line_break_and_strange_names(clone: Path, command: Command) -> None:
    """Separators that are line ends to some stay inside their line."""
    path = clone / "seeds" / seeds.MANIFEST
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    (clone / "new.txt").write_text("\ufeffعنوان\nنص", encoding="utf-8")
    done = command("annotate", "add", "new.txt", "--date", "2025-12-01", "--outlet", "a\u2028b", "--titled", cwd=clone)
    assert done.returncode == 0, done.stderr
    article, text = seeds.read(clone / "seeds")["005"]
    assert (article.outlet, article.title, text) == ("a\u2028b", "عنوان", "\ufeffعنوان\nنص")
