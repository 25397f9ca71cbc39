"""One line per event on standard error, for people or as JSON. No message text, no address of a person."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import structlog

from eyelevel.kernel import faults

FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"


class Lines(logging.Formatter):
    """The lines of libraries, under the same rule."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 -- its name in logging
        return _traceback(ei[1]) if ei[1] is not None else ""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- its name in logging
        return faults.told(super().formatMessage(record))


def without_rows(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Leaves out what a database quotes of a row when it refuses one: words and addresses of people."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    said = {name: faults.told(value) if isinstance(value, str) else value for name, value in event.items()}
    return {**said, "exception": _traceback(error)} if error is not None else said


def _traceback(error: BaseException) -> str:
    """As Python shows it, the cause first, each error with the first sentence of its message."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{_traceback(cause)}\n\n" if cause is not None else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{before}{frames}{type(error).__name__}: {faults.told(str(error))}"


def configure(form: str) -> None:
    """`form` is "text" or "json"."""
    shared: list[structlog.typing.Processor] = [
        without_rows,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(Lines(FORM))
    logging.getLogger("mail.log").setLevel(logging.ERROR)
