"""How the log is written: one line on standard error for each event, without secrets."""

from typing import Any


def configuration(level: str) -> dict[str, Any]:
    """Return Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        },
        "filters": {"redaction": {"()": "focusadmin.redaction.RedactionFilter"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["redaction"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        # urllib3 prints paths with their queries at DEBUG, and those hold the attempt's id.
        # axes' lines are about its own work; identity/throttle.py says what happened.
        # Django's own handlers, which redact nothing, are taken away.
        "loggers": {"urllib3": {"level": "INFO"}, "axes": {"level": "ERROR"}, "django": {}},
    }
