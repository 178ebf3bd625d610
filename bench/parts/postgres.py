"""A PostgreSQL server for the time of a measurement, as durable as PostgreSQL is by default."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from measure import Failed, Missing

BINARIES = Path("/usr/lib/postgresql")


class Postgres:
    """Use with `with`. `postgres` refuses to run as root, which hands over to the user of Debian's package."""

    def __init__(self):
        found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        if not found:
            raise Missing("PostgreSQL is not there; make it with: scripts/setup.sh test")
        self.binaries = found[-1].parent
        self.run_as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="perennial-bench-"))
        if self.run_as:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self.say("initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.say("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o", f"-k {self.folder} -c listen_addresses=", "start")
        return self

    def database(self, name):
        self.say("createdb", "-h", self.folder, "-U", "postgres", name)
        return f"postgres://postgres@localhost/{name}?host={self.folder}"

    def say(self, program, *arguments):
        command = [*self.run_as, self.binaries / program, *arguments]
        done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")
        if done.returncode:
            raise Failed(f"{program} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")

    def __exit__(self, *_error):
        try:
            self.say("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
