"""Where mail goes out, and to whom."""

import pytest

from focusadmin import config, mail
from tests.config.starting import Start

COMPLETE = {
    "EMAIL_URL": "smtp+tls://focusadmin:pa%24s@mail.example.com:587",
    "EMAIL_FROM": "focusadmin@example.com",
    "EMAIL_TO": "it@example.com; ann@example.com, it@example.com",
}


def test_it_is_off_by_default(start: Start) -> None:
    settings = start()

    assert (settings["EMAIL_TO"], settings["EMAIL_HOST"]) == ((), "")


def test_it_reads_a_server_and_whom_to_tell(start: Start) -> None:
    settings = start(**COMPLETE)

    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == ("mail.example.com", 587)
    assert (settings["EMAIL_HOST_USER"], settings["EMAIL_HOST_PASSWORD"]) == ("focusadmin", "pa$s")
    assert (settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]) == (True, False)
    assert settings["EMAIL_TO"] == ("it@example.com", "ann@example.com")
    assert settings["DEFAULT_FROM_EMAIL"] == "focusadmin@example.com"
    assert "pa$s" not in repr(settings["_mail"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("smtp://mail.example.com", mail.Server("mail.example.com")),
        ("smtp://a:b@127.0.0.1:2525", mail.Server("127.0.0.1", 2525, "a", "b")),
        ("smtp://a:b@localhost", mail.Server("localhost", 25, "a", "b")),
        ("smtp+ssl://a:b@m.example.com:465", mail.Server("m.example.com", 465, "a", "b", tls=True)),
    ],
)
def test_every_form(text: str, expected: mail.Server) -> None:
    assert mail.server(text) == expected


@pytest.mark.parametrize("name", COMPLETE)
def test_the_three_belong_together(start: Start, name: str) -> None:
    with pytest.raises(config.ConfigurationError, match=f"{name}: it is missing; mail needs"):
        start(**{**COMPLETE, name: None})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("EMAIL_URL", "smtp://a:hunter2@mail.example.com:25", "over TLS only"),
        ("EMAIL_URL", "smtp+tls://a:hunter2/x@mail.example.com", "it is not smtp"),
        ("EMAIL_URL", "consolemail://", "it is not smtp"),
        ("EMAIL_URL", "http://hunter2.example.com", "it is not smtp"),
        ("EMAIL_URL", "hunter2", "it is not smtp"),
        ("EMAIL_FROM", "Focusadmin", "not an e-mail address"),
        ("EMAIL_TO", "it@example.com; nobody", "'nobody' is not an e-mail address"),
    ],
)
def test_it_says_what_is_wrong(start: Start, name: str, value: str, says: str) -> None:
    with pytest.raises(config.ConfigurationError) as told:
        start(**{**COMPLETE, name: value})

    assert says in str(told.value)
    assert "hunter2" not in str(told.value)
