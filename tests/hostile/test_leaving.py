"""Trips to the provider, and one’s own key: whatever Focus says, nobody is led astray."""

import pytest

from tests.hostile import cases
from tests.hostile.judging import Judge
from tests.hostile.operations import LEAVING


@pytest.mark.few(1)
@pytest.mark.parametrize("part", range(cases.PARTS))
def test_every_fault_is_a_page_with_a_true_sentence(judge: Judge, part: int) -> None:
    cases.check(judge, cases.of(LEAVING, part))
