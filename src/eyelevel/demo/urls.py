"""Addresses that exist in the demo alone."""

from __future__ import annotations

from django.urls import path

from eyelevel.demo.views import pages

urlpatterns = [
    path("", pages.start, name="demo"),
    path("time/", pages.let_time_pass, name="demo-time"),
    path("post/", pages.post, name="demo-post"),
]
