"""Pages of a site that sends mail."""

import pytest


@pytest.fixture
def mail_on(db, settings):
    """Mail goes into a folder, and its links lead to this site."""
    settings.MAIL, settings.PUBLIC_URL = "folder", "https://papers.example.org"
    settings.CONTACT = "editor@papers.example.org"
    return settings
