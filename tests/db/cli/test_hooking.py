"""``broadsheet webhook``: the webhooks of readers as an operator sees them."""

from tests.db.conftest import NOW
from tests.db.digest.hooks import webhook

from broadsheet.digest.models import Dispatch, Webhook


def test_without_webhooks_the_list_is_a_line(command):
    said = command("webhook", "list")

    assert (said.code, said.out, said.err) == (0, "0 webhooks\n", "")


def test_webhooks_are_listed_with_what_is_wrong_and_without_secrets(command):
    fine = webhook("https://hooks.example.net/in?key=s3cr3t", edition="/latest")
    off = webhook(
        edition="/search?q=robots",
        pace="hourly",
        on=False,
        why_off="It answered that it is gone.",
        answer="it answered 410 (Gone)",
        answered_at=NOW,
        failing_since=NOW,
    )

    assert command("webhook", "list").out.splitlines() == [
        "2 webhooks",
        f"{fine.name}  day.complete /latest to https://hooks.example.net/in?key=…",
        (
            f"{off.name}  search.matched /search?q=robots to https://hooks.example.net/in, hourly,"
            " 2026-08-15 12:00 UTC it answered 410 (Gone), failing since 2026-08-15 12:00 UTC,"
            " switched off: It answered that it is gone."
        ),
    ]
    told = command("webhook", "list", "--json")
    assert [one["name"] for one in told.data] == [fine.name, off.name]
    assert "s3cr3t" not in told.out
    assert fine.secret not in told.out


def test_a_test_is_left_to_the_worker(command):
    hook = webhook()

    said = command("webhook", "test", hook.name)

    assert said.code == 0
    assert Dispatch.objects.get().event.startswith("test ")
    assert "1 waiting" in command("webhook", "list").out


def test_one_is_removed_by_its_name(command):
    hook = webhook()

    assert command("webhook", "remove", hook.name).out == f"Webhook {hook.name} is removed.\n"
    assert not Webhook.objects.exists()
    said = command("webhook", "remove", hook.name)
    assert (said.code, said.err) == (66, f"There is no webhook called {hook.name}.\n")
