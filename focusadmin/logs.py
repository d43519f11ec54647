"""How the log is written: one line on standard error for each event, without secrets.

Each line ends with what is known of the request that it belongs to: its id, the person, and Focus'
trace id once an answer had one. Lines of the record (``integrations.audit``) have a documented form
of their own, in which all three are already.
"""

import json
import logging
from datetime import datetime
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

#: Whose lines say themselves all that is to be said.
RECORD = "integrations.audit"
#: What a line may belong to, in this order.
CONTEXT = ("request_id", "person", "trace_id")
FORMATS = ("text", "json")


def configuration(level: str, form: str) -> dict[str, Any]:
    """Return Django's LOGGING; ``form`` is one of FORMATS."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "class": "focusadmin.logs.LineFormatter",
                "format": "{asctime} {levelname} {name} {message}",
                "style": "{",
            },
            "json": {"class": "focusadmin.logs.JSONFormatter"},
        },
        "filters": {
            "context": {"()": "focusadmin.logs.ContextFilter"},
            "redaction": {"()": "focusadmin.redaction.RedactionFilter"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json" if form == "json" else "line",
                "filters": ["context", "redaction"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        # urllib3 prints paths with their queries at DEBUG, and those hold the attempt's id.
        # axes' lines are about its own work; identity/throttle.py says what happened.
        # Django's own handlers, which redact nothing, are taken away.
        "loggers": {"urllib3": {"level": "INFO"}, "axes": {"level": "ERROR"}, "django": {}},
    }


def configure() -> None:
    """Have structlog's events go the way of all others: django-structlog speaks through it."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, _as_record],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _as_record(_logger: WrappedLogger, _name: str, event: EventDict) -> Any:
    """Turn an event into the arguments of a call of ``logging``."""
    facts = dict(event)
    return (facts.pop("event"),), {"extra": {"facts": facts}}


class ContextFilter(logging.Filter):
    """Notes on each record what it belongs to, for the filter after it to redact."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass with ``context``."""
        known = dict(structlog.contextvars.get_contextvars())
        if trace := getattr(record, "trace", ""):
            known["trace_id"] = trace
        record.context = {name: known[name] for name in CONTEXT if known.get(name)}
        return True


class LineFormatter(logging.Formatter):
    """A line of text; facts and context are ``name=JSON`` at its end."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's own name
        """Return the line without the error's traceback, which comes below it."""
        line = super().formatMessage(record)
        if record.name == RECORD:
            return line
        rest = {**getattr(record, "facts", {}), **getattr(record, "context", {})}
        words = (f" {name}={json.dumps(value, default=str)}" for name, value in rest.items())
        return line + "".join(words)


class JSONFormatter(logging.Formatter):
    """One JSON object in a line; members that are not known are not there."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        members: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created).astimezone().isoformat(),
            "level": record.levelname,
            "logger": record.name,
            # Of the record's lines the event alone: the message says the facts once more.
            "message": getattr(record, "event", "") or record.getMessage(),
            **getattr(record, "context", {}),
        }
        if facts := getattr(record, "facts", {}):
            members["facts"] = facts
        if record.exc_info:
            members["error"] = record.exc_text or self.formatException(record.exc_info)
        if record.stack_info:
            members["stack"] = record.stack_info
        return json.dumps(members, default=str)
