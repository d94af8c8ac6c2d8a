"""Serves the explorer's folder, on loopback alone, and nothing else."""

from __future__ import annotations

import os
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from eval.document import BadInput

LOOPBACK = "127.0.0.1"
_HOSTS = (LOOPBACK, "localhost")
# Each page has a policy of its own for what is in it; this one says what a page cannot say of itself, and holds for errors too.
_HEADERS = {
    "Content-Security-Policy": "connect-src 'none'; object-src 'none'; frame-src 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


class _Handler(SimpleHTTPRequestHandler):
    """Files of one folder, for browsers that ask for this machine by its own name."""

    server_version, sys_version = "wafd", ""
    extensions_map = {".html": "text/html; charset=utf-8"}  # noqa: RUF012

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Answer with a file's header and the file, or with an error."""
        # A page elsewhere, whose name has been made to mean this machine, asks by that name (DNS rebinding).
        if self.headers.get("Host", "").rsplit(":", 1)[0] not in _HOSTS:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "This is served to 127.0.0.1 and localhost alone")
            return None
        path = Path(self.translate_path(self.path))
        if self.path.partition("?")[0].partition("#")[0] == "/":
            path = path / "index.html"
            self.path = "/index.html"
        if not path.is_file() or not _is_inside(path, Path(self.directory)):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def end_headers(self) -> None:
        """With what every answer says."""
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: nobody reads it."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # it ends at once, whoever is still reading
    block_on_close = False


def server(folder: Path, port: int | None) -> ThreadingHTTPServer:
    """A server that listens, and serves from when `serve_forever` is called; `port` None takes any that is free.

    Raises BadInput where the port is taken, or is not for this user.
    """
    try:
        return _Server((LOOPBACK, port or 0), partial(_Handler, directory=os.fspath(folder)))
    except OSError as error:
        raise BadInput(f"port {port} cannot be had ({error.strerror}); leave --port out to have a free one") from None


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether a file is in the folder itself, not by way of a link out of it."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
