"""Every field of every table says whether it is about a person; export and erasure are made from that."""

from __future__ import annotations

import pytest
from django.apps import apps

from eyelevel.kernel.tables import Table, undeclared


def ours():
    return [model for model in apps.get_models() if model.__module__.startswith("eyelevel.")]


def test_every_table_of_the_house_declares_its_fields():
    assert {model.__name__: undeclared(model) for model in ours() if undeclared(model)} == {}


def test_every_table_of_the_house_stands_on_the_common_base():
    assert [model.__name__ for model in ours() if not issubclass(model, Table)] == []


def test_an_undeclared_field_is_noticed(monkeypatch):
    from eyelevel.cases.models import Case

    monkeypatch.setattr(Case, "plain", tuple(name for name in Case.plain if name != "channel"))
    assert undeclared(Case) == {"channel"}


@pytest.mark.django_db(databases="__all__")
def test_tables_and_migrations_say_the_same():
    from io import StringIO

    from django.core.management import call_command

    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes detected" in out.getvalue()
