"""Subscriptions as operators see them. Only their readers change them."""

from django.contrib import admin

from broadsheet.digest.models import Subscription
from broadsheet.jobs.admin import ReadOnly

__all__ = ["Subscriptions"]


class Subscriptions(ReadOnly):
    """Who gets which edition, and when."""

    list_display = ("address", "edition", "cadence", "state", "due_at", "last_day")
    list_filter = ("state", "cadence")
    list_select_related = ("subscriber",)
    search_fields = ("subscriber__address", "edition")
    search_help_text = "An address or an edition, or a part of one."
    fields = (
        "address", "edition", "cadence", "weekday", "hour", "zone", "size", "even_empty", "state",
        "asked_at", "confirmed_at", "left_at", "due_at", "last_day",
    )  # fmt: skip

    @admin.display(description="address")
    def address(self, subscription: Subscription) -> str:
        return subscription.subscriber.address

    @admin.display(description="time zone")
    def zone(self, subscription: Subscription) -> str:
        return subscription.subscriber.zone
