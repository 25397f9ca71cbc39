"""What the description promises, tried by a machine: no 500, nothing undocumented, whatever is sent."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi import checks

from eyelevel.api import build
from tests.api.programs import seat, token_for
from tests.api.test_scopes import things

pytestmark = pytest.mark.django_db(databases="__all__")

EXAMPLES = 8
CHECKS = [
    not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_schema_conformance, checks.response_headers_conformance, checks.negative_data_rejection,
    checks.missing_required_header, checks.unsupported_method, checks.ignored_auth,
]  # fmt: skip
NAMES = sorted(
    about["operationId"] for methods in build.description()["paths"].values() for about in methods.values()
)


@pytest.fixture(scope="module")
def _connections_stay():
    """The signals that close the connection after a request would end the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def described(_connections_stay):
    config = SchemathesisConfig.from_dict({"generation": {"allow-x00": False, "codec": "utf-8"}})
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=config)


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"]
)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_breaks_and_nothing_is_undocumented(name, mode, described, monkeypatch):
    from django.conf import settings as house

    monkeypatch.setattr(house.ENV, "api_per_minute", 1_000_000)
    owner = seat(role="supervisor")
    found = things(owner)
    headers = {"Authorization": f"Bearer {token_for(owner)}"}
    operation = next(
        one.ok() for one in described.get_all_operations() if one.ok().definition.raw["operationId"] == name
    )
    tried = []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def attempt(case):
        if mode is GenerationMode.POSITIVE and len(tried) % 4:  # else nearly everything would be "not there"
            case.path_parameters |= {key: str(found[key]) for key in case.path_parameters}
        response = case.call(headers=headers)
        tried.append(response.status_code)
        case.validate_response(response, checks=CHECKS, headers=headers)

    attempt()
    assert tried
