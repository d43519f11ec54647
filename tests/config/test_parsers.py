"""Values of the configuration that are more than text: lists, files, credentials."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from focusadmin.config import ConfigurationError
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
