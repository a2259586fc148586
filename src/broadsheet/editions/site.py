"""What every face asks of the site itself."""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest


def root(request: HttpRequest) -> str:
    """The address of the site, without trailing slash: as configured, else as asked.

    "" where it was asked for by a name that it does not answer to: the refusal is a page too.
    """
    configured: str = settings.PUBLIC_URL
    try:
        return configured or request.build_absolute_uri("/").rstrip("/")
    except DisallowedHost:
        return ""


def page_size() -> int:
    """Papers on a page."""
    size: int = settings.PAGE_SIZE
    return size


def field() -> str:
    """The field of lists whose address names none."""
    name: str = settings.FIELD
    return name


def title() -> str:
    """The name on the masthead."""
    name: str = settings.TITLE
    return name
