"""Articles' texts where a user has them: known by their bytes; of one that is not there, what comes near it and how it differs."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from pathlib import Path

import pytest

from annotation import texts
from eval.document import BadInput


def article(text: str, doc_id: str = "000", title: str | None = None) -> texts.Article:
    """What a stand-off dataset says of an article."""
    return texts.Article(doc_id, title, hashlib.sha256(text.encode()).hexdigest())


ARTICLE = "العنوان\nقال إنّه é في 🔹 دمشق.\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (ARTICLE.replace("\n", "\r\n").encode(), "a would be it, but it ends its lines in CRLF, the article in LF."),
        (ARTICLE[:-1].encode(), "a would be it, but it does not end in just one newline, as the article does."),
        ((ARTICLE + "\n").encode(), "a would be it, but it does not end in just one newline, as the article does."),
        (b"\xef\xbb\xbf" + ARTICLE.encode(), "a would be it, but it begins with a byte order mark."),
        (
            unicodedata.normalize("NFD", ARTICLE).encode(),
            "a would be it, but it is not in Unicode's form NFC, as the article is.",
        ),
        (
            ARTICLE.encode("utf-16"),
            "no file is like it; 1 file(s) there are not UTF-8, as the articles are, one of them texts/a.",
        ),
        (
            b"\xef\xbb\xbf" + ARTICLE[:-1].replace("\n", "\r\n").encode(),
            "begins with a byte order mark and ends its lines in CRLF, the article in LF and does not end in just one newline",
        ),
        ("العنوان\nغيره".encode(), "a has its title, but is another text."),
        (b"other", "no file is like it."),
    ],
)
def test_a_text_that_is_not_the_article_is_told_of_with_how_it_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, says: str
) -> None:
    """The mistakes that people make: line ends, the last newline, byte order marks, normal forms, encodings, another text."""
    monkeypatch.chdir(tmp_path)
    Path("texts", "sub").mkdir(parents=True)
    Path("texts", "sub" if content.startswith(b"\xef") else "", "a").write_bytes(content)
    with pytest.raises(BadInput) as refused:
        texts.find(Path("texts"), [article(ARTICLE, title="العنوان")])
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    Path("texts", "sub", "right").write_bytes(ARTICLE.encode())
    assert texts.find(Path("texts"), [article(ARTICLE)]) == {article(ARTICLE).sha256: ARTICLE}


@pytest.mark.parametrize(
    ("wanted", "has"), [("\ufeffa\n", "a\n"), ("a\r\nb", "a\nb"), (unicodedata.normalize("NFD", "é"), "é"), ("a", "a \n")]
)
def test_an_article_may_have_what_a_file_has_lost(tmp_path: Path, wanted: str, has: str) -> None:
    """The other way round: the article has the mark, CRLF, NFD, or no white space at its end."""
    (tmp_path / "x").write_bytes(has.encode())
    with pytest.raises(BadInput, match="x would be it, but it"):
        texts.find(tmp_path / "x", [article(wanted)])


def test_of_many_articles_that_are_not_there_the_first_are_named(tmp_path: Path) -> None:
    """And the others counted, in one line; a place that is not there is said to be so."""
    with pytest.raises(BadInput, match=r"20 of 20 articles are not there .*; and 15 more\.") as refused:
        texts.find(tmp_path, [article(f"{i}", f"{i:03}") for i in range(20)])
    assert "004 (sha256" in str(refused.value)
    assert "005 (sha256" not in str(refused.value)
    with pytest.raises(BadInput, match="no such file or folder"):
        texts.find(tmp_path / "nowhere", [article("x")])


def test_a_pipe_is_no_place_of_texts_and_is_passed_over_in_a_folder(tmp_path: Path) -> None:
    """Nobody waits for what is written into it; a folder that leads back to itself ends as well."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "itself").symlink_to(tmp_path)
    (tmp_path / "a").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="neither a file nor a folder"):
        texts.find(tmp_path / "pipe", [article("x")])
    assert texts.find(tmp_path, [article("x")]) == {article("x").sha256: "x"}
