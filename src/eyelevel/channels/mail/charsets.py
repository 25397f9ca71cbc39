"""Bytes of a stranger to text: known charsets only, replacement signs for the rest, never a crash."""

from __future__ import annotations

import binascii
import re
from encodings.aliases import aliases

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_CODECS = frozenset(
    "utf_8 utf_16 utf_16_le utf_16_be utf_32 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp437 cp850 "
    "cp852 cp858 cp866 cp874 cp932 cp949 cp950 latin_1 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 "
    "iso8859_8 iso8859_9 iso8859_10 iso8859_11 iso8859_13 iso8859_14 iso8859_15 iso8859_16 koi8_r koi8_u mac_roman "
    "gb2312 gbk gb18030 big5 shift_jis euc_jp iso2022_jp euc_kr iso2022_kr tis_620".split()
)  # no utf_7 (script in disguise), no punycode and idna (quadratic), no escapes
_AS_BROWSERS_DO = {"latin_1": "cp1252", "ascii": ""}


def _codec(charset: str) -> str | None:
    """Python's name of an accepted charset, "" where none is told, None where we do not read it."""
    name = re.sub(r"[^a-z0-9]+", "_", charset.strip().strip('"').lower()[:40]).strip("_")
    if not name:
        return ""
    name = aliases.get(name, name)
    name = {"utf8": "utf_8", "iso_8859_1": "latin_1", "us_ascii": "ascii"}.get(name, name)
    name = _AS_BROWSERS_DO.get(name, name)
    return name if not name or name in _CODECS else None


def decoded(content: bytes, charset: str, remarks: list[str]) -> str:
    codec = _codec(charset)
    if codec is None:
        remarks.append("charset-unknown")
        text = guessed(content)
    elif codec:
        text = content.decode(codec, "replace")
    else:
        text = guessed(content)
    if "\ufffd" in text:
        remarks.append("signs-replaced")
    return clean(text)


def guessed(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def clean(text: str) -> str:
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).removeprefix("\ufeff")


_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)


def base64(content: bytes, remarks: list[str]) -> bytes:
    try:
        return binascii.a2b_base64(content)
    except binascii.Error:
        remarks.append("base64-broken")
    signs = content.translate(None, _NOT_BASE64)
    signs = signs[:-1] if len(signs) % 4 == 1 else signs
    return binascii.a2b_base64(signs + b"=" * (-len(signs) % 4))
