"""A PostgreSQL server of the tests' own, from the system's binaries."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@dataclass
class Server:
    """A PostgreSQL server of this run alone, on a socket in its own folder."""

    binaries: Path
    home: Path

    def run(self, *command: str) -> None:
        """Run one of PostgreSQL's programs, as an unprivileged user where we are root (it refuses root)."""
        user = "nobody" if os.geteuid() == 0 else None
        subprocess.run([str(self.binaries / command[0]), *command[1:]], check=True, user=user, cwd=self.home,
                       env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, stdout=subprocess.DEVNULL)  # fmt: skip

    def start(self) -> None:
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={self.home} -c max_connections=60 -c fsync=on "
            "-c recovery_init_sync_method=syncfs"
        )
        self.run("pg_ctl", "-D", "data", "-w", "-t", "300", "-l", "log", "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        self.run("pg_ctl", "-D", "data", "-w", "-m", how, "stop")

    def address(self, name: str) -> str:
        return f"postgresql:///{name}?host={self.home}&user=affluence"

    def fresh(self) -> str:
        """The address of a new, empty database."""
        name = f"s{secrets.token_hex(4)}"
        engine = sa.create_engine(self.address("postgres").replace("postgresql", "postgresql+psycopg", 1))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        return self.address(name)


@contextmanager
def running_server() -> Iterator[Server | None]:
    """A running server, None where PostgreSQL is not installed."""
    if not BINARIES:
        yield None
        return
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
    made = Server(BINARIES[-1], home)
    made.run("initdb", "-D", "data", "-U", "affluence", "-A", "trust", "-E", "UTF8", "--no-sync")
    made.start()
    try:
        yield made
    finally:
        made.stop("immediate")
        shutil.rmtree(home, ignore_errors=True)
