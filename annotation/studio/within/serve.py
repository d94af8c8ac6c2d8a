"""The server, which ends with whoever holds the other end of its standard input. Runs in Label Studio's environment."""

from __future__ import annotations

import os
import signal
import threading


def end_with_them() -> None:
    """However they end, kill -9 included, the system closes their end. With us goes uv, which has started us."""
    while os.read(0, 1):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=end_with_them, daemon=True).start()
    from label_studio.server import main  # type: ignore[import-not-found]

    main()
