"""Writing a PDF 1.7 of lines of text in one embedded font, with one file inside it. The same input gives the same bytes.

Lines and rules on pages, nothing else: no images, links, forms or scripts.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from eyelevel.transcript.truetype import Font

PAGE_WIDTH, PAGE_HEIGHT = 595, 842  # A4 in points
CATALOG, PAGES, FONT = 1, 2, 3
MOST_IN_BLOCK = 100  # entries in one block of a ToUnicode map, by the specification
BOLD_STROKE = 0.018  # of the size: there is one weight in the house, bold is drawn with an outline


@dataclass(frozen=True, kw_only=True)
class Line:
    """Glyphs from `x` on the base line `y`, in points from the lower left corner; grey is 0 (black) to 1."""

    x: float
    y: float
    size: float
    glyphs: Sequence[int]
    bold: bool = False
    grey: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A thin line across the page at height `y`."""

    x: float
    y: float
    width: float


@dataclass(frozen=True, kw_only=True)
class About:
    title: str
    language: str
    made_at: datetime
    file_name: str
    file_words: str  # says to a reader what the file inside is


@dataclass(frozen=True, kw_only=True)
class Written:
    """A whole PDF, and where in it the file stands as it is."""

    content: bytes
    offset: int
    length: int


class _Objects:
    """Numbered objects one after another, with the table of their places."""

    def __init__(self) -> None:
        self.content = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._places: dict[int, int] = {}
        self._next = FONT + 1

    def number(self) -> int:
        self._next += 1
        return self._next - 1

    def put(self, body: str, *, number: int) -> None:
        self._places[number] = len(self.content)
        self.content += f"{number} 0 obj\n{body}\nendobj\n".encode("ascii")

    def stream(self, data: bytes, *, number: int, more: str = "", packed: bool = True) -> int:
        """Returns where the data begins."""
        held = zlib.compress(data, 6) if packed else data
        how = " /Filter /FlateDecode" if packed else ""
        self._places[number] = len(self.content)
        self.content += f"{number} 0 obj\n<< /Length {len(held)}{how}{more} >>\nstream\n".encode("ascii")
        start = len(self.content)
        self.content += held + b"\nendstream\nendobj\n"
        return start

    def end(self, *, info: int) -> bytes:
        start, count = len(self.content), self._next
        lines = ["0000000000 65535 f \n", *(f"{self._places[one]:010} 00000 n \n" for one in range(1, count))]
        self.content += f"xref\n0 {count}\n{''.join(lines)}".encode("ascii")
        self.content += f"trailer\n<< /Size {count} /Root {CATALOG} 0 R /Info {info} 0 R >>\n".encode("ascii")
        self.content += f"startxref\n{start}\n%%EOF\n".encode("ascii")
        return bytes(self.content)


def write(
    pages: Sequence[Sequence[Line | Rule]], *, font: Font, shown: Mapping[int, str], file: bytes, about: About
) -> Written:
    """`shown` says for every glyph used which text it stands for, so that a reader can search and copy."""
    objects = _Objects()
    offset, specification = _file_inside(objects, file, about)
    kids = [_page(objects, page) for page in pages]
    _font(objects, font, shown)
    objects.put(
        f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{one} 0 R' for one in kids)}] >>",
        number=PAGES,
    )
    objects.put(
        f"<< /Type /Catalog /Pages {PAGES} 0 R /Lang {_text(about.language)} /ViewerPreferences << /DisplayDocTitle true >> "
        f"/AF [{specification} 0 R] /Names << /EmbeddedFiles << /Names [{_text(about.file_name)} {specification} 0 R] >> >> >>",
        number=CATALOG,
    )
    info = objects.number()
    when = about.made_at.strftime("(D:%Y%m%d%H%M%SZ)")
    objects.put(
        f"<< /Title {_text(about.title)} /Producer {_text('Eyelevel')} /CreationDate {when} >>", number=info
    )
    return Written(content=objects.end(info=info), offset=offset, length=len(file))


def _file_inside(objects: _Objects, file: bytes, about: About) -> tuple[int, int]:
    stream, specification = objects.number(), objects.number()
    more = f" /Type /EmbeddedFile /Subtype /application#2Fjson /Params << /Size {len(file)} >>"
    offset = objects.stream(file, number=stream, more=more, packed=False)
    name = _text(about.file_name)
    objects.put(
        f"<< /Type /Filespec /F {name} /UF {name} /Desc {_text(about.file_words)} /AFRelationship /Source "
        f"/EF << /F {stream} 0 R /UF {stream} 0 R >> >>",
        number=specification,
    )
    return offset, specification


def _page(objects: _Objects, marks: Sequence[Line | Rule]) -> int:
    page, drawing = objects.number(), objects.number()
    objects.stream("\n".join(_drawn(one) for one in marks).encode("ascii"), number=drawing)
    objects.put(
        f"<< /Type /Page /Parent {PAGES} 0 R /MediaBox [0 0 {PAGE_WIDTH} {PAGE_HEIGHT}] "
        f"/Resources << /Font << /F {FONT} 0 R >> >> /Contents {drawing} 0 R >>",
        number=page,
    )
    return page


def _drawn(mark: Line | Rule) -> str:
    if isinstance(mark, Rule):
        return f"0.8 G 0.5 w {mark.x:.2f} {mark.y:.2f} m {mark.x + mark.width:.2f} {mark.y:.2f} l S"
    weight = f"2 Tr {mark.size * BOLD_STROKE:.2f} w" if mark.bold else "0 Tr"
    signs = "".join(f"{glyph:04x}" for glyph in mark.glyphs)
    return f"BT /F {mark.size:g} Tf {weight} {mark.grey:g} g {mark.grey:g} G {mark.x:.2f} {mark.y:.2f} Td <{signs}> Tj ET"


def _font(objects: _Objects, font: Font, shown: Mapping[int, str]) -> None:
    """The composite font (ISO 32000-1, 9.7): codes are glyph numbers, two bytes each."""
    inner, descriptor, outlines, words = (objects.number() for _ in range(4))
    name = "/EYELEV+DejaVuSans"
    used = sorted(shown)
    packed = font.only(used)
    objects.stream(packed, number=outlines, more=f" /Length1 {len(packed)}")
    objects.put(
        f"<< /Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [{' '.join(map(str, font.box))}] /ItalicAngle 0 "
        f"/Ascent {font.ascent} /Descent {font.descent} /CapHeight 729 /StemV 80 /FontFile2 {outlines} 0 R >>",
        number=descriptor,
    )
    widths = " ".join(f"{glyph} [{font.width(glyph)}]" for glyph in used)
    objects.put(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont {name} /CIDToGIDMap /Identity /FontDescriptor {descriptor} 0 R "
        f"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 600 /W [{widths}] >>",
        number=inner,
    )
    objects.stream(_meanings(shown).encode("ascii"), number=words)
    objects.put(
        f"<< /Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H /DescendantFonts [{inner} 0 R] "
        f"/ToUnicode {words} 0 R >>",
        number=FONT,
    )


def _meanings(shown: Mapping[int, str]) -> str:
    """The ToUnicode map: which text each glyph stands for."""
    entries = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(shown.items())]
    blocks = [entries[start : start + MOST_IN_BLOCK] for start in range(0, len(entries), MOST_IN_BLOCK)]
    body = "\n".join(f"{len(one)} beginbfchar\n" + "\n".join(one) + "\nendbfchar" for one in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


def _text(words: str) -> str:
    """A text string of PDF: UTF-16 with its mark, in hex, so that nothing in it can end it."""
    return f"<feff{words.encode('utf-16-be', 'replace').hex()}>"
