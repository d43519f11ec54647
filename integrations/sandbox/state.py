"""Keeps the world in a file that is whole at every moment."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from integrations.sandbox.switches import Switches
from integrations.sandbox.world import Consent, Identity, Person, Window, World

VERSION = 1


class StateError(Exception):
    """The state file cannot be read or written, or is not ours; the message says what to do."""


def save(path: Path, world: World, switches: Switches) -> None:
    """Write everything beside ``path`` and move it there in one step; raises StateError."""
    document = {
        "version": VERSION,
        "switches": asdict(switches),
        "people": [vars(p) for p in world.people],
        "identities": [vars(i) for i in world.identities],
        "workspaces": world.workspaces,
        "projects": world.projects,
        "tasks": world.tasks,
        "clients": world.clients,
        "pending": world.pending,
        "consents": [vars(c) for c in world.consents.values()],
        "hidden": world.hidden,
        "windows": {name: vars(w) for name, w in world.windows.items()},
        "last_id": world.last_id,
    }
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(document), encoding="ascii")
        os.replace(beside, path)
    except OSError as error:
        raise StateError(f"{path} cannot be written: {error.strerror}") from error


def load(path: Path) -> tuple[World, Switches] | None:
    """The world as it was left, or None when there is no file; raises StateError."""
    try:
        document = json.loads(path.read_bytes())
        if document["version"] != VERSION:
            raise StateError(f"{path} was written by another version; start with a reset")
        return world_of(document), Switches(**document["switches"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise StateError(f"{path} is not a sandbox's state; start with a reset") from error


def world_of(document: dict[str, Any]) -> World:
    """The world that a document describes."""
    return World(
        people=[Person(**row) for row in document["people"]],
        identities=[Identity(**row) for row in document["identities"]],
        workspaces={int(number): owner for number, owner in document["workspaces"].items()},
        projects=document["projects"],
        tasks=document["tasks"],
        clients=document.get("clients", []),
        pending={int(number): queue for number, queue in document["pending"].items()},
        consents={row["state"]: Consent(**row) for row in document["consents"]},
        hidden={int(number): uids for number, uids in document.get("hidden", {}).items()},
        windows={name: Window(**row) for name, row in document["windows"].items()},
        last_id=document["last_id"],
    )
