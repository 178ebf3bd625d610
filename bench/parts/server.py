"""A running `perennial serve`, and a client that keeps its connection."""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import time
from urllib.parse import parse_qs, urlsplit

import psutil

from measure import Failed

READY_SECONDS_MAX = 300
POLL_SECONDS = 0.002


class Server:
    """Use with `with`; ready when entered. `ready_s` is from the start of the process to the first 200 of /readyz."""

    def __init__(self, settings, data, database_url=None):
        self.command = [settings.binary(), "serve", "--data", data, "--listen", "127.0.0.1:0", "--json"]
        self.command += ["--database-url", database_url] if database_url else []
        self.log = settings.work / "serve.log"

    def __enter__(self):
        started = time.perf_counter()
        with open(self.log, "ab") as errors:
            self.child = subprocess.Popen([str(part) for part in self.command], stdout=subprocess.PIPE, stderr=errors)
        try:
            self.wait(started)
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait(self, started):
        line = self.child.stdout.readline()
        if not line:
            raise Failed(f"serve ended before it listened; see {self.log}")
        said = json.loads(line)
        self.link = said["sign_in_link"]
        self.address = urlsplit(said["url"]).netloc
        self.process = psutil.Process(self.child.pid)
        while True:
            try:
                client = http.client.HTTPConnection(self.address, timeout=30)
                client.request("GET", "/readyz")
                if client.getresponse().status == 200:
                    break
            except OSError:
                pass
            finally:
                client.close()
            if time.perf_counter() - started > READY_SECONDS_MAX:
                raise Failed(f"not ready after {READY_SECONDS_MAX} s; see {self.log}")
            time.sleep(POLL_SECONDS)
        self.ready_s = time.perf_counter() - started
        self.ready_cpu_s = self.cpu()

    def cpu(self):
        times = self.process.cpu_times()
        return times.user + times.system

    def rss_mb(self):
        return self.process.memory_info().rss / 1e6

    def __exit__(self, *_error):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(30)
        except subprocess.TimeoutExpired:
            os.kill(self.child.pid, signal.SIGKILL)
            self.child.wait()
        self.child.stdout.close()


class Client:
    """Requests over one connection, signed with an API token."""

    def __init__(self, address, token=None):
        self.connection = http.client.HTTPConnection(address, timeout=120)
        self.connection.connect()
        # A request goes out at once, so that no timer of the client is measured.
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(self, method, path, body=None):
        headers = dict(self.headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise Failed(f"{method} {path}: {answer.status} {content[:500].decode(errors='replace')}")
        return answer, json.loads(content) if content else None

    def timed(self, path):
        started = time.perf_counter()
        _, content = self.call("GET", path)
        return (time.perf_counter() - started) * 1000, content


def token_of_first_administrator(server):
    """Follows the one-time link of a new workspace and makes an API token."""
    if server.link is None:
        raise Failed("the workspace has an administrator already: remove bench/work and run again")
    one_time = parse_qs(urlsplit(server.link).query)["link"][0]
    client = Client(server.address)
    answer, me = client.call("POST", "/api/v1/session/link", {"token": one_time})
    cookie = answer.getheader("Set-Cookie").split(";")[0]
    client.headers = {"Cookie": cookie, "X-CSRF-Token": me["csrf_token"]}
    password = {"email": "bench@example.com", "name": "Bench", "new_password": secrets.token_urlsafe(24)}
    answer, me = client.call("PUT", "/api/v1/session/password", password)
    if answer.getheader("Set-Cookie"):
        cookie = answer.getheader("Set-Cookie").split(";")[0]
    client.headers = {"Cookie": cookie, "X-CSRF-Token": me["csrf_token"]}
    _, created = client.call("POST", "/api/v1/tokens", {"name": "bench", "role": "administrator"})
    return created["token"]
