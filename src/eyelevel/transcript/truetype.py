"""Reading one TrueType font: which glyph shows a character, how wide it is, and the font with only some of its glyphs.

Just what embedding in a PDF needs (OpenType specification 1.9: cmap formats 4 and 12, glyf, loca, hmtx). For the font
that comes with the house, not for strangers' fonts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from functools import cached_property

KEPT = (b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"prep")
MORE_COMPONENTS, WORDS, SCALE, XY_SCALE, TWO_BY_TWO = 0x20, 0x01, 0x08, 0x40, 0x80


class Font:
    """Widths and boxes are in thousandths of the size, as PDF wants them."""

    def __init__(self, content: bytes) -> None:
        count = struct.unpack_from(">H", content, 4)[0]
        self._tables: dict[bytes, bytes] = {}
        for number in range(count):
            tag, _sum, offset, length = struct.unpack_from(">4sLLL", content, 12 + 16 * number)
            self._tables[tag] = content[offset : offset + length]
        head, hhea = self._tables[b"head"], self._tables[b"hhea"]
        self._units: int = struct.unpack_from(">H", head, 18)[0]
        self._long_offsets = struct.unpack_from(">h", head, 50)[0] == 1
        self._count = struct.unpack_from(">H", self._tables[b"maxp"], 4)[0]
        self._measured = struct.unpack_from(">H", hhea, 34)[0]
        self.box = tuple(self._thousandths(one) for one in struct.unpack_from(">4h", head, 36))
        self.ascent, self.descent = (self._thousandths(one) for one in struct.unpack_from(">2h", hhea, 4))

    def _thousandths(self, units: int) -> int:
        return round(units * 1000 / self._units)

    @cached_property
    def glyphs(self) -> dict[int, int]:
        """Glyph by code point."""
        cmap = self._tables[b"cmap"]
        count = struct.unpack_from(">H", cmap, 2)[0]
        found: dict[int, int] = {}
        for number in range(count):
            platform, _encoding, offset = struct.unpack_from(">HHL", cmap, 4 + 8 * number)
            kind = struct.unpack_from(">H", cmap, offset)[0]
            if platform in {0, 3} and kind == 4:
                found |= dict(_segments(cmap[offset:]))
            elif platform in {0, 3} and kind == 12:
                found |= dict(_groups(cmap[offset:]))
        return {sign: glyph for sign, glyph in found.items() if glyph}

    def width(self, glyph: int) -> int:
        place = min(glyph, self._measured - 1)
        units: int = struct.unpack_from(">H", self._tables[b"hmtx"], 4 * place)[0]
        return self._thousandths(units)

    @cached_property
    def _offsets(self) -> tuple[int, ...]:
        loca = self._tables[b"loca"]
        if self._long_offsets:
            return tuple(struct.unpack_from(f">{self._count + 1}L", loca))
        return tuple(2 * one for one in struct.unpack_from(f">{self._count + 1}H", loca))

    def _outline(self, glyph: int) -> bytes:
        return self._tables[b"glyf"][self._offsets[glyph] : self._offsets[glyph + 1]]

    def only(self, glyphs: Iterable[int]) -> bytes:
        """The font file in which just these glyphs (and what they are composed of) have outlines; numbers stay."""
        wanted, looking = {0}, set(glyphs)
        while looking:
            wanted |= looking
            looking = {part for one in looking for part in _parts(self._outline(one))} - wanted
        outlines, offsets = bytearray(), []
        for glyph in range(self._count):
            offsets.append(len(outlines))
            if glyph in wanted:
                outlines += self._outline(glyph)
                outlines += bytes(-len(outlines) % 4)
        offsets.append(len(outlines))
        head = bytearray(self._tables[b"head"])
        struct.pack_into(">h", head, 50, 1)
        return _file(
            {tag: self._tables[tag] for tag in KEPT if tag in self._tables}
            | {
                b"glyf": bytes(outlines),
                b"head": bytes(head),
                b"loca": struct.pack(f">{len(offsets)}L", *offsets),
            }
        )


def _segments(table: bytes) -> Iterator[tuple[int, int]]:
    """Segments: format 4 of cmap."""
    count = struct.unpack_from(">H", table, 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", table, 14)
    starts = struct.unpack_from(f">{count}H", table, 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", table, 16 + 4 * count)
    ranges_at = 16 + 6 * count
    ranges = struct.unpack_from(f">{count}H", table, ranges_at)
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for sign in range(start, min(end, 0xFFFE) + 1):
            if ranges[number] == 0:
                yield sign, (sign + deltas[number]) & 0xFFFF
                continue
            place = ranges_at + 2 * number + ranges[number] + 2 * (sign - start)
            glyph = struct.unpack_from(">H", table, place)[0]
            yield sign, (glyph + deltas[number]) & 0xFFFF if glyph else 0


def _groups(table: bytes) -> Iterator[tuple[int, int]]:
    """Groups: format 12 of cmap."""
    count = struct.unpack_from(">L", table, 12)[0]
    for number in range(count):
        start, end, glyph = struct.unpack_from(">3L", table, 16 + 12 * number)
        yield from ((sign, glyph + sign - start) for sign in range(start, end + 1))


def _parts(outline: bytes) -> Iterator[int]:
    """The glyphs that a composite one is made of."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return
    place, flags = 10, MORE_COMPONENTS
    while flags & MORE_COMPONENTS:
        flags, glyph = struct.unpack_from(">HH", outline, place)
        yield glyph
        place += 8 if flags & WORDS else 6
        place += 2 if flags & SCALE else 4 if flags & XY_SCALE else 8 if flags & TWO_BY_TWO else 0


def _file(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    head = struct.pack(">LHHHH", 0x00010000, count, 16 << power, power, 16 * count - (16 << power))
    body, directory, place = bytearray(), bytearray(), 12 + 16 * count
    for tag, content in sorted(tables.items()):
        directory += struct.pack(">4sLLL", tag, _sum(content), place + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    return head + bytes(directory) + bytes(body)


def _sum(content: bytes) -> int:
    padded = content + bytes(-len(content) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}L", padded)
    return sum(words) & 0xFFFFFFFF
