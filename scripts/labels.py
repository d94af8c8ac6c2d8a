"""Write annotation/labels.xml anew from annotation/schema.yaml."""

from pathlib import Path

from annotation import page, schema

target = Path(__file__).parent.parent / "annotation" / "labels.xml"
target.write_text(page.labels_xml(schema.load()) + "\n", encoding="utf-8")
print(f"written: {target}")
