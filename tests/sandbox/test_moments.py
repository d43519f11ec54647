"""What a test lets happen at an exact moment of a request."""

from integrations.sandbox import RequestSeen, Sandbox
from tests.sandbox.calls import accounts


def test_a_test_can_let_something_happen_around_what_is_asked(box: Sandbox) -> None:
    [first, *_] = box.world.accounts(box.shared_key)
    happened = []

    def between(moment: str, seen: RequestSeen) -> None:
        happened.append((moment, seen.operation, first["email"]))
        first["email"] = f"{moment}@example.com"

    box.let_happen(between)
    told = accounts(box)[0]["email"]
    box.let_happen(None)
    accounts(box)

    assert [entry[:2] for entry in happened] == [
        ("before", "list_accounts"),
        ("after", "list_accounts"),
    ]
    assert told == "before@example.com"
    assert first["email"] == "after@example.com"
