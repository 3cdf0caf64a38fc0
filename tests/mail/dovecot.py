"""Debian's dovecot for tests: its own configuration, users, mail folder and port, gone with the test run."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mail.smtp_sink import free_port
from tracker.config import Imap

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAM = Path("/usr/sbin/dovecot")
_IMAP = Path("/usr/lib/dovecot/imap")
# The mail itself belongs to an unprivileged user; the sign-in processes are dovecot's own.
_OWNER = "nobody"
_PASSWORD = "example"
_CONFIG = """
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
disable_plaintext_auth = no
default_vsz_limit = 0
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """`port` is for plain connections and STARTTLS; `certificate` is the file that a client has to trust."""

    port: int
    tls_port: int
    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "cert.pem"

    def mailbox(self, **settings: object) -> Imap:
        """A new, empty account, as the site's settings name it."""
        user = f"u{uuid.uuid4().hex}"
        values = {"host": "127.0.0.1", "port": self.port, "security": "none", "username": user}
        return Imap.model_validate(values | {"password": _PASSWORD} | settings)

    def deliver(self, imap: Imap, content: bytes) -> None:
        """As a server's local delivery does it: whole into `tmp`, then into `new`."""
        maildir = self.folder / "mail" / imap.username
        owner = pwd.getpwnam(_OWNER)
        for name in ("", "tmp", "new", "cur"):
            (maildir / name).mkdir(parents=True, exist_ok=True)
            os.chown(maildir / name, owner.pw_uid, owner.pw_gid)
        name = f"{time.time_ns()}.{uuid.uuid4().hex}.example"
        (maildir / "tmp" / name).write_bytes(content)
        os.chown(maildir / "tmp" / name, owner.pw_uid, owner.pw_gid)
        (maildir / "tmp" / name).rename(maildir / "new" / name)

    def renumber(self, imap: Imap) -> None:
        """Makes the server forget its numbers: a new UIDVALIDITY, and every mail under another UID."""
        maildir = self.folder / "mail" / imap.username
        # A UIDVALIDITY is the second in which the index was made.
        time.sleep(1.1)
        for index in (*maildir.glob("dovecot*"), *maildir.glob(".Done/dovecot*")):
            index.unlink()


def why_not() -> str:
    """Why dovecot cannot be run here; empty when it can."""
    if not (_PROGRAM.exists() and _IMAP.exists()):
        return "dovecot is not installed (apt-get install dovecot-imapd)"
    if os.getuid() != 0:
        return "dovecot needs root to start"
    return ""


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Runs dovecot for the block."""
    # Its programs give up root, and pytest's own folders are closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    folder.chmod(0o755)
    owner = pwd.getpwnam(_OWNER)
    (folder / "mail").mkdir()
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    port, tls_port = free_port(), free_port()
    _make_certificate(folder)
    config = folder / "dovecot.conf"
    values = {
        "folder": folder,
        "port": port,
        "tls_port": tls_port,
        "password": _PASSWORD,
        "uid": owner.pw_uid,
        "gid": owner.pw_gid,
    }
    config.write_text(_CONFIG.format(**values))
    # A session of its own, so that the end reaches every program it started and nobody else's.
    master = subprocess.Popen(
        [_PROGRAM, "-F", "-c", config], stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_for(port, master, folder)
        yield Dovecot(port, tls_port, folder)
    finally:
        os.killpg(master.pid, signal.SIGTERM)
        master.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _make_certificate(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True,
        capture_output=True,
    )  # fmt: skip


def _wait_for(port: int, master: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and master.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                if connection.recv(4) == b"* OK":
                    return
        except OSError:
            time.sleep(0.05)
    log = folder / "log"
    raise RuntimeError(f"dovecot did not start: {log.read_text() if log.exists() else master.returncode}")
