"""What a PDF's pages say, unpacked."""

from __future__ import annotations

import re
import zlib
from pathlib import Path


def printed(path: Path) -> str:
    """The compressed streams of a PDF, put together, a byte a character.

    Each is read by its own length: its last byte may be a carriage return, which no pattern tells from the line's end.
    """
    pdf = path.read_bytes()
    starts = re.finditer(rb"/Length (\d+)[^>]*>>\s*?stream\r?\n", pdf)
    streams = [pdf[found.end() : found.end() + int(found[1])] for found in starts]
    return b"".join(zlib.decompress(each) for each in streams if each.startswith(b"\x78")).decode("latin-1")
