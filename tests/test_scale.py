"""The measurement of --engine dask: its news is made of the articles' sentences, and it stops where engines differ."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from eval import formats
from eval.document import check, check_nesting
from scripts import news, scale, stages
from scripts.watched import watch
from tests.conftest import ROOT


def test_the_news_is_of_whole_sentences(tmp_path: Path) -> None:
    """Each line is a sentence of an article, with its mentions, entity ids, attributes and relations; offsets are right."""
    articles = {article.doc_id: article for article in formats.read_gold(ROOT / "data")}
    surfaces = {(a.text[m.start : m.end], m.type, m.entity_id) for a in articles.values() for m in a.mentions if a.text}
    relations = {relation.type for article in articles.values() for relation in article.relations}
    assert list(news.write(tmp_path / "gold", 50, 20)) == [20, 40, 50]
    made = formats.read_gold(tmp_path / "gold")
    assert [one.doc_id for one in made] == [f"{i:09d}" for i in range(50)]
    for one in made:
        assert one.text
        check(one, one.text)
        check_nesting(one)
        assert all(any(line in (article.text or "") for article in articles.values()) for line in one.text.split("\n"))
        assert {(one.text[m.start : m.end], m.type, m.entity_id) for m in one.mentions} <= surfaces
    assert sum(len(one.mentions) for one in made) > 300
    assert any(mention.attributes for one in made for mention in one.mentions)
    assert {relation.type for one in made for relation in one.relations} <= relations
    assert sum(len(one.relations) for one in made) > 100


def test_the_same_document_whatever_others_there_are(tmp_path: Path) -> None:
    """However many are made, and however many a file."""
    for name, documents, shard in (("few", 7, 3), ("many", 12, 12)):
        list(news.write(tmp_path / name, documents, shard))
    assert formats.read_gold(tmp_path / "few") == formats.read_gold(tmp_path / "many")[:7]


def test_predictions_are_cut_as_the_gold_is(tmp_path: Path) -> None:
    """The same documents in files of the same names, none left out."""
    list(news.write(tmp_path / "gold", 25, 10))
    gold = formats.read_gold(tmp_path / "gold")
    formats.write(tmp_path / "predicted.jsonl", gold)
    news.cut(tmp_path / "predicted.jsonl", tmp_path / "cut", 10)
    for file in formats.parts(tmp_path / "gold"):
        assert formats.read_gold(tmp_path / "cut" / file.name) == formats.read_gold(file)


def test_the_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Small, but with real runs of both engines, on a cluster of this machine, and memory of all its processes."""
    monkeypatch.setattr(scale, "METRICS", ["ner.strict", "relations.strict"])
    bench = scale.Bench(tmp_path, 40, 10)
    for size in bench.sizes:  # as crf's: to make them takes time, and is no other thing than to score them
        folder = tmp_path / f"crf-{size}-dask"
        folder.mkdir()
        formats.write(folder / "predictions.jsonl", formats.read_gold(bench.gold(size)))
    found = {"scoring": bench.measure("scoring")}
    (few, whole), (_, by_workers) = (found["scoring"][engine] for engine in scale.ENGINES)
    assert (few.documents, whole.documents) == (1, 40)
    assert whole.watched.others == 0  # local starts none
    assert min(whole.watched.own, by_workers.watched.own, by_workers.watched.others) > 50_000_000
    scale.console.file = sys.stdout
    scale.console.print(scale.speeds(found))
    scale.console.print(scale.memories(found, bench.sizes))
    printed = capsys.readouterr().out
    assert all(words in printed for words in ("scoring alone", "times as fast", "client", "worker"))


def test_it_stops_where_engines_differ(tmp_path: Path) -> None:
    """With the name of the file."""
    bench = scale.Bench(tmp_path, 2, 2)
    for engine in scale.ENGINES:
        folder = tmp_path / f"crf-2-{engine}"
        folder.mkdir()
        (folder / "scores.json").write_text("the same")
        (folder / "predictions.jsonl").write_text(engine)
    with pytest.raises(SystemExit, match=r"crf, 2 documents: predictions\.jsonl of the two engines differ"):
        bench.same("crf", 2)


def test_a_command_that_fails_ends_it() -> None:
    """With what it said; of one that does not, there are seconds and memory, also of what it started."""
    with pytest.raises(SystemExit, match="nothing of the kind"):
        watch([sys.executable, "-c", "raise SystemExit('nothing of the kind')"])
    child = "import time; x = bytearray(80_000_000); time.sleep(1)"
    watched = watch([sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"])
    assert watched.seconds > 1
    assert 5_000_000 < watched.own < 60_000_000 < 80_000_000 < watched.others < 200_000_000


def test_stages_are_those_of_a_run(tmp_path: Path) -> None:
    """What the stages find by themselves is what a run finds, and each of them has its time."""
    from eval.run import run
    from eval.settings import Settings

    list(news.write(tmp_path / "gold", 30, 30))
    settings = Settings(metrics=("ner.strict",), samples=0)
    formats.write(tmp_path / "predicted.parquet", formats.read_gold(tmp_path / "gold"))
    (tmp_path / "cut").mkdir()
    (tmp_path / "predicted.parquet").rename(tmp_path / "cut" / "000000.parquet")
    timed = stages.timed(tmp_path / "gold", tmp_path / "cut", None, settings)
    assert timed.total(stages.WORKERS) > 0
    assert timed.total(stages.CLIENT) > 0
    scores = run(tmp_path / "gold", f"predictions:{tmp_path / 'cut'}", settings)
    assert scores["metrics"]["ner.strict"]["f1"] == 1
    lines = (tmp_path / "cut" / "all.jsonl").read_bytes().splitlines()
    assert len(lines) == 30
    assert timed.bytes["predictions.jsonl"] == sum(map(len, lines)) + 30
