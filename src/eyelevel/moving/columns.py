"""One field of one table: its value in a line of JSON, and back, with every bound that the table has.

Times are ISO 8601 in UTC with six digits, bytes are base64, a foreign key is the id it points to.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models

from eyelevel.moving import structured

MOST_ID = 2**53  # what a number of JSON can hold everywhere
_WHOLE = {
    "AutoField": 2**31 - 1, "BigAutoField": MOST_ID, "SmallAutoField": 2**15 - 1, "IntegerField": 2**31 - 1,
    "SmallIntegerField": 2**15 - 1, "BigIntegerField": 2**63 - 1, "PositiveIntegerField": 2**31 - 1,
    "PositiveSmallIntegerField": 2**15 - 1, "PositiveBigIntegerField": 2**63 - 1,
}  # fmt: skip
_TEXT = frozenset({"CharField", "TextField", "SlugField", "URLField", "EmailField", "FileField"})


class NoSuchKind(TypeError):
    """A table has a kind of field that no rule of moving knows yet."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """How one field is written and read. `target` is the label of the table that a foreign key points to."""

    field: models.Field[Any, Any]
    name: str
    target: str
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]

    def value_of(self, row: dict[str, Any]) -> Any:
        """The checked value of this field in a line. Raises ValueError with the name of the field."""
        if self.name not in row:
            return self._absent()
        value = row[self.name]
        if value is None:
            if not self.field.null:
                raise ValueError(f"{self.name} is null")
            return None
        try:
            return self.read(value)
        except ValueError as error:
            raise ValueError(f"{self.name}: {error}") from error

    def _absent(self) -> Any:
        """A file of an older Eyelevel lacks newer fields: they get what a new row would get."""
        if self.field.has_default():
            return self.field.get_default()
        if self.field.null:
            return None
        if self.field.blank and self.field.get_internal_type() in _TEXT:
            return ""
        raise ValueError(f"{self.name} is missing")


def column_of(field: models.Field[Any, Any]) -> Column:
    """Raises NoSuchKind."""
    related = field.remote_field is not None
    plain: models.Field[Any, Any] = field.target_field if related else field  # type: ignore[attr-defined] # of foreign keys
    kind = plain.get_internal_type()
    write, read = _pair(kind, plain)
    if related or field.primary_key:
        read = _whole(lowest=1, highest=MOST_ID)
    target = field.related_model._meta.label_lower if related else ""  # type: ignore[union-attr] # named by a model
    return Column(field=field, name=field.name, target=target, write=write, read=read)


def _pair(kind: str, field: models.Field[Any, Any]) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    if kind in _WHOLE:
        lowest = 0 if kind.startswith("Positive") or "Auto" in kind else -_WHOLE[kind] - 1
        return _same, _whole(lowest=lowest, highest=_WHOLE[kind])
    if kind in _TEXT:
        return _same, _text(field.max_length)
    if kind == "JSONField":
        return _same, structured.reader(field)
    if kind not in _KINDS:
        raise NoSuchKind(f"{field} is a {kind}: say in moving/columns.py how it is written")
    return _KINDS[kind]


def _same(value: Any) -> Any:
    return value


def _whole(*, lowest: int, highest: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if type(value) is not int or not lowest <= value <= highest:
            raise ValueError(f"expected a whole number from {lowest} to {highest}")
        return value

    return read


def _text(most: int | None) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if type(value) is not str:
            raise ValueError("expected text")
        if most is not None and len(value) > most:
            raise ValueError(f"{len(value)} signs, at most {most} fit")
        return value

    return read


def _bool(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("expected true or false")
    return value


def _number(value: Any) -> float:
    if type(value) not in {int, float}:
        raise ValueError("expected a number")
    return float(value)


def write_moment(moment: datetime) -> str:
    """ISO 8601 in UTC, always with six digits, so that the same moment is the same text everywhere."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_string(value))
    if moment.tzinfo is None:
        raise ValueError("expected a time with its zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time outside of the calendar") from error


def _string(value: Any) -> str:
    if type(value) is not str or len(value) > 100:
        raise ValueError("expected a short text")
    return value


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError) as error:
        raise ValueError("expected base64") from error


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(_string(value))
    except InvalidOperation as error:
        raise ValueError("expected a decimal number as text") from error


_KINDS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "BooleanField": (_same, _bool),
    "FloatField": (_same, _number),
    "DateTimeField": (write_moment, _moment),
    "DateField": (date.isoformat, lambda value: date.fromisoformat(_string(value))),
    "TimeField": (time.isoformat, lambda value: time.fromisoformat(_string(value))),
    "BinaryField": (lambda value: base64.b64encode(value).decode("ascii"), _bytes),
    "DecimalField": (str, _decimal),
    "UUIDField": (str, lambda value: uuid.UUID(_string(value))),
    "GenericIPAddressField": (_same, _string),
}
