"""A browser without a window, driven over a pipe: Chromium and its DevTools."""

import json
import os
import select
import shutil
import signal
import subprocess
from base64 import b64decode
from contextlib import suppress

#: What keeps it to itself, and off the network.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
]
#: Seconds until an answer is overdue.
PATIENCE = 60


def executable():
    """Path of Chromium, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


class Browser:
    """One page in a browser, and all that it complained of or asked the network for."""

    def __init__(self, folder):
        """Start it, with a profile of its own in a folder."""
        to_browser, self._requests = os.pipe()
        self._answers, from_browser = os.pipe()

        def take_pipes():
            # DevTools reads from 3 and writes to 4. Out of the way first.
            ends = [os.dup2(end, 30 + i) for i, end in enumerate(pipes)]
            for number, end in zip((3, 4), ends, strict=True):
                os.dup2(end, number)

        pipes = (to_browser, from_browser)
        self._process = subprocess.Popen(
            [executable(), *FLAGS, f"--user-data-dir={folder}", "about:blank"],
            preexec_fn=take_pipes,
            close_fds=False,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in pipes:
            os.close(end)
        self._unread, self._sent, self._session = b"", 0, None
        self.complaints, self.requests, self._loaded = [], [], False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call(
            "Target.attachToTarget", targetId=target, flatten=True
        )["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self):
        """End it, and all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._requests)
        os.close(self._answers)

    def open(self, path, width=1280, height=800):
        """Load a file in a window of a size; forget what came before."""
        self.complaints, self.requests, self._loaded = [], [], False
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.call("Page.navigate", url=path.resolve().as_uri())
        while not self._loaded:
            self._read()

    def run(self, script):
        """Return what a script in the page evaluates to."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def print(self, path):
        """Save the page as it would be printed, as PDF."""
        answer = self.call("Page.printToPDF", preferCSSPageSize=True)
        path.write_bytes(b64decode(answer["data"]))

    def call(self, method, **parameters):
        """Call a method of the protocol; return its answer."""
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._requests, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self._sent:
            pass
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def _read(self):
        """Return the next message, and take note of events."""
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._answers], [], [], PATIENCE)
            assert ready, "the browser gives no answer"
            self._unread += os.read(self._answers, 1 << 20)
        message, self._unread = self._unread.split(b"\0", maxsplit=1)
        message = json.loads(message)
        event, found = message.get("method"), message.get("params", {})
        if event == "Page.loadEventFired":
            self._loaded = True
        elif event == "Network.requestWillBeSent":
            self.requests.append(found["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(found["exceptionDetails"]["text"])
        elif event == "Runtime.consoleAPICalled":
            self.complaints.append(str(found["args"]))
        elif event == "Log.entryAdded":
            self.complaints.append(found["entry"]["text"])
        return message
