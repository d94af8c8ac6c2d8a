"""Characters by what they are, as patterns."""

from __future__ import annotations

import re

# What XML 1.0 (section 2.2) has no place for, and so neither a page of Label Studio's nor an SVG.
NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Words in Arabic script with a space between.
ARABIC = re.compile("[\u0600-\u06ff]+(?: [\u0600-\u06ff]+)*")
