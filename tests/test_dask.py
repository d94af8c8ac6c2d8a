"""A run on a real cluster of two workers: the figures of one process, failures recorded, and what is refused."""

from __future__ import annotations

import re
import shutil
import subprocess
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from eval import cluster as eval_cluster
from eval import formats
from eval.cluster import Cluster
from eval.document import BadInput
from eval.folder import save
from eval.pages import report
from eval.settings import Settings
from eval.sharded import Sharded
from tests.conftest import BIN, ROOT, Command
from tests.dask_cluster import check_same, made, placed, two_workers
from tests.stopping import DOCUMENTS, GOLD

place = pytest.fixture(scope="module")(placed)
cluster = pytest.fixture(scope="module")(two_workers)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("lexicon", {}),
        ("lexicon", {"unit": "sentence", "match": "char", "nested": "outermost"}),
        ("crf", {"train": ROOT / "data"}),
        ("mine:Loaded", {"metrics": ("ner.strict", "clusters.cross.b3")}),
        ("mine:fails", {}),
        ("mine:beyond", {}),
    ],
)
def test_the_figures_are_those_of_one_process(name: str, settings: dict[str, object], cluster: Cluster) -> None:
    """To the last digit, with intervals, errors, warnings and predictions; fitted on the other folds, before, or not at all."""
    for engine in (None, cluster):
        made(name, engine, **settings)
    check_same()


def test_the_five_articles(cluster: Cluster) -> None:
    """The dataset itself, in one file, each article predicted by what the others teach; and the page of it."""
    for engine in (None, cluster):
        made("lexicon", engine, ROOT / "data")
    check_same()
    pages = [Path(f"{folder}.html") for folder in ("local", "dask")]
    for page in pages:
        report.write(Path(page.stem), page)
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_documents_without_predictions(cluster: Cluster) -> None:
    """They count as empty, and are named in a warning."""
    for engine in (None, cluster):
        scores = made("mine:some", engine)
    check_same()
    assert "2 document(s) without predictions count as empty: d03, d21" in scores["warnings"]  # type: ignore[operator]


def test_predictions_that_exist_are_scored_in_shards(cluster: Cluster, place: Path) -> None:
    """File by file where they have the gold's names, else as a whole; a file that the gold has not is refused."""
    made("lexicon", None)
    shutil.copy("local/predictions.jsonl", "mine.jsonl")
    folder = place / "predicted"
    folder.mkdir(exist_ok=True)
    found = {document.doc_id: document for document in formats.read_predictions(Path("mine.jsonl"), GOLD)}
    for file in Path("gold/documents").glob("part-*"):
        formats.write(folder / file.name, [found[document.doc_id] for document in formats.read_gold(file)])
    figures = []
    for name in ("predictions:mine.jsonl", "predictions:predicted"):
        for engine in (None, cluster):
            figures.append(made(name, engine)["metrics"])
        check_same()
    assert figures[0] == figures[2]
    (folder / "part-3.parquet").rename(folder / "part-x.parquet")
    with pytest.raises(BadInput, match=r"part-x\.parquet: the gold has no file of this name"):
        made("predictions:predicted", cluster)
    (folder / "part-x.parquet").unlink()
    assert "5 document(s) without predictions" in str(made("predictions:predicted", cluster)["warnings"])


def test_tags_that_are_read_strictly(cluster: Cluster, place: Path) -> None:
    """As gold, as predictions, and as what is learnt from."""
    (place / "tags.conll").write_text("# newdoc id = a\nدمشق I-GPE\nزار O\nحلب B-GPE\n", encoding="utf-8")
    strict = Path("conll-strict:tags.conll")
    for name, settings in ((f"predictions:{strict}", {}), ("lexicon", {"train": strict}), ("lexicon", {"protocol": "as-is"})):
        for engine in (None, cluster):
            made(name, engine, strict, **settings)  # type: ignore[arg-type]
        check_same()


def test_a_document_that_fails_is_recorded_and_stops_nothing(cluster: Cluster) -> None:
    """Its error stands in its line of predictions, and a warning counts it; to fail fast is to stop."""
    scores = made("mine:fails", cluster)
    assert (
        "mine:fails failed on 2 document(s), which count as empty, kept in predictions.jsonl; the first, on d03: ValueError: no ("
        in str(scores["warnings"])
    )
    lines = Path("dask/predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == DOCUMENTS
    assert len([line for line in lines if '"error":"ValueError: no (' in line]) == 2
    shutil.rmtree("dask")
    with pytest.raises(BadInput, match=r"mine:fails failed: ValueError: no \(.*mine\.py, line"):
        save(Sharded(Path("gold"), "mine:fails", Settings(), cluster), Path("dask"))


def test_an_extractor_that_does_nothing_but_fail_stops_the_run(cluster: Cluster) -> None:
    """And leaves nothing behind."""
    with pytest.raises(BadInput, match=r"mine:nothing_works failed: RuntimeError: out of order"):
        made("mine:nothing_works", cluster)
    assert not Path("dask").exists()


def test_a_document_that_stands_in_two_shards_is_refused(cluster: Cluster, place: Path) -> None:
    """Wherever they are: in the order of ids, or not."""
    for i, documents in enumerate((GOLD[:3], [replace(GOLD[5], fold=None), GOLD[1]])):
        (place / "twice" / "documents").mkdir(parents=True, exist_ok=True)
        formats.write(place / "twice" / "documents" / f"{i}.parquet", documents)
    with pytest.raises(BadInput, match=r"twice/documents/1\.parquet: document 'd01' stands here a second time"):
        made("lexicon", cluster, Path("twice"))


def test_what_is_wrong_is_told_as_by_one_process(cluster: Cluster) -> None:
    """No such extractor, nothing to read, no fit, a metric of no gold."""
    for name, gold, settings, says in (
        ("nobody", "gold", {}, "no extractor 'nobody'"),
        ("lexicon", "none", {}, "none: no such file or folder"),
        ("mine:fails", "gold", {"protocol": "leave-one-out"}, "has no fit"),
        ("mine:fails", "gold", {"train": ROOT / "data"}, "has no fit.*--train does not apply"),
        ("predictions:none.jsonl", "gold", {}, "none.jsonl: no such file"),
    ):
        with pytest.raises(BadInput, match=says):
            made(name, cluster, Path(gold), **settings)  # type: ignore[arg-type]


def test_the_command_makes_a_cluster_of_its_own(place: Path, command: Command) -> None:
    """With Dask's dashboard, whose address is printed and answers; and leaves no process behind."""
    words = [str(BIN / "eval"), "run", "mine:Loaded", "--gold", "gold", "--out", "out", "--engine", "dask"]
    with subprocess.Popen(words, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        line = process.stderr.readline()
        address = re.search(r"Dask on this machine, \d+ worker\(s\); dashboard: (http://127\.0\.0\.1:\d+/status)", line)
        assert address, line
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address[1], timeout=20) as answer:
            assert b"Dask Diagnostic UI" in answer.read()
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "written to out" in out
    again = command("eval", "run", "mine:Loaded", "--gold", "gold", "--out", "out", "--engine", "local", cwd=place)
    assert again.returncode == 0, again.stderr


def test_an_engine_that_is_none_is_refused(place: Path, command: Command) -> None:
    """By its name, or since it is no address."""
    for engine, says in (
        ("spark", "'spark' is none of local, dask, dask:ADDRESS"),
        ("dask:", "'dask:' is none of"),
        ("dask:nonsense", "--engine dask:nonsense: no scheduler of Dask's answers there"),
    ):
        done = command("eval", "run", "mine:Loaded", "--gold", "gold", "--engine", engine, cwd=place)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert says in done.stderr


def test_an_address_at_which_nobody_answers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody ever will, so that a second of waiting is as good as ten."""
    monkeypatch.setattr(eval_cluster, "_SECONDS", 1)
    with (
        pytest.raises(BadInput, match=r"^--engine dask:tcp://127\.0\.0\.1:9: no scheduler of Dask's answers there \(.+\)$"),
        eval_cluster.connected("tcp://127.0.0.1:9", print),
    ):
        pass
