"""What all extractors have in common: one contract over the table, and how one brings one's own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eval import formats
from eval.document import BadInput, Document, Mention, check
from eval.extractors import Fittable, Labels, Request
from eval.extractors.table import find, table
from eval.run import Run, run
from eval.settings import Settings
from eval.signature import parts
from tests.chat_server import ChatServer, from_gold, serving
from tests.conftest import ROOT, Command, document

GOLD = formats.read_gold(ROOT / "data")
LABELS = Labels(
    tuple(sorted({mention.type for one in GOLD for mention in one.mentions})),
    tuple(sorted({relation.type for one in GOLD for relation in one.relations})),
)
# What is hard on offsets: letters beyond 16 bits, joined emoji, tatweel, vowels and other marks, decomposed letters, odd white space.
HARD = "زار الرئيس أحمد الشرع موسكو 🇸🇾👨‍👩‍👧 وســـوريا دِمَشْقُ é e\u0301 \u200f\u200d\ufeff\r\n\t\u00a0 لقاء للجيش 28 أكتوبر."


def predictions(folder: Path) -> str:
    """The first article as a file of predictions."""
    formats.write(folder / "p.jsonl", GOLD[:1])
    return str(folder / "p.jsonl")


def pipeline(folder: Path) -> str:
    """A pipeline of spaCy's that knows the words of the first article."""
    nlp = spacy.blank("ar")
    surfaces = sorted({((GOLD[0].text or "")[m.start : m.end], m.type) for m in GOLD[0].mentions})
    nlp.add_pipe("span_ruler").add_patterns([{"pattern": surface, "label": type} for surface, type in surfaces])
    nlp.to_disk(folder / "pipeline")
    return str(folder / "pipeline")


# What follows the colon of each extractor of the table, given a folder. transformers is at home in in_transformers/, where torch is.
ARGUMENTS: Mapping[str, Callable[[Path], str]] = {
    "lexicon": lambda folder: "",
    "crf": lambda folder: "",
    "spacy-train": lambda folder: "",
    "spacy": pipeline,
    "llm": lambda folder: "m",
    "label-studio": lambda folder: str(ROOT / "annotation/exports/gold.json"),
    "predictions": predictions,
}
LEARNERS = ["lexicon", "crf", "spacy-train"]
READ_TEXTS = [*LEARNERS, "spacy"]  # the others answer what they know by heart; test_llm.py and test_quotes.py have texts for llm

server = pytest.fixture(serving)


def made(name: str, folder: Path, **options: str) -> Any:
    """An extractor of the table as the command makes it."""
    argument = ARGUMENTS[name](folder)
    return find(f"{name}:{argument}" if argument else name, options)(LABELS)


def test_all_of_the_table_are_tested() -> None:
    """An extractor that is added is called here too."""
    assert set(ARGUMENTS) | {"transformers"} == set(table())


@pytest.mark.parametrize("name", ARGUMENTS)
def test_what_it_yields_can_be_scored(name: str, server: ChatServer, tmp_path: Path) -> None:
    """On an article: the document that it was given, offsets within the text, only labels of the gold."""
    server.model = from_gold(GOLD)
    extractor = made(name, tmp_path, **({"base-url": server.url, "answers": str(tmp_path)} if name == "llm" else {}))
    if isinstance(extractor, Fittable):
        extractor.fit(GOLD[1:])
    (found,) = extractor.extract([GOLD[0].bare()])
    assert found.doc_id == GOLD[0].doc_id
    assert len(found.mentions) > 20
    check(found, GOLD[0].text or "")
    assert {mention.type for mention in found.mentions} <= set(LABELS.types)
    assert {relation.type for relation in found.relations} <= set(LABELS.relations)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Those that are fitted, fitted on all articles."""
    extractors = {name: made(name, tmp_path_factory.mktemp("fitted")) for name in READ_TEXTS}
    for extractor in extractors.values():
        if isinstance(extractor, Fittable):
            extractor.fit(GOLD)
    return extractors


@pytest.mark.parametrize("name", READ_TEXTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.one_of(st.sampled_from(HARD), st.characters(exclude_categories=["Cs"])), max_size=120))
def test_offsets_survive_any_text(name: str, fitted: Mapping[str, Any], text: str) -> None:
    """Emoji, tatweel, vowels, decomposed letters, no text at all: nothing fails, and all can be scored."""
    for whole in (text, "", " \n\u3000", HARD + text):
        (found,) = fitted[name].extract([Document("d", whole)])
        check(found, whole)


@pytest.mark.parametrize("name", READ_TEXTS)
@pytest.mark.parametrize("before", ["", "🇸🇾.\n", "👨‍👩‍👧 e\u0301ــ\u0650.\n", "🙂\u00a0" * 3000 + ".\n"])
@pytest.mark.parametrize("line", [False, True])
def test_offsets_are_those_of_the_words(name: str, before: str, line: bool, fitted: Mapping[str, Any]) -> None:
    """An article that was learnt is found again where it stands, whatever comes before it, and also all in one line."""
    text = (GOLD[0].text or "").replace("\n", " ") if line else GOLD[0].text or ""
    (found,) = fitted[name].extract([Document("d", before + text)])
    spans = {(m.start - len(before), m.end - len(before), m.type) for m in found.mentions}
    known = {mention.span for mention in GOLD[0].mentions}
    assert len(spans & known) > 0.5 * len(known)


HELD_OUT, ANOTHER = "002", "003"


def predicted(name: str, gold: Sequence[Document], doc_id: str = HELD_OUT) -> Document:
    """What is predicted of one article, as a run does it."""
    (found,) = Run(gold, name, Settings(protocol="leave-one-out")).predict({one.doc_id for one in gold} - {doc_id})
    return found


@pytest.mark.parametrize("name", LEARNERS)
def test_no_articles_own_annotation_reaches_its_extractor(name: str) -> None:
    """A marker planted in its annotation is not in what is predicted of it, but in what is predicted of another that has the word.

    Nor does anything else change that is annotated in it, or the order of documents.
    """
    gold, planted, changed = GOLD[2:], [], []  # the three shortest
    for one in gold:
        text = (one.text or "") + "\nوصل علامتور، وقال علامتور." * (one.doc_id in (HELD_OUT, ANOTHER))
        marks = [Mention(f"x{m.start()}", *m.span(), "PER", "planted") for m in re.finditer("علامتور", text)]
        planted.append(replace(one, text=text, mentions=[*one.mentions, *marks * (one.doc_id == HELD_OUT)]))
        short = [replace(m, end=m.start + 1, entity_id=None) for m in one.mentions]
        turned = [replace(r, head=r.tail, tail=r.head) for r in one.relations]
        changed.append(replace(one, mentions=short, relations=turned) if one.doc_id == HELD_OUT else one)
    assert "planted" not in repr(predicted(name, planted))
    assert "planted" in repr(predicted(name, planted, ANOTHER))
    assert predicted(name, changed[::-1]) == predicted(name, gold)
    assert predicted(name, changed, ANOTHER) != predicted(name, gold, ANOTHER)


class Asked:
    """Takes a Request, as any class with one parameter may."""

    options: ClassVar[Mapping[str, str]] = {"word": "what to look for", "threads": "how fast"}
    unsigned = ("threads",)

    def __init__(self, request: Request) -> None:
        self.word = request.options.get("word", "دمشق")
        self.labels = request.labels

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Find the word."""
        for one in documents:
            at = (one.text or "").find(self.word)
            yield replace(one, mentions=[Mention(None, at, at + len(self.word), self.labels.types[0])])


def test_a_class_may_take_a_request() -> None:
    """With the options of the command and the labels of the gold."""
    gold = [document("زار الوزير دمشق", (11, 15, "GPE"), doc_id="a")]
    for options, span in (((), (11, 15, "GPE")), ((("word", "الوزير"),), (4, 10, "GPE"))):
        (found,) = Run(gold, "tests.test_extractors:Asked", Settings(options=options)).predict()
        assert found.mentions[0].span == span
    with pytest.raises(BadInput, match=r"--option wrod: tests\.test_extractors:Asked has the options word, threads"):
        Run(gold, "tests.test_extractors:Asked", Settings(options=(("wrod", "x"),)))


def test_options_that_change_nothing_are_no_part_of_the_signature() -> None:
    """Others are, with what they were."""
    gold = [document("زار الوزير دمشق", (11, 15, "GPE"), doc_id="a")]
    one, two = (
        run(gold, "tests.test_extractors:Asked", Settings(options=(("threads", threads), ("word", "الوزير")), samples=0))
        for threads in "24"
    )
    assert one["signature"] == two["signature"]
    made, _ = parts(one["signature"], one["metrics"])
    assert made["options"] == "word=الوزير"


@pytest.mark.parametrize(
    ("text", "says"),
    [("x", "needs a number, at least 1"), ("0", "at least 1"), ("nan", "at least 1"), ("1.5", "a whole number")],
)
def test_numbers_among_options_are_checked(text: str, says: str) -> None:
    """With the option and what was found."""
    with pytest.raises(BadInput, match=rf"--option n={text}: .*{says}"):
        Request(options={"n": text}).whole("n", 3, 1)
    assert Request().whole("n", 3, 1) == 3


ACME = '''
import os
from dataclasses import replace
from eval.document import Mention

class Acme:
    """Finds what follows the colon."""

    takes = "WORD"
    needs = (os.environ["LACKS"],) if "LACKS" in os.environ else ()

    def __init__(self, request):
        self.word = request.argument

    def extract(self, documents):
        for one in documents:
            at = one.text.find(self.word)
            yield replace(one, mentions=[Mention(None, at, at + len(self.word), "GPE")] if at >= 0 else [])

class Odd(Acme):
    options = None
'''


@pytest.fixture
def package(tmp_path: Path) -> str:
    """Where an installed package is, with extractors: one that works, one that fails to load, one of a name of ours, an odd one."""
    info = tmp_path / "site" / "acme_ner-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-ner\nVersion: 1.0\n", encoding="utf-8")
    points = "acme = acme_ner:Acme\nbroken = acme_broken:Acme\nlexicon = acme_ner:Acme\nodd = acme_ner:Odd\n"
    (info / "entry_points.txt").write_text(f"[wafd.extractors]\n{points}", encoding="utf-8")
    (info.parent / "acme_ner.py").write_text(ACME, encoding="utf-8")
    (info.parent / "acme_broken.py").write_text("1 / 0", encoding="utf-8")
    return str(info.parent)


def test_another_packages_extractor_comes_by_entry_point(package: str, command: Command, tmp_path: Path) -> None:
    """It is listed, and run by its name; none of ours is replaced; one that cannot be loaded is named, and stops nothing."""
    listed = command("eval", "list", PYTHONPATH=package, COLUMNS="200")
    assert listed.returncode == 0
    for said in ("acme:WORD", "Finds what follows the colon. (of the package acme-ner)", "ZeroDivisionError", "odd "):
        assert said in listed.stdout
    gold = ("--gold", ROOT / "data", "--metrics", "ner.strict", "--out")
    assert command("eval", "run", "acme:دمشق", *gold, "acme", PYTHONPATH=package).returncode == 0
    assert json.loads((tmp_path / "acme/scores.json").read_bytes())["metrics"]["ner.strict"]["correct"] > 0
    assert command("eval", "run", "lexicon", *gold, "lexicon", PYTHONPATH=package).returncode == 0
    for module in ("no_such_module", "no_such_package.module"):
        lacking = command("eval", "run", "acme:دمشق", *gold, "lacking", PYTHONPATH=package, LACKS=module)
        assert lacking.returncode == 2
        assert f"acme needs {module}, which is not installed: pip install {module}" in lacking.stderr
        assert f"no: {module}" in command("eval", "list", PYTHONPATH=package, LACKS=module, COLUMNS="200").stdout


def test_files_of_the_working_directory_replace_no_library(command: Command, tmp_path: Path) -> None:
    """For an extractor that has a name: only a user's own is looked for there."""
    for name in ("babel", "regex", "pycrfsuite"):
        (tmp_path / f"{name}.py").write_text("1 / 0", encoding="utf-8")
    done = command("eval", "run", "lexicon", "--gold", ROOT / "data", "--metrics", "ner.strict", "--out", "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert "ZeroDivisionError" not in command("eval", "list").stdout


class NeedsMuch:
    """Needs a module of a package that is not there either."""

    needs = ("no_such_package.module",)

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Find nothing."""
        return documents


def test_a_module_of_a_package_that_is_missing_is_named() -> None:
    """As one that is missing alone."""
    with pytest.raises(BadInput, match=r"needs no_such_package\.module, which is not installed"):
        find("tests.test_extractors:NeedsMuch", {})


def test_list_names_every_extractor(command: Command) -> None:
    """With what follows its colon, its options, and whether it is ready."""
    listed = command("eval", "list", COLUMNS="200").stdout
    for name, load in table().items():
        assert f" {name}" in listed
        for option in getattr(load(), "options", {}):
            assert f" {option}=… " in listed
