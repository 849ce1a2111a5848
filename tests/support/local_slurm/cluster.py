"""A real Slurm cluster on one machine, in a folder of its own, to run tests on.

Two nodes without and two with a GPU, each a slurmd; munge and slurmctld; and with
accounting slurmdbd and MariaDB. It needs Debian's slurm-wlm and munge, slurmdbd and
mariadb-server, and neither root, systemd nor cgroups. Ports and the munge socket are
its own, so that it disturbs no other cluster.
"""

import contextlib
import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil

HERE = Path(__file__).parent
NODES = ["cpu1", "cpu2", "gpu1", "gpu2"]
PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scontrol"]
ACCOUNTING_PROGRAMS = [
    "slurmdbd",
    "sacct",
    "sacctmgr",
    "mariadbd",
    "mariadb-install-db",
]
#: Debian has daemons where a user's PATH may not look.
PATH = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])
#: What the database is content with.
MODEST = [
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M",
    "--innodb-use-native-aio=0",
]
#: Seconds that any daemon gets to start or stop.
PATIENCE = 60


def missing_programs(accounting):
    """Names of programs that a cluster needs and this machine lacks."""
    programs = PROGRAMS + (ACCOUNTING_PROGRAMS if accounting else [])
    return [name for name in programs if shutil.which(name, path=PATH) is None]


def wait_until(condition, what, seconds=PATIENCE):
    """Wait until a condition holds; return what it returned, or fail and say what."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.1)
    return found


def free_ports(number):
    """Ports that nothing listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Cluster:
    """A cluster in a folder; `start` it first, and `stop` it in the end.

    `folder` is emptied of nothing: logs stay there to be read.
    """

    def __init__(self, folder, accounting=False):
        self.folder = Path(folder)
        self.accounting = accounting
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("SLURM_")},
            "PATH": f"{self.folder}/bin{os.pathsep}{PATH}",
            "SLURM_CONF": str(self.folder / "slurm.conf"),
        }
        self.daemons = {}

    # --- starting and stopping ----------------------------------------------------

    def start(self):
        """Start all daemons, and wait until every node can take jobs."""
        self._configure()
        self._start_munge()
        if self.accounting:
            self._start_database()
            self.start_accounting()
        self.start_controller()
        for node in NODES:
            self.start_node(node)
        wait_until(lambda: self.nodes("idle") == NODES, "idle nodes")

    def stop(self):
        """Stop all that was started, and what jobs have left running."""
        with contextlib.suppress(subprocess.SubprocessError):
            self.run("scancel", "--user", getpass.getuser(), timeout=20)
        for name in reversed(list(self.daemons)):
            self._stop(name)
        for node in NODES:
            self._kill(lambda process, node=node: self._is_of_job(process, node))

    def start_controller(self):
        """Start slurmctld, which knows all jobs of a controller before it."""
        self._start("slurmctld", ["slurmctld", "-D"])
        wait_until(lambda: "UP" in self.run("scontrol", "ping").stdout, "slurmctld")

    def start_node(self, node):
        """Start the daemon of one node."""
        self._start(node, ["slurmd", "-D", "-N", node])

    def start_accounting(self):
        """Start slurmdbd, on a database that runs."""
        self._start("slurmdbd", ["slurmdbd", "-D"])
        wait_until(self._accounts, "slurmdbd")
        for what in (
            ["cluster", "virtual"],
            ["account", "lab"],
            ["user", getpass.getuser(), "account=lab"],
        ):
            self.run("sacctmgr", "--immediate", "add", *what)

    def stop_controller(self):
        """Stop slurmctld as an administrator would; jobs go on."""
        self._stop("slurmctld")

    def stop_accounting(self):
        """Stop slurmdbd, as if its host were down."""
        self._stop("slurmdbd")

    def lose_node(self, node):
        """Kill a node's daemon and all that runs on it, as a power failure does.

        The daemons of job steps go before what they watch, and so tell nobody.
        """
        self._stop(node, signal.SIGKILL)
        self._kill(lambda process: self._watches_steps(process, node))
        self._kill(lambda process: self._is_of_job(process, node))

    def limit_jobs(self, most):
        """Let each user have so many jobs that wait or run; -1 for any number."""
        change = ["modify", "user", getpass.getuser(), "set", f"MaxSubmitJobs={most}"]
        self.run("sacctmgr", "--immediate", *change, check=True)

    # --- asking -------------------------------------------------------------------

    def run(self, *command, **options):
        """Run one of Slurm's commands; return the finished process."""
        return subprocess.run(
            command,
            env=self.environment,
            text=True,
            capture_output=True,
            **{"timeout": PATIENCE, **options},
        )

    def nodes(self, state):
        """Names of the nodes in a state."""
        found = self.run("sinfo", "-h", "-N", "-t", state, "-o", "%N").stdout
        return sorted(set(found.split()))

    def jobs(self):
        """All jobs that the controller knows, each with what `scontrol` tells of it."""
        lines = self.run("scontrol", "show", "job", "--oneliner").stdout.splitlines()
        fields = [[f.partition("=") for f in line.split()] for line in lines]
        jobs = [{key: value for key, equal, value in f if equal} for f in fields]
        return [job for job in jobs if "JobId" in job]

    # --- inside -------------------------------------------------------------------

    def _configure(self):
        """Write configuration, key and folders."""
        names = ["controller", *NODES, "accounting", "database"]
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        values = {f"{name}_port": port for name, port in ports.items()} | {
            "folder": self.folder,
            "user": getpass.getuser(),
            "host": socket.gethostname().split(".")[0],
            "storage": "slurmdbd" if self.accounting else "none",
            "accounting": "\n".join(
                [
                    "AccountingStorageHost=127.0.0.1",
                    f"AccountingStoragePort={ports['accounting']}",
                    f"AccountingStoragePass={self.folder}/munge.socket",
                    "AccountingStoreFlags=job_comment",
                    "AccountingStorageEnforce=limits",
                ]
                if self.accounting
                else []
            ),
        }
        self.ports = ports
        for name in ("slurm.conf", "slurmdbd.conf", "gres.conf"):
            path = self.folder / name
            path.write_text((HERE / name).read_text().format(**values))
            path.chmod(0o600)
        for name in ("bin", "state", *(f"spool-{node}" for node in NODES)):
            (self.folder / name).mkdir()
        # The job step plugin of Snakemake takes SLURM_CONF out of what it gives to
        # srun, since it is in /etc/slurm elsewhere.
        wrapper = self.folder / "bin" / "srun"
        srun = shutil.which("srun", path=PATH)
        configuration = self.environment["SLURM_CONF"]
        wrapper.write_text(f'#!/bin/sh\nSLURM_CONF={configuration} exec {srun} "$@"\n')
        wrapper.chmod(0o755)

    def _start_munge(self):
        key = self.folder / "munge.key"
        key.write_bytes(secrets.token_bytes(1024))
        key.chmod(0o400)
        files = {name: self.folder / f"munge.{name}" for name in ("socket", "pid")}
        self._start(
            "munged",
            [
                *["munged", "--foreground", "--force", f"--key-file={key}"],
                *[f"--socket={files['socket']}", f"--pid-file={files['pid']}"],
                f"--seed-file={self.folder}/munge.seed",
                f"--log-file={self.folder}/munged.log",
            ],
        )
        wait_until(files["socket"].exists, "munge's socket")

    def _start_database(self):
        data, sock = self.folder / "database", self.folder / "database.socket"
        user = getpass.getuser()
        common = ["--no-defaults", f"--user={user}", f"--datadir={data}", *MODEST]
        for _ in range(2):
            shutil.rmtree(data, ignore_errors=True)
            made = self.run(
                *["mariadb-install-db", *common, "--force", "--skip-name-resolve"],
                "--auth-root-authentication-method=normal",
            )
            if not made.returncode:
                break
        else:
            raise RuntimeError(f"no database in {data}:\n{made.stdout}{made.stderr}")
        port = self.ports["database"]
        self._start(
            "mariadbd",
            [
                *["mariadbd", *common, f"--socket={sock}"],
                *[f"--port={port}", "--bind-address=127.0.0.1"],
                "--innodb-lock-wait-timeout=900",
                "--innodb-flush-log-at-trx-commit=2",
            ],
        )
        client = ["mariadb", "--no-defaults", f"--socket={sock}", "--user=root"]
        wait_until(lambda: not self.run(*client, "-e", "").returncode, "MariaDB")
        for host in ("127.0.0.1", "localhost"):
            account = f"'slurm'@'{host}'"
            self.run(
                *client,
                "-e",
                "create database if not exists slurm_acct_db;"
                f"create user {account} identified by 'slurm';"
                f"grant all on slurm_acct_db.* to {account};",
                check=True,
            )

    def _accounts(self):
        return not self.run("sacctmgr", "-n", "list", "cluster").returncode

    def _start(self, name, command):
        """Start a daemon in the foreground of a session of its own."""
        with (self.folder / f"{name}.out").open("ab") as output:
            self.daemons[name] = subprocess.Popen(
                command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _stop(self, name, with_signal=signal.SIGTERM):
        daemon = self.daemons.pop(name)
        daemon.send_signal(with_signal)
        try:
            daemon.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def _kill(self, is_wanted):
        """Kill the processes that are wanted, as far as they can be looked at."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if is_wanted(process):
                    process.kill()

    def _watches_steps(self, process, node):
        """Tell whether a process is the daemon of a job step; it has the node's log."""
        log = str(self.folder / f"slurmd-{node}.log")
        return any(file.path == log for file in process.open_files())

    def _is_of_job(self, process, node):
        """Tell whether a process was started by a job on a node."""
        wanted = {"SLURM_CONF": self.environment["SLURM_CONF"], "SLURMD_NODENAME": node}
        return wanted.items() <= process.environ().items()
