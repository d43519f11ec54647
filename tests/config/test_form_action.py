"""Where a form may be led on to, beyond ourselves."""

import pytest

from focusadmin import config
from tests.config.starting import Start


def form_action(settings: dict[str, object]) -> object:
    """Return the sources of the policy's form-action."""
    policy = settings["CONTENT_SECURITY_POLICY"]
    assert isinstance(policy, dict)
    return policy["DIRECTIVES"]["form-action"]


def test_a_form_leads_nowhere_else_by_default(start: Start) -> None:
    assert form_action(start()) == ["'self'"]


def test_the_company_s_sign_in_may_be_added(start: Start) -> None:
    origins = "https://sso.example.com/ https://Login.example.com:8443"

    settings = start(CSP_FORM_ACTION_EXTRA=origins)

    assert form_action(settings) == [
        "'self'",
        "https://login.example.com:8443",
        "https://sso.example.com",
    ]


@pytest.mark.parametrize(
    "text",
    ["*", "https:", "https://*.example.com", "https://a.example.com/x", "http://a.example.com"]
    + ["https://a.example.com; script-src *", "'unsafe-inline'"],
)
def test_only_origins_may_be_added(start: Start, text: str) -> None:
    with pytest.raises(config.ConfigurationError, match="CSP_FORM_ACTION_EXTRA: "):
        start(CSP_FORM_ACTION_EXTRA=text)
