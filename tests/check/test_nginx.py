"""Finding nginx: the named one, then the one of this machine, else a sentence."""

from pathlib import Path

import pytest

from tests.support import apt, nginx
from tests.support.programs import MissingProgramError


def program(path: Path, says: str) -> Path:
    """Make a program that tells how it was built, as ``nginx -V`` does."""
    path.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    path.chmod(0o755)
    return path


def test_the_named_one_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = program(tmp_path / "my-nginx", "--with-http_auth_request_module")
    monkeypatch.setenv("NGINX", str(mine))

    assert nginx.find() == str(mine)


@pytest.mark.parametrize("says", ["", "--without-everything"])
def test_a_named_one_that_will_not_do_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str
) -> None:
    monkeypatch.setenv("NGINX", str(program(tmp_path / "nginx", says) if says else tmp_path))

    with pytest.raises(MissingProgramError, match="NGINX="):
        nginx.find()


def test_without_any_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NGINX", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(nginx, "DEBIAN", "/nowhere/nginx")

    assert not apt.available()
    with pytest.raises(MissingProgramError, match="apt-get install nginx-light"):
        nginx.find()
