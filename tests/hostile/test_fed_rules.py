"""Mapping rules with anything wrong in them: every page that looks is a page."""

import pytest
from django.test import Client

from integrations.models import Account, Rule, RuleBook, Source
from integrations.services import outage, rule_books
from integrations.services.actors import Actor
from tests.hostile import feeding
from tests.hostile.mutating import RULES, answers
from tests.views.addresses import at

TOGETHER = 20


def draw(client: Client) -> None:
    """Open the list of rules, and the first of them."""
    feeding.look_at(client, at("rules"))
    rule = Rule.objects.order_by("pk").first()
    if rule is not None:
        feeding.look_at(client, at("rule", rule.pk))


@pytest.mark.few(1)
@pytest.mark.parametrize("part", range(feeding.PARTS))
def test_any_list_of_rules_is_shown_or_told(
    client: Client, accounts: dict[str, Account], source: Source, actor: Actor, part: int
) -> None:
    client.get(at("rules"))
    feeder, seeds = feeding.Feeder("list_mappings"), feeding.seeds(part)
    told: set[str] = set()

    for some in feeding.chunks(seeds, TOGETHER):
        with feeding.undone(some):
            for number, feeder.food in enumerate([body] for body in answers(RULES, some)):
                outage.here.forget()
                RuleBook.objects.update(last_good_at=None, last_error="", pressed_at=None)
                if number % feeding.DRAWN:
                    rule_books.look(rule_books.of(source), by=actor)
                else:
                    draw(client)
                told |= set(RuleBook.objects.values_list("last_error", flat=True))

    feeder.close()
    assert feeder.eaten == len(seeds)
    assert told == {"", "bad-response"}
