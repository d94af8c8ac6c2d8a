"""Publishing, against a Hub on this machine: what is sent, what is not, and what is said where it cannot be."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from huggingface_hub import HfApi

from annotation import build, publishing
from annotation.gold import Gold
from annotation.publishing import Release, hub, withheld
from eval import formats
from eval.document import BadInput
from scripts import publish
from tests.conftest import Command
from tests.hub_server import HubServer, Repository
from tests.pushing import NAME, TAG, TOKEN, VERSION, at, connected, contents, environment, listening, own, released

# The library sends what goes by Git LFS in a way that its own HTTP library wants no more.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

gold, release = (pytest.fixture(scope="module")(one) for one in (own, released))
server, reached = pytest.fixture(listening), pytest.fixture(connected)


def test_without_yes_all_is_listed_and_nothing_is_sent(server: HubServer, reached: HfApi, release: Release) -> None:
    """Repository, tag, message, and each file with its size and sum; the token and the Hub are there."""
    done = CliRunner().invoke(publish.publish, [NAME], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    assert server.requests == []
    for words in (f"repository: {NAME}", f"tag: {TAG}", f"commit: {release.message}", "texts: not in it", "Nothing was pushed"):
        assert words in done.stdout
    listed = [line.strip("│ ").split() for line in done.stdout.splitlines() if line.startswith("│")]
    assert [[path, size, sum_] for path, _, size, _, sum_ in listed] == [[f.path, f"{f.size:,}", f.sha256] for f in release.files]


def test_with_texts_they_are_in_it_and_that_is_said(gold: Gold, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The full form of the dataset."""
    full = publishing.release(gold, tmp_path, NAME, with_texts=True)
    publish.show(full)
    said = capsys.readouterr().out
    assert "texts: in it; they are their publishers', and by pushing them you say that you may\n" in said
    assert f"commit: Version {VERSION}, with the texts\n" in said
    rows = pq.read_table(tmp_path / "documents" / "test.parquet").to_pylist()
    assert [row["text"] for row in rows] == [document.text for document in gold.documents]


def test_with_yes_the_very_files_are_there_tagged_and_no_text_has_left_the_machine(
    command: Command, server: HubServer, release: Release, publishable: Path, gold: Gold
) -> None:
    """As a user types it: one commit of exactly these paths, byte for byte; the token in headers alone; a record to commit."""
    done = command(sys.executable, publishable / "scripts" / "publish.py", NAME, "--yes", **environment(server))
    assert (done.returncode, done.stderr) == (0, "")
    it = server.repositories[NAME]
    assert at(server, it.main) == contents(release)
    assert list(it.messages.values()) == ["initial commit", release.message]
    assert it.tags == {TAG: it.main}
    assert f'load_dataset("{NAME}", split="test")' in at(server, it.main)["README.md"].decode()
    assert f"published: commit {it.main}, tag {TAG}: {server.url}/datasets/{NAME}/tree/{TAG}" in done.stdout

    ours, storage = ([one for one in server.requests if one.path.startswith("/storage/") == put] for put in (False, True))
    assert {one.headers["authorization"] for one in ours} == {f"Bearer {TOKEN}"}
    assert [one.headers.get("authorization") for one in storage] == [None] * 5
    assert TOKEN not in done.stdout + done.stderr

    pieces = {piece for document in gold.documents for piece in re.findall(r'[^"\\\n]{100,}', document.text or "")}
    assert pieces
    parquet = [path for path in at(server, it.main) if path.endswith(".parquet")]
    tables = {path: pq.read_table(io.BytesIO(at(server, it.main)[path])).to_pylist() for path in parquet}
    seen = [
        *(one.body.decode(errors="replace") for one in server.requests),
        *(content.decode() for path, content in at(server, it.main).items() if path not in parquet),
        *(json.dumps(table, ensure_ascii=False) for table in tables.values()),
    ]
    assert not any(piece in words or json.dumps(piece)[1:-1] in words for words in seen for piece in pieces)
    assert {row["text"] for row in tables["documents/test.parquet"]} == {None}
    assert {one["text"] for row in tables["documents/test.parquet"] for one in row["mentions"]} == {None}
    assert {row["tokens"] for row in tables["ner/test.parquet"]} == {None}
    pairs = tables["relations/test.parquet"]
    assert {words for row in pairs for words in (row["text"], row["head"]["text"], row["tail"]["text"])} == {None}

    kept = publishable / "annotation" / "releases" / f"{VERSION}.jsonl"
    assert f"written: annotation/releases/{VERSION}.jsonl; commit it" in done.stdout
    (columns,) = formats.read(kept)
    assert list(columns.documents()) == [replace(document, text=None) for document in gold.documents]


def test_a_tagged_version_is_refused_with_the_commit_that_has_it_and_nothing_is_sent(
    server: HubServer, reached: HfApi, release: Release
) -> None:
    """The same again: only the branches and tags are asked for."""
    commit = hub.push(release, reached, recorded=False)
    server.requests.clear()
    with pytest.raises(
        BadInput, match=rf"{NAME} has {TAG} already, commit {commit}, .*raise the version in annotation/about.yaml"
    ):
        hub.push(release, reached, recorded=True)
    assert server.asked() == [f"GET /api/datasets/{NAME}/refs"]


def test_a_push_that_was_stopped_after_its_tag_is_known_again_and_another_of_the_same_number_is_not(
    server: HubServer, reached: HfApi, release: Release
) -> None:
    """There is no record of it here yet."""
    commit = hub.push(release, reached, recorded=False)
    server.requests.clear()
    assert hub.push(release, reached, recorded=False) == commit
    assert server.sent() == []
    for path, content in (("README.md", b"changed"), ("ner/test.parquet", b"changed")):
        before = server.repositories[NAME].commits[commit]
        server.repositories[NAME].commits[commit] = {**before, path: content}
        with pytest.raises(BadInput, match="no version is ever overwritten"):
            hub.push(release, reached, recorded=False)
        server.repositories[NAME].commits[commit] = before
    assert server.sent() == []


STEPS = ("repos/create", "validate-yaml", "preupload", "objects/batch", "/storage/", "/verify/", "/commit/", "/tag/")


@pytest.mark.parametrize("step", STEPS)
def test_stopped_at_any_step_main_is_as_it_was_or_whole_and_the_same_command_goes_on(
    step: str, server: HubServer, reached: HfApi, release: Release
) -> None:
    """Each thing that is sent fails once; 403 is not tried again by itself."""
    method = "PUT" if step == "/storage/" else "POST"
    server.faults[method, step] = 403, {"error": "not now"}
    with pytest.raises(BadInput, match=r"403.*not now"):
        hub.push(release, reached, recorded=False)
    if it := server.repositories.get(NAME):
        assert at(server, it.main) == (contents(release) if step == "/tag/" else {})
        assert it.tags == {}
    server.faults.clear()
    server.requests.clear()
    commit = hub.push(release, reached, recorded=False)
    it = server.repositories[NAME]
    assert at(server, it.main) == contents(release)
    assert it.tags == {TAG: commit} == {TAG: it.main}
    assert len(it.commits) == 2
    assert [one for one in server.sent() if "/commit/" in one] == ([f"POST /api/datasets/{NAME}/commit/main"] * (step != "/tag/"))


def test_the_steps_are_those_of_a_push_which_goes_on_from_the_commit_that_was_seen(
    server: HubServer, reached: HfApi, release: Release
) -> None:
    """The test before leaves none out; what somebody commits meanwhile is neither overwritten nor tagged."""
    commit = hub.push(release, reached, recorded=False)
    assert {step for one in server.sent() for step in STEPS if step in one} == set(STEPS)
    assert all(any(step in one for step in STEPS) for one in server.sent())
    (body,) = (one.body for one in server.requests if "/commit/" in one.path)
    first, *_ = server.repositories[NAME].commits
    assert json.loads(body.splitlines()[0])["value"]["parentCommit"] == first
    assert server.sent()[-1] == f"POST /api/datasets/{NAME}/tag/{commit}"


def test_what_an_earlier_version_brought_goes_and_what_is_others_stays(
    server: HubServer, reached: HfApi, release: Release
) -> None:
    """A config that is no more, which the card at main names, and a file that it does not name."""
    old = contents(release)["README.md"].replace(b"path: ner/", b"path: gone/")
    server.repositories[NAME] = it = Repository()
    it.commit({"README.md": old, "gone/test.parquet": b"old", "facts/test.parquet": b"old", "LICENSE": b"theirs"}, "before")
    hub.push(release, reached, recorded=False)
    assert at(server, it.main) == {**contents(release), "LICENSE": b"theirs"}


def test_texts_in_what_should_hold_none_are_found_wherever_they_are(gold: Gold, release: Release, tmp_path: Path) -> None:
    """In the columns that are to be empty, in any other, in the card, and escaped in JSON."""
    texts = {document.doc_id: document.text or "" for document in gold.documents}
    build.build(gold, tmp_path / "full")
    assert {fault.split(":")[0] for fault in withheld.faults(tmp_path / "full", texts)} == {
        *(f"documents/test.parquet, column {name}" for name in ("text", "mentions.text")),
        "ner/test.parquet, column tokens",
        *(f"relations/test.parquet, column {name}" for name in ("text", "head.text", "tail.text")),
    }
    folder = tmp_path / "pushed"
    shutil.copytree(release.files[0].local.parent, folder)
    assert withheld.faults(folder, texts) == []
    part = " ".join(texts["003"].split()[50:90])
    (folder / "more.json").write_text(json.dumps({"more": [part]}), encoding="utf-8")
    with (folder / "README.md").open("a", encoding="utf-8") as card:
        card.write(part)
    facts = pq.read_table(folder / "facts" / "test.parquet")
    rows = facts.to_pylist()
    rows[7]["value"] = part
    pq.write_table(facts.from_pylist(rows, schema=facts.schema), folder / "facts" / "test.parquet")
    assert withheld.faults(folder, texts) == [
        f"{where}: holds text of article 003, which is to be left out"
        for where in ("README.md", "facts/test.parquet, column value", "more.json")
    ]
