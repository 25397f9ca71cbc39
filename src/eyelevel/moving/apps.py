"""Moving in and out as a Django app."""

from django.apps import AppConfig


class MovingConfig(AppConfig):
    name = "eyelevel.moving"
    label = "moving"
