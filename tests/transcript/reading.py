"""Reading what stands on the pages of a PDF of the house."""

from __future__ import annotations

import re
import zlib


def lines_of(content):
    """What a reader of the PDF can copy, line by line: glyphs through the map of their meanings."""
    streams = [
        zlib.decompress(held)
        for held in re.findall(rb"/FlateDecode[^>]*>>\nstream\n(.*?)\nendstream", content, re.DOTALL)
    ]
    [words] = [one for one in streams if b"beginbfchar" in one]
    pairs = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]+)>", words)
    shown = {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}
    drawn = [glyphs for stream in streams for glyphs in re.findall(rb"<([0-9a-f]+)> Tj", stream)]
    return ["".join(shown[int(one[at : at + 4], 16)] for at in range(0, len(one), 4)) for one in drawn]
