"""Every answer of a model, kept on disk under all that was asked, so that nothing is asked, and paid, twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval import atomic
from eval.document import BadInput


class Answers:
    """A folder of records, a file each: what was asked and what was answered, as JSON."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer to a request; None where there is none, or where what stands there is not whole or answers another."""
        try:
            record = json.loads(self._path(request).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(record, dict) or record.get("request") != request or not isinstance(record.get("response"), dict):
            return None
        response: dict[str, Any] = record["response"]
        return response

    def keep(self, request: Mapping[str, Any], response: Mapping[str, Any]) -> None:
        """Write an answer down. Raises BadInput where that cannot be done."""
        record = json.dumps({"request": request, "response": response}, ensure_ascii=False, indent=1)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # half a surrogate pair, which UTF-8 has not, is written as JSON's escape of it
            atomic.write(self._path(request), record.encode("utf-8", "backslashreplace"))
        except OSError as error:
            why = error.strerror or error
            raise BadInput(
                f"{self.folder}: an answer cannot be kept there: {why}; --option answers=DIR names another folder"
            ) from None

    def _path(self, request: Mapping[str, Any]) -> Path:
        return self.folder / f"{hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()}.json"
