"""Writes: whatever Focus says, nobody is told that something was saved that was not."""

import pytest
from django.conf import LazySettings

from tests.hostile import cases, judging
from tests.hostile.answers import FAULTS
from tests.hostile.judging import Judge
from tests.hostile.operations import WRITING


@pytest.mark.few(1)
@pytest.mark.parametrize("part", range(cases.PARTS))
def test_every_fault_is_a_page_with_a_true_sentence(judge: Judge, part: int) -> None:
    cases.check(judge, cases.of(WRITING, part))


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["silence", "drip of the body", "drip of 100s"])
def test_the_real_deadline_holds_too(
    judge: Judge, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    settings.FOCUS_WRITE_DEADLINE = 10.0
    monkeypatch.setattr(judging, "DEADLINE", 10.0)
    [fault] = [fault for fault in FAULTS if fault.name == name]
    [save] = [operation for operation in WRITING if operation.name == "save, the write"]

    assert judge.problems(save, fault, performed=True) == []
