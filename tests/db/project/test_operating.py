"""Cookies of the operators' pages, by the address of the site."""

import subprocess
import sys

import pytest
from tests.servers import environ

TELL = """
from broadsheet.project import settings as s
print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, *s.CSRF_TRUSTED_ORIGINS)
"""


@pytest.mark.parametrize(
    ("public", "told"),
    [
        ("", "False False"),
        ("http://papers.example.org", "False False http://papers.example.org"),
        ("https://papers.example.org", "True True https://papers.example.org"),
    ],
)
def test_under_https_cookies_go_by_https_alone(tmp_path, public, told):
    env = environ(tmp_path, BROADSHEET_PUBLIC_URL=public)
    command = [sys.executable, "-c", TELL]
    said = subprocess.run(command, env=env, capture_output=True, text=True, check=True)

    assert said.stdout.strip() == told
