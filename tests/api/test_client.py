"""The Python client and the documentation say the same as the API."""

from __future__ import annotations

import ast
import inspect
import typing

import pytest

from eyelevel.api import build, examples
from eyelevel.api.problems import KNOWN
from eyelevel_client import Eyelevel, problems, shapes

SHAPES = {
    "Me": "MeOut", "Case": "CaseOut", "Post": "PostOut", "File": "FileOut", "PersonRef": "PersonRef", "Draft": "DraftOut",
    "Colleague": "ColleagueOut", "Recipient": "RecipientOut", "Objection": "ObjectionOut", "Answer": "AnswerOut",
    "Handle": "HandleOut", "Person": "PersonOut", "Quarantined": "QuarantineOut", "Sending": "SendingOut",
    "Arrival": "ArrivalOut", "Fact": "FactOut", "Found": "FoundOut", "Watch": "WatchOut", "Promise": "PromiseOut", "Heard": "HeardOut",
    "Passage": "PassageOut", "Mirror": "MirrorOut", "Decision": "DecisionOut", "Article": "ArticleOut",
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_of_the_client_has_the_fields_of_the_api(name):
    described = build.description()["components"]["schemas"][SHAPES[name]]["properties"]
    assert set(typing.get_type_hints(getattr(shapes, name))) == set(described)


def test_every_shape_of_the_client_is_compared():
    ours = {name for name, one in vars(shapes).items() if typing.is_typeddict(one)}
    assert ours == set(SHAPES)


def calls(code):
    return [
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "api"
    ]


@pytest.mark.parametrize("name", sorted(examples.CLIENT))
def test_each_example_calls_the_client_as_it_is(name):
    (call,) = calls(examples.CLIENT[name])
    signature = inspect.signature(getattr(Eyelevel, call.func.attr))
    signature.bind(None, *call.args, **{one.arg: one.value for one in call.keywords})


def test_every_method_of_the_client_has_its_example():
    methods = {
        name for name, one in vars(Eyelevel).items() if inspect.isfunction(one) and not name.startswith("_")
    }
    assert methods == {calls(code)[0].func.attr for code in examples.CLIENT.values()}


def test_every_problem_that_an_operation_names_is_an_exception_by_name():
    by_name = {
        name: type(problems.problem_of(status, {"type": f"/api/#problem-{name}"}))
        for name, (status, _) in KNOWN.items()
    }
    unnamed = {name for name, kind in by_name.items() if kind is problems.Problem}
    assert unnamed == {"method", "twin", "too-large", "media-type"}


@pytest.mark.parametrize("base", ["ftp://x", "service.example", "", "http://service.example"])
def test_a_token_does_not_travel_just_anywhere(base):
    with pytest.raises(ValueError):
        Eyelevel(base, token="eye_x")
