"""Annotate articles in Label Studio, check what comes out of it, and build the dataset. Knows Label Studio and the schema."""

from pathlib import Path

# Where a project keeps what is written by hand, from its root.
SEEDS = Path("seeds")
ABOUT = Path("annotation/about.yaml")
EXPORT = Path("annotation/exports/gold.json")
WAIVERS = Path("annotation/waivers.jsonl")
ENTITIES = Path("annotation/entities.jsonl")
CLAIMS = Path("annotation/claims.jsonl")
CONTRADICTIONS = Path("annotation/contradictions.jsonl")
RELEASES = Path("annotation/releases")
