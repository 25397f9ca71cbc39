r"""How a transcript is signed: the signature covers every byte that stands before it, and after it stands only the end.

    JSON   {"document":RECORD,"key":"PUBLIC KEY","signature":"SIGNATURE"}\n
    PDF    …%%EOF\n%eyelevel-transcript 1 record=OFFSET+LENGTH key=PUBLIC KEY signature=SIGNATURE\n

Ed25519 over PREFIX and those bytes; key and signature in lower-case hex. Nothing of a file is interpreted before its
signature holds. A PDF carries its record as a whole signed JSON file, uncompressed, at OFFSET.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from eyelevel.transcript import canonical

PREFIX = b"eyelevel transcript 1\n"  # whatever else this key signs, it is no transcript
VERSION = 1
FORMAT = "eyelevel-transcript"
MOST_BYTES = 64 * 1024 * 1024  # of a file that is looked at; far more than the house makes
JSON_START = b'{"document":'
PDF_START = b"%PDF-1.7\n"
KEY_HEX, SIGNATURE_HEX = 64, 128

_JSON_END = re.compile(rb',"key":"([0-9a-f]{64})","signature":"([0-9a-f]{128})"}\n\Z')
_PDF_END = re.compile(
    rb"%%EOF\n%eyelevel-transcript 1 record=(0|[1-9][0-9]{0,8})\+([1-9][0-9]{0,8}) key=([0-9a-f]{64}) signature=([0-9a-f]{128})\n\Z"
)
_OTHER_VERSION = re.compile(rb"\n%eyelevel-transcript (?!1 )[0-9]{1,9} [^\n]{1,500}\n\Z")
LONGEST_END = 400

Kind = Literal["json", "pdf"]
Sign = Callable[[bytes], bytes]


class NotATranscript(ValueError):
    """These bytes are none, or of a version that this Eyelevel does not know."""


class Changed(ValueError):
    """It was a transcript once: bytes were changed, cut off or added after it was signed."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A transcript whose signature holds under the key that it names itself."""

    kind: Kind
    key: bytes
    document: dict[str, Any]


def fingerprint(key: bytes) -> str:
    """SHA-256 of the 32 bytes of a public key, in hex."""
    return hashlib.sha256(key).hexdigest()


def seal(document: dict[str, Any], *, key: bytes, sign: Sign) -> bytes:
    """The signed JSON file. `key` is the public key that belongs to `sign`."""
    before = JSON_START + canonical.dumps(document) + b',"key":"' + key.hex().encode() + b'","signature":"'
    return before + sign(PREFIX + before).hex().encode() + b'"}\n'


def seal_pages(pages: bytes, *, offset: int, length: int, key: bytes, sign: Sign) -> bytes:
    """The signed PDF file. `pages` is a whole PDF; the signed JSON file stands in it at `offset`."""
    end = f"%eyelevel-transcript {VERSION} record={offset}+{length} key={key.hex()} signature="
    before = pages + end.encode()
    return before + sign(PREFIX + before).hex().encode() + b"\n"


def unseal(content: bytes) -> Opened:
    """Check a whole file. Raises NotATranscript or Changed."""
    if len(content) > MOST_BYTES:
        raise NotATranscript(f"{len(content)} bytes; no transcript has more than {MOST_BYTES}")
    if content.startswith(JSON_START):
        return _unseal_record(content)
    if content.startswith(PDF_START) and b"%eyelevel-transcript " in content:
        return _unseal_pages(content)
    raise NotATranscript("this is no transcript: it begins otherwise, or carries no signature of this kind")


def _unseal_record(content: bytes) -> Opened:
    end = _JSON_END.search(content, max(0, len(content) - LONGEST_END))
    if end is None:
        raise Changed("it does not end with its signature: something was cut off or added")
    key = bytes.fromhex(end[1].decode())
    _check(content[: end.start(2)], key=key, signature=end[2])
    try:
        document = canonical.loads(content[len(JSON_START) : end.start()])
    except canonical.NotCanonical as error:
        raise NotATranscript(f"the signature holds, but {error}") from error
    _insist_on_version(document)
    return Opened(kind="json", key=key, document=document)


def _unseal_pages(content: bytes) -> Opened:
    end = _PDF_END.search(content, max(0, len(content) - LONGEST_END))
    if end is None and _OTHER_VERSION.search(content, max(0, len(content) - 2 * LONGEST_END)):
        raise NotATranscript("it is of another version than this Eyelevel knows")
    if end is None:
        raise Changed("it does not end with its signature: something was cut off or added")
    key = bytes.fromhex(end[3].decode())
    _check(content[: end.start(4)], key=key, signature=end[4])
    offset, length = int(end[1]), int(end[2])
    record = content[offset : min(offset + length, end.start())]
    if not record.startswith(JSON_START):
        raise NotATranscript("the signature holds, but no record stands where the file says")
    opened = _unseal_record(record)
    if opened.key != key:
        raise Changed("the pages and the record in them were signed by different keys")
    return Opened(kind="pdf", key=key, document=opened.document)


def _check(message: bytes, *, key: bytes, signature: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(signature.decode()), PREFIX + message)
    except (InvalidSignature, ValueError) as error:
        raise Changed("the signature does not belong to these bytes") from error


def _insist_on_version(document: Any) -> None:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NotATranscript("the signature holds, but it is over something else than a transcript")
    if document.get("version") != VERSION:
        raise NotATranscript(f"it is of version {document.get('version')!r}; this Eyelevel knows {VERSION}")
