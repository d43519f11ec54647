"""``manage.py check_focus``."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from integrations.models import Key, Source
from integrations.sandbox import Sandbox
from integrations.services import quotas
from tests.check.sources import ROOT
from tests.conftest import WORKSPACE
from tests.support import database
from tests.teamwork import give_key, person

Asked = Callable[[], list[str]]
pytestmark = pytest.mark.django_db


def run(*words: str, code: int = 0) -> list[str]:
    """Run the command, which must end with this exit code, and return the lines it says."""
    out = io.StringIO()
    try:
        call_command("check_focus", *words, stdout=out)
        ended = 0
    except SystemExit as end:
        ended = int(end.code or 0)
    assert ended == code
    return out.getvalue().splitlines()


def broken(*words: str) -> str:
    """Return the only line, of something that is wrong."""
    [said] = run(*words, code=1)
    return said


def test_a_line_for_each_key_and_one_request(source: Source, asked: Asked) -> None:
    give_key(person("bo"), "bo", Key.Visibility.PRIVATE)

    said = run("--workspace", str(WORKSPACE))

    quota = quotas.of(source)
    assert quota is not None
    assert quota.resets_at is not None
    until = f"{timezone.localtime(quota.resets_at):%H:%M %Z}"
    assert said == [
        f"shared in Example Studio: reachable, accepted, 599 requests left until {until}.",
        f"bo@example.com in Example Studio: reachable, accepted, 599 requests left until {until}.",
    ]
    assert asked() == ["list_accounts"] * 2


def test_one_key_alone(source: Source, asked: Asked) -> None:
    give_key(person("bo"), "bo")

    [said] = run("--key", "bo@example.com")

    assert said.startswith("bo@example.com in ")
    assert asked() == ["list_accounts"]


def test_a_quota_that_is_not_told_is_not_invented(source: Source, sandbox: Sandbox) -> None:
    sandbox.switches.quota_headers = False

    assert run() == ["shared in Example Studio: reachable, accepted, requests left: not told."]


def test_one_bad_key_hides_no_good_one(source: Source, sandbox: Sandbox) -> None:
    give_key(person("bo"), "bo")
    sandbox.fault("list_accounts", "status", status=401)

    first, second = run(code=1)

    assert first.startswith("shared in Example Studio: reachable, not accepted (401")
    assert "Put a new key into FOCUS_API_KEY" in first
    assert "accepted, 599 requests left" in second


@pytest.mark.parametrize(
    ("kind", "options", "state", "remedy"),
    [
        ("status", {"status": 401}, "reachable, not accepted (401", "FOCUS_API_KEY"),
        ("status", {"status": 403}, "accepted, but not for this workspace (403", "--workspace"),
        ("status", {"status": 404}, "no such workspace (404", "FOCUS_WORKSPACES"),
        ("status", {"status": 418}, "refuses the question (418", "support"),
        ("status", {"status": 503}, "reachable, but out of order (503", "Wait"),
        ("quota", {"resets_in": 600}, "no requests left this hour (402", "Wait until "),
        ("bad_json", {}, "not what Focus promises (200", "FOCUS_API_URL"),
    ],
)
def test_what_is_wrong_has_a_remedy(
    source: Source,
    sandbox: Sandbox,
    kind: str,
    options: dict[str, int],
    state: str,
    remedy: str,
) -> None:
    sandbox.fault("list_accounts", kind, **options)

    said = broken()

    assert state in said
    assert remedy in said
    assert said.endswith(".")


def test_a_focus_that_is_away(source: Source, settings: LazySettings) -> None:
    settings.FOCUS_API_URL = "http://127.0.0.1:9/api"

    said = broken()

    assert "not reachable (" in said
    assert "Check FOCUS_API_URL, FOCUS_PROXY_URL" in said


def test_a_persons_key_is_theirs_to_mend(sandbox: Sandbox) -> None:
    give_key(person("bo"), "bo")
    sandbox.fault("list_accounts", "status", status=401)

    assert "Ask bo@example.com to replace it under “My key”." in broken("--key", "bo@example.com")


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"ciphertext": "spoilt"}, "not asked: it cannot be decrypted. Look at FOCUS_ENCRYPTION"),
        ({"expires_on": "yesterday"}, "not asked: its last day is over. Ask bo@example.com"),
        ({"doubted_at": "now"}, "resting: it may be another person’s than before. Ask bo@example"),
    ],
)
def test_a_key_that_may_not_be_used_costs_nothing(
    sandbox: Sandbox, asked: Asked, fields: dict[str, str], state: str
) -> None:
    moments = {"yesterday": timezone.localdate() - timedelta(days=1), "now": timezone.now()}
    key = give_key(person("bo"), "bo")
    Key.objects.filter(pk=key.pk).update(
        **{name: moments.get(value, value) for name, value in fields.items()}
    )

    assert state in broken("--key", "bo@example.com")
    assert asked() == []


def test_a_key_that_is_named_wrongly_is_a_sentence(source: Source) -> None:
    with pytest.raises(CommandError, match="Nobody called bo@example.com") as caught:
        run("--key", "bo@example.com")

    assert caught.value.returncode == 2


def test_a_connection_is_tried_through_the_first_good_key(
    source: Source, sandbox: Sandbox, asked: Asked
) -> None:
    give_key(person("bo"), "bo")
    sandbox.fault("list_accounts", "status", status=401)

    said = run("--connect", "google", code=1)

    assert said[2:] == ["connecting google: begun, and people are led back to us."]
    assert asked() == ["list_accounts", "list_accounts", "setup"]


def test_what_is_asked_for_is_the_address_that_people_come_back_to(
    source: Source, sandbox: Sandbox, settings: LazySettings
) -> None:
    settings.PUBLIC_URL = "https://focusadmin.example.com"

    run("--connect", "google")

    [asked] = [request for request in sandbox.requests if request.operation == "setup"]
    address = asked.query["return_to"]
    assert address.startswith("https://focusadmin.example.com/connect/")
    assert address.endswith("/return/")


def test_no_key_is_good_enough_to_try(source: Source, sandbox: Sandbox, asked: Asked) -> None:
    sandbox.fault("list_accounts", "status", status=401)

    assert len(run("--connect", "google", code=1)) == 1
    assert asked() == ["list_accounts"]


def connecting(provider: str = "google") -> str:
    """Return the line on a connection that is not as it should be."""
    _key, said = run("--connect", provider, code=1)
    return said


def test_an_address_of_ours_that_is_refused(source: Source, sandbox: Sandbox) -> None:
    sandbox.switches.refuse_return_to = True

    assert "Focus refuses our return_to. Check PUBLIC_URL" in connecting()


def test_an_account_that_is_there_already(source: Source, sandbox: Sandbox) -> None:
    sandbox.switches.setup_conflict = True

    assert "nothing is known of return_to" in connecting()


def test_a_consent_page_elsewhere_is_not_named(source: Source, sandbox: Sandbox) -> None:
    sandbox.fault("setup", "redirect")

    said = connecting()

    assert "Check FOCUS_CONSENT_ORIGINS" in said
    assert "phishing" not in said


def test_a_provider_that_focus_does_not_know(
    source: Source, sandbox: Sandbox, settings: LazySettings
) -> None:
    settings.FOCUS_PROVIDERS = {"fax": "Fax"}

    assert "connecting fax: refused (400" in connecting("fax")


def test_any_other_failure_of_a_connection(source: Source, sandbox: Sandbox) -> None:
    sandbox.fault("setup", "status", status=503)

    assert connecting().startswith("connecting google: reachable, but out of order (503")


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_as_a_process_it_prints_no_secret(source: Source, sandbox: Sandbox) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
        "DATABASE_URL": database.address(),
        "FOCUS_API_URL": sandbox.api_url,
        "FOCUS_API_KEY": sandbox.shared_key,
        "FOCUS_CONSENT_ORIGINS": sandbox.provider_url,
    }

    def ended(*words: str, **changes: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "manage.py", "check_focus", *words]
        return subprocess.run(
            command, cwd=ROOT, env=environment | changes, capture_output=True, text=True
        )

    done = ended("--connect", "google")
    assert done.returncode == 0, done.stderr
    assert sandbox.shared_key not in done.stdout + done.stderr
    assert sandbox.provider_url not in done.stdout + done.stderr

    assert ended(FOCUS_API_KEY="toggl_sk_" + "0" * 32).returncode == 1
    assert ended(SECRET_KEY="").returncode == 2
    told = ended("--help")
    assert "Costs one request of each key" in " ".join(told.stdout.split())
