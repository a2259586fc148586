"""Every option of the program, one row each. Settings, command, checks and docs read OPTIONS.

An option is an environment variable. Empty means not set. A secret may also be kept in a file
whose path stands in ``<variable>_FILE``.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Generic, Literal, TypeVar
from urllib.parse import urlsplit

from platformdirs import user_data_path

from broadsheet.kernel.errors import BadOption

T = TypeVar("T")
LogFormat = Literal["auto", "text", "json"]

_PREFIX: Final = "BROADSHEET_"
# Read by the project's tests and benchmarks, never by the program: no misspelt options.
_NOT_OURS: Final = re.compile(r"BROADSHEET_(SHARED|CHROMIUM|TEST_\w+)")
_HOST: Final = r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]"


@dataclass(frozen=True, slots=True)
class Option(Generic[T]):
    """One thing an operator may set.

    ``default`` is text, read like a value that was set. ``blank`` says in words what happens
    where that is empty. The reason ``parse`` gives in its ValueError follows the variable's
    name in a sentence and, for a secret, never quotes the value.
    """

    name: str
    parse: Callable[[str], T]
    default: str
    help: str
    blank: str = ""
    unit: str = ""
    secret: bool = False
    variable: str = ""

    @property
    def env(self) -> str:
        """The name of its environment variable."""
        return self.variable or _PREFIX + self.name.upper()

    @property
    def names(self) -> tuple[str, ...]:
        """Every variable it may be set by."""
        return (self.env, f"{self.env}_FILE") if self.secret else (self.env,)

    def read(self, environ: Mapping[str, str]) -> T:
        """What the operator set, or the default. Raises BadOption for an unusable value."""
        raw = environ.get(self.env, "").strip()
        file = environ.get(f"{self.env}_FILE", "").strip() if self.secret else ""
        if raw and file:
            raise BadOption(option=self.env, reason=f"and {self.env}_FILE are both set; keep one")
        try:
            return self.parse((_content(file) if file else raw) or self.default)
        except ValueError as error:
            raise BadOption(option=self.env, reason=str(error)) from None

    def show(self, value: T) -> str:
        """The value as text that is safe to print."""
        if self.secret:
            return "***" if value else ""
        if isinstance(value, bool):
            return "on" if value else "off"
        return ", ".join(value) if isinstance(value, tuple) else str(value)


def _content(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise ValueError(f"is to be read from {file}, which cannot be read: {why}") from None


def _folder(raw: str) -> Path:
    return Path(raw).expanduser().absolute() if raw else user_data_path("broadsheet")


def _matching(pattern: str, reason: str) -> Callable[[str], str]:
    """Take what matches. ``{}`` in the reason stands for the value; a secret's has none."""
    compiled = re.compile(pattern)

    def parse(raw: str) -> str:
        if compiled.fullmatch(raw):
            return raw
        raise ValueError(reason.format(raw))

    return parse


def _hosts(raw: str) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in raw.split(",") if host.strip())
    for host in hosts:
        if not re.fullmatch(rf"\*|\.?({_HOST})", host):
            raise ValueError(f"must list host names without scheme and port, not {host}")
    return hosts


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(raw: str) -> int:
        if raw.isdecimal() and len(raw) < 10 and low <= int(raw) <= high:
            return int(raw)
        raise ValueError(f"must be a whole number from {low} to {high}, not {raw}")

    return parse


_SITE: Final = _matching(
    rf"(?i:https?://({_HOST})(:\d{{1,5}})?)?",
    "must be an address without a path, as https://papers.example.org, not {}",
)
_CONTACT: Final = _matching(
    r"([^\s@<>]+@[^\s@<>]+|https?://[^\s<>]+)?", "must be a mail address or a web address, not {}"
)
_FIELD: Final = _matching(
    r"[a-z0-9]+(-[a-z0-9]+)*", "must be the name of a field, as everything, not {}"
)
_EMBEDDER: Final = _matching(
    r"bundled|none|(model2vec|sentence-transformers):\S+",
    "must be bundled, none, model2vec:MODEL or sentence-transformers:MODEL, not {}",
)
_TITLE: Final = _matching(r"[^\x00-\x1f]{1,60}", "must be one line of at most 60 characters")
_TOKEN: Final = _matching(r"[\x21-\x7e]{0,255}", "must be one word of at most 255 characters")
_SENDER: Final = _matching(
    r"([^\x00-\x1f<>@\"]{1,60} <[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)?",
    "must be a mail address, alone or as Name <name@papers.example.org>, not {}",
)
_SELECTOR: Final = _matching(
    r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?", "must be a name in the DNS, as broadsheet, not {}"
)
_PEM: Final = _matching(
    r"(-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+-----END [A-Z ]*PRIVATE KEY-----)?",
    "must be a private key in PEM, which begins with -----BEGIN",
)
_SHORTEST_KEY: Final = 32
_KEY: Final = _matching(
    rf"(.{{{_SHORTEST_KEY},}})?",
    f"must have at least {_SHORTEST_KEY} characters; leave it empty to have one made",
)


def _keys(raw: str) -> tuple[str, ...]:
    """Take several keys; what is said of anything else never quotes them."""
    keys = tuple(re.split(r"[\s,]+", raw.strip(", \n"))) if raw else ()
    if any(len(key) < _SHORTEST_KEY for key in keys):
        raise ValueError(f"must list keys of at least {_SHORTEST_KEY} characters, with commas")
    return keys


def _database(raw: str) -> str:
    """Take the address of a database; what is said of anything else never quotes it."""
    if raw and not _names_a_database(raw):
        raise ValueError(
            "must be like postgres://user:password@host:5432/name, special signs of user and"
            " password written as % and two digits (/ as %2F); leave it empty for SQLite"
        )
    return raw


def _names_a_database(raw: str) -> bool:
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError:  # its text would tell a part of the password
        return False
    name = parts.path.removeprefix("/")
    return (
        parts.scheme in ("postgres", "postgresql")
        and port != 0
        and not parts.fragment
        and re.fullmatch(r"[^/@:]+", name) is not None
    )


def _site(raw: str) -> str:
    return _SITE(raw.rstrip("/"))


def _ping(raw: str) -> str:
    """Take a web address, which may be a secret as a whole."""
    if raw and not _is_web_address(raw):
        raise ValueError(
            "must be a web address, as https://hc-ping.com/KEY, without a name or a password in"
            " front of its host"
        )
    return raw


def _is_web_address(raw: str) -> bool:
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError:
        return False
    named = re.fullmatch(rf"({_HOST})(:\d+)?", parts.netloc.lower()) and port != 0
    is_plain = raw.isprintable() and " " not in raw
    return parts.scheme in ("http", "https") and bool(named) and is_plain


def _mail(raw: str) -> str:
    """Take a way for mail to leave; what is said of anything else never quotes it."""
    if raw in ("", "off", "folder") or re.match(r"[a-z_]+://\S+$", raw):
        return raw
    raise ValueError(
        "must be off, folder, smtp://user:password@host:587, smtps://user:password@host:465 or"
        " the name of a provider with its keys, as postmark://?server_token=KEY"
    )


def _switch(raw: str) -> bool:
    if raw.lower() not in ("on", "off"):
        raise ValueError(f"must be on or off, not {raw}")
    return raw.lower() == "on"


def _log_format(raw: str) -> LogFormat:
    for known in ("auto", "text", "json"):
        if raw == known:
            return known
    raise ValueError(f"must be auto, text or json, not {raw}")


# fmt: off
OPTIONS: Final[tuple[Option[Any], ...]] = (
    Option("data", _folder, "", "Folder of everything the program keeps: catalogue, index, key.",
           blank="the platform's folder for data; on Linux `~/.local/share/broadsheet`"),
    Option("database_url", _database, "", "Where the catalogue is, as"
           " `postgres://user:password@host:5432/name`.",
           blank="SQLite, in the data folder", secret=True, variable="DATABASE_URL"),
    Option("secret_key", _KEY, "", "What signatures are made with. All machines of one site share"
           " it.", blank="made on first start and kept in the data folder", secret=True),
    Option("former_secret_keys", _keys, "", "Secret keys of before, separated by commas: the links"
           " in letters that were signed with them stay good.", blank="none is remembered",
           secret=True),
    Option("public_url", _site, "", "Address readers use, as `https://papers.example.org`. It"
           " stands in feeds and links.", blank="the address the request came to"),
    Option("allowed_hosts", _hosts, "", "Further host names to answer to, separated by commas.",
           blank="only the host of the public URL, and this machine"),
    Option("trust_proxy", _switch, "off", "`on` where every request comes through a proxy of"
           " yours that sets `X-Forwarded-Proto`: then what it says of https is believed."),
    Option("title", _TITLE, "Broadsheet", "Name of the paper, on the masthead."),
    Option("contact", _CONTACT, "", "Mail or web address of whoever runs the site, shown on the"
           " page about it. Other sites are asked in this name: without it no live source runs.",
           blank="no address is shown"),
    Option("github_token", _TOKEN, "", "Token of an account at GitHub, without any permission: with"
           " one the stars of 4,000 repositories are counted in an hour.",
           blank="50 in an hour", secret=True),
    Option("ping_url", _ping, "", "Address that the worker asks for after each run of a source that"
           " ended well; `{source}` in it stands for the source's name.",
           blank="nobody is told", secret=True),
    Option("field", _FIELD, "everything", "Field of the front page."),
    Option("embedder", _EMBEDDER, "bundled", "What finds papers by meaning: `bundled`, `none`,"
           " `model2vec:MODEL` or `sentence-transformers:MODEL`. After a change run"
           " `broadsheet index rebuild`."),
    Option("page_size", _whole(1, 100), "30", "Papers on a page of a list.", unit="papers"),
    Option("workers", _whole(1, 64), "2", "Web processes of `broadsheet serve`; one a core is"
           " plenty.", unit="processes"),
    Option("seal_after", _whole(1, 720), "48", "Hours after which the edition of a complete day"
           " is sealed: its order and its receipts stay as they are then.", unit="hours"),
    Option("mail", _mail, "", "How mail leaves: `off`, `folder` (files in the data folder, for"
           " trying out), `smtp://user:password@host:587`, `smtps://user:password@host:465`, or a"
           " provider with its keys, as `postmark://?server_token=KEY`.",
           blank="no mail is sent, and nobody can subscribe", secret=True),
    Option("mail_from", _SENDER, "", "Who mail is from, as `Broadsheet <edition@example.org>`.",
           blank="nothing is sent, but into a folder"),
    Option("mail_rate", _whole(1, 1_000), "20", "Messages handed over in a second.",
           unit="messages"),
    Option("mail_domain_rate", _whole(1, 1_000), "5", "Of these, to one receiving domain.",
           unit="messages"),
    Option("dkim_selector", _SELECTOR, "broadsheet", "Name of the DKIM key in the DNS, before"
           " `._domainkey`."),
    Option("dkim_key", _PEM, "", "Private key in PEM that mail through SMTP is signed with.",
           blank="the mail server signs, or nobody does", secret=True),
    Option("log_format", _log_format, "auto", "Form of the log: `text`, `json`, or `auto` (text"
           " on a terminal, else JSON)."),
)
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options as read, one attribute a row of OPTIONS; "" and () where nothing is set."""

    data: Path
    database_url: str
    secret_key: str
    former_secret_keys: tuple[str, ...]
    public_url: str
    allowed_hosts: tuple[str, ...]
    trust_proxy: bool
    title: str
    contact: str
    github_token: str
    ping_url: str
    field: str
    embedder: str
    page_size: int
    workers: int
    seal_after: int
    mail: str
    mail_from: str
    mail_rate: int
    mail_domain_rate: int
    dkim_selector: str
    dkim_key: str
    log_format: LogFormat


def _collect(environ: Mapping[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    values: dict[str, Any] = {}
    mistakes = []
    for option in OPTIONS:
        try:
            values[option.name] = option.read(environ)
        except BadOption as error:
            mistakes.append(f"{error.facts['option']} {error.facts['reason']}")
    known = {name.removeprefix(_PREFIX): name for option in OPTIONS for name in option.names}
    for name in sorted(environ.keys() - known.values()):
        if name.startswith(_PREFIX) and not _NOT_OURS.fullmatch(name):
            near = get_close_matches(name.removeprefix(_PREFIX), known, n=1)
            guess = f"; perhaps {known[near[0]]} is meant" if near else ""
            mistakes.append(f"{name} is no option{guess}")
    return values, tuple(mistakes)


def mistakes(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Everything that is wrong with the options, a sentence each, misspelt names too."""
    return _collect(environ)[1]


def read(environ: Mapping[str, str]) -> Settings:
    """All options. Raises one BadOption that names every mistake."""
    values, wrong = _collect(environ)
    if wrong:
        raise BadOption(option="The environment", reason="; ".join(wrong))
    return Settings(**values)
