"""spaCy's DocBin: what spaCy's own tools write, and what comes back of what we write."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from spacy.tokens import Doc, DocBin, Span

from eval import formats
from eval.document import BadInput, Document, Mention, Relation, check_nesting
from eval.sides import pair
from tests.conftest import ROOT, Command, document
from tests.strategies import TEXTS, documents

TEXT = "وزار وزير الدفاع السوري موسكو 🕊.\r\n  ثم عاد  "
COLUMNS = "-DOCSTART- -X- O O\n\nزار VBD O B-EVENT\nوزير NN O B-TITLE\nالدفاع NN O I-TITLE\n\nدمشق NNP O B-GPE\n\n-DOCSTART- -X- O O\n\nلا RP O O\n"
SENTENCES = "زار|B-EVENT وزير|B-TITLE الدفاع|I-TITLE دمشق|B-GPE\nلا|O\n"


def saved(path: Path, *docs: Doc, store_user_data: bool = True) -> Path:
    """A DocBin in a file."""
    DocBin(docs=docs, store_user_data=store_user_data).to_disk(path)
    return path


def nests(written: Document) -> bool:
    """Whether no two mentions cross."""
    try:
        check_nesting(written)
    except BadInput:
        return False
    return True


def docs(path: Path) -> list[Doc]:
    """What spaCy reads from a file, with a vocabulary that knows nothing of it."""
    return list(DocBin().from_disk(path).get_docs(spacy.blank("ar").vocab))


@given(written=documents(TEXTS))
def test_what_is_written_comes_back(written: Document, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Everything: mentions inside tokens, nested, crossing, of white space alone, with ids, attributes, relations, date, fold."""
    path = tmp_path_factory.mktemp("round") / "file.spacy"
    written = replace(written, date="2025-11-16", fold="f")
    formats.write(path, [replace(written, doc_id="other"), written])
    assert formats.read_predictions(path, [written, replace(written, doc_id="other")]) == [
        written,
        replace(written, doc_id="other"),
    ]
    (_, doc) = docs(path)
    assert doc.text == written.text
    assert [(span.start_char, span.end_char, span.label_) for span in doc.spans["sc"]] == [one.span for one in written.mentions]
    outer = pair([written], [written])[0].outermost()
    entities = {(span.start_char, span.end_char) for span in doc.ents}
    if nests(written):  # of crossing ones the longest stays, with what lies beside it
        assert entities <= set(zip(outer.start.tolist(), outer.end.tolist(), strict=True))
    assert not outer.start.size or entities


def test_our_own_gold_comes_back(tmp_path: Path) -> None:
    """All of it; the entities of a Doc are its outermost mentions; user_data is said to be spaCy's nowhere."""
    gold = formats.read_gold(ROOT / "data")
    said = formats.write(tmp_path / "gold.spacy", gold)
    assert formats.read_gold(tmp_path / "gold.spacy") == gold
    assert [line.partition(":")[0] for line in said] == ["kept in doc.user_data['wafd'], since spaCy has no place for them"]
    for one, doc in zip(gold, docs(tmp_path / "gold.spacy"), strict=True):
        outer = pair([one], [one])[0].outermost()
        assert [(span.start_char, span.end_char) for span in doc.ents] == sorted(
            set(zip(outer.start.tolist(), outer.end.tolist(), strict=True))
        )


def test_what_spacy_sees(tmp_path: Path) -> None:
    """Tokens are whole but where a mention cuts them; a space belongs to the word before it; ids are spaCy's."""
    mentions = (Mention("m1", 1, 4, "EVENT"), Mention("m2", 5, 23, "TITLE", "per:x"), Mention("m3", 17, 23, "NORP", "gpe:syria"))
    formats.write(tmp_path / "one.spacy", [Document("a", TEXT, mentions=mentions)])
    (doc,) = docs(tmp_path / "one.spacy")
    assert [token.text for token in doc] == [
        "و",
        "زار",
        "وزير",
        "الدفاع",
        "السوري",
        "موسكو",
        "🕊",
        ".",
        "\r\n  ",
        "ثم",
        "عاد",
        " ",
    ]
    assert [(span.text, span.label_, span.id_, span.kb_id_) for span in doc.ents] == [
        ("زار", "EVENT", "m1", ""),
        ("وزير الدفاع السوري", "TITLE", "m2", "per:x"),
    ]
    assert doc.user_data["doc_id"] == "a"


@pytest.mark.parametrize("text", ["", " ", "\n\n", "  \t "])
def test_texts_of_nothing(text: str, tmp_path: Path) -> None:
    """Empty, or white space alone, among others."""
    written = [document("a", (0, 1, "X"), doc_id="1"), document(text, doc_id="2"), document("b", doc_id="3")]
    formats.write(tmp_path / "x.spacy", written)
    assert formats.read_gold(tmp_path / "x.spacy") == written
    formats.write(tmp_path / "x.spacy", written[1:2])
    assert formats.read_gold(tmp_path / "x.spacy") == written[1:2]


@pytest.mark.parametrize(("name", "content", "converter"), [("c.conll", COLUMNS, "ner"), ("c.iob", SENTENCES, "iob")])
def test_what_spacy_convert_writes(name: str, content: str, converter: str, command: Command, tmp_path: Path) -> None:
    """Tokens with no id and no white space: they are laid along the gold's document of the same letters."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    done = command(
        sys.executable, "-m", "spacy", "convert", name, ".", "--converter", converter, "--lang", "ar", "--n-sents", "1"
    )
    assert done.returncode == 0, done.stdout
    read = formats.read_gold(tmp_path / "c.spacy")
    texts = ["زار وزير الدفاع دمشق ", "لا ", *[""] * (converter == "iob")]  # of the empty line at the end it makes a Doc
    assert [(one.doc_id, one.text) for one in read] == list(zip("012", texts, strict=False))
    gold = [document("لا", doc_id="no"), document("\nزار وزير  الدفاع\nدمشق", doc_id="yes")]
    no, yes = formats.read_predictions(tmp_path / "c.spacy", gold)
    assert (no.doc_id, no.text, no.mentions) == ("no", "لا", ())
    assert (yes.doc_id, yes.text) == ("yes", gold[1].text)
    assert [one.span for one in yes.mentions] == [(1, 4, "EVENT"), (5, 17, "TITLE"), (18, 22, "GPE")]


def test_what_pipelines_write(tmp_path: Path) -> None:
    """An entity ruler's, whose ids are of entities and shared, and a span ruler's, under the key of the span categorizer."""
    patterns = [{"label": "GPE", "pattern": "دمشق", "id": "damascus"}, {"label": "EVENT", "pattern": "زار"}]
    texts = ["زار دمشق ثم دمشق", "لا شيء"]
    gold = [document(text, doc_id=doc_id) for doc_id, text in zip("ab", texts, strict=True)]
    found = {}
    for ruler, settings in (("entity_ruler", {}), ("span_ruler", {"spans_key": "sc"})):
        nlp = spacy.blank("ar")
        nlp.add_pipe(ruler, config=settings).add_patterns(patterns)
        found[ruler] = formats.read_predictions(saved(tmp_path / "p.spacy", *nlp.pipe(texts), store_user_data=False), gold)
    expected = [(0, 3, "EVENT"), (4, 8, "GPE"), (12, 16, "GPE")]
    for one in found.values():
        assert [(each.doc_id, sorted(mention.span for mention in each.mentions)) for each in one] == [("a", expected), ("b", [])]


def test_spans_go_before_entities_and_another_key_is_named(tmp_path: Path) -> None:
    """A span categorizer's empty answer is an answer."""
    nlp = spacy.blank("ar")
    doc = nlp("زار دمشق")
    doc.ents = [Span(doc, 0, 1, "EVENT")]
    doc.spans["sc"] = []
    assert formats.read_gold(saved(tmp_path / "p.spacy", doc))[0].mentions == ()
    doc = nlp("زار دمشق")
    doc.spans["ruler"] = [Span(doc, 0, 1, "EVENT")]
    with pytest.raises(BadInput, match=r"document 0: its spans are under 'ruler'; read are doc\.spans\['sc'\] or else doc\.ents"):
        formats.read_gold(saved(tmp_path / "p.spacy", doc))


def test_where_a_doc_id_is_found(tmp_path: Path) -> None:
    """In user_data, in the extension doc._.doc_id, in the text, and last the number."""
    nlp = spacy.blank("ar")
    Doc.set_extension("doc_id", default=None, force=True)
    first, second, third = (nlp(text) for text in ("a", "b", "c"))
    first.user_data["doc_id"] = 7
    second._.doc_id = "x"
    path = saved(tmp_path / "p.spacy", first, second, third)
    assert [one.doc_id for one in formats.read_gold(path)] == ["7", "x", "2"]
    gold = [document(text, doc_id=doc_id) for doc_id, text in (("7", "a"), ("x", "b"), ("y", "c"))]
    assert [one.doc_id for one in formats.read_predictions(path, gold)] == ["7", "x", "y"]
    Doc.remove_extension("doc_id")


@pytest.mark.parametrize(("texts", "says"), [(["b"], "that of 0"), (["a", "a"], "that of 2"), (["a "], "that of 0")])
def test_a_text_that_names_no_document(texts: list[str], says: str, tmp_path: Path) -> None:
    """None has it, or two have."""
    path = saved(tmp_path / "p.spacy", spacy.blank("ar")("a"))
    with pytest.raises(BadInput) as raised:
        formats.read_predictions(path, [document(text, doc_id=f"d{i}") for i, text in enumerate(texts)])
    assert (
        f"p.spacy, document 0: it has no doc_id, and its text is {says} of the gold's documents; set doc.user_data['doc_id']"
        in str(raised.value)
    )


def test_of_equal_texts_the_number_decides(tmp_path: Path) -> None:
    """Gold from a file without ids has numbers too."""
    nlp = spacy.blank("ar")
    path = saved(tmp_path / "p.spacy", nlp("a"), nlp("a"))
    gold = formats.read_gold(path)
    assert [one.doc_id for one in formats.read_predictions(path, gold)] == ["0", "1"]


def test_what_is_predicted_anew_keeps_nothing_of_the_gold(tmp_path: Path) -> None:
    """Attributes and relations belong to mentions by their ids, and spans that a pipeline puts in their place have none."""
    mentions = (Mention("m1", 0, 3, "EVENT", None, {"factuality": "asserted"}), Mention("m2", 4, 8, "GPE"))
    formats.write(
        tmp_path / "g.spacy", [Document("a", "زار دمشق", mentions=mentions, relations=(Relation("happens_at", "m1", "m2"),))]
    )
    (doc,) = docs(tmp_path / "g.spacy")
    doc.spans["sc"] = [Span(doc, 0, 1, "EVENT"), Span(doc, 1, 2, "GPE")]
    gold = [document("زار دمشق", doc_id="a")]
    (found,) = formats.read_predictions(saved(tmp_path / "p.spacy", doc), gold)
    assert (found.mentions, found.relations) == ((Mention(None, 0, 3, "EVENT"), Mention(None, 4, 8, "GPE")), ())
    doc.ents = [Span(doc, 1, 2, "PER")]  # an entity recognizer's; in spans stands the gold still
    with pytest.raises(BadInput, match=r"document 0: doc\.spans\['sc'\] and doc\.ents do not agree"):
        formats.read_predictions(saved(tmp_path / "p.spacy", doc), gold)


def test_attributes_of_a_mention_without_id(tmp_path: Path) -> None:
    """It is given one; others stay without."""
    mentions = (Mention(None, 0, 1, "A", None, {"n": "1"}), Mention(None, 0, 1, "B"))
    formats.write(tmp_path / "g.spacy", [Document("a", "ab", mentions=mentions)])
    (found,) = formats.read_gold(tmp_path / "g.spacy")
    assert found.mentions == (replace(mentions[0], id="0-1 A"), mentions[1])


@pytest.mark.parametrize("spoil", [lambda content: b"", lambda content: b"nothing", lambda content: content[:-9]])
def test_what_is_no_docbin(spoil: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """Empty, something else, cut off."""
    path = saved(tmp_path / "x.spacy", spacy.blank("ar")("a"))
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(BadInput, match=r"x\.spacy: not a DocBin of spaCy's, or damaged"):
        formats.read_gold(path)


def test_a_span_without_label(tmp_path: Path) -> None:
    """Is no mention, and named with its place."""
    doc = spacy.blank("ar")("a b")
    doc.spans["sc"] = [Span(doc, 0, 1)]
    with pytest.raises(
        BadInput, match=r"x\.spacy, document 0: document '0', mention 1: type must be a string that is not empty, found ''"
    ):
        formats.read_gold(saved(tmp_path / "x.spacy", doc))


def test_without_spacy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What to install is said, and nothing is written."""
    monkeypatch.setitem(sys.modules, "spacy", None)
    needs = rf"^{tmp_path}/x\.spacy: \.spacy needs spaCy .*; install wafd\[spacy\]"
    with pytest.raises(BadInput, match=needs):
        formats.write(tmp_path / "x.spacy", [document("a")])
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "x.spacy").touch()
    with pytest.raises(BadInput, match=needs):
        formats.read_gold(tmp_path / "x.spacy")
