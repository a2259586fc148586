"""The pages under ``/admin/``: for staff, on Django's admin. Rows are read; actions change them."""

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.context_processors import PermWrapper
from django.contrib.messages import get_messages
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.template.response import TemplateResponse

from broadsheet.digest.admin import Subscriptions
from broadsheet.digest.models import Subscription
from broadsheet.jobs.admin import JobList
from broadsheet.jobs.models import Job
from broadsheet.jobs.queries import queue
from broadsheet.kernel.errors import TooOften
from broadsheet.mail import sender
from broadsheet.mail.admin import EventList, Outbox, Suppressions
from broadsheet.mail.models import Event, Message, Suppression
from broadsheet.mail.queries import standing
from broadsheet.mail.returns import returns
from broadsheet.people import actions
from broadsheet.web.present import glance
from broadsheet.web.visitor import network

__all__ = ["ROOT", "site"]

ROOT: Final = "/admin"
"""What the addresses of these pages begin with."""


class SignIn(AdminAuthenticationForm):
    """Name and password of an operator. Wrong ones may be given only so often."""

    def clean(self) -> dict[str, Any]:
        name, request = self.cleaned_data.get("username", ""), self.request
        where = network(request) if request else ""
        try:
            actions.check_attempts(name, where)
            cleaned = super().clean()
        except TooOften as error:
            raise forms.ValidationError(error.user_message) from error
        except forms.ValidationError:
            actions.note_failure(name, where)
            raise
        SessionStore.clear_expired()
        return cleaned


class Operators(admin.AdminSite):
    """The site of the operators, with all its lists."""

    site_title = "Operators"
    site_header = "Operators"
    index_title = "At a glance"
    index_template = "admin/glance.html"
    login_form = SignIn
    login_template = "admin/sign_in.html"
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page here shows, and no page elsewhere has to look up."""
        user = request.user
        more = {"user": user, "perms": PermWrapper(user), "messages": get_messages(request)}
        return {**super().each_context(request), "request": request, **more}

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """How mail goes, at a glance."""
        returned = returns()
        context = {
            "parts": glance.parts(standing(), returned, queue()),
            "domains": glance.domains(returned),
            "is_on": sender.is_on(),
            "lacking": sender.remedy(),
        }
        return super().index(request, context | (extra_context or {}))


site: Final = Operators(name="admin")
site.register(Message, Outbox)
site.register(Event, EventList)
site.register(Suppression, Suppressions)
site.register(Subscription, Subscriptions)
site.register(Job, JobList)
