"""The options table: defaults, every kind of value, every mistake at once, secrets kept."""

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.errors import BadOption
from broadsheet.kernel.options import OPTIONS, Settings, mistakes, read

KEY = "k" * 32
URL = "postgres://ada:s3cr%2Fet@[::1]:5432/papers?sslmode=require"


def test_nothing_set_gives_every_default():
    settings = read({})

    assert settings.data.is_absolute()
    assert settings.data.name == "broadsheet"
    assert (settings.title, settings.field, settings.page_size) == ("Broadsheet", "everything", 30)
    assert (settings.database_url, settings.allowed_hosts, settings.workers) == ("", (), 2)


def test_settings_have_one_attribute_a_row_and_rows_do_not_share_a_variable():
    assert [field.name for field in fields(Settings)] == [option.name for option in OPTIONS]
    names = [name for option in OPTIONS for name in option.names]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_an_empty_variable_is_a_variable_not_set(option):
    assert read({option.env: "  "}) == read({})


@pytest.mark.parametrize(
    ("variable", "raw", "name", "value"),
    [
        ("BROADSHEET_DATA", "/srv/paper", "data", Path("/srv/paper")),
        ("BROADSHEET_DATA", "~/paper", "data", Path.home() / "paper"),
        ("BROADSHEET_DATA", "paper", "data", Path.cwd() / "paper"),
        ("BROADSHEET_PUBLIC_URL", "https://a.example/", "public_url", "https://a.example"),
        ("BROADSHEET_PUBLIC_URL", "http://[::1]:80", "public_url", "http://[::1]:80"),
        ("BROADSHEET_ALLOWED_HOSTS", "A.example, .b.example,", "allowed_hosts", None),
        ("BROADSHEET_ALLOWED_HOSTS", "*", "allowed_hosts", ("*",)),
        ("BROADSHEET_SECRET_KEY", KEY + "/", "secret_key", KEY + "/"),
        (
            "BROADSHEET_FORMER_SECRET_KEYS",
            f"{KEY}, {KEY}2,",
            "former_secret_keys",
            (KEY, f"{KEY}2"),
        ),
        ("BROADSHEET_TITLE", "Das Blatt – täglich", "title", "Das Blatt – täglich"),
        ("BROADSHEET_CONTACT", "editor@a.example", "contact", "editor@a.example"),
        ("BROADSHEET_CONTACT", "https://a.example/me", "contact", "https://a.example/me"),
        ("BROADSHEET_FIELD", "number-theory", "field", "number-theory"),
        ("BROADSHEET_PAGE_SIZE", "100", "page_size", 100),
        ("BROADSHEET_TRUST_PROXY", "On", "trust_proxy", True),
        ("BROADSHEET_TRUST_PROXY", "off", "trust_proxy", False),
        ("BROADSHEET_LOG_FORMAT", "json", "log_format", "json"),
        ("BROADSHEET_PING_URL", "http://[::1]:9/k?a=b", "ping_url", "http://[::1]:9/k?a=b"),
        (
            "BROADSHEET_PING_URL",
            "https://hc.example/k/{source}",
            "ping_url",
            "https://hc.example/k/{source}",
        ),
        ("DATABASE_URL", "postgres://a:b@c/d", "database_url", "postgres://a:b@c/d"),
        ("DATABASE_URL", "postgresql:///d", "database_url", "postgresql:///d"),
        ("DATABASE_URL", URL, "database_url", URL),
    ],
)
def test_a_good_value_is_read(variable, raw, name, value):
    expected = ("a.example", ".b.example") if value is None else value
    assert getattr(read({variable: raw}), name) == expected


@pytest.mark.parametrize(
    ("variable", "raw", "reason"),
    [
        ("BROADSHEET_PUBLIC_URL", "papers.example", "an address without a path"),
        ("BROADSHEET_PUBLIC_URL", "https://a.example/path", "an address without a path"),
        ("BROADSHEET_PUBLIC_URL", "https://me@a.example", "an address without a path"),
        ("BROADSHEET_ALLOWED_HOSTS", "a.example:80", "without scheme and port, not a.example:80"),
        ("BROADSHEET_ALLOWED_HOSTS", "a.example b.example", "without scheme and port"),
        ("BROADSHEET_SECRET_KEY", "short", "at least 32 characters"),
        ("BROADSHEET_FORMER_SECRET_KEYS", f"{KEY},short", "at least 32 characters"),
        ("BROADSHEET_TITLE", "t" * 61, "at most 60 characters"),
        ("BROADSHEET_TITLE", "two\nlines", "at most 60 characters"),
        ("BROADSHEET_CONTACT", "<me>", "a mail address or a web address, not <me>"),
        ("BROADSHEET_FIELD", "Number Theory", "the name of a field"),
        ("BROADSHEET_PAGE_SIZE", "0", "from 1 to 100, not 0"),
        ("BROADSHEET_PAGE_SIZE", "many", "from 1 to 100, not many"),
        ("BROADSHEET_PAGE_SIZE", "9" * 5000, "from 1 to 100"),
        ("BROADSHEET_WORKERS", "1.5", "from 1 to 64, not 1.5"),
        ("BROADSHEET_LOG_FORMAT", "xml", "auto, text or json, not xml"),
        ("BROADSHEET_TRUST_PROXY", "1", "must be on or off, not 1"),
        ("DATABASE_URL", "mysql://c/d", "like postgres://user:password@host:5432/name"),
    ],
)
def test_a_bad_value_is_explained(variable, raw, reason):
    (mistake,) = mistakes({variable: raw})

    assert mistake.startswith(f"{variable} must ")
    assert reason in mistake
    with pytest.raises(BadOption) as caught:
        read({variable: raw})
    assert mistake in caught.value.user_message


def test_every_mistake_is_named_at_once_with_the_nearest_name_for_a_misspelt_one():
    environ = {
        "BROADSHEET_PAGE_SIZE": "0",
        "BROADSHEET_TITEL": "The Daily",
        "BROADSHEET_DATABASE_URL": "postgres://",
        "BROADSHEET_XYZZY": "1",
        "BROADSHEET_SHARED": "/data",
        "BROADSHEET_TEST_DATABASE_URL": "postgres://",
        "HOME": "/root",
    }

    assert mistakes(environ) == (
        "BROADSHEET_PAGE_SIZE must be a whole number from 1 to 100, not 0",
        "BROADSHEET_DATABASE_URL is no option; perhaps DATABASE_URL is meant",
        "BROADSHEET_TITEL is no option; perhaps BROADSHEET_TITLE is meant",
        "BROADSHEET_XYZZY is no option",
    )


def test_a_secret_may_stand_in_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text(KEY + "\n")

    assert read({"BROADSHEET_SECRET_KEY_FILE": str(file)}).secret_key == KEY
    assert mistakes({"BROADSHEET_SECRET_KEY_FILE": str(file), "BROADSHEET_SECRET_KEY": KEY}) == (
        "BROADSHEET_SECRET_KEY and BROADSHEET_SECRET_KEY_FILE are both set; keep one",
    )
    assert mistakes({"BROADSHEET_TITLE_FILE": str(file)})


def test_a_secret_whose_file_cannot_be_read_is_a_mistake(tmp_path):
    (tmp_path / "key").write_bytes(b"\xff\xfe")

    for name, why in (("absent", "No such file or directory"), ("key", "it is not text")):
        (mistake,) = mistakes({"DATABASE_URL_FILE": str(tmp_path / name)})
        assert mistake == (
            f"DATABASE_URL is to be read from {tmp_path / name}, which cannot be read: {why}"
        )


@pytest.mark.parametrize(
    "raw",
    [
        "postgres://u:s3cr/et@h:5432/x",
        "postgres://u:s3cr?et@h:5432/x",
        "postgres://u:s3cr#et@h:5432/x",
        "postgres://u:12/s3cr@h:5432/x",
        "postgres://[u:s3cr@h:5432/x",
        "postgres://u:s3cr@h:99999/x",
        "postgres://u:s3cr@h",
        "postgres://",
        "http://u:s3cr@h/x",
    ],
)
def test_an_address_of_a_database_that_cannot_be_read_is_told_without_a_part_of_it(raw):
    (mistake,) = mistakes({"DATABASE_URL": raw})

    assert "%2F" in mistake
    for part in ("s3cr", "et@", "99999", "[u"):
        assert part not in mistake


@given(st.text(alphabet="qxz0123456789:/?&%{}", min_size=4, max_size=31))
def test_no_secret_is_ever_told(value):
    secret = "XX" + value
    environ = {option.env: secret for option in OPTIONS if option.secret}

    assert secret not in " ".join(mistakes(environ))


@pytest.mark.parametrize(
    "raw",
    [
        "hc.example/s3cr3t",
        "ftp://hc.example/s3cr3t",
        "https://ada:s3cr3t@hc.example/",
        "https:///s3cr3t",
        "https://hc.example:0/s3cr3t",
        "https://hc.example:99999/s3cr3t",
        "https://[s3cr3t/",
        "https://hc.example/s3cr3t\nX: y",
        "https://hc.example/s3cr3t two",
    ],
)
def test_an_address_to_ping_that_cannot_be_read_is_told_without_a_part_of_it(raw):
    (mistake,) = mistakes({"BROADSHEET_PING_URL": raw})

    assert mistake.startswith("BROADSHEET_PING_URL must be a web address")
    assert "s3cr3t" not in mistake


def test_values_are_shown_except_secrets():
    settings = read({"BROADSHEET_SECRET_KEY": KEY, "BROADSHEET_ALLOWED_HOSTS": "a.example,b"})
    shown = {option.name: option.show(getattr(settings, option.name)) for option in OPTIONS}

    assert shown["secret_key"] == "***"
    assert shown["database_url"] == ""
    assert shown["allowed_hosts"] == "a.example, b"
    assert shown["page_size"] == "30"
