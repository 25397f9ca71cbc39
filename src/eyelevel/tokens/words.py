"""How scopes are called where a colleague chooses them or a reader looks them up."""

from __future__ import annotations

from django.utils.translation import gettext as _


def scope(name: str) -> str:
    return {
        "cases:read": _("read cases and what was said in them"),
        "cases:write": _("open and change cases, write notes and calls"),
        "promises:write": _("keep, move and hand on promises"),
        "answers:write": _("write drafts"),
        "answers:send": _("send answers and take them back"),
        "decisions:write": _("decide within your frame"),
        "persons:read": _("read persons and their addresses"),
        "files:read": _("read attachments"),
        "quarantine:read": _("read what could not be read"),
        "quarantine:write": _("try to read it again"),
        "outbox:read": _("see what leaves"),
        "outbox:write": _("try stuck sendings again"),
        "arrivals:write": _("hand in words from outside"),
        "articles:read": _("read articles"),
        "watches:read": _("read watches and what they matched"),
        "watches:write": _("make and change watches"),
        "journal:read": _("follow everything that happens (supervisors and operators)"),
    }[name]
