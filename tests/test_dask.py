"""A run on a real cluster of two workers: the figures of one process, each model loaded once, failures recorded."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval import formats, shard, unit_counts
from eval.cluster import Cluster, connected
from eval.document import BadInput
from eval.folder import COUNTS, FILES, PREDICTIONS, SCORES, save
from eval.run import Run
from eval.settings import Settings
from eval.sharded import Sharded
from tests.conftest import BIN, ROOT, Command
from tests.dask_cluster import in_shards, running
from tests.stopping import DOCUMENTS, GOLD

MODULE = """
import os
from dataclasses import replace
from eval.document import Mention

BAD = {"d03", "d21"}
FOUND = 15

def note(what):
    with open(os.environ["NOTED"], "a") as noted:
        noted.write(what + "\\n")

class Loaded:
    def __init__(self):
        note(f"{os.getpid()}")

    def extract(self, documents):
        for document in documents:
            yield replace(document, mentions=[Mention(None, 11, FOUND, "GPE")], notes=["seen"])

class Fitted(Loaded):
    def fit(self, documents):
        note("fit " + " ".join(document.doc_id for document in documents))

def fails(documents):
    for document in documents:
        if document.doc_id in BAD:
            raise ValueError("no")
        yield document

def fails_late(documents):
    for document in documents:
        if document.doc_id == "d21":
            raise ValueError("no")
        yield document

def beyond(documents):
    return [replace(d, mentions=[Mention(None, 0, 99 if d.doc_id in BAD else 3, "EVENT")]) for d in documents]

def some(documents):
    for document in documents:
        if document.doc_id not in BAD:
            yield replace(document, mentions=[Mention(None, 0, 3, "EVENT")])

def nothing_works(documents):
    raise RuntimeError("out of order")

def dies(documents):
    for document in documents:
        if document.doc_id in BAD:
            os._exit(1)
        yield document
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working directory with a gold in shards, and extractors."""
    folder = tmp_path_factory.mktemp("dask")
    (folder / "mine.py").write_text(MODULE, encoding="utf-8")
    in_shards(folder)
    here = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOTED", str(folder / "noted"))
        os.chdir(folder)
        yield folder
        os.chdir(here)


@pytest.fixture(scope="module")
def cluster(place: Path) -> Iterator[Cluster]:
    """Two workers, and us connected to them."""
    with running(place) as processes, connected(processes.address, lambda message: None) as found:
        yield found


def made(name: str, cluster: Cluster | None, gold: Path = Path("gold"), **settings: object) -> dict[str, object]:
    """The scores of a run on the cluster, or in this process, whose folder is then `dask` or `local`."""
    chosen = Settings(fail_fast=False, samples=50, **settings)  # type: ignore[arg-type]
    out = Path("dask" if cluster else "local")
    shutil.rmtree(out, ignore_errors=True)
    run = Sharded(gold, name, chosen, cluster) if cluster else Run(gold, name, chosen)
    return save(run, out)[0]


def check_same() -> None:
    """Both folders have the same, byte for byte, and the same counts, which may be cut into other batches."""
    assert sorted(file.name for file in Path("dask").iterdir()) == sorted(FILES)
    for name in (SCORES, PREDICTIONS):
        assert Path("dask", name).read_bytes() == Path("local", name).read_bytes(), name
    one, other = (unit_counts.read(Path(folder, COUNTS)) for folder in ("dask", "local"))
    assert one.keys() == other.keys()
    for name, units in one.items():
        assert (units.unit, units.doc_ids, units.counts.types) == (
            other[name].unit,
            other[name].doc_ids,
            other[name].counts.types,
        )
        assert np.array_equal(units.counts.total, other[name].counts.total)
        assert np.array_equal(units.counts.by_type, other[name].counts.by_type)


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
    """The dataset itself, in one file, each article predicted by what the others teach."""
    for engine in (None, cluster):
        made("lexicon", engine, ROOT / "data")
    check_same()


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


def test_a_model_is_loaded_once_by_each_worker(cluster: Cluster, place: Path) -> None:
    """However many shards there are; one that is fitted on the other folds, once for each fold."""
    for name, most in (("mine:Loaded", 2), ("mine:Fitted", 2 * 4)):
        noted = place / "noted"
        noted.unlink(missing_ok=True)
        made(name, cluster)
        lines = noted.read_text().splitlines()
        loaded = [line for line in lines if not line.startswith("fit")]
        assert str(os.getpid()) not in loaded
        assert len(set(loaded)) <= 2
        assert len(loaded) <= most
        assert len([line for line in lines if line.startswith("fit")]) <= (6 if name == "mine:Fitted" else 0)


def test_no_articles_own_annotation_reaches_the_extractor(cluster: Cluster, place: Path) -> None:
    """What is fitted for a shard's documents of a fold is never a document of that fold."""
    (place / "noted").unlink(missing_ok=True)
    made("mine:Fitted", cluster)
    fits = [set(line.split()[1:]) for line in (place / "noted").read_text().splitlines() if line.startswith("fit")]
    folds = [{document.doc_id for i, document in enumerate(GOLD) if i % 3 == fold} for fold in range(3)]
    assert fits
    for fit in fits:
        assert [fit.isdisjoint(fold) for fold in folds].count(True) == 1
        assert len(fit) == DOCUMENTS - min(len(fold) for fold in folds if fit.isdisjoint(fold))


def test_code_that_was_changed_is_loaded_anew(cluster: Cluster, place: Path) -> None:
    """By workers that have run it before."""
    assert made("mine:Loaded", cluster)["metrics"]["ner.strict"]["correct"] == DOCUMENTS  # type: ignore[index]
    (place / "mine.py").write_text(MODULE.replace("FOUND = 15", "FOUND = 3 + 9"), encoding="utf-8")
    try:
        found = made("mine:Loaded", cluster, match="char")["metrics"]["ner.strict"]  # type: ignore[index]
    finally:
        (place / "mine.py").write_text(MODULE, encoding="utf-8")
    assert (found["correct"], found["predicted"]) == (0, DOCUMENTS)


def test_modules_and_relative_names_are_those_of_the_user(cluster: Cluster, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two users whose modules have the same name, and whose options name files; the workers work elsewhere, with such a module too."""
    code = (
        MODULE
        + """
class Named:
    options = {"word": "a file"}
    def __init__(self, request):
        self.type = open(request.options["word"]).read() + TYPE
    def extract(self, documents):
        for document in documents:
            yield replace(document, mentions=[Mention(None, 0, 3, self.type)])
"""
    )
    for user in ("one", "other", "one"):
        folder = place / user
        folder.mkdir(exist_ok=True)
        (folder / "mine.py").write_text(f"{code}\nfrom beside import TYPE\n", encoding="utf-8")
        (folder / "beside.py").write_text(f"TYPE = 'of-{user}'\n", encoding="utf-8")
        (folder / "word.txt").write_text(f"{user}-", encoding="utf-8")
        monkeypatch.chdir(folder)
        monkeypatch.syspath_prepend(folder)  # as in a command of this user's
        for module in ("mine", "beside"):
            monkeypatch.delitem(sys.modules, module, raising=False)
        scores = made("mine:Named", cluster, Path("../gold"), options=(("word", "word.txt"),))
        assert set(scores["metrics"]["ner.strict"]["types"]) == {"EVENT", "GPE", f"{user}-of-{user}"}  # type: ignore[index]


def test_what_was_changed_on_the_way_is_refused(cluster: Cluster, place: Path) -> None:
    """What it is fitted on, and the gold: nothing that was made of another text is kept."""
    shutil.rmtree("dask", ignore_errors=True)
    formats.write(place / "train.jsonl", GOLD[:2])
    run = Sharded(Path("gold"), "mine:Fitted", Settings(train=Path("train.jsonl")), cluster)
    formats.write(place / "train.jsonl", GOLD[:3])
    run.job = replace(run.job, number="another")
    with pytest.raises(BadInput, match=r"train\.jsonl was changed while the run was at work"):
        save(run, Path("dask"))
    file = place / "gold" / "documents" / "part-7.parquet"
    was = file.read_bytes()
    run = Sharded(Path("gold"), "mine:Loaded", Settings(), cluster)
    formats.write(file, [replace(document, text=f"{document.text} بعد") for document in formats.read_gold(file)])
    try:
        with pytest.raises(BadInput, match="the gold was changed while the run was at work"):
            save(run, Path("dask"))
    finally:
        file.write_bytes(was)
    kept = [file.name for file in Path("dask/shards").glob("*/*.jsonl")]
    assert not [name for name in kept if name.startswith(run.surveys[-1].digest)]
    for engine in (None, cluster):
        made("mine:Loaded", engine)
    check_same()


def test_a_worker_that_is_still_at_an_earlier_run_writes_none_of_this_one(cluster: Cluster, place: Path) -> None:
    """Of one that was given up, and whose folder was taken away."""
    shutil.rmtree("dask", ignore_errors=True)
    earlier = Sharded(Path("gold"), "mine:some", Settings(), cluster)
    kept = earlier.kept(place / "dask")
    Path("dask").mkdir()
    Sharded(Path("gold"), "mine:Loaded", Settings(), cluster).kept(place / "dask")._folder.mkdir(parents=True)
    with pytest.raises(BadInput, match="no such file or folder for a worker"):
        shard.work(earlier.job, kept._shards[0], lambda done: None)
    assert not list(Path("dask/shards").glob("*/*"))


def test_a_gold_that_is_cut_anew_is_gone_on_with(cluster: Cluster, place: Path) -> None:
    """What is kept is of documents, not of the place of a file among others."""
    shutil.rmtree("dask", ignore_errors=True)
    shutil.copytree("gold", "cut")
    with pytest.raises(BadInput, match="documents are kept in dask"):
        save(Sharded(Path("cut"), "mine:fails_late", Settings(samples=50), cluster), Path("dask"))
    for name in ("part-0", "part-2"):
        (place / "cut" / "documents" / f"{name}.parquet").rename(place / "cut" / "documents" / f"z-{name}.parquet")
    joined = [one for i in (4, 5) for one in formats.read_gold(place / "cut" / "documents" / f"part-{i}.parquet")]
    formats.write(place / "cut" / "documents" / "part-4.parquet", joined)
    (place / "cut" / "documents" / "part-5.parquet").unlink()
    scores, _ = save(Sharded(Path("cut"), "mine:fails_late", Settings(samples=50, fail_fast=False), cluster), Path("dask"))
    assert scores["metrics"] == made("mine:fails_late", None)["metrics"]
    assert len(Path("dask/predictions.jsonl").read_text(encoding="utf-8").splitlines()) == DOCUMENTS


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
    """By its name, or since nobody answers."""
    for engine, says in (
        ("spark", "'spark' is none of local, dask, dask:ADDRESS"),
        ("dask:", "'dask:' is none of"),
        ("dask:tcp://127.0.0.1:9", "--engine dask:tcp://127.0.0.1:9: no scheduler of Dask's answers there"),
        ("dask:nonsense", "--engine dask:nonsense: no scheduler of Dask's answers there"),
    ):
        started = time.monotonic()
        done = command("eval", "run", "mine:Loaded", "--gold", "gold", "--engine", engine, cwd=place)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert says in done.stderr
        assert time.monotonic() - started < 60
