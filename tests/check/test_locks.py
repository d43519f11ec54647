"""The lock files hold versions and hashes, no addresses, and satisfy ``pyproject.toml``."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.check.sources import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*])?==(?P<version>[^ ;\\]+)")


def lines(lock: str) -> list[str]:
    """Return the lines of a lock file."""
    return (ROOT / lock).read_text().splitlines()


def pins(lock: str) -> dict[str, str]:
    """Return the version that a lock file pins for each package."""
    found = filter(None, map(PIN.match, lines(lock)))
    return {canonicalize_name(pin["name"]): pin["version"] for pin in found}


def project() -> dict[str, Any]:
    """Return ``pyproject.toml``."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def wanted(lock: str) -> list[Requirement]:
    """Return what a lock file has to satisfy."""
    asked = list(project()["project"]["dependencies"])
    if lock == "requirements-dev.lock":
        asked += project()["dependency-groups"]["dev"]
    return [Requirement(text) for text in asked]


@pytest.mark.parametrize("lock", LOCKS)
def test_it_holds_no_download_address(lock: str) -> None:
    address = re.compile(r"://|^\s*(-i|-f|--[a-z-]*(url|links|host|index)\b)| @ ")

    assert not [line for line in lines(lock) if address.search(line)]


@pytest.mark.parametrize("lock", LOCKS)
def test_it_pins_every_package_with_a_hash(lock: str) -> None:
    requirements = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())

    assert len(requirements) > 5
    assert not [
        text for text in requirements if not PIN.match(text) or "--hash=sha256:" not in text
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_it_satisfies_the_project(lock: str) -> None:
    pinned = pins(lock)
    unsatisfied = [
        str(requirement)
        for requirement in wanted(lock)
        if not requirement.specifier.contains(
            pinned.get(canonicalize_name(requirement.name), "0"), prereleases=True
        )
    ]

    assert not unsatisfied, f"{lock} is behind pyproject.toml (`make lock`): {unsatisfied}"


def test_tests_run_on_the_versions_that_are_installed() -> None:
    development = pins("requirements-dev.lock")
    differing = [
        f"{name} {version}, but {development.get(name)} for development"
        for name, version in pins("requirements.lock").items()
        if development.get(name) != version
    ]

    assert not differing


def test_every_dependency_says_what_it_is_for() -> None:
    text = (ROOT / "pyproject.toml").read_text().splitlines()
    entries = [
        index for index, line in enumerate(text) if re.match(r'\s+"[a-z][\w.\[\]-]*>=', line)
    ]

    assert len(entries) == len(wanted("requirements-dev.lock"))
    # One sentence may speak for the packages right below it.
    lonely = [text[i].strip() for i in entries if not above_is_comment_or_entry(text, i, entries)]
    assert not lonely


def above_is_comment_or_entry(text: list[str], index: int, entries: list[int]) -> bool:
    """Say whether the line above explains this one, itself or for its group."""
    return text[index - 1].strip().startswith("#") or index - 1 in entries
