"""The page in a browser, where there is one."""

from __future__ import annotations

import os
import sys
import webbrowser


def show(url: str) -> None:
    """Open the page, if somebody sits in front of a screen: at a terminal of this machine, and not of another one's."""
    screen = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if screen and sys.stdout.isatty() and not (os.environ.get("CI") or os.environ.get("SSH_CONNECTION")):
        webbrowser.open(url)
