"""What went wrong on a line to the outside, in the words of whoever reads it.

Adapters and the outbox keep plain English sentences, for the log, the doctor and programs. Here each of these sentences is
known by its form and said in the language of the desk. What another server said in its own words stays as it said it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from eyelevel.kernel.text import one_line

Words = Callable[[Mapping[str, str]], str]
LONGEST = 2_000
MOST_PREFIXES = 4
_CLASS = re.compile(
    r"(?:Unreachable|TooMuch|Forbidden|Refusal|ConnectError|ReadError|WriteError): (?P<rest>.+)", re.DOTALL
)
_HOST = re.compile(r"(?P<host>[a-z0-9.-]+\.[a-z0-9-]+): (?P<rest>.+)", re.DOTALL)


def said(text: str, *, most: int = 300) -> str:
    """The sentence in the language of the reader, in one line."""
    return one_line(_said(text[:LONGEST], MOST_PREFIXES), most)


def _said(text: str, deeper: int) -> str:
    for form, words in _known():
        if found := form.fullmatch(text):
            return words({name: value or "" for name, value in found.groupdict().items()})
    if deeper and (found := _CLASS.fullmatch(text)):
        return _said(found["rest"], deeper - 1)
    if deeper and (found := _HOST.fullmatch(text)):
        return f"{found['host']}: {_said(found['rest'], deeper - 1)}"
    return text


def _plain(said: str) -> Words:
    return lambda _parts: said


def _filled(said: str) -> Words:
    return lambda parts: said % parts


def _known() -> Sequence[tuple[re.Pattern[str], Words]]:
    """Forms of sentences and what they mean; built per language, because the words are."""
    return [
        (_FORMS[form], _filled(words) if "(?P<" in form else _plain(words))
        for form, words in _words().items()
    ]


def _words() -> dict[str, str]:
    return _of_the_line() | _of_sources() | _of_streams() | _of_sendings()


def _of_the_line() -> dict[str, str]:
    return {
        r"it took too long": _("it took too long"),
        r"more than (?P<most>\d+) redirects": _("more than %(most)s redirects"),
        r"more than (?P<most>\d+) bytes": _("more than %(most)s bytes"),
        r"the answer is packed although that was not asked for": _("the answer is packed although nobody asked for that"),
        r"this is no web address": _("this is no web address"), r"this is no host name": _("this is no host name"),
        r"only http and https addresses without user names are fetched": _("only http and https addresses without user names are fetched"),
        r"spaces and control signs do not belong into an address": _("spaces and control signs do not belong into an address"),
        r"'(?P<host>.*)' has no address": _("“%(host)s” has no address on the net"),
        r"'(?P<host>.*)' is (?P<address>\S+), which is not an address of the public internet":
            _("“%(host)s” is %(address)s: no address of the public internet"),
        r"\[Errno 111\].*|.*Connection refused.*": _("nobody answers there: the connection was refused"),
        r"(?:ConnectTimeout|ReadTimeout|WriteTimeout|PoolTimeout|TimeoutError).*|timed out": _("nobody answered in time"),
    }  # fmt: skip


def _of_sources() -> dict[str, str]:
    return {
        r"the feed answered (?P<status>\d+)": _("the feed answered with %(status)s"),
        r"the server answered (?P<status>\d+)": _("the server answered with %(status)s"),
        r"robots\.txt answered (?P<status>\d+)": _("robots.txt answered with %(status)s"),
        r"(?P<address>https?://\S+) answered (?P<status>\d+)": _("%(address)s answered with %(status)s"),
        r"robots\.txt of this site asks us to stay away from this address": _("robots.txt of this site asks us to stay away from this address"),
        r"there is no feed at this address, and the page names none": _("there is no feed at this address, and the page names none"),
        r"feeds are read by the running house only": _("feeds are read by the running house only"),
        r"the feed could not be read: (?P<why>.*)": _("the feed could not be read: %(why)s"),
        r"the answer is not JSON: (?P<why>.*)": _("the answer is not JSON: %(why)s"),
        r"the answer is no list of statuses": _("the answer is no list of posts"),
        r"a recording is named by its file name alone": _("a recording is named by its file name alone"),
        r"there is no file (?P<name>.*) in the folder replay of the data folder": _("there is no file %(name)s in the folder replay of the data folder"),
        r"no feed": _("no feed"), r"an entry without any words": _("an entry without any words"),
        r"only the first (?P<count>\d+) entries are read": _("only the first %(count)s entries are read"),
        r"no status with an account": _("no post with an account"), r"no uri or no acct": _("without its address or its author"),
        r"no content or no created_at": _("without words or a time"),
    }  # fmt: skip


def _of_streams() -> dict[str, str]:
    return {
        r"only ws:// and wss:// addresses without user names are listened to": _("only ws:// and wss:// addresses without user names are listened to"),
        r"it did not open a stream: (?P<why>.*)": _("it did not open a stream: %(why)s"),
        r"(?P<count>\d+) messages in a row could not be read": _("%(count)s messages in a row could not be read"),
        r"nothing whole was heard for (?P<seconds>\S+) seconds": _("nothing whole was heard for %(seconds)s seconds"),
        r"the server jumped back from number (?P<old>\d+) to (?P<new>\d+); words come twice, they count once":
            _("the server jumped back from number %(old)s to %(new)s; words come twice, they count once"),
        r"the stream spoke of a time to come \((?P<stamp>.*)\); its cursor was not followed":
            _("the stream spoke of a time to come (%(stamp)s); its cursor was not followed"),
        r"a gap of (?P<minutes>\S+) minutes: the stream no longer had what was said then":
            _("a gap of %(minutes)s minutes: the stream no longer had what was said then"),
        r"the stream jumped back by (?P<seconds>\S+) seconds; words come twice, they count once":
            _("the stream jumped back by %(seconds)s seconds; words come twice, they count once"),
        r"no event": _("no event"), r"no commit, account or identity": _("of a kind that is not known"),
        r"no (?P<key>[a-zA-Z_]{2,20})": _("without its %(key)s"), r"an unknown operation": _("an unknown operation"),
        r"a word without its record": _("a post without its record"), r"a post without text": _("a post without text"),
        r"a frame without its number": _("a frame without its number"),
        r"a commit without its changes, or with too many": _("a commit without its changes, or with too many"),
        r"text where frames are expected": _("text where frames are expected"),
        r"not a header and a body": _("not a header and a body"), r"an unknown kind of frame": _("an unknown kind of frame"),
    }  # fmt: skip


def _of_sendings() -> dict[str, str]:
    return {
        "it is carried out or taken back already": _("it is carried out or taken back already"),
        r"answered (?P<status>\d+)": _("answered with %(status)s"),
        r"410 gone: the receiver wants no more of these": _("the receiver wants no more of these (410)"),
        r"switched off at the desk": _("switched off at the desk"),
        r"this webhook is switched off": _("this webhook is switched off"),
        r"stands on the receipt page": _("stands on the receipt page"),
        r"no outgoing mail server is set \(EYELEVEL_SMTP_OUT_HOST\)": _("no server for outgoing mail is set (EYELEVEL_SMTP_OUT_HOST)"),
        r"cannot be written as a mail: (?P<why>.*)": _("cannot be written as a mail: %(why)s"),
        r"the account (?P<name>\S*) is not connected now": _("the account %(name)s is not connected now"),
        r"it names no post on Bluesky that it is or that it answers": _("it names no post on Bluesky that it answers"),
        r"the post that it answers is not there any more": _("the post that it answers is not there any more"),
        r"(?P<page>\S+) \(found there after: (?P<why>.*)\)": _("%(page)s (found there after: %(why)s)"),
        r"interrupted while sending": _("interrupted while sending"), r"came back: (?P<status>.*)": _("came back: %(status)s"),
        r"no channel named (?P<name>.*) is set up": _("no channel named %(name)s is set up"),
        r"this secret was not concealed by this installation: enter it again":
            _("this secret was not concealed by this installation: enter it again"),
    }  # fmt: skip


_FORMS = {form: re.compile(form, re.DOTALL) for form in _words()}
