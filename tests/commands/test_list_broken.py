"""``manage.py list_broken``."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from integrations.models import Account, Key, Mail, Source
from integrations.sandbox import Sandbox
from tests.check.sources import ROOT
from tests.conftest import WORKSPACE
from tests.support import database
from tests.support.mailbox import Mailbox, mailbox
from tests.teamwork import give_key, person

Asked = Callable[[], list[str]]
HERE = ("--workspace", str(WORKSPACE))
#: When the answer came.
SEEN = r", as seen at \d{4}-\d\d-\d\d \d\d:\d\d \w+"
pytestmark = pytest.mark.django_db


def run(*words: str, code: int) -> tuple[str, str]:
    """Run the command, which must end with this exit code, and return what it says where."""
    out, problems = io.StringIO(), io.StringIO()
    try:
        call_command("list_broken", *words, stdout=out, stderr=problems)
        ended = 0
    except SystemExit as end:
        ended = int(end.code or 0)
    assert ended == code
    return re.sub(SEEN, "", out.getvalue()), problems.getvalue()


@pytest.fixture
def mended(sandbox: Sandbox) -> None:
    """Every account works."""
    for account in sandbox.world.accounts(sandbox.shared_key):
        account["error_status"] = ""


def test_a_line_for_each_account_that_does_not_work(source: Source, asked: Asked) -> None:
    assert run(*HERE, code=1) == (
        "events@example.com (Google) in Example Studio, through shared:"
        " Needs reconnecting (invalid_grant).\n"
        "Not working: 1 of 6 accounts.\n",
        "",
    )
    assert asked() == ["list_accounts"]


def test_an_account_in_several_workspaces_is_a_line_that_names_them(
    source: Source, box: Mailbox
) -> None:
    said, _ = run("--mail", code=1)

    where = "in Example Studio and Field work, through shared: Needs reconnecting (invalid_grant)"
    assert said == (f"events@example.com (Google) {where}.\nNot working: 1 of 6 accounts.\n")
    [letter] = box.letters
    assert letter.get_content().count(f"* events@example.com (Google) {where}") == 1


def test_it_ends_well_where_all_work(source: Source, mended: None) -> None:
    assert run(*HERE, code=0) == ("Not working: 0 of 6 accounts.\n", "")
    assert run(*HERE, "-v", "0", code=0) == ("", "")


def test_it_says_when_that_was(source: Source, mended: None) -> None:
    out = io.StringIO()
    call_command("list_broken", *HERE, stdout=out)

    assert re.search(SEEN, out.getvalue())


def test_it_asks_nothing_unless_it_may(
    accounts: dict[str, Account], sandbox: Sandbox, asked: Asked
) -> None:
    for account in sandbox.world.accounts(sandbox.shared_key):
        account["error_status"] = ""
    Source.objects.update(expired_at=None, last_good_at="2026-01-01T00:00Z")

    said, _ = run(*HERE, "--no-check", code=1)

    assert "events@example.com" in said
    assert asked() == []


def test_what_cannot_be_found_out_is_told_apart(source: Source, sandbox: Sandbox) -> None:
    sandbox.fault("list_accounts", "status", status=503)

    assert run(*HERE, code=2) == (
        "",
        "Not found out in Example Studio, through shared: Focus cannot be reached."
        " See: manage.py check_focus --key shared\n",
    )


def test_nothing_is_said_to_work_that_was_never_seen(source: Source) -> None:
    _, problems = run(*HERE, "--no-check", code=2)

    assert "Focus has not answered yet" in problems


def test_a_broken_account_counts_more_than_what_is_unknown(
    source: Source, sandbox: Sandbox
) -> None:
    bo = person("bo")
    key = give_key(bo, "bo")
    Key.objects.filter(pk=key.pk).update(ciphertext="spoilt")

    said, problems = run(*HERE, code=1)

    assert "events@example.com" in said
    assert "through bo@example.com: The key of Bo cannot be read." in problems


def test_a_private_key_is_read_only_if_it_is_named(
    source: Source, sandbox: Sandbox, mended: None, asked: Asked
) -> None:
    give_key(person("bo"), "bo", Key.Visibility.PRIVATE)
    [account, *_] = sandbox.world.accounts("toggl_sk_" + "b0" * 16)
    account["error_status"] = "invalid_grant"

    run(*HERE, code=0)
    assert asked() == ["list_accounts"]

    said, _ = run(*HERE, "--key", "bo@example.com", code=1)
    assert "through bo@example.com: Needs reconnecting" in said


@pytest.mark.parametrize("words", [HERE, (*HERE, "--no-check"), (*HERE, "-v", "0")])
@pytest.mark.few(3)
def test_what_looked_at_nothing_is_no_good_end(
    sandbox: Sandbox, settings: LazySettings, asked: Asked, words: tuple[str, ...]
) -> None:
    give_key(person("bo"), "bo", Key.Visibility.PRIVATE)
    settings.FOCUS_API_KEY = ""

    said, problems = run(*words, code=2)

    assert said == ""
    assert problems.startswith("Nothing was looked at: there is no shared key, and no key that ")
    assert asked() == []


def test_a_name_that_is_somebody_elses_stays_on_its_line(source: Source, sandbox: Sandbox) -> None:
    for account in sandbox.world.accounts(sandbox.shared_key):
        account["error_status"] = "odd\n\x1b[31mred"

    said, _ = run(*HERE, code=1)

    assert said.count("\n") == 7
    assert "\x1b" not in said


def test_what_cannot_be_had_is_a_sentence(source: Source) -> None:
    with pytest.raises(CommandError, match="no workspace 7") as caught:
        run("--workspace", "7", code=2)

    assert caught.value.returncode == 2


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_as_a_process_it_tells_all_three_by_its_exit_code(source: Source, sandbox: Sandbox) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
        "DATABASE_URL": database.address(),
        "FOCUS_API_URL": sandbox.api_url,
        "FOCUS_API_KEY": sandbox.shared_key,
    }

    def ended(*words: str, **changes: str) -> int:
        command = [sys.executable, "manage.py", "list_broken", *HERE, *words]
        done = subprocess.run(command, cwd=ROOT, env=environment | changes, capture_output=True)
        assert b"Traceback" not in done.stderr
        return done.returncode

    assert ended(SECRET_KEY="") == 2
    assert ended(FOCUS_API_URL="http://127.0.0.1:9/api") == 2
    Source.objects.all().delete()
    assert ended() == 1
    Account.objects.update(state=Account.State.WORKING)
    assert ended("--no-check") == 0


@pytest.fixture
def box(settings: LazySettings) -> Iterator[Mailbox]:
    """A mail server, and settings that name it."""
    with mailbox() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        settings.EMAIL_TO, settings.DEFAULT_FROM_EMAIL = ("it@example.com",), "f@example.com"
        yield found


def test_mail_says_once_what_broke_and_once_that_it_works(
    source: Source, sandbox: Sandbox, box: Mailbox
) -> None:
    run(*HERE, "--mail", code=1)
    run(*HERE, "--mail", code=1)
    Source.objects.update(expired_at=timezone.now())
    for account in sandbox.world.accounts(sandbox.shared_key):
        account["error_status"] = ""
    run(*HERE, "--mail", code=0)

    broke, recovered = box.letters
    assert broke["Subject"] == "Focusadmin: events@example.com does not work"
    assert recovered["Subject"] == "Focusadmin: events@example.com works again"
    row = Account.objects.get(email="events@example.com")
    assert broke.get_content().replace("\r", "") == (
        "Not working any more:\n"
        "\n"
        "* events@example.com (Google) in Example Studio, through shared:"
        " Needs reconnecting (invalid_grant)\n"
        f"  http://127.0.0.1:8000/w/4400001/accounts/{row.pk}/\n"
        "\n"
        "You get one mail for each such change. EMAIL_TO of Focusadmin says who gets it.\n"
    )


def test_a_mail_server_that_refuses_is_said_and_asked_again(source: Source, box: Mailbox) -> None:
    box.fault = "busy"
    _, problems = run(*HERE, "--mail", code=1)
    assert problems.startswith("Not sent, and tried again: 1 mails (SMTPDataError")

    box.fault = ""
    _, problems = run(*HERE, "--mail", code=1)
    assert (problems, len(box.letters)) == ("", 1)


def test_a_mail_that_is_not_sent_is_no_good_end(source: Source, mended: None, box: Mailbox) -> None:
    Mail.objects.create(subject="Before", body="")
    box.fault = "busy"

    _, problems = run(*HERE, "--mail", code=2)

    assert problems.startswith("Not sent, and tried again: 1 mails (")
    assert Mail.objects.get().subject == "Before"


def test_without_a_mail_server_it_says_so(source: Source, asked: Asked) -> None:
    with pytest.raises(CommandError, match="EMAIL_URL is not set"):
        run(*HERE, "--mail", code=2)

    assert asked() == []


def test_nothing_is_mailed_of_a_key_that_its_owner_keeps(source: Source, box: Mailbox) -> None:
    give_key(person("bo"), "bo", Key.Visibility.PRIVATE)

    with pytest.raises(CommandError, match="keeps it to themselves"):
        run(*HERE, "--mail", "--key", "bo@example.com", code=2)
    assert Mail.objects.count() == 0


def test_a_name_of_any_length_fits_a_subject(
    source: Source, sandbox: Sandbox, box: Mailbox
) -> None:
    for account in sandbox.world.accounts(sandbox.shared_key):
        if account["error_status"]:
            account["email"] = "odd\r\nBcc: all@example.com" + "x" * 300

    run(*HERE, "--mail", code=1)

    [letter] = box.letters
    assert letter["Bcc"] is None
    assert len(letter["Subject"].strip()) == 120


def test_many_changes_are_counted_in_the_subject(
    source: Source, sandbox: Sandbox, box: Mailbox
) -> None:
    run(*HERE, "--mail", code=1)
    Source.objects.update(expired_at=timezone.now())
    for account in sandbox.world.accounts(sandbox.shared_key):
        account["error_status"] = "" if account["error_status"] else "invalid_grant"

    run(*HERE, "--mail", code=1)

    assert box.letters[1]["Subject"] == (
        "Focusadmin: 5 accounts do not work, events@example.com works again"
    )
