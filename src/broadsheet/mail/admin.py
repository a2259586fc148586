"""Outbox, events and suppressions as operators see them."""

from typing import Any, get_args

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from broadsheet.jobs.admin import ReadOnly, among, each, note
from broadsheet.kernel.text import plural
from broadsheet.mail import actions, suppression
from broadsheet.mail.models import Event, Message, Suppression
from broadsheet.mail.returns import returns
from broadsheet.mail.types import Kind, Reason, Word

__all__ = ["EventList", "Outbox", "Suppressions"]


class Troubled(admin.SimpleListFilter):
    """The receiving domains that had trouble lately; any other by its name in the address."""

    title = "domain"
    parameter_name = "domain"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        del request, model_admin
        names = [domain.name for domain in returns().domains]
        asked = self.used_parameters.get(self.parameter_name)
        return [(name, name) for name in dict.fromkeys([*names, asked]) if name]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        del request
        return queryset.filter(domain=self.value()) if self.value() else queryset


class Outbox(ReadOnly):
    """Messages, by standing. What a letter says is its reader's, and not shown."""

    list_display = ("composed_at", "address", "subject", "kind", "standing", "attempts")
    list_display_links = ("composed_at", "subject")
    list_filter = ("standing", among("kind", get_args(Kind)), Troubled)
    list_select_related = ("content",)
    search_fields = ("address",)
    search_help_text = "An address, or a part of one."
    actions = ("retry", "cancel")
    fields = (
        "subject", "kind", "address", "standing", "attempts", "error", "composed_at", "due_at",
        "claimed_at", "ended_at", "happened", "name", "receipt", "key",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return super().get_queryset(request).defer("content__text", "content__html", "fills")

    @admin.display(description="subject")
    def subject(self, message: Message) -> str:
        return message.content.subject

    @admin.display(description="what happened")
    def happened(self, message: Message) -> str:
        """Its log, a line each."""
        events = message.events.order_by("at", "pk")
        return "\n".join(f"{one.at:%Y-%m-%d %H:%M} {one.what} {one.said}" for one in events)

    @admin.action(description="Send failed or doubtful ones once more")
    def retry(self, request: HttpRequest, rows: QuerySet[Message]) -> None:
        each(request, rows, actions.retry, done="put back into the outbox")

    @admin.action(description="Cancel those that wait")
    def cancel(self, request: HttpRequest, rows: QuerySet[Message]) -> None:
        each(request, rows, actions.take_back, done="cancelled")


class EventList(ReadOnly):
    """What happened to messages, the newest first."""

    list_display = ("at", "what", "address", "said")
    list_filter = (among("what", get_args(Word)),)
    list_select_related = ("message",)
    search_fields = ("message__address",)
    search_help_text = "An address, or a part of one."
    fields = ("at", "what", "address", "said", "message")

    @admin.display(description="address")
    def address(self, event: Event) -> str:
        return event.message.address or "forgotten"


class Adding(forms.ModelForm):  # type: ignore[type-arg]  # no class at run time
    """An address to suppress. It is not kept: its keyed hash is."""

    address = forms.EmailField(max_length=254, help_text="Only its keyed hash is kept.")
    said = forms.CharField(label="Note", required=False, max_length=200)

    class Meta:
        model = Suppression
        fields = ("said",)


class Suppressions(ReadOnly):
    """Who gets no mail. The list holds no address: search for one by typing it whole."""

    form = Adding
    list_display = ("known_by", "reason", "said", "at")
    list_filter = (among("reason", get_args(Reason)),)
    search_fields = ("mark",)
    search_help_text = "A whole address: the list knows none, and is asked for its hash."
    actions = ("lift",)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        del request, obj
        return True

    def get_fields(self, request: HttpRequest, obj: Suppression | None = None) -> tuple[str, ...]:
        del request
        return ("known_by", "reason", "said", "at") if obj else ("address", "said")

    @admin.display(description="known by")
    def known_by(self, row: Suppression) -> str:
        return row.mark[:12]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Suppression], search_term: str
    ) -> tuple[QuerySet[Suppression], bool]:
        if "@" in search_term:
            return queryset.filter(mark__in=suppression.marks(search_term)), False
        return super().get_search_results(request, queryset, search_term)

    def save_model(self, request: HttpRequest, obj: Suppression, form: Any, change: bool) -> None:
        """Add by the door. The row it made, or that was there, stands for what was typed."""
        del request, change
        address = form.cleaned_data["address"]
        suppression.suppress(address, "operator", form.cleaned_data["said"])
        row = Suppression.objects.get(mark__in=suppression.marks(address))
        obj.pk, obj.mark, obj.reason, obj.at = row.pk, row.mark, row.reason, row.at

    @admin.action(description="Lift: let mail go there again")
    def lift(self, request: HttpRequest, rows: QuerySet[Suppression]) -> None:
        note(request, rows, "lifted")
        lifted = suppression.remove(rows.values_list("pk", flat=True))
        messages.success(request, f"{plural(lifted, 'address', 'addresses')} may get mail again.")
