"""Values of the configuration that are more than text: lists, files, credentials."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from focusadmin import parsers
from focusadmin.config import ConfigurationError
from integrations.focus import BasicLogin
from tests.config.starting import Start


@pytest.fixture
def pem(tmp_path: Path) -> Callable[[bytes], Path]:
    """Write a file of certificates, or of what is taken for them."""

    def write(content: bytes) -> Path:
        path = tmp_path / "company.pem"
        path.write_bytes(content)
        return path

    return write


def test_certificates_are_taken_from_a_file(start: Start, pem: Callable[[bytes], Path]) -> None:
    path = pem(trustme.CA().cert_pem.bytes())

    assert start(FOCUS_CA_BUNDLE=str(path))["FOCUS_CA_BUNDLE"] == str(path)


def revocations() -> bytes:
    """Return a list of revoked certificates: PEM too, but nothing to trust."""
    now = datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Example")])
    build = x509.CertificateRevocationListBuilder(name, now, now + datetime.timedelta(days=1))
    signed = build.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize(
    "content",
    [b"", b"no certificate\n", trustme.CA().cert_pem.bytes()[:200], b"\xff\xfe", revocations()],
    ids=["nothing", "text", "half", "bytes", "revocations"],
)
def test_a_file_without_certificates_stops_the_start(
    start: Start, pem: Callable[[bytes], Path], content: bytes
) -> None:
    with pytest.raises(ConfigurationError, match="FOCUS_CA_BUNDLE: there are no certificates"):
        start(FOCUS_CA_BUNDLE=str(pem(content)))


def test_a_folder_of_certificates_stops_the_start(start: Start, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="FOCUS_CA_BUNDLE: there is no file"):
        start(FOCUS_CA_BUNDLE=str(tmp_path))


@pytest.mark.parametrize(
    "email", ["alex:hush@example.com", "alex\x07@example.com", "alex\nb@example.com"]
)
def test_an_email_that_cannot_be_sent_stops_the_start(start: Start, email: str) -> None:
    with pytest.raises(
        ConfigurationError, match="FOCUS_EMAIL: it must not hold a colon or a control character"
    ):
        start(FOCUS_API_KEY=None, FOCUS_EMAIL=email, FOCUS_PASSWORD="secret")


@pytest.mark.parametrize("name", ["FOCUS_PASSWORD", "SECRET_KEY", "FOCUS_WORKSPACES"])
def test_what_is_not_utf_8_stops_the_start(start: Start, name: str) -> None:
    given = {"FOCUS_EMAIL": "alex@example.com", "FOCUS_PASSWORD": "secret"}

    with pytest.raises(ConfigurationError, match=f"{name}: it is not UTF-8") as told:
        start(FOCUS_API_KEY=None, **given | {name: "hush\udcff=1"})

    assert "hush" not in str(told.value)


@pytest.mark.parametrize("password", ["a:b", "pässwörd 𝔵", "$ecret"])
def test_a_login_that_passes_can_be_sent(start: Start, password: str) -> None:
    settings = start(FOCUS_API_KEY=None, FOCUS_EMAIL="älex@example.com", FOCUS_PASSWORD=password)

    assert settings["FOCUS_PASSWORD"] == password
    assert BasicLogin(settings["FOCUS_EMAIL"], settings["FOCUS_PASSWORD"])


def test_a_workspace_has_a_label_that_fits() -> None:
    label = "ä" * 200

    assert parsers.workspaces(f"{label}=1")[0].label == label
    with pytest.raises(ValueError, match="the label of workspace 1 is longer than 200"):
        parsers.workspaces(f"{label}ä=1")


@pytest.mark.parametrize(("query", "seconds"), [("", 10), ("?connect_timeout=3", 3)])
def test_a_database_that_does_not_answer_is_given_up(query: str, seconds: int) -> None:
    settings = parsers.database(f"postgres://focusadmin@db.example.com/focusadmin{query}")

    assert settings["OPTIONS"] == {"connect_timeout": seconds}
