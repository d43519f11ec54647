"""What holds for every template."""

import pytest
from django.conf import settings
from django.template import engines


def render(text: str) -> str:
    """Render a template without any variable."""
    return str(engines["django"].from_string(text).render({}))


def test_a_variable_that_nobody_gave_fails_the_test() -> None:
    told = engines["django"].engine.string_if_invalid
    assert "%s" in told, (told, settings.TEMPLATES)
    with pytest.raises(pytest.fail.Exception, match="Undefined template variable 'missing'"):
        render("{{ missing }}")


def test_asking_whether_there_is_one_does_not() -> None:
    assert render("{% if missing %}yes{% else %}no{% endif %}") == "no"
