"""Debian's postfix for tests: its own configuration, queue and port, gone with the test run."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mail.smtp_sink import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAMS = Path("/usr/lib/postfix/sbin")
_QUEUES = (
    *("active", "bounce", "corrupt", "defer", "deferred", "flush"),
    *("hold", "incoming", "private", "saved", "trace"),
)
# gone@example.org is refused at RCPT; all else is accepted and relayed to the sink at `{sink}`.
_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {programs}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = relay.example.org
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
relayhost = [127.0.0.1]:{sink}
smtp_dns_support_level = disabled
smtpd_recipient_restrictions = check_recipient_access inline:{{ gone@example.org=REJECT }}, permit_mynetworks,
  reject
smtpd_client_connection_rate_limit = 0
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 1 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


def why_not() -> str:
    """Why postfix cannot be run here; empty when it can."""
    if not (_PROGRAMS / "master").exists():
        return "postfix is not installed (apt-get install postfix)"
    if os.getuid() != 0:
        return "postfix needs root to start"
    return ""


@contextmanager
def postfix_relaying_to(sink: int) -> Iterator[int]:
    """Runs postfix for the block; the port it listens on. What it accepts it relays to port `sink`."""
    # Its programs give up root, and pytest's own folders are closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="postfix-", dir="/tmp"))
    folder.chmod(0o755)
    port = free_port()
    _lay_out(folder, port, sink)
    # A session of its own, so that the end reaches every program it started and nobody else's.
    master = subprocess.Popen(
        [_PROGRAMS / "master", "-c", folder / "conf", "-d"],
        env={"PATH": os.environ["PATH"], "MAIL_CONFIG": str(folder / "conf")},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(port, master, folder)
        yield port
    finally:
        os.killpg(master.pid, signal.SIGTERM)
        master.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _lay_out(folder: Path, port: int, sink: int) -> None:
    owner, dropper = pwd.getpwnam("postfix"), "postdrop"
    for name in ("conf", "queue", "data", "queue/pid", "queue/maildrop", "queue/public"):
        (folder / name).mkdir()
    for name in _QUEUES:
        (folder / "queue" / name).mkdir(mode=0o700)
        shutil.chown(folder / "queue" / name, owner.pw_uid)
    shutil.chown(folder / "data", owner.pw_uid, owner.pw_gid)
    shutil.chown(folder / "queue/maildrop", owner.pw_uid, dropper)
    (folder / "queue/maildrop").chmod(0o730)
    shutil.chown(folder / "queue/public", owner.pw_uid, dropper)
    (folder / "queue/public").chmod(0o710)
    values = {"folder": folder, "programs": _PROGRAMS, "port": port, "sink": sink}
    (folder / "conf/main.cf").write_text(_MAIN.format(**values))
    (folder / "conf/master.cf").write_text(_MASTER.format(**values))


def _wait_for(port: int, master: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and master.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                if connection.recv(3) == b"220":
                    return
        except OSError:
            time.sleep(0.05)
    log = folder / "log"
    raise RuntimeError(f"postfix did not start: {log.read_text() if log.exists() else master.returncode}")
