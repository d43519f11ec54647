"""Finding Chromium: the named one, then the one on the path, else a sentence."""

from pathlib import Path

import pytest

from tests.support import chromium
from tests.support.programs import MissingProgramError


def program(path: Path, code: int = 0) -> Path:
    """Make a program that answers when asked for its version."""
    path.write_text(f"#!/bin/sh\nexit {code}\n")
    path.chmod(0o755)
    return path


def test_the_named_one_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = program(tmp_path / "my-chrome")
    monkeypatch.setenv("CHROMIUM", str(mine))

    assert chromium.find() == str(mine)


def test_a_named_one_that_does_not_run_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chrome")

    with pytest.raises(MissingProgramError, match="CHROMIUM=/nowhere/chrome"):
        chromium.find()


def test_one_on_the_path_is_taken_when_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "chromium", code=1)
    second = program(tmp_path / "google-chrome")
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert chromium.find() == str(second)


@pytest.mark.thorough
def test_without_any_it_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")

    with pytest.raises(MissingProgramError, match="apt-get install chromium"):
        chromium.find()
