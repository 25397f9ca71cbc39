"""A case as a signed file: the record holds what the receipt page shows, and the pages print what the record holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eyelevel.cases.models import Case
from eyelevel.kernel.pages import quoted, size
from eyelevel.kernel.signing import public_half
from eyelevel.posts.overheard import EVIDENCE
from eyelevel.public import story
from eyelevel.transcript import press, signed
from eyelevel.transcript.printing import Block, Task, TooLong

MOST_RECORD = 8 * 1024 * 1024  # bytes; some hundred times the largest case of a busy year
SIGNS_OF_FINGERPRINT = 4


@dataclass(frozen=True, kw_only=True)
class File:
    name: str
    content: bytes


def make(case: Case, *, kind: signed.Kind, language: str, now: datetime) -> File:
    """The signed file. Raises press.Busy, and TooLong where the case is larger than a file may be."""
    signing = settings.KEYS.signing_key()
    key = public_half(signing)
    document = document_of(case, key=key, language=language, now=now)
    record = signed.seal(document, key=key, sign=signing.sign)
    if len(record) > MOST_RECORD:
        raise TooLong
    called = (_("Case %(number)s") % {"number": case.pk}).replace(" ", "-")
    name = f"{called}-{now.astimezone(UTC):%Y%m%d-%H%M}"
    if kind == "json":
        return File(name=f"{name}.json", content=record)
    printed = press.print_task(_task(document, record=record, name=f"{name}.json"))
    pages = signed.seal_pages(
        printed.content, offset=printed.offset, length=printed.length, key=key, sign=signing.sign
    )
    return File(name=f"{name}.pdf", content=pages)


def document_of(case: Case, *, key: bytes, language: str, now: datetime) -> dict[str, Any]:
    """The record, as docs/transcript.md describes it. Nothing that the receipt page of this case does not show."""
    env = settings.ENV
    return {
        "format": signed.FORMAT,
        "version": signed.VERSION,
        "made_at": _utc(now),
        "language": language,
        "installation": {"name": _whole(env.company), "address": _whole(env.public_url)},
        "key": {"algorithm": "Ed25519", "public": key.hex(), "fingerprint": signed.fingerprint(key)},
        "case": {
            "number": case.pk,
            "subject": _whole(case.subject),
            "opened_at": _utc(case.opened_at),
            "closed_at": None if case.closure is None else _utc(case.closure.at),
        },
        "posts": [_post(number, word) for number, word in enumerate(story.words_of(case), start=1)],
        "promises": [_promise(one, now=now) for one in story.promises_of(case)],
    }


def _post(number: int, word: story.Word) -> dict[str, Any]:
    post = word.post
    return {
        "number": number,
        "at": _utc(post.at),
        "from": "company" if word.ours else "other" if EVIDENCE in post.remarks else "person",
        "author": _whole(post.author_name),
        "channel": post.channel,
        "public": post.openness == "public",
        "withdrawn": not word.shown,
        "text": _whole(post.text) if word.shown else "",
        "versions": [
            {"text": _whole(one.text), "replaced_at": _utc(one.replaced_at)} for one in word.versions
        ],
        "files": [{"name": _whole(one.name), "size": one.size, "sha256": one.digest} for one in word.files],
    }


def _promise(one: story.Promised, *, now: datetime) -> dict[str, Any]:
    return {
        "text": _whole(one.words),
        "until": _utc(one.until),
        "first_until": None if one.first is None else _utc(one.first),
        "outcome": one.outcome or ("late" if one.until <= now else "open"),
    }


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _whole(text: str) -> str:
    """Half a surrogate pair can stand in no file."""
    return text.encode("utf-8", "replace").decode()


# The pages: made from the record alone, in its language.


def _task(document: Mapping[str, Any], *, record: bytes, name: str) -> Task:
    case, house = document["case"], document["installation"]
    number = _("Case %(number)s") % {"number": case["number"]}
    return Task(
        title=f"{number}: {case['subject']}", language=document["language"], made_at=document["made_at"],
        foot=f"{house['name']} · {number}", blocks=list(_blocks(document)), record=record, record_name=name,
        record_words=_("The same case as a signed record"),
        replaced=_("Signs that the font of these pages lacks stand as their number, such as [U+1F9FE]. The record in this file has them as they were written. Writing from right to left is printed in the order of its signs."),
    )  # fmt: skip


def _blocks(document: Mapping[str, Any]) -> Iterator[Block]:
    case, house, key = document["case"], document["installation"], document["key"]
    yield Block("title", _one_line(case["subject"]))
    opened = _("opened") + " " + _local(case["opened_at"])
    closed = _("closed") + " " + _local(case["closed_at"]) if case["closed_at"] else ""
    yield _quiet(_("Case %(number)s") % {"number": case["number"]}, opened, closed)
    yield _quiet(house["name"], house["address"])
    zone = settings.TIME_ZONE.replace("_", " ")
    yield _quiet(_("Made %(time)s. All times are those of %(zone)s.") % {"time": _local(document["made_at"]), "zone": zone})  # fmt: skip
    yield _quiet(_("This file is signed. Whoever has it can check with “eyelevel verify FILE”, without a network, that nothing in it was changed. It says what was said between both sides; internal notes are not part of it."))  # fmt: skip
    yield Block("quiet", _("Fingerprint of the key:") + "\n" + grouped(key["fingerprint"]))
    if document["promises"]:
        yield Block("head", _("What was promised"))
        for one in document["promises"]:
            yield from _promised(one)
    yield Block("head", _("What was said"))
    for post in document["posts"]:
        yield from _said(post, company=house["name"])


def _promised(one: Mapping[str, Any]) -> Iterator[Block]:
    states = {"kept": _("kept"), "open": _("open"), "late": _("late"), "released": _("no longer wanted")}
    first = one["first_until"]
    moved = _("moved, first promised for") + " " + _local(first) if first else ""
    yield Block("words", str(quoted(one["text"]).unescape()))
    yield _quiet(_("until") + " " + _local(one["until"]), states.get(one["outcome"], _("not kept")), moved)


def _said(post: Mapping[str, Any], *, company: str) -> Iterator[Block]:
    """Whose side it is stands in the line that nobody outside writes: a name may pretend to be one of ours."""
    yield Block("name", _one_line(post["author"]) or _("without a name"))
    sides = {
        "company": _("for %(company)s") % {"company": company}, "person": _("to %(company)s") % {"company": company},
        "other": _("evidence, not a word of the person of this case"),
    }  # fmt: skip
    yield _quiet(
        str(post["number"]), sides[post["from"]], story.channel(post["channel"]), _("public") if post["public"] else "",
        _local(post["at"]), _("edited by its author") if post["versions"] else "",
    )  # fmt: skip
    if post["withdrawn"]:
        yield _quiet(_("Deleted by its author."))
    elif post["text"]:
        yield Block("words", post["text"])
    for one in post["versions"]:
        yield _quiet(_("Until %(time)s it said:") % {"time": _local(one["replaced_at"])})
        yield Block("words", one["text"])
    if post["files"]:
        count = len(post["files"])
        yield _quiet(ngettext("%(count)s file:", "%(count)s files:", count) % {"count": count})
    for one in post["files"]:
        yield _quiet(one["name"], size(one["size"]), f"SHA-256 {one['sha256']}")


def _quiet(*parts: str) -> Block:
    return Block("quiet", " · ".join(_one_line(part) for part in parts if part))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _local(moment: str) -> str:
    return formats.date_format(timezone.localtime(datetime.fromisoformat(moment)), "DATETIME_FORMAT")


def grouped(fingerprint: str) -> str:
    """In fours, as people compare it."""
    step = SIGNS_OF_FINGERPRINT
    return " ".join(fingerprint[start : start + step] for start in range(0, len(fingerprint), step))
