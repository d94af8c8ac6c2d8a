"""Where a command is sent, and with what key, without a Label Studio."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from annotation.studio import address
from tests.conftest import Command

KEY = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def files(tmp_path: Path) -> Iterator[str]:
    """The address of a server of files, which answers where Label Studio would, and is none."""
    (tmp_path / "files" / "api" / "projects").mkdir(parents=True)
    (tmp_path / "files" / "health").write_text("well", encoding="utf-8")
    (tmp_path / "files" / "api" / "projects" / "index.html").write_text("a page", encoding="utf-8")
    answering = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "files"))
    with HTTPServer(("127.0.0.1", 0), answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def pull(command: Command, tmp_path: Path, url: str, key: str | None = KEY) -> str:
    """What a pull from there says in its one line, with status 2; it never has the key."""
    keys = {} if key is None else {address.KEY: key}
    done = command("annotate", "pull", "--url", url, "--out", "out.json", XDG_DATA_HOME=str(tmp_path / "home"), **keys)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert KEY not in done.stderr
    return done.stderr


def test_what_is_no_address_is_refused(command: Command, tmp_path: Path) -> None:
    """With what one is like."""
    for url in (
        "studio",
        "ftp://studio",
        "http://",
        "http://[",
        "http://a:99999",
        "http://a b",
        "http://me:pw@a",
        "http://a/?b",
        "http://a/#b",
    ):
        assert "not an address; one is like https://label-studio.example.org" in pull(command, tmp_path, url), url


def test_a_key_that_can_be_none_is_refused_and_not_shown(command: Command, tmp_path: Path) -> None:
    """A header could not carry it, and would be shown with the fault."""
    for key in (f"{KEY} {KEY}", f"{KEY}\n{KEY}", "مفتاح"):
        assert "LABEL_STUDIO_API_KEY: no access token" in pull(command, tmp_path, "http://127.0.0.1:1", key)
    for none in (None, "", " \n"):
        assert "needs its access token in the environment, as LABEL_STUDIO_API_KEY" in pull(
            command, tmp_path, "http://127.0.0.1:1", none
        )


def test_where_no_label_studio_answers_that_is_said(command: Command, tmp_path: Path, files: str) -> None:
    """Nobody at all, or something else."""
    with socket.socket() as taken:  # bound, so that nobody else is there, and not listening
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert f"no Label Studio answers at {url}\n" in pull(command, tmp_path, f"{url}/")
    assert f"no Label Studio answers at {files}/elsewhere\n" in pull(command, tmp_path, f"{files}/elsewhere")
    says = f"what answers at {files} is no Label Studio; --url is the address of its first page"
    assert says in pull(command, tmp_path, files)
    (tmp_path / "files" / "api" / "projects" / "index.html").unlink()
    assert says in pull(command, tmp_path, files)  # a list of files


def test_one_elsewhere_is_the_same_with_a_stroke_at_the_end_and_its_key_is_in_no_repr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also below a path."""
    monkeypatch.setattr(address, "FOLDER", tmp_path / "label-studio")
    monkeypatch.setenv(address.KEY, f"{KEY}\n")
    found = address.find(tmp_path, "https://a.example.org:8443/studio/")
    assert found == address.find(tmp_path, "https://a.example.org:8443/studio")
    assert (found.url, found.key, found.is_ours) == ("https://a.example.org:8443/studio", KEY, False)
    assert KEY not in repr(found)
