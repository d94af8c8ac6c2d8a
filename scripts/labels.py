"""Write annotation/labels.xml anew from annotation/schema.yaml."""

from pathlib import Path

from annotation import schema

target = Path(__file__).parent.parent / "annotation" / "labels.xml"
target.write_text(schema.labels_xml(schema.load()) + "\n", encoding="utf-8")
print(f"written: {target}")
