"""Publishing where it cannot be: what is said of the Hub, the network, the token and the name, and that nothing is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import HfApi, constants

from annotation import publishing
from annotation.gold import Gold
from annotation.publishing import Release, hub
from eval.document import BadInput
from tests.hub_server import HubServer, Repository
from tests.pushing import NAME, TOKEN, connected, listening, own, released

# The library sends what goes by Git LFS in a way that its own HTTP library wants no more.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

gold, release = (pytest.fixture(scope="module")(one) for one in (own, released))
server, reached = pytest.fixture(listening), pytest.fixture(connected)


@pytest.mark.parametrize(
    ("method", "part", "status", "says"),
    [
        ("GET", "/refs", 401, "401, the token is none that it knows; make one at"),
        ("POST", "repos/create", 401, "401, the token is none that it knows; make one at"),
        ("POST", "repos/create", 403, "403, the token may not write to org, or there is no org; it needs write access there"),
        ("POST", "repos/create", 404, f"404, there is no {NAME}, or the token may not see it"),
        ("POST", "/commit/", 412, "412, somebody else has changed it meanwhile; the same command goes on"),
        ("POST", "/commit/", 500, "500, it has a fault of its own; the same command goes on from there, later"),
        ("POST", "/tag/", 409, "409, somebody else is changing it at this moment"),
    ],
)
def test_what_the_hub_refuses_is_said_in_one_line_with_what_to_do(
    method: str, part: str, status: int, says: str, server: HubServer, reached: HfApi, release: Release
) -> None:
    """By what it answers; a token that it repeats is not shown."""
    server.faults[method, part] = status, {"error": f"no, {TOKEN}"}
    with pytest.raises(BadInput) as error:
        hub.push(release, reached, recorded=False)
    assert f"{server.url}: {says}" in str(error.value)
    assert TOKEN not in str(error.value)
    assert not any(it.tags for it in server.repositories.values())


@pytest.mark.parametrize("answer", [{}, [1, 2], {"branches": [{}], "converts": [], "tags": []}, "<html>"])
def test_an_answer_that_is_none_of_the_hubs_is_said(server: HubServer, reached: HfApi, release: Release, answer: object) -> None:
    """As a proxy gives it, or another server at that address."""
    server.faults["GET", "/refs"] = 200, answer
    with pytest.raises(BadInput, match=r"its answer is none of the Hub's \(.*see to HF_ENDPOINT and the network, then the same"):
        hub.push(release, reached, recorded=False)


def test_a_record_that_cannot_be_written_is_said_and_the_same_command_writes_it(gold: Gold, tmp_path: Path) -> None:
    """The version is on the Hub by then, and is pushed only once."""
    (tmp_path / "annotation").mkdir()
    (tmp_path / "annotation" / "releases").write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match=r"releases/1\.2\.3\.jsonl: cannot be written \(.*\), though the version is published"):
        publishing.record(gold, "1.2.3", tmp_path)


def test_a_hub_that_does_not_answer_or_is_not_there_is_said(
    server: HubServer, reached: HfApi, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time-out, and a port at which nobody listens."""
    monkeypatch.setattr(hub, "TIMEOUT", 0.5)
    server.faults["GET", "/refs"] = 0, None
    with pytest.raises(BadInput, match=r"not reached \(ReadTimeout.*see to the network, then the same command goes on"):
        hub.push(release, hub.connect(), recorded=False)
    server.server_close()
    with pytest.raises(BadInput, match=r"not reached \(ConnectError.*see to the network"):
        hub.push(release, hub.connect(), recorded=False)


@pytest.mark.parametrize(
    ("token", "offline", "says"),
    [
        ("", False, "no token for the Hub; make one with write access"),
        ("hf_a b", False, "holds a character that no token has"),
        ("hf_é", False, "holds a character that no token has"),
        (TOKEN, True, "HF_HUB_OFFLINE is set"),
    ],
)
def test_without_a_token_or_offline_nothing_is_asked(
    token: str, offline: bool, says: str, server: HubServer, reached: HfApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said before, and without showing it."""
    monkeypatch.setenv("HF_TOKEN", token)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "none"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", offline)
    with pytest.raises(BadInput, match=says) as error:
        hub.connect()
    assert not token or token not in str(error.value)
    assert server.requests == []


@pytest.mark.parametrize("name", ["wafd", "a/b/c", "org/--", "https://huggingface.co/datasets/org/wafd", "org/", ""])
def test_what_names_no_repository_is_said(name: str) -> None:
    """An organisation's or a person's, then its own."""
    with pytest.raises(BadInput, match="name it as ORG/NAME"):
        hub.check_name(name)


@pytest.mark.parametrize("files", [{"README.md": b"another dataset"}, {"ner/test.parquet": b"theirs"}])
def test_a_repository_that_holds_something_else_is_refused(
    files: dict[str, bytes], server: HubServer, reached: HfApi, release: Release
) -> None:
    """Nothing is sent."""
    server.repositories[NAME] = it = Repository()
    it.commit(files, "theirs")
    with pytest.raises(BadInput, match=f"{NAME} holds something else"):
        hub.push(release, reached, recorded=False)
    assert server.sent() == []
