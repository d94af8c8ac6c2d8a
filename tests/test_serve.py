"""A real Label Studio as those who use it meet it: who gets in, what is kept when it is killed, what is left of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import threading
import traceback
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from annotation import label_studio, schema
from annotation.studio import accounts, address, tasks
from annotation.studio import pull as pulling
from annotation.studio.login import Login
from eval import formats
from eval.document import BadInput, Document, Mention
from tests.conftest import ROOT, Command
from tests.serving import in_terminal, kill_server, logged_in, reached, servers, serving, started_once, task_numbers, until

pytestmark = pytest.mark.label_studio

ARTICLES = 40

# What stands behind a log-in, with a project 1 that has a task 1; each is an answer with the token of somebody who may.
API = (
    "/api/projects", "/api/projects/1", "/api/projects/1/export?exportType=JSON", "/api/projects/1/exports", "/api/tasks?project=1",
    "/api/tasks/1", "/api/tasks/1/annotations/", "/api/tasks/1/drafts", "/api/projects/1/next", "/api/dm/views?project=1",
    "/api/dm/project?project=1", "/api/invite", "/api/users/", "/api/current-user/whoami", "/api/current-user/token", "/api/token/",
    "/api/organizations", "/api/webhooks/", "/api/ml/?project=1", "/api/label_links/", "/api/predictions/", "/api/jwt/settings",
)  # fmt: skip
PAGES = (
    "/", "/projects", "/projects/1", "/projects/1/data?task=1", "/projects/1/settings", "/people", "/organization", "/user/account",
    "/admin/", "/admin/users/user/", "/django-rq/", "/logout", "/data/upload/1/a.json", "/data/local-files/?d=a",
    "/storage-data/uploaded/?filepath=upload/1/a.json", "/tasks/1/resolve/?fileuri=YQ==", "/feature-flags/",
)  # fmt: skip
WRITES = (
    ("POST", "/api/projects/1/import"), ("POST", "/api/tasks/1/annotations/"), ("POST", "/api/tasks/1/drafts"), ("POST", "/api/users/"),
    ("PATCH", "/api/projects/1/"), ("DELETE", "/api/projects/1/"), ("DELETE", "/api/tasks/1/"), ("POST", "/api/invite/reset-token"),
    ("POST", "/api/token/"), ("POST", "/api/token/refresh/"),
)  # fmt: skip


def articles() -> list[Document]:
    """Each with fifty mentions, of which only annotations are made."""
    text = "زار الوزير دمشق 🕊\n"
    mentions = [
        Mention(f"m{i}", i * len(text) + 11, i * len(text) + 15, "GPE", "gpe:syria", {"role": "place"}) for i in range(50)
    ]
    return [Document(f"a{i:03}", text * 50 + str(i), "2025-11-16", tuple(mentions)) for i in range(ARTICLES)]


def check_closed(url: str, token: str) -> None:
    """Nobody who is not logged in gets anything or makes an account."""
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as anybody:
        for path in API:
            assert anybody.get(path).status_code == 401, path
            known = anybody.get(path, headers={"Authorization": f"Token {token}"}, follow_redirects=True)
            assert known.status_code == 200, path
        for path in PAGES:
            answer = anybody.get(path, follow_redirects=True)
            asked_in = [step.headers["location"] for step in answer.history if "/login/" in step.headers["location"]]
            assert asked_in or answer.status_code in (401, 403), path
            assert "دمشق" not in answer.text
        for method, path in WRITES:
            assert anybody.request(method, path, json={}).status_code in (400, 401), path
        for link in ({}, {"token": "a"}):
            anybody.get("/user/signup/")
            form = {"email": "e@wafd.example", "password": "12345678", "csrfmiddlewaretoken": anybody.cookies["csrftoken"]}
            refused = anybody.post("/user/signup/", params=link, data=form, headers={"Referer": url})
            assert refused.status_code == 403


@dataclass
class Watch:
    """All that processes were called with, and all that was printed, while the block ran."""

    called: set[bytes] = field(default_factory=set)
    printed: str = ""

    @contextmanager
    def running(self) -> Iterator[Watch]:
        """Looks again and again."""
        ended = threading.Event()

        def look() -> None:
            while not ended.wait(0.2):
                for one in Path("/proc").glob("[0-9]*/cmdline"):
                    try:
                        self.called.add(one.read_bytes())
                    except OSError:
                        continue

        looking = threading.Thread(target=look)
        looking.start()
        try:
            yield self
        finally:
            ended.set()
            looking.join()

    def check(self, secrets: list[str], folder: Path, *made: bytes) -> None:
        """The secrets were in none of it and are in no file of the folder; what was `made` is among what was seen."""
        assert all(any(part in words for words in self.called) for part in made)
        for secret in secrets:
            assert not [words for words in self.called if secret.encode() in words]
            assert secret not in self.printed
            holding = {path.name for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()}
            # the database has the hashes of passwords alone, but tokens as they are
            assert holding <= {"login.json", "label_studio.sqlite3"}, holding


def check_hidden(folder: Path) -> None:
    """No other user can read what is in the folder, nor look into it."""
    for path in (folder, *folder.rglob("*")):
        if path.suffix != ".lock":
            assert path.stat().st_mode & 0o077 == 0, path


def killed_amid(send: Callable[[str], bool], names: list[str], kill: Callable[[], object]) -> set[str]:
    """Send each, several at a time, and kill what answers in the midst; returns what was answered."""
    answered: set[str] = set()

    def sent(name: str) -> None:
        try:
            if send(name):
                answered.add(name)
        except httpx.HTTPError:  # nobody answers any more
            pass

    with ThreadPoolExecutor(4) as pool:
        sending = [pool.submit(sent, name) for name in names]
        until(lambda: len(answered) >= len(names) // 6)
        kill()
        for one in sending:
            one.result()
    assert len(names) // 6 <= len(answered) < len(names)
    return answered


def test_a_first_start_that_was_stopped_is_begun_anew() -> None:
    """Ctrl-C while the database is prepared: the next start makes another, which all tests with a Label Studio begin with."""
    with closing(sqlite3.connect(started_once() / "label_studio.sqlite3")) as whole:
        columns = [column[1] for column in whole.execute("PRAGMA table_info(tasks_failedprediction)")]
    assert columns[0] == "id"
    assert "cut" not in columns


def test_nobody_else_gets_in_and_what_was_answered_is_kept(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accounts, keys and what is closed; then the server killed amid submitting, and `annotate serve` amid drafts."""
    studio, documents, watch = tmp_path / "studio", articles(), Watch()
    formats.write(tmp_path / "articles.jsonl", [document.bare() for document in documents])
    formats.write(tmp_path / "annotated.jsonl", documents[:1])
    results = {
        document.doc_id: label_studio.to_task(document, schema.load())["annotations"][0]["result"] for document in documents
    }
    monkeypatch.setattr(address, "FOLDER", tmp_path / "home" / "label-studio")
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n', encoding="utf-8")
    browser.chmod(0o700)
    screen = {"DISPLAY": ":99", "BROWSER": f"{browser} %s"}

    def annotate(*arguments: object, **environment: str) -> str:
        done = command("annotate", *arguments, cwd=ROOT, XDG_DATA_HOME=str(tmp_path / "home"), **environment)
        assert done.returncode == 0, done.stderr
        watch.printed += done.stdout + done.stderr
        return done.stdout

    def elsewhere(url: str, key: str) -> address.Address:
        monkeypatch.setenv(address.KEY, key)
        return address.find(studio, url)

    with serving(studio, tmp_path, **screen) as said, watch.running():
        login = Login.read(studio)
        assert [line for line in said.splitlines() if login.password in line or login.token in line] == [
            f"log in:   {login.email}, password {login.password}"
        ]
        push = ("push", "--articles", tmp_path / "articles.jsonl", "--annotations", tmp_path / "annotated.jsonl")
        second = ("--annotator", "Second@Wafd.Example")
        annotate(*push, *second, "--folder", studio)
        check_closed(login.url, login.token)

        said = annotate("user", "add", "Anna@Wafd.Example", "--folder", studio)
        (anna,) = re.findall(r"^e-mail:   anna@wafd\.example\npassword: (\S+)\n", said)
        watch.printed = watch.printed.replace(anna, "", 1)
        ours = address.find(studio, None)
        accounts_made = {"ANNA@wafd.example": anna, "second@wafd.example": accounts.add(ours, "second@wafd.example")}
        with pytest.raises(BadInput, match=r"^second@wafd\.example has an account with a password already"):
            accounts.add(ours, "SECOND@wafd.example")

        with logged_in(login.url, login.email, login.password) as page:
            personal = page.post("/api/token/").json()["token"]
        annotate(*push, *second, "--url", login.url, LABEL_STUDIO_API_KEY=login.token)
        by_personal = elsewhere(f"{login.url}/", personal)
        assert pulling.pull(by_personal, tmp_path / "out.json", "SECOND@wafd.example", lambda *_: None).done == {"a000": "new"}
        accounts_made["third@wafd.example"] = accounts.add(by_personal, "Third@wafd.example")
        for email, password in accounts_made.items():
            with logged_in(login.url, email, password):
                pass
        wrong = "f" * 40, f"{personal[:-4]}aaaa"
        for key, url, says in (
            *((key, login.url, "refuses the access token in LABEL_STUDIO_API_KEY") for key in wrong),
            (personal, f"{login.url}/projects/1/data", "is no Label Studio; --url is the address of its first page"),
            (personal, login.url, "third@wafd.example has an account"),
        ):
            with pytest.raises(BadInput, match=says) as refused:
                accounts.add(elsewhere(url, key), "third@wafd.example")
            watch.printed += "".join(traceback.format_exception(refused.value))
        secrets = [login.password, login.token, personal, *wrong, *accounts_made.values()]
        watch.check(secrets, studio, b"within/password.py", b"--annotator")
        check_hidden(studio)

        task_of = task_numbers(studio)
        unique = {doc_id: str(uuid.uuid4()) for doc_id in sorted(task_of)}  # as the page has one of each task that it holds
        with logged_in(login.url, "anna@wafd.example", anna) as page:

            def submit(doc_id: str) -> bool:
                body = {"result": results[doc_id], "unique_id": unique[doc_id], "lead_time": 1.5, "draft_id": 0}
                return page.post(f"/api/tasks/{task_of[doc_id]}/annotations/", json=body).status_code == 201

            answered = killed_amid(submit, list(unique), lambda: kill_server(studio))
            cookies = page.cookies
    assert not opened.exists()  # nobody sits before a pipe

    (studio / "label_studio.sqlite3").chmod(0o644)  # as an earlier version left it
    with in_terminal(studio, tmp_path, **screen) as (said, annotate_serve):
        check_hidden(studio)
        (annotated,) = re.findall(rf"articles: {ARTICLES}, (\d+) of them annotated", said)
        assert len({"a000", *answered}) <= int(annotated) < ARTICLES
        assert re.search(r"anna@wafd\.example: (\d+) annotated", said)
        until(opened.exists)
        until(lambda: opened.read_text(encoding="utf-8") == f"{Login.read(studio).url}/projects/1\n")
        assert f"address:  {Login.read(studio).url}/projects/1" in said
        opened.unlink()

        with httpx.Client(base_url=Login.read(studio).url, cookies=cookies, timeout=60, trust_env=False) as page:
            page.headers.update({"Referer": str(page.base_url), "X-CSRFToken": cookies["csrftoken"]})
            for doc_id in unique:
                answer = page.post(
                    f"/api/tasks/{task_of[doc_id]}/annotations/", json={"result": results[doc_id], "unique_id": unique[doc_id]}
                )
                assert answer.status_code == 409 if doc_id in answered else answer.status_code in (201, 409), answer.text
            with reached(studio) as http:
                found = {task["data"]["doc_id"]: task["annotations"] for task in tasks.annotated(http, 1)}
            by_anna = {doc_id: [one["result"] for one in found[doc_id] if one["completed_by"] != 2] for doc_id in unique}
            assert len(found["a000"]) == 2
            assert by_anna == {doc_id: [results[doc_id]] for doc_id in unique}

            drafts: dict[str, int] = {}

            def keep(doc_id: str) -> bool:
                answer = page.post(f"/api/tasks/{task_of[doc_id]}/drafts", json={"result": results[doc_id], "lead_time": 1.5})
                if answer.status_code == 201:
                    drafts[doc_id] = answer.json()["id"]
                return answer.status_code == 201

            killed_amid(keep, list(unique), lambda: os.kill(annotate_serve, signal.SIGKILL))
            until(lambda: not servers(studio))  # though nobody was left to stop it

    for name in ("seeds", "annotation/exports"):
        shutil.copytree(ROOT / name, tmp_path / name)
    with in_terminal(studio, tmp_path, "--no-browser", "--push", **screen) as (said, _):
        assert f"articles: {ARTICLES + 5}, {ARTICLES + 5} of them annotated; annotate push brings more\r\n" in said
        assert f"          anna@wafd.example: {ARTICLES} annotated\r\n" in said
        assert "          second@wafd.example: 1 annotated\r\n" in said
        assert "          third@wafd.example: 0 annotated\r\n" in said
        with httpx.Client(base_url=Login.read(studio).url, cookies=cookies, timeout=60, trust_env=False) as page:
            for doc_id, number in task_of.items():
                kept = {one["id"]: one["result"] for one in page.get(f"/api/tasks/{number}/drafts").json()}
                assert list(kept.values()) in ([], [results[doc_id]]), doc_id
                assert doc_id not in drafts or list(kept) == [drafts[doc_id]]
    assert not opened.exists()
