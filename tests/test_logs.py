"""The log as it is written: whose request a line belongs to, as text and as JSON, no secret."""

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from structlog.contextvars import bound_contextvars, clear_contextvars, get_contextvars

from focusadmin import logs
from integrations.models import Account, Change, ConnectAttempt, Key, Source
from integrations.sandbox import Sandbox
from integrations.services import audit, changes, keys, mirror
from integrations.services.actors import Actor
from tests.bulk import begin_all, part_of, work
from tests.conftest import WORKSPACE
from tests.teamwork import give_key, person
from tests.test_redaction import HIDDEN, KEY, SECRETS

Lines = Callable[[], list[str]]
logger = logging.getLogger("tests.logs")


@pytest.fixture
def _no_context() -> Iterator[None]:
    """What other tests have left behind is forgotten."""
    clear_contextvars()
    yield
    clear_contextvars()


pytestmark = pytest.mark.usefixtures("_no_context")


def handler(form: str) -> tuple[logging.Handler, io.StringIO]:
    """Make the handler that ``settings.LOGGING`` describes, writing where a test can read."""
    configured = logs.configuration("INFO", form)
    names = configured["handlers"]["stderr"]["filters"]
    stream = io.StringIO()
    made = logging.StreamHandler(stream)
    builder = logging.config.DictConfigurator({"version": 1})
    for name in names:
        made.addFilter(builder.configure_filter(configured["filters"][name]))
    wanted = configured["formatters"][configured["handlers"]["stderr"]["formatter"]]
    made.setFormatter(builder.configure_formatter(dict(wanted)))
    return made, stream


@pytest.fixture
def text() -> Iterator[Lines]:
    """What is written with LOG_FORMAT=text, line by line."""
    yield from listening("text")


@pytest.fixture
def objects() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What is written with LOG_FORMAT=json, decoded."""
    for lines in listening("json"):
        yield lambda: [json.loads(line) for line in lines()]  # noqa: B023  # there is one


def listening(form: str) -> Iterator[Lines]:
    """Add a handler for as long as a test takes."""
    made, stream = handler(form)
    root = logging.getLogger()
    root.addHandler(made)
    before = root.level
    root.setLevel(logging.INFO)
    yield lambda: stream.getvalue().splitlines()
    root.removeHandler(made)
    root.setLevel(before)


def test_the_product_logs_so() -> None:
    assert logs.configuration("INFO", "text") == django_settings.LOGGING
    assert logs.configuration("INFO", "json")["handlers"]["stderr"]["formatter"] == "json"


def test_a_line_is_as_it_always_was_where_nobody_asks(text: Lines) -> None:
    logger.warning("plain %s", "words")

    [line] = text()
    assert line[23:] == " WARNING tests.logs plain words"


def test_a_line_says_whose_request_it_belongs_to(text: Lines) -> None:
    with bound_contextvars(request_id="5f0c", person='local:o"dd@example.com'):
        logger.warning("plain", extra={"trace": "t-1"})

    [line] = text()
    assert line.endswith(
        ' plain request_id="5f0c" person="local:o\\"dd@example.com" trace_id="t-1"'
    )


def test_the_traceback_stays_below_the_line(text: Lines) -> None:
    with bound_contextvars(request_id="5f0c"):
        try:
            raise ValueError(KEY)
        except ValueError:
            logger.exception("failed")

    first, *rest = text()
    assert first.endswith('failed request_id="5f0c"')
    assert rest[-1] == "ValueError: toggl_sk_[removed]"


@pytest.mark.django_db
def test_lines_of_the_record_keep_their_form(
    text: Lines, accounts: dict[str, Account], actor: Actor
) -> None:
    account = accounts["alex@example.com"]
    with bound_contextvars(request_id="5f0c"):
        changes.intend(Change.Action.REFRESH, account.source, by=actor, account=account)

    [line] = [line for line in text() if audit.logger.name in line]
    assert line.endswith(' settled=""')
    assert "request_id" not in line


@pytest.mark.django_db
def test_as_json_a_line_of_the_record_has_its_facts(
    objects: Callable[[], list[dict[str, Any]]], actor: Actor
) -> None:
    audit.note("person-disabled", by=actor, person="Bo", accounts=2)

    [line] = objects()
    assert line["logger"] == "integrations.audit"
    assert line["message"] == "person-disabled"
    assert line["facts"] == {
        "actor": "local:mia@example.com",
        "role": "manager",
        "request": "0" * 32,
        "person": "Bo",
        "accounts": 2,
    }


def test_as_json_a_line_is_one_object_whatever_happens(
    objects: Callable[[], list[dict[str, Any]]],
) -> None:
    with bound_contextvars(request_id="5f0c"):
        try:
            raise ValueError("two\nlines")
        except ValueError:
            logger.exception("also\n%s", "two", stack_info=True)

    [line] = objects()
    assert line["level"] == "ERROR"
    assert line["message"] == "also\ntwo"
    assert line["request_id"] == "5f0c"
    assert line["error"].endswith("ValueError: two\nlines")
    assert "test_logs" in line["stack"]
    assert line["time"][:2] == "20"


@pytest.mark.parametrize("form", logs.FORMATS)
@pytest.mark.parametrize("secret", HIDDEN)
def test_no_secret_gets_through(form: str, secret: str) -> None:
    made, stream = handler(form)
    facts = {"deep": [{"er": f'"{secret}"'}, (secret,)], secret: 1, "odd": ValueError(secret)}
    with bound_contextvars(person=secret):
        record = logger.makeRecord(
            logger.name,
            logging.INFO,
            "here",
            1,
            "message %s",
            (secret,),
            None,
            extra={"facts": facts, "trace": secret},
        )
        made.handle(record)

    written = stream.getvalue()
    assert "[removed]" in written
    assert not any(part in written for part in SECRETS)
    if form == "json":
        assert json.loads(written)["trace_id"]


def test_a_page_is_one_line_and_all_its_lines_are_its_persons(
    client: Client, text: Lines, source: Source
) -> None:
    response = client.get(f"/w/{WORKSPACE}/accounts/")

    ours = f' request_id="{response["X-Request-ID"]}" person="local:mia@example.com"'
    lines = text()
    assert lines[-1].endswith(f'request_finished code=200 request="GET accounts"{ours}')
    assert "GET /integrations/calendar: 200" in lines[0]
    assert all(line.endswith(ours) for line in lines)
    assert not get_contextvars()


def test_nobodys_page_has_an_id(stranger_client: Client, text: Lines, db: Any) -> None:
    stranger_client.get("/sign-in/?next=/connect/secret-attempt/")

    [line] = text()
    assert 'request="GET sign-in" request_id=' in line
    assert "person" not in line
    assert "attempt" not in line


def test_a_trip_is_called_by_its_pages_name(client: Client, text: Lines) -> None:
    client.get("/connect/no-such-attempt-0123456789/")

    assert "0123456789" not in text()[-1].partition("request_finished")[2]
    assert not ConnectAttempt.objects.exists()


def test_an_answer_with_a_trace_id_gives_it_to_the_lines_after_it(
    client: Client, text: Lines, source: Source, sandbox: Sandbox
) -> None:
    sandbox.fault("list_accounts", "status", status=503)

    client.get(f"/w/{WORKSPACE}/accounts/")

    told = [line for line in text() if "trace_id=" in line]
    assert "GET /integrations/calendar: 503" in told[0]
    assert "request_finished" in told[-1]
    trace = Source.objects.get(pk=source.pk).last_error_trace
    assert trace
    assert all(f'trace_id="{trace}"' in line for line in told)


@pytest.mark.django_db(transaction=True)
def test_what_threads_do_for_a_page_is_the_pages(
    source: Source, sandbox: Sandbox, actor: Actor, text: Lines
) -> None:
    give_key(person("bo"), "bo", Key.Visibility.ACT)
    sources = [keys.source(key, source.workspace) for key in Key.objects.all()]

    with bound_contextvars(request_id="5f0c"):
        mirror.look_all(sources, by=actor)

    answers = [line for line in text() if "GET /integrations/calendar: 200" in line]
    assert len(answers) == 2
    assert all(line.endswith(' request_id="5f0c"') for line in answers)


@pytest.mark.django_db(transaction=True)
def test_a_trace_id_ends_with_the_batch(
    accounts: dict[str, Account],
    source: Source,
    manager: Any,
    actor: Actor,
    sandbox: Sandbox,
    text: Lines,
) -> None:
    sandbox.fault("update_calendar", "status", status=422)
    batch = begin_all(source, by=actor, most=1, background_color="#123456")

    work(part_of(batch))
    logger.warning("after it")

    *lines, last = text()
    assert any("trace_id=" in line for line in lines)
    assert "trace_id" not in last


@pytest.mark.django_db(transaction=True)
def test_what_a_worker_does_is_the_request_that_confirmed_it(
    accounts: dict[str, Account], source: Source, manager: Any, actor: Actor, text: Lines
) -> None:
    batch = begin_all(source, by=actor, most=2, background_color="#123456")

    work(part_of(batch))

    writes = [line for line in text() if "PUT /integrations" in line]
    assert len(writes) == 2
    assert all(
        f'request_id="{batch.request_id}" person="local:mia@example.com"' in line for line in writes
    )
    assert not get_contextvars()
