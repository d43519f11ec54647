"""Events as lines of the log, one each, for the company's log store: a copy nobody here can touch.

The record of changes, and what managers do to people and workspaces.
"""

import json
import logging
from typing import Any

from integrations.services.actors import Actor

logger = logging.getLogger("integrations.audit")
logger.setLevel(logging.INFO)  # the copy is complete whatever LOG_LEVEL leaves out


def note(action: str, *, by: Actor, **facts: str | int) -> None:
    """Log what a manager did, with who they were."""
    who = {"actor": f"{by.issuer}:{by.subject}", "role": by.role, "request": by.request_id}
    line(action, **who, **facts)


def line(event: str, **facts: Any) -> None:
    """Log ``event`` with its facts as ``name=JSON``: no value can fake another's name."""
    words = " ".join(f"{name}={json.dumps(value, default=str)}" for name, value in facts.items())
    logger.info("%s %s", event, words, extra={"event": event, "facts": facts})
