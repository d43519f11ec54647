"""The environment: what is read, what is refused, and in which words."""

from pathlib import Path

import pytest

from focusadmin import config, parsers
from tests.check.sources import ROOT
from tests.config.starting import Start, run
from tests.support.environment import PRODUCTION


def test_the_command_line_shows_sentences_instead_of_a_traceback() -> None:
    done = run("manage.py", "check", SECRET_KEY="", FOCUS_WORKSPACE="1")

    assert done.returncode != 0
    assert "SECRET_KEY: it is missing. Example: SECRET_KEY=" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_starts_with_a_complete_environment(start: Start) -> None:
    settings = start()

    assert settings["ALLOWED_HOSTS"] == ["focusadmin.example.com"]
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["DEBUG"] is False


def test_it_names_every_problem_at_once(start: Start) -> None:
    with pytest.raises(config.ConfigurationError) as told:
        start(SECRET_KEY=None, PUBLIC_URL="http://focusadmin.example.com", FOCUS_API_KEY="short")

    assert "SECRET_KEY: it is missing. Example: SECRET_KEY=" in str(told.value)
    assert "PUBLIC_URL: 'http://focusadmin.example.com' must use https" in str(told.value)
    assert "FOCUS_API_KEY: it must be 8 to 200" in str(told.value)
    assert "Example: FOCUS_API_KEY=toggl_sk_" in str(told.value)


def test_it_starts_without_a_key_and_a_workspace(start: Start) -> None:
    settings = start(FOCUS_API_KEY=None, FOCUS_WORKSPACES=None)

    assert (settings["FOCUS_API_KEY"], settings["FOCUS_WORKSPACES"]) == ("", ())


def test_it_leads_to_the_set_up_where_something_is_left_of_it() -> None:
    done = run("manage.py", "check", FOCUS_API_KEY="", FOCUS_WORKSPACES="")

    assert done.returncode == 0
    for number in ("W050", "W051"):
        assert f"(focusadmin.{number})" in done.stderr
    assert "https://focusadmin.example.com/setup/" in done.stderr
    assert "focusadmin.W05" not in run("manage.py", "check").stderr


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SECRET_KEY", "short", "too short"),
        ("PUBLIC_URL", "https://focusadmin.example.com/sub", "without path"),
        ("PUBLIC_URL", "focusadmin.example.com", "not an http(s) address"),
        ("PUBLIC_URL", "https://focusadmin.example.com:port", "PUBLIC_URL: "),
        ("DEBUG", "maybe", "neither true nor false"),
        ("TIME_ZONE", "Mars/Base", "not a time zone"),
        ("DEFAULT_LANGUAGE", "tlh", "not en or de"),
        ("LOG_LEVEL", "LOUD", "not DEBUG, INFO"),
        ("DATABASE_URL", "mysql://db.example.com/x", "DATABASE_URL: it names neither"),
        ("DATABASE_URL", "postgres://db.example.com/", "DATABASE_URL: it names no database"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL: it names neither"),
        ("FOCUS_API_URL", "http://focus.example.com/api", "must use https"),
        ("FOCUS_API_URL", "https://focus.example.com/api?x=1", "query"),
        ("FOCUS_API_KEY", "with a space in it", "without spaces"),
        ("FOCUS_EMAIL", "alex@example.com", "not both"),
        ("FOCUS_WORKSPACES", "Studio", "not a workspace or organization number"),
        ("FOCUS_WORKSPACES", "A=1; B=1", "listed twice"),
        ("FOCUS_WORKSPACES", ";", "no workspace is listed"),
        ("FOCUS_PROVIDERS", "Google=Go ogle", "not a provider's name"),
        ("FOCUS_PROVIDERS", " ; ", "no provider is listed"),
        ("FOCUS_CONSENT_ORIGINS", "https://accounts.google.com/x", "without path"),
        ("FOCUS_CONSENT_ORIGINS", "http://localhost:8002", "only while FOCUS_API_URL"),
        ("FOCUS_PROXY_URL", "socks://secret@proxy.example.com", "FOCUS_PROXY_URL: it is not"),
        ("FOCUS_CA_BUNDLE", "/no/such/file.pem", "there is no file"),
        ("DATA_DIR", "data", "not an absolute path"),
        ("LOG_FORMAT", "xml", "'xml' is not text or json"),
        ("METRICS_TOKEN", "short", "at least 32 random characters"),
        ("PROMETHEUS_MULTIPROC_DIR", "/dev/null/metrics", "none can be made"),
    ],
)
def test_it_says_what_is_wrong_with_a_variable(
    start: Start, name: str, value: str, says: str
) -> None:
    with pytest.raises(config.ConfigurationError) as told:
        start(**{name: value})

    assert says in str(told.value)
    assert name in str(told.value)
    assert "secret@" not in str(told.value)


def test_it_asks_for_the_other_half_of_a_login(start: Start) -> None:
    with pytest.raises(config.ConfigurationError, match="FOCUS_PASSWORD: it is missing beside"):
        start(FOCUS_API_KEY=None, FOCUS_EMAIL="alex@example.com")


def test_a_dollar_sign_is_a_dollar_sign(start: Start, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("$HOME\n")
    key = "$" + PRODUCTION["SECRET_KEY"]

    settings = start(
        SECRET_KEY=key,
        FOCUS_API_KEY=None,
        FOCUS_EMAIL="$$@example.com",
        FOCUS_PASSWORD_FILE=str(secret),
    )

    assert settings["SECRET_KEY"] == key
    assert settings["FOCUS_EMAIL"] == "$$@example.com"
    assert settings["FOCUS_PASSWORD"] == "$HOME"


def test_it_reads_a_secret_from_a_file(start: Start, tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("toggl_sk_" + "ab" * 16 + "\n")

    settings = start(FOCUS_API_KEY=None, FOCUS_API_KEY_FILE=str(secret))

    assert settings["FOCUS_API_KEY"] == "toggl_sk_" + "ab" * 16


def test_it_names_a_secret_file_that_cannot_be_read(start: Start) -> None:
    with pytest.raises(config.ConfigurationError, match="FOCUS_API_KEY_FILE cannot be read"):
        start(FOCUS_API_KEY=None, FOCUS_API_KEY_FILE="/no/such/secret")


def test_it_reports_a_misspelt_variable(start: Start) -> None:
    settings = start(FOCUS_WORKSPACE="1")

    assert settings["MISSPELT_VARIABLES"] == [
        "FOCUS_WORKSPACE is set, but nothing reads it. Did you mean FOCUS_WORKSPACES?"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "FOCUSADMIN_SERVICE_HOST",
        "FOCUSADMIN_SERVICE_PORT",
        "FOCUSADMIN_SERVICE_PORT_HTTP",
        "FOCUSADMIN_PORT",
        "FOCUSADMIN_PORT_80_TCP",
        "FOCUSADMIN_PORT_80_TCP_PROTO",
        "FOCUSADMIN_PORT_80_TCP_PORT",
        "FOCUSADMIN_PORT_80_TCP_ADDR",
        "FOCUSADMIN_DB_SERVICE_HOST",
    ],
)
def test_it_leaves_service_links_alone(start: Start, name: str) -> None:
    assert start(**{name: "10.0.0.7"})["MISSPELT_VARIABLES"] == []


@pytest.mark.parametrize("name", ["FOCUSADMIN_PORTAL", "FOCUS_SERVICE_URL", "FOCUS_PORT_TCP"])
def test_what_only_resembles_a_service_link_is_reported(start: Start, name: str) -> None:
    assert name in start(**{name: "1"})["MISSPELT_VARIABLES"][0]


def test_cookies_follow_the_scheme_of_the_public_address(start: Start) -> None:
    settings = start(PUBLIC_URL="http://127.0.0.1:8000")

    assert settings["SESSION_COOKIE_SECURE"] is False
    assert settings["SESSION_COOKIE_NAME"] == "sessionid"
    assert settings["ALLOWED_HOSTS"] == ["127.0.0.1"]


def test_it_reads_workspaces_in_every_form() -> None:
    found = parsers.workspaces(
        "Studio=5500001/4400001; Field=4400002; 4400003;"
        " https://focus.toggl.com/organizations/7/workspaces/8/timer;"
        " Web=https://focus.toggl.com/workspaces/9"
    )

    assert [(item.label, item.organization_id, item.workspace_id) for item in found] == [
        ("Studio", 5500001, 4400001),
        ("Field", None, 4400002),
        ("Workspace 4400003", None, 4400003),
        ("Workspace 8", 7, 8),
        ("Web", None, 9),
    ]


def test_gunicorn_refuses_to_serve_what_is_not_configured() -> None:
    done = run("-m", "gunicorn", "--bind", "127.0.0.1:0", "focusadmin.wsgi", PUBLIC_URL="")

    assert done.returncode != 0
    assert "PUBLIC_URL: it is missing. Example: PUBLIC_URL=https://" in done.stderr


def test_gunicorn_refuses_to_serve_a_database_that_is_not_migrated(tmp_path: Path) -> None:
    done = run(
        *("-m", "gunicorn", "--bind", "127.0.0.1:0", "focusadmin.wsgi"),
        DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}",
    )

    assert done.returncode != 0
    assert "The database is not up to date. Run: python manage.py migrate" in done.stderr


def test_every_variable_is_in_the_example_and_in_the_readme(start: Start) -> None:
    example = (ROOT / ".env.example").read_text()
    readme = (ROOT / "README.md").read_text()
    known = start()["_read"].known
    names = {name for name in known if name.removesuffix("_FILE") not in known - {name}}

    assert len(names) > 15
    assert {name for name in names if f"{name}=" not in example} == set()
    assert {name for name in names if f"`{name}`" not in readme} == set()


def test_metrics_are_off_unless_they_have_a_token(start: Start, tmp_path: Path) -> None:
    assert (start()["METRICS_TOKEN"], start()["PROMETHEUS_MULTIPROC_DIR"]) == ("", None)

    folder = tmp_path / "made" / "here"
    token = "0123456789abcdef" * 2
    settings = start(METRICS_TOKEN=token, PROMETHEUS_MULTIPROC_DIR=str(folder))

    assert settings["METRICS_TOKEN"] == token
    assert settings["MIDDLEWARE"][-1] == "integrations.middleware.PageMetricsMiddleware"
    assert folder.is_dir()


def test_what_is_kept_is_in_one_folder(start: Start, tmp_path: Path) -> None:
    settings = start(DATA_DIR=str(tmp_path / "data"), DATABASE_URL=None, STATIC_ROOT=None)

    assert settings["DATABASES"]["default"]["NAME"] == str(tmp_path / "data/focusadmin.sqlite3")
    assert settings["STATIC_ROOT"] == str(tmp_path / "data/static")
    assert (tmp_path / "data").is_dir()
