"""What documents come to, whatever their order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


class Digest:
    """A sum over documents of the SHA-256 of their lines, so that their order is no part of it."""

    def __init__(self, *parts: Digest) -> None:
        self._sum: int = sum(part._sum for part in parts)

    @classmethod
    def of(cls, digits: str) -> Digest:
        """Of what came to these digits."""
        digest = cls()
        digest._sum = int(digits, 16)
        return digest

    def merge(self, other: Digest) -> None:
        """Add the documents of another."""
        self._sum += other._sum

    def add(self, lines: Iterable[bytes]) -> None:
        """Documents as formats.jsonl.lines writes them."""
        self._sum += sum(int.from_bytes(hashlib.sha256(line).digest(), "big") for line in lines)

    def __str__(self) -> str:
        """64 hex digits."""
        return f"{self._sum % 2**256:064x}"
