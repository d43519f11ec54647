"""Toggl Focus over HTTP: typed resources in, errors by cause out. Imports no Django."""

from integrations.focus.client import FocusClient
from integrations.focus.consent import consent_problem
from integrations.focus.credentials import BasicLogin, BearerKey, Credentials
from integrations.focus.decoding import decode_account, decode_calendar
from integrations.focus.errors import (
    AlreadyConnectedError,
    BadResponseError,
    ConsentAddressError,
    CredentialsError,
    FocusError,
    ForbiddenError,
    NotFoundError,
    QuotaError,
    RejectedError,
    UnavailableError,
)
from integrations.focus.exchange import Scope
from integrations.focus.hidden import MAX_HIDDEN, hidden_events
from integrations.focus.members import JSON, member_names, replace_members
from integrations.focus.naming import Named, Page, decode_page
from integrations.focus.quota import Quota
from integrations.focus.resources import (
    Account,
    Calendar,
    Listing,
    Rule,
    Settings,
    Unreadable,
)
from integrations.focus.rules import decode_rule

__all__ = [
    "JSON",
    "MAX_HIDDEN",
    "Account",
    "AlreadyConnectedError",
    "BadResponseError",
    "BasicLogin",
    "BearerKey",
    "Calendar",
    "ConsentAddressError",
    "Credentials",
    "CredentialsError",
    "FocusClient",
    "FocusError",
    "ForbiddenError",
    "Listing",
    "Named",
    "NotFoundError",
    "Page",
    "Quota",
    "QuotaError",
    "RejectedError",
    "Rule",
    "Scope",
    "Settings",
    "UnavailableError",
    "Unreadable",
    "consent_problem",
    "decode_account",
    "decode_calendar",
    "decode_page",
    "decode_rule",
    "hidden_events",
    "member_names",
    "replace_members",
]
