"""The room "posts" as a Django app."""

from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "eyelevel.posts"
    label = "posts"
