"""File systems of a few kilobytes, to fill."""

import contextlib
import os
import subprocess

import pytest


class Disk:
    """A file system in memory, mounted at a folder.

    It knows nothing of what it replaces there until it is unmounted.
    """

    def __init__(self, folder):
        self.folder = folder

    @property
    def used(self):
        """Bytes that are taken."""
        found = os.statvfs(self.folder)
        return (found.f_blocks - found.f_bfree) * found.f_frsize

    def leave(self, free):
        """Let some bytes be free, in whole pages of memory."""
        self.remount(f"size={self.used + free}")

    def remount(self, options):
        subprocess.run(
            ["mount", "-o", f"remount,{options}", str(self.folder)], check=True
        )


@contextlib.contextmanager
def mounted(folder):
    """Mount a `Disk` with room for 1 GB; skip, or fail where the test must run."""
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
    )
    if mount.returncode:
        reason = f"no file system to fill: {mount.stderr.strip()}"
        if os.environ.get("SPEECHCODES_REQUIRE_TMPFS"):
            pytest.fail(reason)
        pytest.skip(reason)
    try:
        yield Disk(folder)
    finally:
        # Lazily: an error that is remembered may hold a file open.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
