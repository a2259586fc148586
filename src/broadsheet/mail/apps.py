"""Mail as a Django app."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "broadsheet.mail"
    default_auto_field = "django.db.models.BigAutoField"
