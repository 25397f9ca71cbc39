"""The words of the interface: collected from sources, translated in locale/de, compiled beside it.

    ./eyelevel py -m tests.house.messages        # collect new words into de.po, compile de.mo

English is the language of the sources; German stands in the catalogue. A word without German fails the build.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "eyelevel"
FOLDER = PACKAGE / "locale" / "de" / "LC_MESSAGES"
KEYWORDS = {"_": None, "gettext": None, "gettext_noop": None, "ngettext": (1, 2)}
DJANGO_TAG = re.compile(r"{%\s*translate\s+\"([^\"]+)\"")


def wanted() -> Catalog:
    """Every message of Python, Jinja2 and Django templates."""
    catalog = Catalog(locale="de", domain="django", fuzzy=False)
    for message, where in sorted(_messages(), key=lambda pair: str(pair[0])):
        catalog.add(message, locations=[(where, 0)])
    return catalog


def _messages() -> Iterator[tuple[str | tuple[str, ...], str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield from _extracted("python", path)
    for path in sorted(PACKAGE.rglob("*.html")):
        where = path.relative_to(PACKAGE).as_posix()
        if "templates_django" in where:
            yield from ((found, where) for found in DJANGO_TAG.findall(path.read_text(encoding="utf-8")))
        else:
            yield from _extracted("jinja2.ext:babel_extract", path)


def _extracted(method: str, path: Path) -> Iterator[tuple[str | tuple[str, ...], str]]:
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    for _line, message, _comments, _context in extract(
        method, io.BytesIO(path.read_bytes()), keywords=KEYWORDS, options=options
    ):
        yield message, path.relative_to(PACKAGE).as_posix()


def german() -> Catalog:
    path = FOLDER / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale="de", domain="django")


def compiled(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    known = german() if (FOLDER / "django.po").exists() else Catalog(locale="de", domain="django")
    fresh = wanted()
    known.update(fresh, no_fuzzy_matching=True)
    known.obsolete.clear()
    known.fuzzy, known.header_comment = False, "# German words of the interface; the sources are English."
    known.project, known.version, known.msgid_bugs_address = "eyelevel", "", ""
    known.last_translator, known.language_team = "", ""
    with (FOLDER / "django.po").open("wb") as file:
        write_po(file, known, sort_output=True, no_location=True, width=120)
    (FOLDER / "django.mo").write_bytes(compiled(known))
    for message in known:
        if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string):
            print("no German:", message.id)


if __name__ == "__main__":
    main()
