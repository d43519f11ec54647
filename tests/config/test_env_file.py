"""The file ``.env``: what its lines mean, and what is said of those that mean nothing."""

from pathlib import Path

import pytest

from focusadmin.config import ConfigurationError
from tests.config.starting import Start, run
from tests.support.environment import PRODUCTION


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """Where the file is."""
    return tmp_path / "env"


def test_its_values_are_taken_literally(start: Start, env_file: Path) -> None:
    key = "$" + PRODUCTION["SECRET_KEY"]
    env_file.write_text(f"SECRET_KEY={key}\nFOCUS_EMAIL=a@example.com\nFOCUS_PASSWORD=$HOME # b\n")

    settings = start(
        SECRET_KEY=None, FOCUS_API_KEY=None, FOCUSADMIN_ENV_FILE=str(env_file), FOCUS_PASSWORD=None
    )

    assert settings["SECRET_KEY"] == key
    assert settings["FOCUS_PASSWORD"] == "$HOME # b"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("'$a b'", "$a b"),
        ('"$a b"', "$a b"),
        ("'it is \"it\"'  ", 'it is "it"'),
        (r'"a\"b\\c"', r'a"b\c'),
        ('"', '"'),
    ],
)
def test_quotes_around_a_value_are_not_part_of_it(
    start: Start, env_file: Path, written: str, meant: str
) -> None:
    env_file.write_text(f"export FOCUSADMIN_NOTICE={written}\r\n", "utf-8-sig")

    assert start(FOCUSADMIN_ENV_FILE=str(env_file))["NOTICE"] == meant


def test_the_environment_wins(start: Start, env_file: Path) -> None:
    env_file.write_text("PUBLIC_URL=https://other.example.com\n")

    settings = start(FOCUSADMIN_ENV_FILE=str(env_file))

    assert settings["PUBLIC_URL"] == PRODUCTION["PUBLIC_URL"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("FOCUS_WORKSPACE", "FOCUS_WORKSPACES"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("TIMEZONE", "TIME_ZONE"),
        ("PUBLIC_ULR", "PUBLIC_URL"),
    ],
)
def test_a_misspelt_name_in_it_is_reported(
    start: Start, env_file: Path, name: str, meant: str
) -> None:
    env_file.write_text(f"{name}=1\nPOSTGRES_PASSWORD=2\nGUNICORN_CMD_ARGS=3\n")

    settings = start(FOCUSADMIN_ENV_FILE=str(env_file))

    assert settings["MISSPELT_VARIABLES"] == [
        f"{name} is set, but nothing reads it. Did you mean {meant}?"
    ]


@pytest.mark.parametrize("line", ["SECRET_KEY = hush", "SECRET-KEY=hush", "hush", "A=hush\0"])
def test_a_line_that_sets_nothing_is_named_and_not_repeated(env_file: Path, line: str) -> None:
    env_file.write_text(f"# a comment\n  \n{line}\n  LOG_LEVEL=LOUD\n")

    done = run("manage.py", "check", FOCUSADMIN_ENV_FILE=str(env_file))

    assert done.returncode == 1
    assert f"{env_file}, line 3: it is not NAME=value." in done.stderr
    assert "LOG_LEVEL" not in done.stderr  # the environment's counts
    assert "hush" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_named_file_that_is_not_there_stops_the_start(start: Start, env_file: Path) -> None:
    with pytest.raises(ConfigurationError, match="FOCUSADMIN_ENV_FILE: .*env cannot be read"):
        start(FOCUSADMIN_ENV_FILE=str(env_file))


def test_a_file_that_is_not_text_stops_the_start(start: Start, env_file: Path) -> None:
    env_file.write_bytes(b"FOCUS_PASSWORD=\xff\n")

    with pytest.raises(ConfigurationError, match="FOCUSADMIN_ENV_FILE: .*env cannot be read"):
        start(FOCUSADMIN_ENV_FILE=str(env_file))
