"""Predictions in a real Label Studio: brought, started from, pulled, ordered by; with client and server killed on the way."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotation import EXPORT, export, label_studio, schema
from annotation.predicting import Gold, Predicting
from annotation.studio import tasks
from annotation.studio.predicted import extractor_of
from eval import formats
from eval.document import Document
from tests.conftest import ROOT, Command
from tests.serving import kill_server, reached, serving, signed_up, start, until

pytestmark = pytest.mark.label_studio

GOLD = Gold.read(ROOT / EXPORT, schema.load()).documents

# One a request. The client is killed when the second was carried out, before it knows.
KILLED = """
import os, signal
from annotation.studio import batch, tasks
batch.ARTICLES = 1
predict, sent = tasks.predict, []
def once(*given):
    predict(*given)
    sent.append(given)
    if len(sent) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
tasks.predict = once
"""
# One a request, and a while before each.
SLOWLY = """
import time
from annotation.studio import batch, tasks
batch.ARTICLES = 1
predict = tasks.predict
tasks.predict = lambda *given: time.sleep(2) or predict(*given)
"""


def next_task(http: Any) -> dict[str, Any]:
    """What Label All Tasks brings, by both of its addresses."""
    found = http.get("/api/projects/1/next")
    assert found.is_success, found.text
    streamed = http.post("/api/dm/actions", params={"id": "next_task", "project": 1}, json={"project": "1"})
    assert streamed.json()["id"] == found.json()["id"]
    task: dict[str, Any] = found.json()
    return task


def submit(http: Any, task: Mapping[str, Any]) -> dict[str, Any]:
    """Start from the prediction that the page shows, and submit, as the page does."""
    (prediction,) = task["predictions"]
    body = {"result": prediction["result"], "parent_prediction": prediction["id"], "lead_time": 1}
    answer = http.post(f"/api/tasks/{task['id']}/annotations/", params={"project": 1}, json=body)
    assert answer.status_code == 201, answer.text
    annotation: dict[str, Any] = answer.json()
    return annotation


def predicted(http: Any) -> dict[str, list[dict[str, Any]]]:
    """The predictions of each document."""
    return {task["data"]["doc_id"]: task["predictions"] for task in tasks.predicted(http, 1)}


def half(document: Document) -> Document:
    """Every other of its mentions, with the relations between these."""
    kept = document.mentions[::2]
    ids = {mention.id for mention in kept}
    return replace(document, mentions=kept, relations=tuple(r for r in document.relations if {r.head, r.tail} <= ids))


def test_from_predictions_to_annotations(command: Command, tmp_path: Path) -> None:
    """Killed twice, each article has one prediction, which is eval run's; who starts from it pulls it; then by disagreement."""
    for folder in ("seeds", "annotation/exports"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    studio = tmp_path / "studio"
    push = ["push", "--folder", studio, "--with", "lexicon"]
    with serving(studio, tmp_path):
        assert command("annotate", "push", "--folder", studio).returncode == 0
        with reached(studio) as http:
            first = next(tasks.listed(http, 1, False))["id"]
            draft = http.post(f"/api/tasks/{first}/drafts", json={"result": [], "lead_time": 1}).json()["id"]
            own = http.post(f"/api/tasks/{first}/annotations/", json={"result": []}).json()["id"]

            killed = start(KILLED, tmp_path, *push)
            assert killed.wait(timeout=300) == -signal.SIGKILL
            assert (studio / "predicting.json").exists()
            assert sorted(map(len, predicted(http).values())) == [0, 0, 0, 1, 1]

            cut = start(SLOWLY, tmp_path, *push)
            until(lambda: sum(map(len, predicted(http).values())) > 2)
            kill_server(studio)
            _, said = cut.communicate(timeout=120)
            assert (cut.returncode, "the same command goes on with the others" in said) == (2, True), said

    with serving(studio, tmp_path), reached(studio) as http:
        done, again = command("annotate", *push), command("annotate", *push)
        assert (done.returncode, again.returncode) == (0, 0), done.stderr + again.stderr
        assert Counter(line.split(": ")[1] for line in again.stdout.splitlines()) == {"there already": 5}
        assert "prediction added" in done.stdout
        assert "to be filled in or corrected: 129 missing-role" in again.stderr
        assert not (studio / "predicting.json").exists()
        found = predicted(http)
        assert [len(predictions) for predictions in found.values()] == [1] * 5

        # what eval run predicts, leave-one-out; that it is, test_preannotation.py holds
        for document in Predicting("lexicon", {}, Gold(GOLD), schema.load()).documents(one.bare() for one in GOLD):
            (prediction,) = found[document.doc_id]
            labels = [one for one in prediction["result"] if one["type"] == "labels"]
            relations = [one for one in prediction["result"] if one["type"] == "relation"]
            assert Counter((one["value"]["start"], one["value"]["end"], *one["value"]["labels"]) for one in labels) == Counter(
                mention.span for mention in document.mentions
            )
            assert Counter((label, one["from_id"], one["to_id"]) for one in relations for label in one["labels"]) == Counter(
                (relation.type, relation.head, relation.tail) for relation in document.relations
            )

        # an annotator starts from one
        task = next_task(http)
        doc_id = task["data"]["doc_id"]
        assert [one["id"] for one in task["predictions"]] == [one["id"] for one in found[doc_id]]
        annotation = submit(http, task)
        assert annotation["parent_prediction"] == found[doc_id][0]["id"]
        # it lacks what the extractor does not know, so that it is set aside, whole
        assert command("annotate", "pull", "--folder", studio, "--out", "out.json").returncode == 1
        (pulled,) = [one for one in export.read(tmp_path / "out.aside.json") if one["data"]["doc_id"] == doc_id]
        assert label_studio.for_page(pulled["annotations"][0]["result"]) == found[doc_id][0]["result"]
        assert pulled.keys() == {"data", "annotations"}
        assert all(one.keys() == {"completed_by", "result"} for one in pulled["annotations"])

        # less gold: what was learnt is another, and in the place of what was
        gold = export.read(tmp_path / EXPORT)
        (tmp_path / EXPORT).write_text(export.dumps(gold[:3]), encoding="utf-8")
        less = command("annotate", *push)
        assert Counter(line.split(": ")[1] for line in less.stdout.splitlines()) == {"prediction replaced": 5}, less.stderr
        anew = predicted(http)
        assert {one["id"] for of in anew.values() for one in of} == {one["id"] for of in found.values() for one in of}
        versions = [{one["model_version"] for of in predictions.values() for one in of} for predictions in (found, anew)]
        assert [len(of) for of in versions] == [1, 1]
        assert versions[0] != versions[1]
        assert http.get(f"/api/annotations/{annotation['id']}/").json()["result"] == annotation["result"]

        # two that disagree: on 003 by half, on the new article altogether, on the others not at all
        new = replace(GOLD[0], doc_id="new", text=f"{GOLD[0].text}\n")
        articles = [*GOLD, new]
        formats.write(tmp_path / "articles.jsonl", [document.bare() for document in articles])
        one = [half(document) if document.doc_id == "003" else document for document in articles]
        formats.write(tmp_path / "one.jsonl", one)
        formats.write(tmp_path / "other.jsonl", [document for document in articles if document.doc_id != "new"])
        both = ["--with", "predictions:one.jsonl", "--with", "predictions:other.jsonl", "--order", "uncertain"]
        ordered = command("annotate", "push", "--folder", studio, "--articles", "articles.jsonl", *both)
        assert ordered.returncode == 0, ordered.stderr
        assert "003: prediction added\n" in ordered.stdout
        assert "new: added with its prediction\n" in ordered.stdout
        scores = {
            doc_id: {one["score"] for one in of if "predictions-" in one["model_version"]}
            for doc_id, of in predicted(http).items()
        }
        assert {doc_id: len(of) for doc_id, of in scores.items()} == dict.fromkeys(scores, 1)
        assert {doc_id: of.pop() for doc_id, of in scores.items()} == {
            **dict.fromkeys(("000", "001", "002", "004"), 1),
            "003": pytest.approx(2 / 3, abs=0.01),
            "new": 0,
        }

        with signed_up(studio, "second@wafd.example") as other:
            begun = {submit(other, next_task(other))["task"] for _ in range(2)}
            assert begun == {first, annotation["task"]}  # what another has annotated comes first
            for annotator in (other, http):
                assert next_task(annotator)["data"]["doc_id"] == "new"
            for expected in ("new", "003"):
                for annotator in (http, other):
                    task = next_task(annotator)
                    assert task["data"]["doc_id"] == expected
                    assert [extractor_of(one["model_version"]) for one in task["predictions"]] == ["predictions-one.jsonl"]
                    submit(annotator, task)
        assert http.get(f"/api/annotations/{own}/").json()["result"] == []
        assert http.get(f"/api/drafts/{draft}/").json()["result"] == []
