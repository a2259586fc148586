"""Jobs as operators see them; and the form of every such list: rows are read, never edited."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from broadsheet.jobs import actions
from broadsheet.jobs.models import Job
from broadsheet.kernel.errors import BroadsheetError
from broadsheet.kernel.text import plural

__all__ = ["JobList", "ReadOnly", "among", "each", "note"]


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # no class at run time
    """A list whose rows only actions change. Every operator may see it."""

    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 50
    ordering = ("-pk",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        del request
        return True

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        del request, obj
        return True

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        del request, obj
        return False

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, under its own name."""
        title = {"title": str(self.opts.verbose_name_plural).capitalize()}
        return super().changelist_view(request, title | (extra_context or {}))


def among(column: str, values: Iterable[str]) -> type[admin.SimpleListFilter]:
    """A filter by one of these values; the table, which may be long, is not asked which it has."""

    class Among(admin.SimpleListFilter):
        title = column
        parameter_name = column

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            del request, model_admin
            return [(value, value) for value in values]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            del request
            return queryset.filter(**{column: self.value()}) if self.value() else queryset

    return Among


def each(
    request: HttpRequest, rows: QuerySet[Any], act: Callable[[int], object], *, done: str
) -> None:
    """Do something with every chosen row; tell what was done, and why some of it was not."""
    chosen = list(rows.order_by("pk"))
    refused: dict[str, str] = {}
    for row in chosen:
        try:
            act(row.pk)
        except BroadsheetError as error:
            refused[str(row.pk)] = error.user_message
    acted = [row for row in chosen if str(row.pk) not in refused]
    note(request, acted, done)
    if acted:
        messages.success(request, f"{plural(len(acted), 'row')} {done}.")
    for reason in list(refused.values())[:5]:
        messages.error(request, reason)
    if len(refused) > 5:
        messages.error(request, f"So it is with {len(refused) - 5:,} more.")


def note(request: HttpRequest, rows: Iterable[Any], done: str) -> None:
    """Keep which operator did what to which rows."""
    who = int(request.user.pk or 0)
    LogEntry.objects.log_actions(who, rows, CHANGE, change_message=done.capitalize())


class JobList(ReadOnly):
    """Jobs of the queue: what waits, runs, and was set aside."""

    list_display = ("name", "subject", "state", "attempts", "due_at", "ended_at", "error")
    list_filter = ("state", "name")
    search_fields = ("subject", "error")
    actions = ("retry", "cancel")

    @admin.action(description="Run at once")
    def retry(self, request: HttpRequest, rows: QuerySet[Job]) -> None:
        each(request, rows, actions.retry, done="put back into the queue")

    @admin.action(description="Cancel")
    def cancel(self, request: HttpRequest, rows: QuerySet[Job]) -> None:
        each(request, rows, actions.cancel, done="cancelled or told to stop")
