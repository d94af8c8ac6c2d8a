"""Runs against each other: the record, and the command as a user types it."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval import formats
from eval.compare import compare
from eval.document import BadInput, Document
from eval.folder import FILES, save
from eval.run import Run
from eval.settings import Settings
from eval.signature import parts
from tests.conftest import document

TEXT = "aa bb. cc dd. ee ff."
WORDS = [(0, 2), (3, 5), (7, 9), (10, 12), (14, 16), (17, 19)]


def gold_of(documents: int) -> list[Document]:
    """Documents with a mention on each word, of two types."""
    return [document(TEXT, *((*span, "AB"[i % 2]) for i, span in enumerate(WORDS)), doc_id=f"d{n:03}") for n in range(documents)]


def system(gold: list[Document], share: float, seed: int) -> list[Document]:
    """Predictions that find each mention of the gold with a chance of `share`."""
    generator = random.Random(seed)
    return [replace(one, mentions=tuple(m for m in one.mentions if generator.random() < share), text=None) for one in gold]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs are made, as the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(name: str, gold: list[Document], predicted: list[Document], **settings: Any) -> str:
    """Score predictions, into the folder `name`."""
    formats.write(Path(f"{name}.jsonl"), predicted)
    save(Run(gold, f"predictions:{name}.jsonl", Settings(**settings)), Path(name))
    return name


def differences(*runs: str, metrics: tuple[str, ...] | None = None, samples: int = 500, seed: int = 0) -> list[dict[str, Any]]:
    """The record's differences."""
    return compare(runs, metrics, samples, seed)["differences"]  # type: ignore[no-any-return]


def test_five_documents_by_hand(folder: Path) -> None:
    """A finds A alone, B everything: F1 is 2/3 and 1 in every resample; of 32 swaps two are as extreme."""
    gold = gold_of(5)
    half = [replace(one, mentions=one.mentions[::2]) for one in gold]
    make("half", gold, half)
    make("whole", gold, gold)
    record = compare(["half", "whole"], ["ner.strict", "relations.strict", "clusters.cross.muc"], 100, 0)
    strict, relations, cross = record["differences"]
    third = pytest.approx(1 / 3)
    assert strict == {
        "metric": "ner.strict", "a": "half", "b": "whole", "f1": [pytest.approx(2 / 3), 1], "delta": third,
        "interval": (third, third), "p": 0.0625, "p_min": 0.0625, "p_holm": 0.0625, "unit": "document", "units": 5,
        "types": {
            "A": {"f1": [1, 1], "delta": 0, "interval": (0, 0)},
            "B": {"f1": [0, 1], "delta": 1, "interval": (1, 1)},
        },
    }  # fmt: skip
    for nothing, unit, units in ((relations, "document", 5), (cross, "set", 1)):
        assert {nothing[key] for key in ("delta", "interval", "p", "p_min", "p_holm")} == {None}
        assert (nothing["f1"], nothing["unit"], nothing["units"], nothing["types"]) == ([None, None], unit, units, {})
    assert [run["protocol"] for run in record["runs"]] == ["as-is", "as-is"]
    assert record["runs"][0]["metrics"]["ner.strict"]["f1"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("unit", ["document", "sentence"])
@pytest.mark.parametrize("documents", [3, 30])
def test_the_other_way_round(documents: int, unit: str, folder: Path) -> None:
    """delta changes its sign, the interval is mirrored, p stays; and the order of documents never matters."""
    gold = gold_of(documents)
    one, other = system(gold, 0.7, 1), system(gold, 0.6, 2)
    make("a", gold, one, unit=unit)
    make("b", gold, other, unit=unit)
    make("turned", gold[::-1], one[::-1], unit=unit)
    there, back = differences("a", "b"), differences("b", "a")
    for ours, theirs in zip(there, back, strict=True):
        assert ours["delta"] == (None if theirs["delta"] is None else -theirs["delta"])
        assert (ours["p"], ours["p_min"]) == (theirs["p"], theirs["p_min"])
        low, high = theirs["interval"] or (None, None)
        assert ours["interval"] == (None if low is None else pytest.approx((-high, -low), abs=1e-12))
    assert [{**of, "a": "a"} for of in differences("turned", "b")] == there
    assert there[0]["units"] == documents * (3 if unit == "sentence" else 1)
    assert differences("a", "b") == there
    assert differences("a", "b", seed=1)[0]["interval"] != there[0]["interval"]


def test_a_run_against_itself(folder: Path) -> None:
    """delta 0, interval [0, 0], p 1, of every metric that is not null, fractions of clusters too."""
    gold = gold_of(30)
    grouped = [replace(d, mentions=tuple(replace(m, entity_id=f"e{i % 3}") for i, m in enumerate(d.mentions))) for d in gold]
    make("a", grouped, system(grouped, 0.7, 1))
    for of in differences("a", "a"):
        if of["unit"] == "set":
            assert (of["delta"], of["interval"], of["p"]) == (0, None, None)
        else:
            assert (of["delta"], of["interval"], of["p"]) in ((0, (0, 0), 1), (None, None, None))
        assert all(type["delta"] == 0 for type in of["types"].values())


def test_metrics_do_not_depend_on_each_other(folder: Path) -> None:
    """Named alone or with all, a difference is the same."""
    gold = gold_of(30)
    make("a", gold, system(gold, 0.7, 1))
    make("b", gold, system(gold, 0.6, 2))
    every = {of["metric"]: of for of in differences("a", "b")}
    assert differences("a", "b", metrics=("ner.partial",)) == [every["ner.partial"]]


def test_three_runs_are_corrected_within_a_metric(folder: Path) -> None:
    """Three pairs, each p times 3, 2 or 1; metrics do not count as a family."""
    gold = gold_of(40)
    for name, share in (("a", 0.5), ("b", 0.75), ("c", 0.76)):
        make(name, gold, system(gold, share, ord(name)), metrics=("ner.strict", "ner.exact"))
    found = differences("a", "b", "c")
    assert [(of["a"], of["b"], of["metric"]) for of in found[::2]] == [(*pair, "ner.strict") for pair in ("ab", "ac", "bc")]
    least = found[0]["p_min"]
    assert least == 1 / 501
    assert [of["p"] for of in found[:4:2]] == [least, least]
    assert [of["p_holm"] for of in found[::2]] == [3 * least, 3 * least, found[4]["p"]]
    assert found[4]["p"] > 0.05


def test_one_document(folder: Path) -> None:
    """Has a difference, and no interval; its p is 1, which is also the least."""
    gold = gold_of(1)
    make("a", gold, system(gold, 0.5, 1))
    make("b", gold, gold)
    strict = differences("a", "b")[0]
    assert (strict["interval"], strict["p"], strict["p_min"]) == (None, 1, 1)


def test_runs_of_different_units_are_compared_by_document(folder: Path) -> None:
    """As if both were by document."""
    gold = gold_of(6)
    one, other = system(gold, 0.7, 1), system(gold, 0.6, 2)
    make("a", gold, one)
    make("b", gold, other)
    make("sentences", gold, other, unit="sentence")
    assert [{**of, "b": "b"} for of in differences("a", "sentences")] == differences("a", "b")


def edited(name: str, change: tuple[str, str]) -> str:
    """A copy of a run whose scores.json has one thing for another."""
    copy = Path(f"{name}-edited")
    copy.mkdir()
    for file in FILES:
        (copy / file).write_bytes((Path(name) / file).read_bytes())
    scores = (copy / "scores.json").read_text(encoding="utf-8")
    assert change[0] in scores
    (copy / "scores.json").write_text(scores.replace(*change), encoding="utf-8")
    return str(copy)


def test_what_differs_is_refused(folder: Path) -> None:
    """Gold, match, nested, the version of a metric, metrics with nothing in common; the line names it, and what to do."""
    gold = gold_of(2)
    first = make("first", gold, gold, metrics=("ner.strict", "ner.exact"))
    others = {
        "differ in gold": make("more", gold_of(3), gold_of(3)),
        "differ in match, token and char": make("char", gold, gold, match="char"),
        "differ in nested, all and outermost": make("outermost", gold, gold, nested="outermost"),
        "differ in the version of ner.exact, 1 and 2": edited("first", ("ner.exact=1", "ner.exact=2")),
        "no metric in common": make("bio", gold, gold, metrics=("ner.bio",)),
    }
    for says, other in others.items():
        with pytest.raises(BadInput, match=says) as refused:
            compare([first, first, other], None, 100, 0)
        assert f"{first} " in str(refused.value)
        assert f"{other} " in str(refused.value)
        assert "again" in str(refused.value)
    assert differences(first, "first-edited", metrics=("ner.strict",))[0]["p"] == 1
    with pytest.raises(BadInput, match=r"'ner\.bio' is no metric of all the runs; there are ner\.strict, ner\.exact"):
        differences(first, first, metrics=("ner.bio",))


def test_what_is_no_run_is_refused(folder: Path) -> None:
    """A folder that is not there, one with other files, a run of an older version, counts that are not of the run."""
    gold = gold_of(2)
    first = make("first", gold, gold, metrics=("ner.strict",))
    other = make("other", gold_of(3), gold_of(3), metrics=("ner.strict",))
    Path("strange").mkdir()
    Path("strange/scores.json").write_text('{"signature": "mine", "metrics": {}}', encoding="utf-8")
    cases = {"nowhere": "nowhere: no run folder", "strange": "strange: scores.json is not from a run"}
    for case, says in cases.items():
        with pytest.raises(BadInput, match=says):
            compare([first, case], None, 100, 0)
    second = make("second", gold, gold, metrics=("ner.strict",))
    Path(second, "counts.parquet").write_bytes(Path(other, "counts.parquet").read_bytes())
    with pytest.raises(BadInput, match=r"second: counts\.parquet has other documents than that of first; make both again"):
        compare([first, second], None, 100, 0)
    Path(second, "counts.parquet").unlink()
    with pytest.raises(BadInput, match=r"second: no counts\.parquet, so it is of an older version; make it again with eval run"):
        compare([first, second], None, 100, 0)


def test_a_signature_is_read_back() -> None:
    """Whatever an extractor or an attribute is called."""
    name, metric = "predictions:a|gold:b|protocol:c.conll", "attributes.x=1,ner.y|tags:z"
    signature = (
        f"wafd:0.1|gold:012345678901|extractor:{name}|predictions:0|protocol:as-is|match:token|nested:all|unit:document|samples:1|"
        f"seed:2|metrics:ner.strict=3,{metric}=4"
    )
    for tags in ("", "|tags:predictions=strict"):
        made, versions = parts(signature + tags, ["ner.strict", metric])
        assert (made["extractor"], made["seed"], versions) == (name, "2", {"ner.strict": 3, metric: 4})
        assert ("tags" in made) is bool(tags)
    with pytest.raises(ValueError, match="mine"):
        parts("mine", [])
