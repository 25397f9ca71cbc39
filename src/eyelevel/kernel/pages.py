"""The template environment of our faces: Jinja2 with translations, and the few filters that every page may use."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext, ngettext
from markupsafe import Markup, escape

from eyelevel.kernel import clock
from eyelevel.kernel.html import linked, safe_mail_html

STATIC = Path(__file__).resolve().parent.parent / "static"
MOST_MAIL_HTML = 500_000


def environment(**options: Any) -> jinja2.Environment:
    """What Django's Jinja2 backend builds its templates with."""
    options |= {
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "undefined": jinja2.StrictUndefined,
    }
    made = jinja2.Environment(**options, extensions=["jinja2.ext.i18n"])  # noqa: S701 -- autoescape is set above
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {"url": _url, "static": static, "lang": _language}
    made.filters |= {
        "moment": moment, "since": since, "linked": _linked, "mail_html": _mail_html, "size": size, "iso": _iso, "until": until,
        "month": month, "percent": percent, "quoted": quoted, "spoken": spoken, "due": due, "day": day, "whole_day": whole_day,
    }  # fmt: skip
    return made


def _url(name: str, /, **parts: Any) -> str:
    return reverse(name, kwargs=parts or None)


def _language() -> str:
    return "en" if (translation.get_language() or "de").startswith("en") else "de"


@lru_cache(maxsize=1)
def edition() -> str:
    """A fingerprint of all static files: a new version is a new folder, also for what scripts import from each other."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def static(path: str) -> str:
    """The address of a static file in this edition."""
    return f"/static/{edition()}/{path}"


def _iso(value: datetime) -> str:
    return value.isoformat(timespec="seconds")


def moment(value: datetime | None) -> Markup:
    """A moment as people say it, in a <time> with the exact one: "09:12" today, "Mon 09:12" this week, else the date."""
    if value is None:
        return Markup("")
    local, today = timezone.localtime(value), timezone.localtime(clock.now())
    days = (today.date() - local.date()).days
    clock_time = local.strftime("%H:%M")
    if days == 0:
        shown = clock_time
    elif 0 < days < 7:
        shown = f"{formats.date_format(local, 'D')} {clock_time}"
    elif local.year == today.year:
        shown = f"{formats.date_format(local, 'j. N' if _language() == 'de' else 'j N')} {clock_time}"
    else:
        shown = formats.date_format(local, "SHORT_DATE_FORMAT")
    exact = formats.date_format(local, "DATETIME_FORMAT")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(_iso(value), exact, shown)


def day(value: date) -> str:
    """A day of the calendar: "Tue 3 Nov", with its year where that is another one."""
    shown = formats.date_format(value, "D, j. M" if _language() == "de" else "D j M")
    return shown if value.year == timezone.localtime(clock.now()).year else f"{shown} {value.year}"


def due(value: datetime) -> Markup:
    """A moment that may lie ahead, always with its clock time: "12:00" today, "Tue 12:00" within six days, else "3 Nov 12:00"."""
    local, today = timezone.localtime(value), timezone.localtime(clock.now())
    days = (local.date() - today.date()).days
    if days == 0:
        day = ""
    elif -7 < days < 7:
        day = formats.date_format(local, "D")
    else:
        day = formats.date_format(local, "j. N" if _language() == "de" else "j N")
        day += f" {local.year}" if local.year != today.year else ""
    exact = formats.date_format(local, "DATETIME_FORMAT")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        _iso(value), exact, f"{day} {local:%H:%M}".strip()
    )


def month(value: datetime) -> str:
    """A month in words: "November 2026"."""
    return formats.date_format(timezone.localtime(value), "F Y")


def percent(value: float | None) -> str:
    """A share of 0..1 in percent as people say it; a dash where there is none. Neither 0 nor 100 unless it is so."""
    if value is None:
        return "–"
    rounded = round(100 * value)
    return f"{min(99, max(1, rounded)) if 0 < value < 1 else rounded}\u00a0%"


def whole_day(value: date) -> str:
    """A day of the calendar, in full: for what lies months ahead."""
    return formats.date_format(value, "DATE_FORMAT")


def since(value: datetime | None) -> str:
    """How long ago: "12 min", "3 h 20 min", "5 days"."""
    if value is None:
        return ""
    return spoken(max(clock.now() - value, timedelta(0)))


def until(value: datetime) -> str:
    """How long still."""
    return spoken(max(value - clock.real_now(), timedelta(0)))


def spoken_seconds(seconds: float) -> str:
    """A short time in words: seconds up to a minute."""
    if seconds < 60:
        return gettext("%(count)s s") % {"count": round(seconds)}
    return spoken(timedelta(seconds=seconds))


def spoken(gap: timedelta) -> str:
    minutes = int(gap.total_seconds() // 60)
    if minutes < 1:
        return gettext("less than a minute")
    if minutes < 60:
        return gettext("%(count)s min") % {"count": minutes}
    if minutes < 24 * 60:
        return gettext("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}
    days = minutes // (24 * 60)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def size(count: int) -> str:
    """A file size for people."""
    if count < 1_000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1_000:.0f} kB"
    return f"{formats.number_format(f'{count / 1_000_000:.1f}'.removesuffix('.0'))} MB"


def quoted(words: str) -> Markup:
    """In the quotation marks of the page's language."""
    opening, closing = "„“" if _language() == "de" else "“”"
    return Markup("{}{}{}").format(opening, words, closing)


def _linked(value: str) -> Markup:
    return Markup(linked(value))  # noqa: S704 -- escaped by linked()


def _mail_html(value: str) -> Markup:
    return Markup(safe_mail_html(value, MOST_MAIL_HTML))  # noqa: S704 -- sanitised


def marked(sentence: str, words: str) -> Markup:
    """The sentence with the clashing words marked; the whole sentence where they are not found in it."""
    before, found, after = sentence.partition(words)
    if not found or not words:
        return Markup("<mark>{}</mark>").format(sentence)
    return Markup("{}<mark>{}</mark>{}").format(escape(before), found, after)
