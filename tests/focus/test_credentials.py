import base64
import json

import pytest
import requests

from focusadmin.outbound import Authorization
from integrations.focus import BasicLogin, BearerKey

KEY = "toggl_sk_" + "5a" * 16


def sent(authorization: Authorization) -> str:
    request = authorization(requests.Request("GET", "http://127.0.0.1/").prepare())
    return str(request.headers["Authorization"])


def test_it_sends_a_key_without_the_space_around_it() -> None:
    assert sent(BearerKey(f" {KEY}\n").authorization()) == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "key",
    ["", "short", "toggl_sk_ with spaces", "toggl_sk_\r\nX: y", "toggl_sk_é-----", "x" * 201],
)
def test_it_refuses_a_malformed_key_without_repeating_it(key: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII") as caught:
        BearerKey(key)

    assert not key or key not in str(caught.value)
    frames = []
    trace = caught.value.__traceback__
    while trace:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    assert not {"key", "_key"} & set(frames[-1].f_locals)
    assert "_key" not in vars(frames[-1].f_locals["self"])


def test_it_sends_a_login_of_any_letters() -> None:
    header = sent(BasicLogin("zoë@example.com", "pässwörd:żółć 🗝").authorization())

    assert header.isascii()
    token = header.removeprefix("Basic ")
    assert base64.b64decode(token).decode() == "zoë@example.com:pässwörd:żółć 🗝"


@pytest.mark.parametrize(
    ("email", "password"),
    [("", "word"), ("a:b@example.com", "word"), ("a@example.com", "\ud800"), ("\ud800", "word")],
)
def test_it_refuses_a_login_that_cannot_be_sent(email: str, password: str) -> None:
    with pytest.raises(ValueError, match="colon") as caught:
        BasicLogin(email, password)

    assert caught.value.__context__ is None


def test_it_shows_no_secret() -> None:
    key = BearerKey(KEY)
    login = BasicLogin("alex@example.com", "opensesame")
    token = sent(login.authorization()).removeprefix("Basic ")
    shown = f"{key!r} {key} {login!r} {key.authorization()!r} {login.authorization()!r}"

    assert KEY not in shown
    assert "opensesame" not in shown
    assert token not in shown


def test_it_removes_its_secret_from_what_others_say() -> None:
    login = BasicLogin("alex@example.com", "opensesame")
    token = sent(login.authorization()).removeprefix("Basic ")

    assert BearerKey(KEY).redact(f"bad key {KEY}!") == "bad key [removed]!"
    assert login.redact(f"{token} or opensesame") == "[removed] or [removed]"
    assert BasicLogin("alex@example.com", "").redact("as it was") == "as it was"


def test_an_answer_that_holds_what_was_sent_loses_it() -> None:
    login = BasicLogin("alex@example.com", "team")
    token = sent(login.authorization()).removeprefix("Basic ")

    assert BearerKey(KEY).scrub(f'[{{"name": "{KEY}"}}]'.encode()) == b'[{"name": "[removed]"}]'
    assert login.scrub(f"{token} of the team".encode()) == b"[removed] of the team"


@pytest.mark.parametrize(
    "spelled",
    [
        r"\u0074oggl_sk_" + "5a" * 16,
        r"toggl\u005Fsk\u005f" + r"\u0035a" * 16,
        "".join(f"\\u{ord(character):04x}" for character in KEY),
    ],
)
def test_it_is_found_however_json_writes_it(spelled: str) -> None:
    answer = f'[{{"name": "a \\"{spelled}\\" \\u00e9", "email": "{KEY}"}}]'
    assert KEY in json.loads(answer)[0]["name"]

    scrubbed = BearerKey(KEY).scrub(answer.encode())

    assert json.loads(scrubbed) == [{"name": 'a "[removed]" é', "email": "[removed]"}]


def test_a_token_is_found_behind_slashes() -> None:
    login = BasicLogin("alex@example.com", "???>>>")
    token = sent(login.authorization()).removeprefix("Basic ")
    assert "/" in token

    assert login.scrub(token.replace("/", r"\/").encode()) == b"[removed]"


def test_other_escapes_stay_as_they_are() -> None:
    answer = rb'["\u0074oggl \"Team\" \/ \\\\u0074 \u00e9"]'

    assert BearerKey(KEY).scrub(answer) == answer
