"""What managers do to people and workspaces: one line of the log for each."""

import json
import logging

from integrations.services.actors import Actor

logger = logging.getLogger("integrations.audit")


def note(action: str, *, by: Actor, **facts: str | int) -> None:
    """Log ``action`` with its facts; values are quoted, so that none can fake another's."""
    told: dict[str, str | int] = {
        "actor": f"{by.issuer}:{by.subject}",
        "role": by.role,
        "request": by.request_id,
        **facts,
    }
    words = " ".join(f"{name}={json.dumps(value)}" for name, value in told.items())
    logger.info("%s %s", action, words)
