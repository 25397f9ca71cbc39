"""The room "channels" as a Django app."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "eyelevel.channels"
    label = "channels"
