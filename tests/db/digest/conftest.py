"""A site that sends mail, into a folder."""

import pytest


@pytest.fixture
def mail_on(db, settings):
    """Mail leaves this site, and its links lead to it."""
    settings.MAIL = "folder"
    settings.PUBLIC_URL = "https://papers.example.org"
    return settings
