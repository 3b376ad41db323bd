"""MiniStack, the local AWS: its own virtual environment, one process, its state in one folder.

python -m infra.localstack.emulator       # installs it; `make up` starts it
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess  # Lists of our own words, never a shell line. # nosec B404
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from infra.building.environments import install_environment
from infra.deployment.target import REGION
from infra.errors import StackError, report_errors
from infra.localstack.emulator_gaps import forget_stream_positions
from infra.paths import BUILD

STARTS_WITHIN = 60
SAVES_WITHIN = 120
"""Seconds. Starting usually takes two and saving one; a busy machine may need far more."""


@dataclass(frozen=True)
class Emulator:
    """One emulator: the folder with all its files, and its port on 127.0.0.1."""

    folder: Path
    port: int

    @property
    def endpoint(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def lambda_endpoint(self) -> str:
        """The endpoint as the emulator's functions know it; presigned addresses begin with it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "emulator.log"

    @property
    def _process_file(self) -> Path:
        return self.folder / "emulator.json"

    def process_id(self) -> int | None:
        """Find the running emulator's process id, or None. A process of another program with the
        stored id does not count."""
        try:
            noted = json.loads(self._process_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return int(noted["pid"]) if _started_at(noted["pid"]) == noted["started"] else None

    def answers(self) -> bool:
        """Tell whether something that answers as the emulator does listens on the port."""
        try:
            address = f"http://127.0.0.1:{self.port}/_ministack/health"
            with urllib.request.urlopen(address, timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def start(self) -> None:
        """Start the emulator unless it runs; return when it answers.

        Raises StackError when the port is taken or the process ends at once.
        """
        if self.process_id() is not None:
            self._await_answer()
            return
        if _port_taken(self.port):
            raise StackError(
                f"Port {self.port} is taken by another program. Stop that one, or choose another "
                "port: SIGHTLINE_PORT=4567 make up"
            )
        program = install()
        forget_stream_positions(self.folder / "state")
        print(f"Starting the local AWS emulator on port {self.port} …", flush=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / "tmp"
        shutil.rmtree(temporary, ignore_errors=True)  # unpacked functions of the run before
        temporary.mkdir()
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [program.with_name("python"), Path(__file__).with_name("emulator_program.py")],
                cwd=self.folder,
                env={
                    "PATH": os.environ.get("PATH", os.defpath),
                    "HOME": str(self.folder),
                    "TMPDIR": str(temporary),
                    "BIND_HOST": "127.0.0.1",
                    "GATEWAY_PORT": str(self.port),
                    "AUTH": "true",  # IAM is enforced: a missing permission fails here as on AWS
                    "PERSIST_STATE": "1",
                    "STATE_DIR": str(self.folder / "state"),
                    "S3_PERSIST": "1",
                    "S3_DATA_DIR": str(self.folder / "s3"),
                    "MINISTACK_REGION": REGION,
                    # A trigger of Cognito's that fails refuses the sign-in, as on AWS.
                    "MINISTACK_COGNITO_PRETOKEN_STRICT": "1",
                    # Functions inherit it. On AWS Lambda says where X-Ray's daemon is; here
                    # nobody is, unless a test listens (tests.stack.left_behind).
                    "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{self.port}",
                    "LOG_LEVEL": "WARNING",
                    "UNPACKED": str(BUILD / "unpacked"),
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in the terminal must not cut off the save
            )
        process.returncode = 0  # the process outlives this command, so nobody waits for it here
        noted = {"pid": process.pid, "started": _started_at(process.pid), "port": self.port}
        self._process_file.write_text(json.dumps(noted))
        self._await_answer()

    def _await_answer(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self.answers():
                return
            if self.process_id() is None:
                raise StackError(f"The emulator ended at once:\n{self._last_words()}")
            time.sleep(0.1)
        raise StackError(
            f"The emulator does not answer on port {self.port} after {STARTS_WITHIN} seconds. "
            f"Its log ends:\n{self._last_words()}\nTry `make down` and `make up`."
        )

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""

    def stop(self) -> bool:
        """Tell the emulator to save and end, and wait for that; False when it did not run.

        Raises StackError when it does not end: killing it would lose the data since its start.
        """
        process = self.process_id()
        if process is None:
            self._process_file.unlink(missing_ok=True)
            return False
        os.kill(process, signal.SIGTERM)
        deadline = time.monotonic() + SAVES_WITHIN
        while self.process_id() is not None:
            if time.monotonic() > deadline:
                raise StackError(
                    f"The emulator (process {process}) is still saving after {SAVES_WITHIN} "
                    "seconds. Wait and run `make down` again."
                )
            _reap(process)
            time.sleep(0.05)
        self._process_file.unlink(missing_ok=True)
        return True


def install() -> Path:
    """Install the emulator's program unless it is there; return its path.

    It has an environment of its own because it pins botocore, and because its Lambda workers must
    find only what the Lambda package contains, as on AWS.
    """
    return install_environment("emulator", "the local AWS emulator") / "ministack"


def running_port(folder: Path) -> int | None:
    """Find the port of the emulator that runs in this folder; None when none does."""
    emulator = Emulator(folder, 0)
    if emulator.process_id() is None:
        return None
    return int(json.loads((folder / "emulator.json").read_text())["port"])


def free_port() -> int:
    """Find a port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _port_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _reap(process: int) -> None:
    """Collect an ended child, which would seem to run; ignore a process that is no child."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process, os.WNOHANG)


def _started_at(process: int) -> str | None:
    """Read when a process began, as a text that tells apart two processes with the same id.

    None when there is no such process, or when it has ended and was not collected yet.
    """
    try:
        # The name in brackets may hold spaces; after it, the state is first, the start twentieth.
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] == "Z" else fields[19]
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self").exists():
            return None
    found = subprocess.run(  # systems without /proc
        ["ps", "-o", "stat=,lstart=", "-p", str(process)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split(maxsplit=1)
    return None if not found or found[0].startswith("Z") else found[1].strip()


def main() -> int:
    """Run the command line: install the emulator."""
    install()
    return 0


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
