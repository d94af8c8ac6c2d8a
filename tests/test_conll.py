"""Columns of tokens and tags."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from eval import formats, iob2
from eval.document import BadInput, Document, Mention, Relation
from eval.formats.conll import spans
from eval.sides import pair
from tests.conftest import document
from tests.strategies import TEXTS, documents

COLUMNS = """-DOCSTART- -X- O O

زار VBD B-EVENT
وزير NN B-TITLE
الدفاع NN I-TITLE

دمشق NNP B-GPE

-DOCSTART-

لا O
# newdoc id = third
نعم\tO
"""


def test_documents_sentences_and_mentions(tmp_path: Path) -> None:
    """Tokens with spaces between, a line a sentence; the last column is the tag, whatever stands between."""
    path = tmp_path / "gold.conll"
    path.write_text(COLUMNS, encoding="utf-8")
    first, second, third = formats.read_gold(path)
    assert (first.doc_id, first.text) == ("0", "زار وزير الدفاع\nدمشق")
    assert first.mentions == (Mention(None, 0, 3, "EVENT"), Mention(None, 4, 15, "TITLE"), Mention(None, 16, 20, "GPE"))
    assert [(one.doc_id, one.text, one.mentions) for one in (second, third)] == [("1", "لا", ()), ("third", "نعم", ())]


def test_tokens_before_the_first_docstart_are_a_document(tmp_path: Path) -> None:
    """And comments of CoNLL-U are none of its tokens; a # with a tag is one."""
    path = tmp_path / "gold.conll"
    path.write_text("a B-X\n\n-DOCSTART- O\n# sent_id = 1\n# newpar\n# O\nb O\n# newdoc\nc O\n", encoding="utf-8")
    assert [(one.doc_id, one.text) for one in formats.read_gold(path)] == [("0", "a"), ("1", "# b"), ("2", "c")]


def test_predicted_tokens_are_laid_along_the_golds_text(tmp_path: Path) -> None:
    """Whatever white space it has between them; a token that it has not is an error."""
    path = tmp_path / "predicted.conll"
    path.write_text("# newdoc id = a\nزار B-EVENT\nوزير B-TITLE\n، O\n\nدمشق B-GPE\n. O\n", encoding="utf-8")
    gold = [Document("a", "\nزار وزير،\nدمشق.")]
    (found,) = formats.read_predictions(path, gold)
    assert found.text == gold[0].text
    assert [found.text[m.start : m.end] for m in found.mentions] == ["زار", "وزير", "دمشق"]
    with pytest.raises(
        BadInput,
        match=r"the text of 'a' is not the gold's, white space apart: at code point 7 it has '،دمشق\.', the gold 'اً،دمشق\.'",
    ):
        formats.read_predictions(path, [Document("a", "زار وزيراً، دمشق.")])


def test_a_file_without_documents_is_one(tmp_path: Path) -> None:
    """No -DOCSTART-: all of it; nothing in it: none."""
    path = tmp_path / "one.conll"
    path.write_text("a O\n\nb B-X\n", encoding="utf-8")
    assert [(one.doc_id, one.text) for one in formats.read_gold(path)] == [("0", "a\nb")]
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no document in it"):
        formats.read_gold(path)


@pytest.mark.parametrize(
    ("tags", "lenient", "strict"),
    [
        ("O I-A I-A O", [(1, 3, "A")], []),
        ("B-A I-B I-B", [(0, 1, "A"), (1, 3, "B")], [(0, 1, "A")]),
        ("I-A B-A I-A", [(0, 1, "A"), (1, 3, "A")], [(1, 3, "A")]),
        ("B-A O I-A", [(0, 1, "A"), (2, 3, "A")], [(0, 1, "A")]),
        ("B-A B-A I-A", [(0, 1, "A"), (1, 3, "A")], [(0, 1, "A"), (1, 3, "A")]),
        ("", [], []),
    ],
)
def test_what_tags_stand_for(tags: str, lenient: list[tuple[int, int, str]], strict: list[tuple[int, int, str]]) -> None:
    """As conlleval reads them, and as strict IOB2."""
    assert list(spans(tags.split())) == lenient
    assert list(spans(tags.split(), strict=True)) == strict


@pytest.mark.parametrize("line", ["word", "word S-PER", "word B-", "word b-PER", "\tB-PER", "word PER"])
def test_a_line_that_is_no_token_with_a_tag(line: str, tmp_path: Path) -> None:
    """Named by its number."""
    path = tmp_path / "bad.conll"
    path.write_text(f"a O\n{line}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"bad\.conll, line 2: a token and its tag"):
        formats.read_gold(path)


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    """Said in one line."""
    path = tmp_path / "old.conll"
    path.write_bytes("زار O\n".encode("cp1256"))
    with pytest.raises(BadInput, match=r"old\.conll, after line 0: not UTF-8"):
        formats.read_gold(path)


def test_what_is_written(tmp_path: Path) -> None:
    """A tab between, a line between sentences, no sentence that ends inside a mention; what has no place is told."""
    mentions = (
        Mention("m1", 1, 4, "EVENT", "e", {"factuality": "asserted"}),
        Mention("m2", 5, 17, "TITLE"),
        Mention("m3", 11, 17, "NORP"),
        Mention("m4", 18, 20, "X Y"),
        Mention("m5", 22, 23, "S"),
    )
    gold = [
        Document("a b", "وزار وزير. الدفاع 7+\n.\n", "2025-01-01", mentions, (Relation("r", "m1", "m2"),), "f"),
        Document("c", "  "),
    ]
    assert formats.write(tmp_path / "gold.conll", gold) == [
        "left out, since tags have one layer: 1 nested mention(s), in 1 document(s)",
        "left out, since a token has one tag: 1 mention(s) that share a token or have none, in 1 document(s)",
        "widened, since a tag is a whole token's: 1 mention(s), in 1 document(s)",
        "left out, since columns are tokens and tags: 1 relation(s), 1 entity id(s), 1 attribute(s), 1 date(s), 1 fold(s), in 1 document(s)",
    ]
    assert (tmp_path / "gold.conll").read_text(encoding="utf-8").splitlines() == [
        "# newdoc id = a b",
        "وزار\tB-EVENT",
        "وزير\tB-TITLE",
        ".\tI-TITLE",
        "الدفاع\tI-TITLE",
        "7\tB-X Y",
        "+\tI-X Y",
        "",
        ".\tO",
        "",
        "# newdoc id = c",
    ]


@given(gold=documents(TEXTS))
def test_what_is_written_comes_back_as_one_layer(gold: Document, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Along the text: the tags are those of the outermost mentions, which ner.bio scores; as gold, of the tokens."""
    path = tmp_path_factory.mktemp("round") / "file.conll"
    formats.write(path, [replace(gold, doc_id="-DOCSTART- #"), gold])
    found = formats.read_predictions(path, [gold, replace(gold, doc_id="-DOCSTART- #")])
    before, after = pair([gold, gold], found)
    assert iob2.tags(after) == iob2.tags(before)
    as_gold = formats.read_gold(path)
    assert iob2.tags(pair(as_gold, as_gold)[0]) == iob2.tags(before)


@pytest.mark.parametrize(
    ("doc_id", "type", "says"),
    [
        ("a\nb", "X", "document 'a\\nb': its id has a line break"),
        ("a", "X\tY", "document 'a', mention [0, 1): type 'X\\tY' has a tab"),
    ],
)
def test_names_that_would_break_a_line(doc_id: str, type: str, says: str, tmp_path: Path) -> None:
    """Refused, and nothing is written."""
    with pytest.raises(BadInput) as raised:
        formats.write(tmp_path / "x.conll", [document("a", (0, 1, type), doc_id=doc_id)])
    assert says in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_signs_that_are_white_space_to_python_alone(tmp_path: Path) -> None:
    """U+001C to U+001F are tokens by Unicode, and no columns can hold them."""
    formats.write(tmp_path / "x.conll", [document("a \x1c\x1f b", (0, 6, "X"))])
    assert (tmp_path / "x.conll").read_text(encoding="utf-8") == "# newdoc id = d\na\tB-X\nb\tI-X\n\n"
