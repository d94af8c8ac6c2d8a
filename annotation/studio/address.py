"""Which Label Studio a command speaks to: ours over a folder, or one that runs elsewhere."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from annotation.studio import server
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
        login = server.Login.read(folder)
        return Address(login.url, login.token, folder, folder / server.LOGIN)
    url = url.rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise BadInput(f"--url {url}: not an address; it begins with http:// or https://")
    key = os.environ.get(KEY, "").strip()
    if not key:
        raise BadInput(f"--url {url}: needs its access token in the environment, as {KEY}; its account page shows it")
    notes = FOLDER.parent / "elsewhere" / hashlib.blake2b(url.encode(), digest_size=8).hexdigest()
    notes.mkdir(parents=True, exist_ok=True)
    return Address(url, key, notes)
