"""Which Label Studio a command speaks to: ours over a folder, or one that runs elsewhere."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from annotation.studio.login import LOGIN, Login
from eval.document import BadInput

KEY = "LABEL_STUDIO_API_KEY"  # the SDK's own name for it
FOLDER = platformdirs.user_data_path("wafd") / "label-studio"


@dataclass(frozen=True)
class Address:
    """A Label Studio that runs, the key that lets us in, and the folder in which a push keeps its notes.

    `started` is a file that is written whenever the server starts; None where the server is not ours.
    """

    url: str
    key: str = field(repr=False)
    notes: Path
    started: Path | None = None

    @property
    def is_ours(self) -> bool:
        """Whether `annotate serve` runs it, on this machine."""
        return self.started is not None


def find(folder: Path, url: str | None) -> Address:
    """The server over `folder`, or where a `url` is given, that one, with the key of the environment.

    Raises BadInput if no server has run in the folder, the address is none, or the environment has no key.
    """
    if url is None:
        login = Login.read(folder)
        return Address(login.url, login.token, folder, folder / LOGIN)
    url = url.rstrip("/")
    if not _is_address(url):
        raise BadInput(f"--url {url}: not an address; one is like https://label-studio.example.org or http://127.0.0.1:8080")
    key = os.environ.get(KEY, "").strip()
    if not key:
        raise BadInput(f"--url {url}: needs its access token in the environment, as {KEY}; its account page shows it")
    if not re.fullmatch(r"[!-~]+", key):
        raise BadInput(f"{KEY}: no access token, which is letters, digits and marks without a space; copy it again")
    notes = FOLDER.parent / "elsewhere" / hashlib.blake2b(url.encode(), digest_size=8).hexdigest()
    notes.mkdir(parents=True, exist_ok=True)
    return Address(url, key, notes)


def _is_address(url: str) -> bool:
    """Whether it is one of a server, with or without a path."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return named and parts.scheme in ("http", "https") and not re.search(r"[^!-~]|[?#@]", url)
