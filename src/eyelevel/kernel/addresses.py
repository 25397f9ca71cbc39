"""Mail addresses as people type them."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

LONGEST = 254  # RFC 5321, 4.5.3.1.3 less the brackets
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


class NoAddress(ValueError):
    """What was typed is no mail address; the text is for the person who typed it."""


def address_of(typed: str) -> str:
    """The address in lower case, or nothing where nothing was typed. Raises NoAddress."""
    address = typed.strip()
    if not address:
        return ""
    if len(address) > LONGEST or not _ADDRESS.fullmatch(address):
        raise NoAddress(_("This mail address cannot be right: %(address)s") % {"address": address[:100]})
    return address.lower()
