"""spaCy's own pipelines, made here and saved, as extractors."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example

from eval.document import BadInput, Document, check
from eval.extractors import Labels, spacy_pipeline
from eval.extractors.table import find
from tests.conftest import Command, write_lines
from tests.strategies import TEXTS

TEXT = "زار الوزير دمشق. ثم عاد إلى موسكو."
TYPES = Labels(("EVENT", "GPE", "TITLE"))
PATTERNS = [
    {"label": "GPE", "pattern": "دمشق"},
    {"label": "TITLE", "pattern": [{"TEXT": "الوزير"}]},
    {"label": "CITY", "pattern": "موسكو"},
    {"label": "LETTER", "pattern": [{"LENGTH": 1}]},
]


def extractor(path: Path, types: Labels = TYPES, **options: Path) -> Any:
    """What the command would make of spacy:PATH."""
    return find(f"spacy:{path}", {name: str(value) for name, value in options.items()})(types)


def saved(nlp: Language, path: Path) -> Path:
    """A pipeline in a folder."""
    nlp.to_disk(path)
    return path


def ruler(component: str, path: Path, patterns: Any = PATTERNS, **settings: object) -> Path:
    """A pipeline of one ruler."""
    nlp = spacy.blank("ar")
    nlp.add_pipe(component, config=settings).add_patterns(patterns)
    return saved(nlp, path)


def found(extractor: Any, text: str = TEXT) -> list[tuple[str, str]]:
    """(surface, type) of what is found in a text."""
    (document,) = extractor.extract([Document("d", text)])
    check(document, text)
    return [(text[m.start : m.end], m.type) for m in document.mentions]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny ner (TITLE, GPE) and a tiny spancat (EVENT, GPE; under a key of its own) that have learnt one text by heart."""
    nlp = spacy.blank("ar")
    nlp.add_pipe("ner")
    nlp.add_pipe("spancat", config={"spans_key": "ours"})
    marked = nlp.make_doc(TEXT)
    ents = [(4, 10, "TITLE"), (11, 15, "GPE"), (28, 33, "GPE")]
    marked.ents = [marked.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in ents]
    marked.spans["ours"] = [Span(marked, 0, 1, "EVENT"), Span(marked, 2, 3, "GPE")]
    examples = [Example(nlp.make_doc(TEXT), marked)]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(40):
        nlp.update(examples, sgd=optimizer)
    return saved(nlp, tmp_path_factory.mktemp("trained") / "pipeline")


def test_trained_components(trained: Path) -> None:
    """Entities and spans under spancat's own key, each span and type once."""
    assert found(extractor(trained)) == [("زار", "EVENT"), ("الوزير", "TITLE"), ("دمشق", "GPE"), ("موسكو", "GPE")]


@pytest.mark.parametrize(
    ("component", "settings"),
    [("entity_ruler", {}), ("span_ruler", {}), ("span_ruler", {"spans_key": "x", "annotate_ents": True})],
)
def test_rulers(component: str, settings: dict[str, object], tmp_path: Path) -> None:
    """They set doc.ents, doc.spans under any key, or both; labels are taken as they are."""
    path = ruler(component, tmp_path / "p", **settings)
    assert found(extractor(path), "زار الوزير دمشق و موسكو") == [
        ("الوزير", "TITLE"),
        ("دمشق", "GPE"),
        ("و", "LETTER"),
        ("موسكو", "CITY"),
    ]


def test_labels_are_mapped(tmp_path: Path) -> None:
    """By the file; what neither the file nor the gold has is dropped, with a note in that document."""
    path = ruler("entity_ruler", tmp_path / "p")
    (tmp_path / "map.yaml").write_text("CITY: GPE\nTITLE: null\n", encoding="utf-8")
    mapped = extractor(path, labels=tmp_path / "map.yaml")
    first, second = mapped.extract([Document("a", "الوزير و دمشق و موسكو"), Document("b", "موسكو")])
    assert [m.type for m in first.mentions] == ["GPE", "GPE"]
    assert first.notes == (
        f"2 mention(s) labelled 'LETTER' dropped: neither {tmp_path / 'map.yaml'} nor the gold's types have it",
    )
    assert second.notes == ()


def test_a_label_that_the_pipeline_has_not(tmp_path: Path, trained: Path) -> None:
    """All components that mark spans tell theirs."""
    (tmp_path / "map.yaml").write_text("PERSON: GPE\n", encoding="utf-8")
    for path, has in ((ruler("span_ruler", tmp_path / "p"), "CITY, GPE, LETTER, TITLE"), (trained, "EVENT, GPE, TITLE")):
        with pytest.raises(BadInput, match=rf"line 1: the model has no label 'PERSON'; it has {has}$"):
            extractor(path, labels=tmp_path / "map.yaml")


@Language.component("wafd_test_marker")
def marker(doc: Doc) -> Doc:
    """A component of somebody's own: marks all of a text, and its first token without a label, with an id as a linker gives it."""
    if len(doc):
        doc.spans["own"] = [
            Span(doc, 0, len(doc), "ALL", kb_id="Q 1"),
            Span(doc, 0, len(doc), "ALL"),
            Span(doc, 0, 1),
            Span(doc, 0, 1, "FIRST", kb_id="NIL"),
        ]
    return doc


def test_a_component_that_does_not_tell_its_labels(tmp_path: Path) -> None:
    """Any may be mapped; ids are kept, and a span without a label is none, with a note."""
    nlp = spacy.blank("ar")
    nlp.add_pipe("wafd_test_marker")
    path = saved(nlp, tmp_path / "p")
    (tmp_path / "map.json").write_text('{"ALL": "GPE", "SEVENTH": "GPE"}', encoding="utf-8")
    mapped = extractor(path, Labels(("FIRST", "GPE")), labels=tmp_path / "map.json")
    (document,) = mapped.extract([Document("d", "زار دمشق")])
    assert [(*m.span, m.entity_id) for m in document.mentions] == [(0, 3, "FIRST", None), (0, 8, "GPE", "Q_1")]
    assert document.notes == ("1 span(s) without a label are no mentions",)


@pytest.fixture(scope="session")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Marks every token, and every pair of tokens."""
    patterns = [{"label": "ONE", "pattern": [{}]}, {"label": "TWO", "pattern": [{}, {}]}]
    return extractor(ruler("span_ruler", tmp_path_factory.mktemp("letters") / "p", patterns))


@given(st.lists(TEXTS | st.text(alphabet="و🔹👩\u200d\u0301\u064eـe\r\n ،", max_size=20), max_size=4), st.integers(1, 30))
def test_offsets_are_exact(letters: Any, texts: list[str], most: int) -> None:
    """Whatever the letters and however small the pieces, every token is where spaCy has it, and all can be scored."""
    letters.most = most
    documents = [Document(str(i), text) for i, text in enumerate(texts)]
    for document, marked in zip(documents, letters.extract(documents), strict=True):
        text = document.text or ""
        check(marked, text)
        assert marked.doc_id == document.doc_id
        ones = [m for m in marked.mentions if m.type == "ONE"]
        covered = Counter(i for m in ones for i in range(m.start, m.end))
        assert all(covered[i] == 1 or (text[i].isspace() and not covered[i]) for i in range(len(text)))


@pytest.mark.parametrize("text", ["", " ", "\r\n", "\u00a0\u2028\t"])
def test_texts_of_nothing(text: str, trained: Path) -> None:
    """Have no mentions."""
    assert found(extractor(trained), text) == []


def test_a_line_of_100_000_letters(trained: Path, tmp_path: Path) -> None:
    """One word, and many; what follows is found where it stands."""
    path = ruler("entity_ruler", tmp_path / "p", PATTERNS[:1])
    for line in ("ا" * 100_000 + " دمشق", "زار 🔹 " * 20_000 + "دمشق"):
        (document,) = extractor(path).extract([Document("d", line)])
        assert [m.span for m in document.mentions] == [(len(line) - 4, len(line), "GPE")]
    (document,) = extractor(trained).extract([Document("d", "ا" * 100_000)])
    check(document, "ا" * 100_000)


def test_an_article_of_two_megabytes(tmp_path: Path) -> None:
    """Longer than nlp.max_length, as the pipeline has it; read in pieces, all of it."""
    path = ruler("entity_ruler", tmp_path / "p", PATTERNS[:2])
    text = "زار الوزير دمشق ثم عاد.\r\n" * 50_000
    assert len(text.encode()) > 2_000_000
    assert len(text) > spacy.blank("ar").max_length
    (document,) = extractor(path).extract([Document("d", text)])
    assert len(document.mentions) == 100_000
    assert {text[m.start : m.end] for m in document.mentions} == {"الوزير", "دمشق"}


def test_documents_come_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is there before the last is read, so that a run that is stopped keeps it."""
    one = extractor(ruler("entity_ruler", tmp_path / "p"))
    monkeypatch.setattr(spacy_pipeline, "LETTERS", 50)
    read = []
    pipe = one.nlp.pipe
    monkeypatch.setattr(one.nlp, "pipe", lambda texts, **more: read.append(texts) or pipe(texts, **more))
    documents = [Document(str(i), TEXT) for i in range(9)]
    assert next(iter(one.extract(documents))).mentions
    assert 0 < len(read) < 4


def test_an_installed_package(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `spacy package` makes it, by its name."""
    path = ruler("entity_ruler", tmp_path / "p")
    done = command(sys.executable, "-m", "spacy", "package", path, tmp_path, "--name", "wafd_tiny", "--build", "none")
    assert done.returncode == 0, done.stdout
    site = tmp_path / "ar_wafd_tiny-0.0.0"
    (site / "ar_wafd_tiny-0.0.0.dist-info").mkdir()
    (site / "ar_wafd_tiny-0.0.0.dist-info" / "METADATA").write_text("Name: ar_wafd_tiny\nVersion: 0.0.0\n", encoding="utf-8")
    shutil.copy(site / "meta.json", site / "ar_wafd_tiny")  # as its setup.py does
    monkeypatch.syspath_prepend(site)
    assert found(find("spacy:ar_wafd_tiny", {})(TYPES), "زار دمشق") == [("دمشق", "GPE")]


def a_file(path: Path) -> None:
    """No folder."""
    path.touch()


def no_marks(path: Path) -> None:
    """Components that mark nothing."""
    nlp = spacy.blank("ar")
    nlp.add_pipe("sentencizer")
    path.parent.mkdir(exist_ok=True)
    nlp.to_disk(path)


def a_strange_component(path: Path) -> None:
    """A component that this process does not know."""
    no_marks(path)
    config = (path / "config.cfg").read_text(encoding="utf-8")
    (path / "config.cfg").write_text(config.replace('factory = "sentencizer"', 'factory = "strange"'), encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "neither a pipeline's folder nor an installed package that loads \\(.*E050"),
        (Path.mkdir, "neither a pipeline's folder nor an installed package that loads \\(.*E053"),
        (a_file, "neither a pipeline's folder"),
        (lambda path: no_marks(path / "model-best"), r"did you mean spacy:.*/model-best\?$"),
        (a_strange_component, "neither a pipeline's folder .*strange"),
        (no_marks, "nothing in it marks spans, as ner, spancat, entity_ruler and span_ruler do; it has sentencizer$"),
    ],
)
def test_what_is_no_such_pipeline(make: Callable[[Path], object], says: str, tmp_path: Path) -> None:
    """One line says what it lacks."""
    make(tmp_path / "p")
    with pytest.raises(BadInput, match=f"^spacy:{tmp_path}/p: .*{says}") as raised:
        extractor(tmp_path / "p")
    assert "\n" not in str(raised.value)


def test_the_command(trained: Path, command: Command, tmp_path: Path) -> None:
    """A trained pipeline, a map of its labels, and what the run's folder keeps."""
    mentions = [
        {"start": s, "end": e, "type": t} for s, e, t in ((0, 3, "ACT"), (4, 10, "ROLE"), (11, 15, "PLACE"), (28, 33, "PLACE"))
    ]
    write_lines(tmp_path / "gold.jsonl", [{"doc_id": "a", "text": TEXT, "mentions": mentions}, {"doc_id": "b", "text": " "}])
    (tmp_path / "map.yaml").write_text("EVENT: ACT\nGPE: PLACE\n", encoding="utf-8")
    run = ("eval", "run", f"spacy:{trained}", "--gold", "gold.jsonl", "--out", "out", "--option", "labels=map.yaml")
    done = command(*run)
    assert done.returncode == 0, done.stderr
    scores = json.loads((tmp_path / "out" / "scores.json").read_text(encoding="utf-8"))
    strict = scores["metrics"]["ner.strict"]
    assert [strict[name] for name in ("correct", "predicted", "gold")] == [3, 3, 4]  # TITLE has no place
    (tmp_path / "map.yaml").write_text("EVENT: act\n", encoding="utf-8")
    done = command(*run)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(
        "map.yaml, line 1: the gold has no type 'act'; it has ACT, PLACE, ROLE, and null drops a label"
    )
