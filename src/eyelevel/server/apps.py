"""Lays the road and collects the policies and what can be found when Django starts."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ServerConfig(AppConfig):
    name = "eyelevel.server"
    label = "server"

    def ready(self) -> None:
        from eyelevel.flow import ROAD
        from eyelevel.kernel import facts

        facts.lay_road(ROAD)
        autodiscover_modules("policy")
        autodiscover_modules("search")
