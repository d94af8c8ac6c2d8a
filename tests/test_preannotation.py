"""What extractors find in articles as predictions that an annotator can correct, without a Label Studio."""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation import EXPORT, export, label_studio, page, predicting, schema
from annotation.predicting import Gold, Predicting
from annotation.studio import predicted
from eval import formats
from eval.document import BadInput, Document, Mention, Relation
from tests.conftest import ROOT, Command

SCHEMA = schema.load()
TEXT = "زار الوزير دمشق \n أمس"
GOLD = Gold.read(ROOT / EXPORT, SCHEMA)


def valid(prediction: predicted.Prediction) -> list[str]:
    """What Label Studio's own check finds wrong in it."""
    interface = pytest.importorskip("label_studio_sdk.label_interface")
    found: list[str] = interface.LabelInterface(page.labels_xml(SCHEMA)).validate_prediction(prediction, return_errors=True)
    return found


def shown(*mentions: Mention, relations: tuple[Relation, ...] = ()) -> tuple[Document, dict[str, int]]:
    """What of these is shown, and what is said of the rest."""
    changed = Counter[str]()
    found = predicted.shown(Document("d", TEXT, "2025-11-16", mentions, relations), SCHEMA, changed)
    return found, dict(+changed)


EVENT = Mention("e", 0, 3, "EVENT", "event:visit", {"event_type": "VISIT", "factuality": "asserted"})
GPE = Mention("g", 11, 15, "GPE", "gpe:damascus", {"role": "place"})
AT = Relation("happens_at", "e", "g")


def test_what_can_be_submitted_as_it_is_is_shown_as_it_is() -> None:
    """With ids, attributes and relations."""
    assert shown(EVENT, GPE, relations=(AT,)) == (Document("d", TEXT, "2025-11-16", (EVENT, GPE), (AT,)), {})


@pytest.mark.parametrize(
    ("mention", "kept", "said"),
    [
        (replace(GPE, type="CITY"), None, "mention of type 'CITY' left out"),
        (replace(GPE, start=10, end=18), GPE, "mention cut at white space"),
        (replace(GPE, start=15, end=18), None, "mention of white space left out"),
        (replace(GPE, attributes={"role": "place", "mood": "x"}), GPE, "'mood' of GPE left out"),
        (replace(GPE, attributes={"role": "place", "factuality": "asserted"}), GPE, "'factuality' of GPE left out"),
        (replace(GPE, attributes={"role": "capital"}), replace(GPE, attributes={}), "'role' that is 'capital' left out"),
        (replace(GPE, entity_id="Q3766"), replace(GPE, entity_id=None), "entity id of another form left out"),
        (replace(GPE, type="DATE", attributes={}), Mention("g", 11, 15, "DATE"), "'entity_id' of DATE left out"),
    ],
)
def test_what_an_annotator_could_only_delete_is_left_out(mention: Mention, kept: Mention | None, said: str) -> None:
    """And counted; a mention that goes takes its relations along."""
    found, changed = shown(EVENT, mention, relations=(AT,) if kept is None else ())
    assert found.mentions == (EVENT, kept) if kept else (EVENT,)
    assert found.relations == ()
    assert changed == {said: 1, **({} if kept else {"relation of a mention that was left out": 1})}


@pytest.mark.parametrize(
    ("relation", "said"),
    [
        (Relation("visits", "e", "g"), "relation 'visits' left out"),
        (Relation("happens_at", "g", "e"), "happens_at from GPE to EVENT left out"),
        (Relation("overlaps", "e", "e"), "relation of a mention to itself left out"),
    ],
)
def test_a_relation_that_the_schema_does_not_allow_is_left_out(relation: Relation, said: str) -> None:
    """The others stay."""
    found, changed = shown(EVENT, GPE, relations=(relation, AT))
    assert (found.relations, changed) == ((AT,), {said: 1})


def test_what_is_wrong_but_for_an_annotator_to_decide_is_shown() -> None:
    """Mentions that cross, values that are none, what is missing: each is a problem, and the score says how much has none."""
    crossing = Mention("c", 4, 15, "ORG", "org:ministry"), Mention("x", 0, 10, "PER")
    found, changed = shown(EVENT, GPE, *crossing, relations=(AT,))
    assert (sorted(found.mentions, key=str), changed) == (sorted([EVENT, GPE, *crossing], key=str), {})
    problems: dict[str, Counter[str]] = defaultdict(Counter)
    (prediction,) = predicted.predictions([("v-1", found)], SCHEMA, problems)
    assert problems == {"v-1": {"crossing-spans": 1, "missing-entity-id": 1}}
    assert (prediction["model_version"], prediction["score"]) == ("v-1", 0.6)  # of 5, two have some
    assert valid(prediction) == []


def test_mentions_that_become_the_same_are_one_and_get_ids_in_the_prediction() -> None:
    """Relations through either are relations of the one."""
    twice = replace(GPE, id="z", end=17), Mention(None, 18, 21, "DATE"), Mention(None, 0, 10, "PER")
    found, changed = shown(EVENT, GPE, *twice, relations=(AT, replace(AT, tail="z")))
    assert Counter(mention.span for mention in found.mentions) == Counter(
        [(0, 3, "EVENT"), (11, 15, "GPE"), (18, 21, "DATE"), (0, 10, "PER")]
    )
    (prediction,) = predicted.predictions([("v", found)], SCHEMA, defaultdict(Counter))
    assert len({one["id"] for one in prediction["result"] if one["type"] == "labels"} - {None}) == 4
    assert (found.relations, changed) == ((AT,), {"mention cut at white space": 1})


def test_the_score_is_how_far_extractors_agree_where_there_are_several() -> None:
    """The same for all: 2 of 2 and 1."""
    found = [("a", shown(EVENT, GPE)[0]), ("b", shown(EVENT)[0])]
    assert [one["score"] for one in predicted.predictions(found, SCHEMA, defaultdict(Counter))] == [0.6667, 0.6667]
    (nothing,) = predicted.predictions([("a", shown()[0])], SCHEMA, defaultdict(Counter))
    assert (nothing["score"], nothing["result"], valid(nothing)) == (None, [], [])


MENTIONS = st.builds(
    lambda start, length, type, entity_id, attributes: Mention(
        None, start, min(start + length, len(TEXT)), type, entity_id, attributes
    ),
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 8),
    st.sampled_from([*SCHEMA.types, "CITY"]),
    st.sampled_from([None, "per:x", "gpe:damascus", "Q1", "a b c"]),
    st.dictionaries(
        st.sampled_from([*SCHEMA.attributes, "mood"]), st.sampled_from(["place", "VISIT", "asserted", "", "2025", "x"])
    ),
)


@given(st.lists(MENTIONS, max_size=6), st.data())
def test_whatever_is_found_becomes_a_prediction_that_label_studio_takes(mentions: list[Mention], data: st.DataObject) -> None:
    """And of which a Document can be made again; no problem is left that an annotator could only solve by deleting."""
    named = [replace(mention, id=f"i{i}") for i, mention in enumerate(mentions)]
    ends = st.sampled_from([mention.id for mention in named]) if named else st.nothing()
    kinds = st.sampled_from([*SCHEMA.relations, "visits"])
    relations = data.draw(st.lists(st.builds(Relation, kinds, ends, ends), max_size=4)) if named else []
    found, _ = shown(*named, relations=tuple(relations))
    problems: dict[str, Counter[str]] = defaultdict(Counter)
    (prediction,) = predicted.predictions([("v", found)], SCHEMA, problems)
    assert valid(prediction) == []
    assert 0 <= (prediction["score"] or 0) <= 1
    kept = {"crossing-spans", "bad-timex-value", "bad-norm", "missing-norm", "proclitic-inside"}
    assert [
        code for code in problems["v"] if code not in kept and not code.startswith(("missing-", "edge-", "start-", "end-"))
    ] in (
        [],
        ["edge-punctuation"],
    )
    task = {"data": {"doc_id": "d", "text": TEXT, "date": "2025-11-16"}, "annotations": [{"result": prediction["result"]}]}
    again = label_studio.to_document(task)
    assert {mention.id: mention for mention in again.mentions} == {mention.id: mention for mention in found.mentions}
    assert set(again.relations) == set(found.relations)


def found_by(extractor: Predicting, articles: Iterable[Document]) -> dict[str, Document]:
    """What it finds, by doc_id."""
    return {document.doc_id: document for document in extractor.documents(articles)}


def test_an_article_of_the_gold_is_predicted_as_eval_run_does_leave_one_out(command: Command, tmp_path: Path) -> None:
    """Byte for byte, under another id too; and one that is not in it, by what was learnt of all."""
    done = command("eval", "run", "lexicon", "--gold", ROOT / "data", "--out", "run", "--metrics", "ner.strict", "--samples", 0)
    assert done.returncode == 0, done.stderr
    expected = {
        document.doc_id: document
        for batch in formats.read(tmp_path / "run" / "predictions.jsonl")
        for document in batch.documents()
    }
    renamed = [replace(document.bare(), doc_id=f"new-{document.doc_id}") for document in GOLD.documents]
    other = Document("other", f"وصل اليوم. {GOLD.documents[0].text}", "2025-11-16")
    extractor = Predicting("lexicon", {}, GOLD, SCHEMA)
    found = found_by(extractor, [*(document.bare() for document in GOLD.documents), other])
    # other than in eval run, an event's own id may hold the document's
    again = found_by(extractor, renamed)
    for doc_id, document in expected.items():
        assert formats_line(found[doc_id]) == formats_line(document)
        assert {mention.span for mention in again[f"new-{doc_id}"].mentions} == {mention.span for mention in document.mentions}
    assert len(found["other"].mentions) > 1.2 * len(found[GOLD.documents[0].doc_id].mentions)
    assert extractor.warnings == []


def formats_line(document: Document) -> list[str]:
    """What stands in it, in order."""
    return sorted(map(repr, document.mentions)) + sorted(map(repr, document.relations))


class Learnt:
    """Says which documents it was fitted on."""

    def fit(self, documents: Sequence[Document]) -> None:
        """Learn their ids."""
        self.known = tuple(document.doc_id for document in documents)

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Note them."""
        return [replace(document, notes=self.known) for document in documents]


class Word:
    """Has an option."""

    options: Mapping[str, str] = {"word": "the word"}

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Find nothing."""
        return documents


def test_no_article_is_predicted_by_what_was_learnt_from_it_however_many_there_are() -> None:
    """Of more than a hundred in the gold, ten parts are held out."""
    many = tuple(Document(f"g{i:03}", f"نص {i}") for i in range(120))
    found = found_by(Predicting("tests.test_preannotation:Learnt", {}, Gold(many), SCHEMA), [*many, Document("x", "آخر")])
    assert set(found["x"].notes) == {document.doc_id for document in many}
    for document in many:
        assert document.doc_id not in found[document.doc_id].notes
        assert len(found[document.doc_id].notes) == 108
    few = found_by(
        Predicting("tests.test_preannotation:Learnt", {}, Gold(many[:3]), SCHEMA), [replace(many[0], doc_id="y"), many[1]]
    )
    assert {doc_id: document.notes for doc_id, document in few.items()} == {"y": ("g001", "g002"), "g001": ("g000", "g002")}


def test_without_gold_an_extractor_is_taken_as_it_is_with_a_warning() -> None:
    """Where it can be: one that knows nothing then is refused."""
    extractor = Predicting("lexicon", {}, Gold(), SCHEMA)
    assert found_by(extractor, [Document("d", "زار دمشق")])["d"].mentions
    assert extractor.warnings == ["lexicon is not fitted: annotation/exports/gold.json has no other document"]
    with pytest.raises(BadInput, match=r"^crf is not fitted: .* has no other document; crf has learnt nothing"):
        found_by(Predicting("crf", {}, Gold(), SCHEMA), [Document("d", "زار دمشق")])


def test_a_version_is_stable_and_another_where_it_may_find_other_things(tmp_path: Path) -> None:
    """By options, gold, and a file's content, not by where the file lies."""
    (tmp_path / "one").mkdir()
    for path, start in ((tmp_path / "mine.jsonl", 0), (tmp_path / "one" / "mine.jsonl", 0), (tmp_path / "other.jsonl", 1)):
        formats.write(path, [Document("d", TEXT, None, (Mention("m", start, 3, "PER"),))])
    paths = [tmp_path / "mine.jsonl", tmp_path / "one" / "mine.jsonl", tmp_path / "other.jsonl"]
    versions = [Predicting(f"predictions:{path}", {}, GOLD, SCHEMA).version for path in paths]
    assert versions[0] == versions[1]
    assert [predicted.extractor_of(version) for version in versions[1:]] == ["predictions-mine.jsonl", "predictions-other.jsonl"]
    learnt = {Predicting("lexicon", {}, gold, SCHEMA).version for gold in (GOLD, GOLD, Gold(GOLD.documents[1:]), Gold())}
    assert len(learnt) == 3
    assert {predicted.extractor_of(version) for version in learnt} == {"lexicon"}
    options = ({}, {}, {"word": "x"}, {"other": "x"})  # the last is none of its own
    assert len({Predicting("tests.test_preannotation:Word", one, GOLD, SCHEMA).version for one in options}) == 2


def test_gold_in_which_something_is_unsound_is_not_learnt_from(tmp_path: Path) -> None:
    """The other documents are."""
    tasks = export.read(ROOT / EXPORT)
    tasks[1]["annotations"][0]["result"][0]["value"]["labels"] = ["CITY"]
    tasks[2]["annotations"] *= 2
    (tmp_path / "gold.json").write_text(export.dumps(tasks), encoding="utf-8")
    gold = Gold.read(tmp_path / "gold.json", SCHEMA)
    assert ([document.doc_id for document in gold.documents], gold.unsound) == (["000", "003", "004"], 2)
    assert Gold.read(tmp_path / "none.json", SCHEMA) == Gold()


def test_an_option_goes_to_the_extractors_that_have_it() -> None:
    """One that none has is refused."""
    names = ["lexicon", "tests.test_preannotation:Word"]
    assert [predicting.has(name, "word", "x") for name in names] == [False, True]
    predicting.check_options(names, {"word": "x"})
    with pytest.raises(BadInput, match="--option other: lexicon has no options"):
        predicting.check_options(names, {"other": "x"})


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--with", "lexicn"], "no extractor 'lexicn'; there are lexicon, crf"),
        (["--with", "lexicon", "--option", "c2"], "--option c2: needs NAME=VALUE"),
        (["--with", "lexicon", "--option", "c2=1"], "--option c2: lexicon has no options"),
        (["--option", "c2=1"], "name one with --with EXTRACTOR"),
        (["--order", "uncertain"], "name two or more with --with EXTRACTOR"),
        (["--order", "uncertain", "--with", "lexicon", "--with", "lexicon"], "name two or more with --with EXTRACTOR"),
        (["--with", "predictions:none.jsonl"], "none.jsonl"),
        (["--with", "predictions:a/p.jsonl", "--with", "predictions:b/p.jsonl"], "both called 'predictions-p.jsonl'"),
        (["--with", "fails:extract"], "fails:extract failed: ValueError: no"),
    ],
)
def test_what_cannot_be_asked_is_said_before_a_server_is(
    arguments: list[str], says: str, command: Command, tmp_path: Path
) -> None:
    """Status 2 and one line; there is no server."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    for folder, end in (("a", 3), ("b", 4)):
        (tmp_path / folder).mkdir()
        formats.write(tmp_path / folder / "p.jsonl", [Document("000", None, None, (Mention("m", 0, end, "PER"),))])
    (tmp_path / "fails.py").write_text("def extract(documents):\n    raise ValueError('no')\n", encoding="utf-8")
    done = command("annotate", "push", "--folder", "none", *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert says in done.stderr
    assert json.dumps(done.stdout) == '""'
