"""Moments as tables show them."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone, translation

from integrations.views.moments import moment


def test_a_moment_that_nobody_told_is_none() -> None:
    assert moment(None) is None


def test_it_is_told_in_the_current_zone() -> None:
    at = datetime(2026, 3, 5, 23, 4, 5, 678, tzinfo=UTC)
    with timezone.override("Europe/Berlin"):
        told = moment(at)
    with timezone.override("UTC"):
        elsewhere = moment(at)

    assert told is not None
    assert told.iso == "2026-03-06T00:04:05.000678+01:00"
    assert told.exact == "6 March 2026, 00:04:05 Europe/Berlin"
    assert (told.day, told.short) == ("6 Mar 2026", "6 Mar, 00:04")
    assert elsewhere is not None
    assert elsewhere.exact == "5 March 2026, 23:04:05 UTC"


def test_what_was_today_is_told_by_its_time_alone() -> None:
    with timezone.override("UTC"):
        today = timezone.now().replace(hour=0, minute=7)
        told, before = moment(today), moment(today - timedelta(days=1))

    assert told is not None
    assert told.short == "00:07"
    assert before is not None
    assert before.short.endswith(", 00:07")


def test_each_language_has_its_own_words() -> None:
    at = datetime(2026, 3, 5, 12, tzinfo=UTC)
    told = moment(at)
    with translation.override("de"):
        assert moment(at) != told
