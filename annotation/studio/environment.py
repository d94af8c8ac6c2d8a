"""Label Studio's own environment, which uv makes, and what runs in it: the files of `within/`."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

from eval import atomic
from eval.document import BadInput

VERSION = "1.23.2"
# No release after this day goes into the environment: with VERSION, it is the same on every machine.
NEWEST = "2026-11-20"
_WITHIN = Path(__file__).parent / "within"


def install() -> None:
    """Make the environment, if it is not there yet; uv shows how far it is. Only this asks a package index."""
    nothing = ["python", "-c", ""]
    if subprocess.run([*_uv("--offline"), *nothing], capture_output=True).returncode == 0:
        return
    if subprocess.run([*_uv(), *nothing]).returncode:
        raise BadInput(f"Label Studio {VERSION} could not be installed; what uv said stands above")


def command(file: str, *arguments: str) -> list[str]:
    """What runs a file of `within/`."""
    return [*_uv("--offline"), "python", "-P", str(_WITHIN / file), *arguments]


def keep_key(folder: Path) -> None:
    """See that there is a key to sign sessions and personal tokens with, which outlive the server.

    Label Studio would make one itself, but takes one that begins with $, as one in fifty does, for the name of another variable,
    and makes a new one at each start.
    """
    path = folder / ".env"
    if not path.exists() or "SECRET_KEY=$" in path.read_text(encoding="utf-8"):
        atomic.write(path, f"SECRET_KEY={secrets.token_urlsafe(48)}\n".encode(), mode=0o600)


def variables(folder: Path) -> dict[str, str]:
    """With what in its environment Label Studio works over a folder."""
    return {
        **os.environ,
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder.absolute()),
        # Counts when the organisation is made, at the first start: without it the token is refused.
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        # Nothing is called outside.
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
    }


def _uv(*options: str) -> list[str]:
    try:
        import uv
    except ImportError:
        raise BadInput(
            "this needs uv and label-studio-sdk: uv run --extra label-studio annotate …, or pip install 'wafd[label-studio]'"
        ) from None
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    pinned = ["--python", python, "--exclude-newer", NEWEST, "--from", f"label-studio=={VERSION}"]
    return [uv.find_uv_bin(), "tool", "run", *options, *pinned]
