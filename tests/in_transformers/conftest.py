"""Tests that need torch, which the ordinary environment has not: tests/test_transformers.py runs them in one of their own."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("torch") else ["test_*.py"]
