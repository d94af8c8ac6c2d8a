"""Bring annotation/entities.jsonl up to the gold: aliases anew, a row for each new id. Names stay as they are written."""

from pathlib import Path

from annotation import ENTITIES, EXPORT, SEEDS, WAIVERS, entities, export, gold, schema, seeds
from annotation.checks import waivers
from eval import atomic

ROOT = Path(__file__).parent.parent

if __name__ == "__main__":
    known = schema.load(), waivers.read(ROOT / WAIVERS)
    documents = gold.documents(export.read(ROOT / EXPORT), seeds.read(ROOT / SEEDS), *known)
    before = entities.read(ROOT / ENTITIES)
    after = entities.refreshed(before, documents)
    atomic.write(ROOT / ENTITIES, entities.dumps(after).encode())
    print(f"{ROOT / ENTITIES}: {len(after)} entities, {len(after.keys() - before.keys())} of them new")
    for id, entity in sorted(after.items()):
        if not entity.name_ar or not entity.name_en:
            print(f"{id}: write its names")
