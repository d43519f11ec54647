"""The style page: all that the pages are made of, in the demo and nowhere else."""

import re
from pathlib import Path

from django.conf import LazySettings
from django.test import Client

PATH = "/style/"
ROOT = Path(__file__).resolve().parents[2]


def test_it_is_there_in_the_demo_alone(client: Client, settings: LazySettings) -> None:
    assert client.get(PATH).status_code == 404

    settings.DEMO = True

    assert client.get(PATH).status_code == 200


def test_it_shows_every_colour_and_size_there_is(client: Client, settings: LazySettings) -> None:
    settings.DEMO = True
    html = client.get(PATH).content.decode()
    root = re.search(r"\n:root \{(.*?)\n\}", (ROOT / "static/app.css").read_text(), re.DOTALL)
    assert root
    names = set(re.findall(r"--([a-z0-9-]+):", root[1])) - {"font", "mono", "target", "measure"}

    shown = set(re.findall(r"<code>([a-z0-9-]+)</code>", html)) | set(
        re.findall(r'class="type-([a-z]+)"', html)
    )

    assert {name.removeprefix("text-") for name in names} - shown == set()


def test_no_two_of_its_parts_have_the_same_id(client: Client, settings: LazySettings) -> None:
    settings.DEMO = True

    ids = re.findall(r'\sid="([^"]+)"', client.get(PATH).content.decode())

    assert sorted(set(ids)) == sorted(ids)
