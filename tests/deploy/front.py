"""docs/deploy/nginx.conf itself, with other addresses in it, under a real nginx."""

import os
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from integrations.management.processes import answers, follow_parent
from tests.check.demos import eventually
from tests.check.sources import ROOT
from tests.support import nginx
from tests.support.postgres import free_port

DOCS = ROOT / "docs" / "deploy"
HOST = "focusadmin.example.com"
SECRET = "a-secret-of-the-proxy-for-tests-0123456789"
MAIN = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/focusadmin.conf;
}}
"""


@dataclass(frozen=True)
class Front:
    """A running nginx: where it speaks TLS and where it does not."""

    port: int
    plain_port: int
    errors: Path
    #: Trusts this nginx and nobody else.
    tls: ssl.SSLContext


def written(folder: Path, app: Path, keeper: str, identity: str, ports: tuple[int, int]) -> None:
    """Write the documented files into ``folder`` with the addresses, and nothing else, replaced.

    ``identity``: ``signed`` or ``headers``, the snippet that says who is asking.
    """
    replaced = {
        "server unix:/run/focusadmin/web.sock;": f"server unix:{app};",
        "server 127.0.0.1:4180;": f"server {keeper};",
        "listen 443 ssl": f"listen 127.0.0.1:{ports[0]} ssl",
        "listen 80;": f"listen 127.0.0.1:{ports[1]};",
        "/etc/ssl/focusadmin/fullchain.pem": f"{folder}/chain.pem",
        "/etc/ssl/focusadmin/privkey.pem": f"{folder}/key.pem",
        "/etc/nginx/snippets/focusadmin-signed.conf": f"{folder}/identity.conf",
    }
    text = (DOCS / "nginx.conf").read_text()
    for ours, theirs in replaced.items():
        assert ours in text, ours
        text = text.replace(ours, theirs)
    (folder / "focusadmin.conf").write_text(text)
    snippet = (DOCS / f"nginx-{identity}.conf").read_text()
    snippet = snippet.replace("/etc/nginx/focusadmin-secret.conf", f"{folder}/secret.conf")
    (folder / "identity.conf").write_text(snippet)
    (folder / "secret.conf").write_text(f'proxy_set_header X-Proxy-Secret "{SECRET}";\n')
    assert not re.search(r"/etc/|/run/|:4180", re.sub(r"#.*", "", text + snippet))


@contextmanager
def nginx_before(app: Path, keeper: str, identity: str, folder: Path) -> Iterator[Front]:
    """Yield nginx before the application's socket ``app``; its files are in ``folder``."""
    port, plain = free_port(), free_port()
    authority = trustme.CA()
    certificate = authority.issue_cert(HOST)
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for pem in certificate.cert_chain_pems:
        pem.write_to_path(folder / "chain.pem", append=True)
    written(folder, app, keeper, identity, (port, plain))
    main = folder / "nginx.conf"
    main.write_text(MAIN.format(folder=folder, user=worker()))
    process = subprocess.Popen(
        [nginx.find(), "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(main)],
        stdin=subprocess.DEVNULL,
        preexec_fn=follow_parent(),
    )
    errors = folder / "error.log"
    try:
        assert eventually(lambda: answers("127.0.0.1", port) or process.poll() is not None)
        assert process.poll() is None, errors.read_text()
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        authority.configure_trust(tls)
        yield Front(port, plain, errors, tls)
    finally:
        process.terminate()
        process.wait(timeout=15)


def worker() -> str:
    """Return the line that lets root's workers open what the test's folder holds."""
    return "user root;" if os.geteuid() == 0 else ""


def connect(front: Front, *, source: str = "127.0.0.1") -> socket.socket:
    """Return a TLS connection to nginx from the address ``source`` on loopback."""
    plain = socket.create_connection(("127.0.0.1", front.port), 20, source_address=(source, 0))
    return front.tls.wrap_socket(plain, server_hostname=HOST)
