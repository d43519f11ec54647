"""docs/deploy/systemd/: units that start what exists, and may do no more than they need."""

import re
import shlex
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from tests.check.sources import ROOT
from tests.deploy.front import DOCS

UNITS = DOCS / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
PYTHON = "/opt/focusadmin/.venv/bin/python"
#: What a service is kept from; each line is one that systemd-analyze security asks for.
KEPT_FROM = {
    "User": "focusadmin",
    "Group": "focusadmin",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "AmbientCapabilities": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "ProtectProc": "invisible",
    "ProcSubset": "pid",
    "ProtectClock": "yes",
    "ProtectControlGroups": "yes",
    "ProtectHostname": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "PrivateDevices": "yes",
    "PrivateTmp": "yes",
    "PrivateUsers": "yes",
    "RemoveIPC": "yes",
    "KeyringMode": "private",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallErrorNumber": "EPERM",
    "StateDirectory": "focusadmin",
    "StateDirectoryMode": "0700",
    "UMask": "0077",
    "LimitCORE": "0",
}
#: Everything else that a unit may say; a misspelt line is ignored by systemd, and found here.
SAID = {
    "After",
    "Description",
    "Environment",
    "ExecStart",
    "KillMode",
    "LoadCredential",
    "MemoryMax",
    "Nice",
    "OnCalendar",
    "PartOf",
    "Persistent",
    "RandomizedDelaySec",
    "Restart",
    "RestartSec",
    "RuntimeDirectory",
    "RuntimeDirectoryMode",
    "SystemCallFilter",
    "TasksMax",
    "TimeoutStartSec",
    "TimeoutStopSec",
    "Type",
    "WantedBy",
    "Wants",
    "WorkingDirectory",
}


def directives(name: str) -> dict[str, list[str]]:
    """Return each directive of a unit with its values, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in (UNITS / name).read_text().splitlines():
        if line and not line.startswith(("#", "[")):
            key, equals, value = line.partition("=")
            assert equals, f"{name}: {line}"
            found[key].append(value)
    return dict(found)


@pytest.mark.parametrize("name", sorted(path.name for path in UNITS.iterdir()))
def test_every_line_is_one_that_systemd_knows(name: str) -> None:
    assert not set(directives(name)) - SAID - set(KEPT_FROM)


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_starts_a_command_that_exists(name: str) -> None:
    [line] = directives(name)["ExecStart"]
    program, manage, command, *arguments = shlex.split(line.replace("%i", "rotate_keys"))

    assert (program, manage) == (PYTHON, "manage.py")
    assert command in get_commands()
    options = load_command_class(get_commands()[command], command)
    options.create_parser("manage.py", command).parse_args(arguments)


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_kept_from_what_it_does_not_need(name: str) -> None:
    said = directives(name)

    assert {key: said.get(key) for key in KEPT_FROM} == {
        key: [value] for key, value in KEPT_FROM.items()
    }
    assert said["SystemCallFilter"][:2] == ["@system-service", "~@privileged @resources"]


@pytest.mark.parametrize("name", SERVICES)
def test_each_secret_is_a_credential(name: str) -> None:
    said = directives(name)
    variables = dict(line.split("=", 1) for line in said["Environment"])
    credentials = {line.partition(":")[0] for line in said["LoadCredential"]}

    known = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    files = {key: value for key, value in variables.items() if key.endswith("_FILE")}
    del files["FOCUSADMIN_ENV_FILE"]
    assert {value.removeprefix("%d/") for value in files.values()} == credentials
    assert {key.removesuffix("_FILE") for key in variables} - {"FOCUSADMIN_ENV"} <= set(known)
    assert not set(variables) & {"SECRET_KEY", "FOCUS_API_KEY", "FOCUS_ENCRYPTION_KEYS"}


def test_each_timer_has_its_service() -> None:
    timers = [Path(path.name) for path in UNITS.glob("*.timer")]

    assert len(timers) == 2
    assert {timer.with_suffix(".service").name for timer in timers} <= set(SERVICES)


def test_the_weekly_housekeeping_deletes_all_that_prune_does() -> None:
    assert directives("focusadmin-housekeeping.service")["ExecStart"] == [
        f"{PYTHON} manage.py prune"
    ]
    assert directives("focusadmin-housekeeping.timer")["OnCalendar"][0].startswith("Sun")


def test_a_worker_is_always_there_and_has_time_to_finish() -> None:
    said = directives("focusadmin-worker.service")

    assert said["Restart"] == ["always"]
    assert said["PartOf"] == ["focusadmin.service"]
    assert "focusadmin.service" in said["WantedBy"][0].split()
    assert float(said["TimeoutStopSec"][0].removesuffix("s")) > 2 * settings.FOCUS_WRITE_DEADLINE
    assert "--no-worker" in directives("focusadmin.service")["ExecStart"][0]


def test_the_service_listens_where_nginx_looks() -> None:
    [line] = directives("focusadmin.service")["ExecStart"]

    assert f"server {line.rpartition(' ')[2]};" in (DOCS / "nginx.conf").read_text()
