"""The door of this room: who operates the site, and how often signing in may fail."""

from datetime import timedelta
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac

from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadOption, NotFound, Refused, TooOften
from broadsheet.people.models import Attempt, User

__all__ = ["add_operator", "check_attempts", "note_failure", "remove_operator"]

# Nobody who guesses from elsewhere can keep an operator out: only a flood from everywhere can.
_FOR_BOTH: Final = 5  # from one network for one name
_FOR_A_NETWORK: Final = 20
_FOR_A_NAME: Final = 100
_SPAN: Final = timedelta(hours=1)
_SALT: Final = "broadsheet.people.attempts"


def add_operator(name: str, password: str) -> None:
    """Let somebody sign in under ``/admin/``; who was removed may come back by it.

    Raises BadOption for a name or a password that will not do, and says why; Refused where
    there is such an operator.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username=name).first()
        if user and user.is_staff:
            reason = "there is one of that name; remove that one first"
            raise Refused(what=f"The operator {name}", done="added", reason=reason)
        user = user or User(username=name)
        _check(user, password)
        user.is_staff = user.is_active = True
        user.set_password(password)
        user.save()


def _check(user: User, password: str) -> None:
    try:
        user.clean_fields(exclude=["password"])
        validate_password(password, user)
    except ValidationError as error:
        option = "The name" if hasattr(error, "error_dict") else "The password"
        reason = " ".join(error.messages).rstrip(".")
        raise BadOption(option=option, reason=f"{reason[:1].lower()}{reason[1:]}") from error


def remove_operator(name: str) -> None:
    """Let an operator sign in no more, from the next page they ask for. What they did stays told.

    Raises NotFound.
    """
    removed = User.objects.filter(username=name, is_staff=True)
    if not removed.update(is_staff=False, is_superuser=False):
        raise NotFound(kind="operator", name=name)


def check_attempts(name: str, network: str) -> None:
    """Raises TooOften where signing in has failed too often within the hour."""
    recent = Attempt.objects.filter(at__gt=clock.now() - _SPAN)
    by_name = recent.filter(name=_mark(name.lower()))
    by_network = recent.filter(network=_mark(network))
    for attempts, most in (
        (by_name & by_network, _FOR_BOTH),
        (by_network, _FOR_A_NETWORK),
        (by_name, _FOR_A_NAME),
    ):
        if attempts.count() >= most:
            raise TooOften(
                what="A wrong password", done="given", most=most, span="an hour", wait="minutes"
            )


def note_failure(name: str, network: str) -> None:
    """Count a sign-in that failed, and forget those that count no more."""
    now = clock.now()
    Attempt.objects.filter(at__lte=now - _SPAN).delete()
    Attempt.objects.create(at=now, name=_mark(name.lower()), network=_mark(network))


def _mark(text: str) -> str:
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()
