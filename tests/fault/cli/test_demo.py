"""The demonstration mails into a folder that it shows, unless its operator has set otherwise."""

from tests.servers import Server, until


def test_a_demonstration_shows_the_mail_that_it_does_not_send(tmp_path):
    with Server(tmp_path / "data", "demo") as server:
        status, page = server.get("/outbox")
        assert status == 200
        assert b"No letter has been written yet" in page
        until(server.worker, within_s=20)
        log = server.log

    assert f"{server.address}/subscribe" in log
    assert f"{server.address}/outbox" in log


def test_what_the_operator_has_set_stays(tmp_path):
    options = {"BROADSHEET_MAIL": "off", "BROADSHEET_PUBLIC_URL": "https://papers.example.org"}
    with Server(tmp_path / "data", "demo", options=options) as server:
        assert server.get("/outbox")[0] == 404
        assert b"Mail is not set up" in server.get("/subscribe")[1]
        assert b"https://papers.example.org/latest" in server.get("/latest.atom")[1]
        log = server.log

    assert "/outbox" not in log
