"""What every page shows beside its own content."""

from django.conf import settings
from django.http import HttpRequest

import broadsheet
from broadsheet.editions.site import root


def site(request: HttpRequest) -> dict[str, object]:
    """The name on the masthead, the version, who runs it, where the reader is."""
    return {
        "site_title": settings.TITLE,
        "version": broadsheet.__version__,
        "contact": settings.CONTACT,
        "path": request.path,
        "root": root(request),
    }
