"""What every face asks of the site itself."""

from django.conf import settings
from django.http import HttpRequest


def root(request: HttpRequest) -> str:
    """The address of the site, without trailing slash: as configured, else as asked."""
    configured: str = settings.PUBLIC_URL
    return configured or request.build_absolute_uri("/").rstrip("/")


def page_size() -> int:
    """Papers on a page."""
    size: int = settings.PAGE_SIZE
    return size


def title() -> str:
    """The name on the masthead."""
    name: str = settings.TITLE
    return name
