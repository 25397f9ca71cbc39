"""The kernel as a Django app: facts and steps."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "eyelevel.kernel"
    label = "kernel"
