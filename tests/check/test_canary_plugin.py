"""The canary that listens to every test: it sings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpResponse

from tests.check.sources import ROOT
from tests.support.canary import Canary

KEY = "toggl_sk_" + "b0" * 16
CARELESS = """
import logging

KEY = "toggl_sk_" + "b0" * 16
logger = logging.getLogger("tests.careless")

def test_message():
    logger.debug("it is " + KEY)

def test_arguments():
    logger.debug("it is %(key)s", {"key": KEY})

def test_error():
    try:
        raise ValueError(KEY)
    except ValueError:
        logger.debug("it failed", exc_info=True)

def test_print():
    print(KEY)

def test_silence():
    logger.warning("it is a secret")
"""


@pytest.mark.thorough
def test_a_careless_test_fails_and_a_silent_one_does_not(tmp_path: Path) -> None:
    careless = tmp_path / "test_careless.py"
    careless.write_text(CARELESS)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.canary"]
        + ["-p", "no:cacheprovider", "-p", "no:django", "-c", os.devnull, str(careless)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "4 failed, 1 passed" in done.stdout
    for where in ("a log line of tests.careless", "Captured stdout call"):
        assert f"{where}: …" in done.stdout


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(f"<p>{KEY}</p>"),
        HttpResponse("bo-example-password"),
        HttpResponse(headers={"Location": f"/?key={KEY}"}),
        HttpResponse("Ym9AZXhhbXBsZS5jb206Ym8tZXhhbXBsZS1wYXNzd29yZA=="),
    ],
)
def test_it_looks_into_answers_and_does_not_repeat_what_it_met(answer: HttpResponse) -> None:
    canary = Canary()

    canary.answer(answer)

    assert len(canary.met) == 1
    assert "<SECRET>" in canary.met[0]
    assert KEY not in canary.met[0]


def test_it_looks_into_cookies_and_lets_the_rest_pass() -> None:
    canary = Canary()
    canary.answer(HttpResponse("b0b0, the last four of toggl_sk_"))
    assert canary.met == []

    answer = HttpResponse()
    answer.set_cookie("messages", KEY)
    canary.answer(answer)

    assert len(canary.met) == 1
