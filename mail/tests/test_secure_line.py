"""E-mails over TLS: EMAIL_URL as a production sets it, against a server that takes nothing in the clear."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnprep.tests.sink import Sink, sink

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody trusts unless told to, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate; on Debian: apt install openssl")
    path = tmp_path_factory.mktemp("tls") / "pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{path}.key", "-out", path],
        check=True, capture_output=True,
    )  # fmt: skip
    return path


@pytest.fixture
def server(certificate: Path) -> Iterator[Sink]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, f"{certificate}.key")
    with sink(tls=context) as server:
        yield server


def send(tmp_path: Path, scheme: str, server: Sink, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = {"DATA_DIR": str(tmp_path), "EMAIL_URL": f"{scheme}://127.0.0.1:{server.port}"}
    return subprocess.run(
        [sys.executable, "manage.py", "send_test_email", "ann@example.org"],
        cwd=ROOT, env=kept | given | environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_an_email_leaves_over_tls(tmp_path: Path, server: Sink, certificate: Path) -> None:
    done = send(tmp_path, "smtp+tls", server, SSL_CERT_FILE=str(certificate))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(server.taken) == 1


def test_a_server_that_cannot_prove_its_name_gets_nothing(tmp_path: Path, server: Sink) -> None:
    done = send(tmp_path, "smtp+tls", server)
    assert done.returncode == 1
    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr.upper().replace(" ", "_")
    assert server.taken == []


def test_a_server_that_wants_tls_and_is_not_offered_it_takes_nothing(tmp_path: Path, server: Sink) -> None:
    done = send(tmp_path, "smtp", server)
    assert done.returncode == 1
    assert "STARTTLS" in done.stderr
    assert server.taken == []
