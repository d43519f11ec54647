"""What is measured for Prometheus: calls of Focus as they happen, and everything else when asked.

No label holds a name, an address or a secret: a key is its id. Calls are counted by the process
that makes them; with PROMETHEUS_MULTIPROC_DIR those of one machine count together, in files
(``folding``).
"""

import platform
import re
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from focusadmin import VERSION
from integrations.models import Mail
from integrations.services import folding, overview

CALLS = Counter(
    "focusadmin_focus_requests",
    "Requests to Toggl Focus; status is HTTP's, or what went wrong without an answer.",
    ["operation", "status"],
)
SECONDS = Histogram(
    "focusadmin_focus_request_seconds",
    "Seconds from a request to Toggl Focus to the end of its answer.",
    ["operation"],
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10),
)


def observe(request: str, status: str, seconds: float) -> None:
    """Count a request; its operation is the method and the path with its numbers left out."""
    operation = re.sub(r"\d+", "{id}", request)
    CALLS.labels(operation, status).inc()
    SECONDS.labels(operation).observe(seconds)


def page() -> bytes:
    """Return everything in Prometheus' text format; raises django.db.Error."""
    rows = CollectorRegistry()
    rows.register(Rows())
    return _counts() + generate_latest(rows)


def _counts() -> bytes:
    if not settings.PROMETHEUS_MULTIPROC_DIR:
        return generate_latest(REGISTRY)
    counted = CollectorRegistry()
    MultiProcessCollector(counted, settings.PROMETHEUS_MULTIPROC_DIR)  # type: ignore[no-untyped-call]
    with folding.alone(Path(settings.PROMETHEUS_MULTIPROC_DIR)):
        return generate_latest(counted)


class Rows(Collector):
    """What the database knows, of all processes on all machines."""

    def collect(self) -> Iterator[Metric]:
        """Yield one family after the other."""
        yield _build()
        yield from _quotas()
        yield _counted("accounts", "Connected accounts by state.", overview.account_states())
        yield _counted("batches", "Bulk edits by state.", overview.batch_states())
        yield from _workers()
        mails = GaugeMetricFamily("focusadmin_mails_waiting", "Mails that were not sent yet.")
        mails.add_metric([], Mail.objects.count())
        yield mails


def _build() -> Metric:
    family = GaugeMetricFamily(
        "focusadmin_build_info", "Versions.", labels=["version", "django", "python", "database"]
    )
    family.add_metric(
        [VERSION, django.__version__, platform.python_version(), connection.vendor], 1
    )
    return family


def _quotas() -> Iterator[Metric]:
    labels = ["key", "organization", "workspace"]
    left = GaugeMetricFamily(
        "focusadmin_quota_remaining", "Requests left of the hour.", labels=labels
    )
    resets = GaugeMetricFamily(
        "focusadmin_quota_resets_timestamp_seconds", "When that hour ends.", labels=labels
    )
    for row in overview.hours():
        values = [str(row.key_id), str(row.organization_id or ""), str(row.workspace_id or "")]
        left.add_metric(values, row.remaining or 0)
        if row.resets_at is not None:
            resets.add_metric(values, row.resets_at.timestamp())
    yield left
    yield resets


def _counted(name: str, text: str, found: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(f"focusadmin_{name}", text, labels=["state"])
    for state, number in found.items():
        family.add_metric([state], number)
    return family


def _workers() -> Iterator[Metric]:
    alive, last = overview.heartbeat()
    count = GaugeMetricFamily("focusadmin_workers", "Workers that are there.")
    count.add_metric([], alive)
    yield count
    age = GaugeMetricFamily(
        "focusadmin_worker_heartbeat_age_seconds",
        "Seconds since a worker last said that it is there; absent where none did for a day.",
    )
    if last is not None:
        age.add_metric([], (timezone.now() - last).total_seconds())
    yield age
