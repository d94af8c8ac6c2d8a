"""Where our Label Studio answers, and who may enter."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from eval import atomic
from eval.document import BadInput

LOGIN = "login.json"


@dataclass(frozen=True)
class Login:
    """Where the server answers and who may enter. Kept in the server's folder, readable by its owner only."""

    url: str
    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)

    @classmethod
    def read(cls, folder: Path) -> Login:
        """Raises BadInput if no server has run in `folder`."""
        path = folder / LOGIN
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise BadInput(f"no Label Studio has run in {folder}; start one with annotate serve") from None
        except (TypeError, ValueError) as error:
            raise BadInput(f"{path} cannot be read ({error})") from None

    @classmethod
    def kept(cls, folder: Path) -> Login:
        """The one of `folder`, or a new one where there is none yet."""
        if (folder / LOGIN).exists():
            return cls.read(folder)
        return cls("http://127.0.0.1:8080", "annotator@wafd.example", secrets.token_urlsafe(12), secrets.token_hex(20))

    def write(self, folder: Path) -> None:
        """Nobody but the owner can read it at any moment."""
        atomic.write(folder / LOGIN, json.dumps(asdict(self), indent=2).encode(), mode=0o600)
