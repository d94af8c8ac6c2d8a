"""The whole road with a real Label Studio: serve, push, annotate, pull, check, build, load_dataset, eval run."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from annotation import export, label_studio, page, schema, seeds
from annotation.studio import project, server
from annotation.studio.login import Login
from tests.conftest import ROOT, Command, signature
from tests.serving import connected, serving

pytestmark = pytest.mark.label_studio


def listeners(port: int) -> set[str]:
    """The local addresses on which something listens at this port, as Linux writes them."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            if state == "0A" and int(local.rpartition(":")[2], 16) == port:
                found.add(local.rpartition(":")[0])
    return found


def test_from_an_article_to_a_score(command: Command, tmp_path: Path) -> None:
    """One article, annotated in a real Label Studio, becomes a dataset that load_dataset reads and a score."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    articles = len(seeds.manifest(tmp_path / "seeds"))
    studio = tmp_path / "studio"
    (reference,) = [task for task in export.read(ROOT / "annotation/exports/gold.json") if task["data"]["doc_id"] == "002"]

    with serving(studio, tmp_path) as said:
        login = Login.read(studio)
        assert f"address:  {login.url}/projects/" in said
        assert login.password in said
        assert (studio / "login.json").stat().st_mode & 0o077 == 0
        assert listeners(int(login.url.rpartition(":")[2])) == {"0100007F"}  # 127.0.0.1 and nothing else

        again = command("annotate", "serve", "--folder", studio)
        assert again.returncode == 2
        assert "already runs" in again.stderr

        first, second = command("annotate", "push", "--folder", studio), command("annotate", "push", "--folder", studio)
        assert [line.split(": ")[1] for line in first.stdout.splitlines()] == ["added"] * articles
        assert [line.split(": ")[1] for line in second.stdout.splitlines()] == ["there already"] * articles

        with connected(studio) as client:
            (ours,) = client.projects.list()
            assert ours.label_config == page.labels_xml(schema.load())
            tasks = {task.data["doc_id"]: task for task in client.tasks.list(project=ours.id, fields="all")}
            assert len(tasks) == articles
            client.annotations.create(
                id=tasks["002"].id, result=[*reference["annotations"][0]["result"], signature("Salma Haddad")]
            )
            raw = b"".join(client.projects.exports.download_sync(ours.id, export_type="JSON"))
        (tmp_path / "raw.json").write_bytes(raw)
        # what a person gets from the page's Export button
        assert command("annotate", "check", "raw.json").returncode == 0

        pulled = command("annotate", "pull", "--folder", studio)
        assert (pulled.returncode, pulled.stderr) == (0, "")

        exported = tmp_path / "annotation" / "exports" / "gold.json"
        (task,) = export.read(exported)
        assert task["data"] == reference["data"]
        assert label_studio.verified_by(task) == "Salma Haddad"
        unsigned = [result for result in task["annotations"][0]["result"] if result.get("from_name") != "verified_by"]
        assert unsigned == reference["annotations"][0]["result"]
        assert task["annotations"][0]["completed_by"] == login.email

        assert command("annotate", "check").returncode == 0
        assert command("annotate", "build").returncode == 0
        load = "import datasets; print(datasets.load_dataset('./data', split='test')[0]['doc_id'])"
        loaded = command(sys.executable, "-c", load, HF_HOME=str(tmp_path / "cache"))
        assert loaded.stdout == "002\n", loaded.stderr
        scored = command("eval", "run", "predictions:data/documents/test.parquet", "--out", "run")
        assert scored.returncode == 0, scored.stderr
        assert json.loads((tmp_path / "run" / "scores.json").read_bytes())["metrics"]["ner.strict"]["f1"] == 1

        # a second annotator's annotation of the same task, brought twice
        brought = ["annotate", "push", "--folder", studio, "--annotations", exported, "--annotator", "second@wafd.example"]
        assert [f"002: {what}" in command(*brought).stdout for what in ("annotation added", "there already")] == [True, True]
        for annotator in (login.email, "second@wafd.example"):
            out = tmp_path / f"{annotator}.json"
            assert command("annotate", "pull", "--folder", studio, "--annotator", annotator, "--out", out).returncode == 0
            assert export.read(out)[0]["annotations"][0]["completed_by"] == annotator
            assert export.read(out)[0]["annotations"][0]["result"] == task["annotations"][0]["result"]
        both = command("annotate", "pull", "--folder", studio, "--out", tmp_path / "both.json")
        assert len(export.read(tmp_path / "both.json")[0]["annotations"]) == 2, both.stderr
        unknown = command(
            "annotate", "pull", "--folder", studio, "--annotator", "nobody@wafd.example", "--out", tmp_path / "no.json"
        )
        assert (unknown.returncode, "nobody@wafd.example" in unknown.stderr) == (2, True)
        before = exported.read_bytes()
        again = command("annotate", "pull", "--folder", studio, "--annotator", login.email)
        assert "002: unchanged" in again.stdout
        assert exported.read_bytes() == before

        # two who do not agree on a GPE's role, and a third who decides in Label Studio
        other = export.read(tmp_path / "second@wafd.example.json")
        role = next(result for result in other[0]["annotations"][0]["result"] if result.get("from_name") == "role")
        role["value"]["choices"] = ["place" if role["value"]["choices"] == ["government"] else "government"]
        (tmp_path / "other.json").write_text(export.dumps(other), encoding="utf-8")
        decide = command("annotate", "adjudicate", f"{login.email}.json", "other.json", "--out", "decide.json")
        assert "1 document(s), 1 to decide: attribute 1" in decide.stdout
        third = ["--folder", studio, "--annotator", "third@wafd.example"]
        assert command("annotate", "push", *third, "--annotations", "decide.json").returncode == 0
        assert command("annotate", "pull", *third, "--out", "third.json").returncode == 0
        assert "undecided" in command("annotate", "check", "third.json").stdout
        with connected(studio) as client:
            (undecided,) = (
                one
                for task in client.tasks.list(project=project.found(client), fields="all")
                for one in task.annotations
                if any("meta" in result for result in one["result"])
            )
            decided = [{key: value for key, value in result.items() if key != "meta"} for result in undecided["result"]]
            client.annotations.update(id=undecided["id"], result=decided)
        assert "002: changed" in command("annotate", "pull", *third, "--out", "third.json").stdout
        assert command("annotate", "check", "third.json").returncode == 0

    assert not server.is_healthy(login.url)
