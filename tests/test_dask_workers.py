"""What workers hold and write: models loaded once, each user's own modules, nothing of what was changed or given up."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from eval import formats, shard
from eval.cluster import Cluster
from eval.document import BadInput
from eval.folder import save
from eval.settings import Settings
from eval.sharded import Sharded
from tests.dask_cluster import MODULE, check_same, made, placed, two_workers
from tests.stopping import DOCUMENTS, GOLD

place = pytest.fixture(scope="module")(placed)
cluster = pytest.fixture(scope="module")(two_workers)


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
