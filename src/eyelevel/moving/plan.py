"""Which tables a file holds, in which order, and how a row becomes a line. Made from the models, never by hand.

A table stands after every table that it points to. Where two point at each other, one of the two fields is written
later, in a member of its own (`cases.closure.links.jsonl`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models, router

from eyelevel.kernel.tables import Table
from eyelevel.moving import rules
from eyelevel.moving.columns import Column, column_of
from eyelevel.people import factors

FACTORS = "mfa.authenticator"
LAST = "kernel.step"  # waiting steps look at everything else, so they come when everything else is there
FETCH = 500


class CannotBeOrdered(ValueError):
    """Tables point at each other by fields that may not be empty."""


@dataclass(frozen=True)
class Carried:
    """One table that moves. `links` are the foreign keys that are written later."""

    model: type[models.Model]
    columns: tuple[Column, ...]
    links: tuple[Column, ...]
    emptied: frozenset[str]  # foreign keys into tables that stay behind

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def member(self) -> str:
        return f"{self.label}.jsonl"

    @property
    def links_member(self) -> str:
        return f"{self.label}.links.jsonl"

    @property
    def alias(self) -> str:
        """The database that holds it."""
        return router.db_for_read(self.model)

    @cached_property
    def key(self) -> Column:
        return next(one for one in self.columns if one.field.primary_key)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.columns)

    @cached_property
    def later(self) -> frozenset[str]:
        return frozenset(one.name for one in self.links)

    def lines(self, extras: frozenset[str]) -> Iterator[tuple[int, bytes]]:
        """(id, line) of every row, by id."""
        left = self.emptied | self.later
        fields = [one.field.attname for one in self.columns]
        for values in self._rows().values_list(*fields).iterator(chunk_size=FETCH):
            row = {
                one.name: None if value is None or one.name in left else one.write(value)
                for one, value in zip(self.columns, values, strict=True)
            }
            if self.label == FACTORS and rules.KEYS not in extras:
                row["data"] = factors.in_clear(str(row["type"]), dict(row["data"] or {}))
            yield int(row[self.key.name] or 0), line_of(rules.stilled(self.label, row, extras))

    def count(self) -> int:
        return self._rows().count()

    def any(self) -> bool:
        return self._rows().exists()

    def link_lines(self) -> Iterator[bytes]:
        """What points forward: the id and those of its links that are set."""
        named = [self.key, *self.links]
        some = models.Q()
        for one in self.links:
            some |= ~models.Q(**{one.field.attname: None})
        for values in (
            self._rows().filter(some).values_list(*[one.field.attname for one in named]).iterator(FETCH)
        ):
            yield line_of(
                {one.name: value for one, value in zip(named, values, strict=True) if value is not None}
            )

    def _rows(self) -> models.QuerySet[Any]:
        rows = self.model._base_manager.using(self.alias).order_by("pk")
        if self.label == "kernel.fact":
            return rows.exclude(kind__startswith=rules.OWN_FACTS)
        if self.label == LAST:
            return rows.exclude(fact__kind__startswith=rules.OWN_FACTS)
        return rows

    def values(self, row: dict[str, Any], extras: frozenset[str]) -> list[Any]:
        """The checked values of a line in the order of the columns. Raises ValueError."""
        if unknown := sorted(row.keys() - self.names):
            raise ValueError(f"unknown field {unknown[0]!r}")
        still = rules.stilled(self.label, row, extras)
        left = self.emptied | self.later
        return [None if one.name in left else one.value_of(still) for one in self.columns]

    def link_values(self, row: dict[str, Any]) -> list[Any]:
        """The id and the links of a line of the links member. Raises ValueError."""
        if unknown := sorted(row.keys() - self.later - {self.key.name}):
            raise ValueError(f"unknown field {unknown[0]!r}")
        return [self.key.value_of(row), *(one.value_of(row) for one in self.links)]


def line_of(row: dict[str, Any]) -> bytes:
    """One row as one line: keys in order of the alphabet, UTF-8. Signs that no database takes everywhere are replaced."""
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    if "\\u0000" in text:
        text = json.dumps(_whole_signs(row), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text).encode() + b"\n"


def _whole_signs(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, list):
        return [_whole_signs(one) for one in value]
    if isinstance(value, dict):
        return {_whole_signs(key): _whole_signs(one) for key, one in value.items()}
    return value


def plan(extras: frozenset[str]) -> list[Carried]:
    """The tables of a file with these extras, in their order. Raises CannotBeOrdered or columns.NoSuchKind."""
    chosen = {
        model._meta.label_lower: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        and rules.carried(model._meta.label_lower, ours=is_ours(model), extras=extras)
    }  # fmt: skip
    columns = {
        label: tuple(column_of(one) for one in model._meta.concrete_fields) for label, model in chosen.items()
    }
    order, links = _ordered(columns)
    return [
        Carried(
            chosen[label], columns[label], tuple(one for one in columns[label] if one.name in links[label]),
            frozenset(one.name for one in columns[label] if one.target and one.target not in chosen),
        )
        for label in order
    ]  # fmt: skip


def is_ours(model: type[models.Model]) -> bool:
    """A table of the house, or the hidden one behind a many-to-many field of the house."""
    made_for = model._meta.auto_created
    return issubclass(made_for if isinstance(made_for, type) else model, Table)


def _ordered(columns: dict[str, tuple[Column, ...]]) -> tuple[list[str], dict[str, set[str]]]:
    links: dict[str, set[str]] = {
        label: {one.name for one in own if one.target == label} for label, own in columns.items()
    }
    waiting, order = set(columns) - {LAST}, []

    def blocking(label: str) -> list[Column]:
        return [one for one in columns[label] if one.target in waiting and one.name not in links[label]]

    while waiting:
        ready = min((label for label in waiting if not blocking(label)), default="")
        if not ready:
            ready = min(
                (label for label in waiting if all(one.field.null for one in blocking(label))), default=""
            )
            if not ready:
                raise CannotBeOrdered(f"these point at each other: {', '.join(sorted(waiting))}")
            links[ready] |= {one.name for one in blocking(ready)}
        waiting.discard(ready)
        order.append(ready)
    return [*order, *(label for label in (LAST,) if label in columns)], links
