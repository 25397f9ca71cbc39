"""Every table of the house moves, or is named with the reason why it does not; nobody forgets one."""

from __future__ import annotations

import re

import pytest
from django.apps import apps

from eyelevel.moving import plan, rules, structured

EVERYTHING = frozenset({rules.LOGINS, rules.KEYS})
# Fields that sound like a secret, each looked at: why it may stand in a file, or what keeps it out.
LOOKED_AT = {
    "people.login.password": "written only --with-logins",
    "cases.receiptcode.code_hash": "the table moves only --with-keys",
    "channels.source.secret": "written only --with-keys, and concealed with them",
    "people.leftout.key": "what a network calls somebody in public",
    "cases.asking.token_hash": "the link lives on only --with-keys; nobody comes back from the hash of 190 random bits to it",
}
SOUNDS_SECRET = re.compile(r"secret|password|token|key|hash|credential|private")


def labels(extras):
    return [one.label for one in plan.plan(extras)]


def test_every_table_is_carried_or_named():
    known = {*labels(EVERYTHING), *rules.LEFT_OUT}
    assert [
        m._meta.label for m in apps.get_models(include_auto_created=True) if m._meta.label_lower not in known
    ] == []


def test_every_name_on_the_lists_is_a_table():
    there = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}
    assert {*rules.LEFT_OUT, *rules.ONLY_WITH, *rules.OF_LIBRARIES} <= there


def test_every_field_of_a_carried_table_stands_in_its_lines():
    for one in plan.plan(EVERYTHING):
        assert one.names == {field.name for field in one.model._meta.concrete_fields}, one.label


def test_every_carried_table_has_a_number_as_its_key():
    odd = [one.label for one in plan.plan(EVERYTHING) if "Auto" not in one.model._meta.pk.get_internal_type()]
    assert odd == [], "the order of its lines would depend on the database"


def test_a_field_that_sounds_secret_was_looked_at():
    found = {
        f"{one.label}.{column.name}"
        for one in plan.plan(EVERYTHING - {rules.LOGINS})
        for column in one.columns
        if SOUNDS_SECRET.search(column.name)
    }
    assert found == set(LOOKED_AT), "decide: moving/rules.py keeps it out, or LOOKED_AT says why it may move"


@pytest.mark.parametrize("extras", [frozenset(), EVERYTHING])
def test_a_table_stands_after_every_table_that_it_points_to(extras):
    seen = set()
    for one in plan.plan(extras):
        for column in one.columns:
            if column.target and column.name not in one.later | one.emptied:
                assert column.target in seen, f"{one.label}.{column.name}"
        seen.add(one.label)


def test_no_carried_table_must_point_to_one_that_stays_behind():
    for extras in (frozenset(), EVERYTHING):
        for one in plan.plan(extras):
            for name in one.emptied:
                assert one.model._meta.get_field(name).null, f"{one.label}.{name}"


def test_the_documentation_names_every_table_that_stays_behind():
    from tests.running import ROOT

    told = (ROOT / "docs" / "moving.md").read_text()
    for label in {*rules.LEFT_OUT, *rules.ONLY_WITH}:
        assert f"`{label}`" in told, label


def test_signs_that_no_database_takes_everywhere_are_replaced_and_look_alikes_stay():
    line = plan.line_of({"a": "x\x00y", "b": "\ud800!", "c": ["\\u0000"], "d": {"k\x00": "🙂"}})
    assert line.decode() == '{"a":"x\ufffdy","b":"\ufffd!","c":["\\\\u0000"],"d":{"k\ufffd":"🙂"}}\n'


def test_tables_that_point_at_each_other_are_written_in_two_goes():
    case = next(one for one in plan.plan(frozenset()) if one.label == "cases.case")
    closure = next(one for one in plan.plan(frozenset()) if one.label == "cases.closure")
    assert {link.name for link in case.links} | {link.name for link in closure.links} == {
        "closure",
        "merged_into",
    }


def test_every_shape_belongs_to_a_structured_field_that_is_carried():
    carried = {
        f"{one.label}.{column.name}"
        for one in plan.plan(EVERYTHING)
        for column in one.columns
        if column.field.get_internal_type() == "JSONField"
    }
    assert set(structured.SHAPES) <= carried
    assert len(carried) > 20


def test_a_decision_that_a_webhook_may_have_heard_of_waits_for_a_person():
    row = {"state": "decided", "way": "webhook", "evidence": ""}
    held = rules.stilled("cases.decision", row, frozenset())
    assert (held["state"], held["evidence"]) == ("failed", rules.HELD)
    assert rules.stilled("cases.decision", held, frozenset()) == held
    task = {**row, "way": "task"}
    assert rules.stilled("cases.decision", task, frozenset()) == task
