"""Bulk edits that need somebody, as lines of the overview."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from integrations import access
from integrations.access import AdminRequest
from integrations.services.batch_needs import FAILED, STUCK, BatchTrouble
from integrations.services.needs import Need
from integrations.views.lines import Line, Step, Who


def batch(request: AdminRequest, need: Need) -> Line:
    """Return the line of a bulk edit that waits, is stuck, or was not saved throughout."""
    about: BatchTrouble = need.about
    found = about.batch
    href = reverse("batch", args=[found.workspace_id, found.pk])
    is_mine = access.is_mine(request, found)
    begun = date_format(timezone.localtime(found.created_at), "DATETIME_FORMAT")
    whose = Who(_("You"), is_you=True) if is_mine else Who(found.actor_name)
    tag, tone, sentence, label = _told(about)
    if about.state == STUCK:
        whose = Who(_("Whoever runs Focusadmin"))
    return Line(
        need,
        title=_("%(kind)s of %(begun)s") % {"kind": found.get_kind_display(), "begun": begun},
        href=href,
        tag=tag,
        tone=tone,
        sentence=sentence,
        who=whose,
        steps=(Step(label, href),),
    )


def _told(about: BatchTrouble) -> tuple[str, str, str, str]:
    """Return the tag, its tone, the sentence, and what the link is called."""
    if about.state == FAILED:
        told = _("Not saved: %(failed)s of %(total)s.")
        told %= {"failed": about.failed, "total": about.total}
        return _("Not all saved"), "bad", told, _("See what failed")
    if about.state == STUCK:
        told = _(
            "No worker is running, so nothing happens. Ask whoever runs Focusadmin to start"
            " “manage.py worker”. Nothing is lost until then."
        )
        return _("Nobody works on it"), "bad", told, _("See how far it is")
    moment = timezone.localtime(about.resumes_at) if about.resumes_at else timezone.localtime()
    time = date_format(moment, "TIME_FORMAT")
    told = _("The hour’s requests are used up. It goes on by itself at %(time)s.") % {"time": time}
    return _("Waits"), "neutral", told, _("See how far it is")
