"""This version of the dataset, and a Hub on this machine to push it to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from huggingface_hub import HfApi, constants, set_client_factory
from huggingface_hub.utils._http import default_client_factory

from annotation import about, publishing
from annotation import gold as golds
from annotation.gold import Gold
from annotation.publishing import Release, hub
from tests.conftest import ROOT
from tests.hub_server import HubServer
from tests.hub_server import hub as started

TOKEN = "hf_thisIsTheSecretOfTheTests"
NAME = "org/wafd"
VERSION = about.load().version
TAG = f"v{VERSION}"


def own() -> Gold:
    """A fixture of a module: the project's own."""
    return golds.read(ROOT)


def released(gold: Gold, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A fixture of a module: this version as it is pushed."""
    return publishing.release(gold, tmp_path_factory.mktemp("release"), NAME, with_texts=False)


def listening() -> Iterator[HubServer]:
    """A fixture: a Hub with nothing on it, which fails the test where anything else is asked, of whatever host."""
    with started() as it:
        yield it


def connected(server: HubServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[HfApi]:
    """A fixture: the same, as the command reaches it."""
    for name, value in environment(server).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(constants, "ENDPOINT", server.url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", server.url + "/{repo_id}/resolve/{revision}/{filename}")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", False)
    yield hub.connect()
    set_client_factory(default_client_factory)


def environment(server: HubServer) -> dict[str, str]:
    """What leads the command there, and nowhere else."""
    return {
        "HF_ENDPOINT": server.url,
        "HF_TOKEN": TOKEN,
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        # What is asked of any other host comes to the server too, which fails the test.
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), server.url),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1"),
    }


def contents(release: Release) -> dict[str, bytes]:
    """Its files."""
    return {file.path: file.local.read_bytes() for file in release.files}


def at(server: HubServer, commit: str) -> dict[str, bytes]:
    """The files of a commit, but for the Hub's own."""
    files = server.repositories[NAME].commits[commit]
    return {path: content for path, content in files.items() if path != ".gitattributes"}
