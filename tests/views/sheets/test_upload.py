"""A settings file, imported through its preview."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Batch, Calendar, Change, Draft, Key
from integrations.sandbox import Sandbox
from integrations.services import sheets
from tests.browsing import read
from tests.conftest import signed_in
from tests.teamwork import give_key, person
from tests.views.addresses import at

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


def send(client: Client, content: str | bytes, query: str = "") -> Any:
    """Upload a file."""
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("calendars.csv", data, "text/csv")
    return client.post(at("calendars-import") + query, {"file": file, "text": ""})


def text(**where: Any) -> str:
    """Return the export of some calendars."""
    return "".join(sheets.lines(Calendar.objects.filter(gone_at=None, **where)))


def recoloured(accounts: Accounts) -> tuple[Calendar, str]:
    """Return a calendar, and a file that gives it another colour."""
    row = accounts["alex.admin@example.net"].calendars.order_by("pk")[0]
    file = text().replace(
        f"{row.external_id},{row.name},{row.background_color}",
        f"{row.external_id},{row.name},#A1B2C3",
    )
    return row, file


def test_it_explains_itself_and_leads_to_an_export(client: Client, accounts: Accounts) -> None:
    page = read(client.get(at("calendars-import") + "?q=team"))

    assert page.links["an export"] == at("calendars-export") + "?q=team"
    assert page.links["Cancel"] == at("calendars") + "?q=team"
    for column in sheets.COLUMNS:
        assert column in page.words


def test_a_file_becomes_a_draft_and_nothing_is_sent(
    client: Client, manager: User, accounts: Accounts, asked: Asked
) -> None:
    row, file = recoloured(accounts)

    response = send(client, file, "?q=team")

    draft = Draft.objects.get()
    assert response.status_code == 302
    assert response["Location"] == at("draft-preview", draft.pk)
    assert (draft.kind, draft.person, draft.back) == ("import", manager, "q=team")
    assert len(draft.wishes) == 30
    assert draft.wishes[str(row.pk)]["background_color"] == "#a1b2c3"
    assert asked() == []
    page = read(client.get(response["Location"]))
    assert "Preview of the import" in page.words
    assert "1 calendar changes. Nothing is sent yet." in page.words
    assert not Change.objects.exists()
    assert not Batch.objects.exists()


def test_pasted_lines_are_as_good_as_a_file(client: Client, accounts: Accounts) -> None:
    lines = text(account__email="alex.admin@example.net").replace(",", "\t").replace("\n", "\r\n")

    response = client.post(at("calendars-import"), {"text": lines})

    assert response.status_code == 302
    assert len(Draft.objects.get().wishes) == lines.count("\r\n") - 1


def test_it_reads_before_it_compares_when_the_rows_are_old(
    client: Client, sandbox: Sandbox, asked: Asked
) -> None:
    [entry, *_] = sandbox.world.accounts(sandbox.shared_key)[0]["calendars"]
    numbers = f"{entry['calendar_integration_id']},{entry['calendar_id']}"

    response = send(client, f"integration_id,calendar_id,selected\n{numbers},false\n")

    assert response.status_code == 302
    assert asked() == ["list_accounts"]


def test_what_is_wrong_is_listed_by_line_and_nothing_is_kept(
    client: Client, accounts: Accounts
) -> None:
    _row, file = recoloured(accounts)
    lines = file.split("\n")
    lines[3] = re.sub(",(true|false),", ",yes,", lines[3], count=1)
    lines[0] = lines[0].replace("foreground_color", "foregruond_color")

    response = send(client, "\n".join(lines))

    page = read(response)
    assert response.status_code == 200
    assert page.title.startswith("Error: Import settings")
    assert "There are 2 problems in it, so nothing was taken from it." in page.words
    assert (
        "Line 1, column foregruond_color: No column is called so. Is foreground_color meant?"
        in page.words
    )
    assert "Line 4, column selected: “yes” is neither true nor false." in page.words
    assert not Draft.objects.exists()


def test_pasted_lines_that_are_wrong_stay_in_their_box(client: Client, accounts: Accounts) -> None:
    response = client.post(at("calendars-import"), {"text": "integration_id\n<b>7</b>\n"})

    assert "There are 2 problems" in read(response).words
    assert "&lt;b&gt;7&lt;/b&gt;\n</textarea>" in response.content.decode()


def test_of_many_problems_the_first_hundred_are_listed(client: Client, accounts: Accounts) -> None:
    page = read(send(client, "integration_id,calendar_id\n" + "x,8\n" * 130))

    assert "There are 130 problems in it" in page.words
    assert page.words.count("is no whole number") == 100
    assert "And 30 more." in page.words


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "The file is empty."),
        ("integration_id,calendar_id".encode("utf-16"), "is UTF-16, not UTF-8."),
        (b"x" * 5_000_001, "The file is larger than 5 MB."),
    ],
)
def test_a_file_that_is_none_is_told_in_words(
    client: Client, accounts: Accounts, content: bytes, problem: str
) -> None:
    page = read(send(client, content))

    assert "There is 1 problem in it, so nothing was taken from it." in page.words
    assert problem in page.words


def test_it_wants_a_file_or_its_lines(client: Client, accounts: Accounts) -> None:
    nothing = client.post(at("calendars-import"), {"text": ""})
    both = client.post(
        at("calendars-import"), {"text": "a", "file": SimpleUploadedFile("a.csv", b"a")}
    )

    assert "Choose a file, or paste its lines." in read(nothing).words
    assert "Choose a file or paste its lines, not both." in read(both).words


def test_what_somebody_else_keeps_to_themselves_is_as_good_as_not_there(
    client: Client, sandbox: Sandbox
) -> None:
    bo = person("bo", Role.EDITOR)
    give_key(bo, "bo", Key.Visibility.ACT)
    entry = sandbox.world.person("bo@example.com").accounts[0]["calendars"][0]
    entry |= {"selected": False, "name": "Doctor"}
    line = f"{entry['calendar_integration_id']},{entry['calendar_id']},true\n"
    file = f"integration_id,calendar_id,selected\n{line}"

    page = read(send(client, file))

    assert "Line 2: There is no such calendar here, or not for you to see." in page.words
    assert "Doctor" not in page.words
    entry["selected"] = True
    assert send(signed_in(bo), file).status_code == 302


def test_through_a_key_that_one_may_not_use_the_preview_leaves_it_out(
    client: Client, sandbox: Sandbox
) -> None:
    give_key(person("bo"), "bo", Key.Visibility.HEALTH)
    entry = sandbox.world.person("bo@example.com").accounts[0]["calendars"][0]
    line = f"{entry['calendar_integration_id']},{entry['calendar_id']},false\n"

    response = send(client, f"integration_id,calendar_id,selected\n{line}")

    assert "Nothing would change" in read(client.get(response["Location"])).words


def test_a_viewer_is_told_why_the_button_is_switched_off(
    viewer_client: Client, accounts: Accounts
) -> None:
    page = read(viewer_client.get(at("calendars")))

    assert "Export CSV" in page.links
    assert "Import CSV" not in page.links
    assert "Needs the role Editor. Your role is Viewer." in page.words


def test_1500_calendars_in_one_file(client: Client, accounts: Accounts) -> None:
    owner = accounts["alex.admin@example.net"]
    Calendar.objects.bulk_create(
        Calendar(
            account=owner,
            calendar_id=10_000 + number,
            name=f"C{number}",
            selected=True,
            raw="{}",
            search=f"c{number}",
            first_seen_at=owner.seen_at,
            seen_at=owner.seen_at,
        )
        for number in range(1500)
    )
    file = text(calendar_id__lt=20_000).replace(",true,", ",false,")

    response = send(client, file)

    assert response["Location"] == at("draft-preview", Draft.objects.get().pk)
    assert "1500 calendars change" in read(client.get(response["Location"])).words
