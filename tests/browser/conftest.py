"""A real site, in a real browser: the command that operators run, on a folder of its own."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.servers import Server, broadsheet, until

HERE = Path(__file__).parent

# What sources really send: no abstract, no names, only a year, a formula, another script.
ODD = (
    {
        "id": "2401.00001",
        "title": r"Bounds of $O(n^{1/2}\log n)$ for Gr\"onwall's lemma in $L^p(\Omega)$",
        "abstract": (
            r"We show that $\int_0^T \|u(t)\|_{H^1}^2\,dt \le C(\|u_0\|^2 + \|f\|_{L^2}^2)"
            r" + \sum_{k=1}^{\infty} a_k \lambda^k + \frac{1}{2}\left(\alpha+\beta\right)$ holds"
            r" for \emph{every} $n$. $$x = \frac{-b \pm \sqrt{b^2-4ac}}{2a}$$ So does"
            r" $\owncommand{y}$."
        ),
        "authors": [f"Ada Lovelace {n}" for n in range(40)],
        "n_authors": 40,
        "categories": ["math.AP", "cs.LG"],
        "published": "2024-01-01",
        "version": 3,
    },
    {
        "id": "math/0309136",
        "title": "An old paper",
        "published": "2003-09-08",
        "authors": ["Škoda, Ł."],
        "categories": ["math.GT"],
        "comment": "This paper has been withdrawn by the author",
    },
    {"id": "2401.00003", "title": "只有标题的论文", "n_authors": 4},
    {
        "id": "2401.00004",
        "title": "A paper of many words",
        "abstract": "Its abstract goes on about wordiness. " * 40,
        "authors": ["Grace Hopper"],
    },
)


def missing(reason: str) -> NoReturn:
    """Skip with the reason; in CI nothing may be skipped."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("BROADSHEET_CHROMIUM") or shutil.which("chromium")
    if not path:
        missing("no Chromium found; install it, or name it in BROADSHEET_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site that holds the starter edition and a few odd papers."""
    folder = tmp_path_factory.mktemp("site")
    odd = folder / "odd.jsonl"
    odd.write_text("\n".join(json.dumps({"source": "arxiv"} | one) for one in ODD) + "\n")
    done = broadsheet(folder / "data", "import", odd)
    assert done.returncode == 0, done.stdout + done.stderr
    with Server(folder / "data", "demo") as server:
        until(lambda: b'class="paper' in server.get("/")[1], within_s=30)
        yield server.address


class Reader:
    """Opens pages and remembers what should not have happened on them."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.contexts, self.wrong = [], []

    def open(self, path: str, *, width: int = 1280, expect: int = 200, **options) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, base_url=self.site, **options
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.wrong.append(f"{path}: {error}"))
        page.on("console", lambda said: self._console(path, said, expect))
        answer = page.goto(path)
        assert answer.status == expect, f"{path} answered {answer.status}"
        return page

    def _request(self, request) -> None:
        if not request.url.startswith((self.site, "data:")):
            self.wrong.append(f"asked a third party: {request.url}")

    def _console(self, path: str, said, expect: int) -> None:
        refused = expect >= 400 and "Failed to load resource" in said.text
        if said.type in ("error", "warning") and not refused:
            self.wrong.append(f"{path}: {said.text}")


@pytest.fixture
def reader(browser: Browser, site: str) -> Iterator[Reader]:
    reader = Reader(browser, site)
    yield reader
    for context in reader.contexts:
        cookies = context.cookies()
        context.close()
        assert not cookies, "a stranger was given a cookie"
    assert reader.wrong == []


@pytest.fixture(scope="session")
def axe() -> str:
    return (HERE / "axe.min.js").read_text()
