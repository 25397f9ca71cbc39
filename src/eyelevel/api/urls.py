"""The addresses of the API and of its documentation."""

from __future__ import annotations

from django.urls import include, path

from eyelevel.api import build
from eyelevel.api.views import docs

urlpatterns = [
    path("", docs.documentation, name="docs"),
    path("v1/openapi.json", docs.openapi, name="openapi"),
    path("v1/", include(build.patterns())),
]
