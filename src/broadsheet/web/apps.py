"""The web room as a Django app: its templates and static files."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "broadsheet.web"
    label = "web"
