"""Receives notices of what became of duties, and keeps them: each once, those of one duty in their order.

    LINKAGE_SECRET=whsec_... python receiver.py ADDRESS DATABASE      (127.0.0.1:9000 notices.sqlite3)

What comes is a CloudEvent, signed by the Standard Webhooks scheme (pip install standardwebhooks). It is
answered once it is on disk, and worked on afterwards: who sends waits for seconds only, and sends again what
has no answer. So a notice may come twice; its id is the same then. TLS is for the reverse proxy before it.
"""

import json
import os
import sqlite3
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

LARGEST = 64 * 1024
TABLES = """
pragma journal_mode = wal;
create table if not exists notices (
  id text primary key, district text not null, position integer not null, obligation text not null,
  type text not null, body text not null, done integer not null default 0);
create index if not exists notices_waiting on notices (district, position) where done = 0;
create table if not exists duties (
  obligation text primary key, position integer not null, title text, state text, due text, handling text);
"""


class Notices:
    """What has been received, in an SQLite file."""

    def __init__(self, path: str) -> None:
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.executescript(TABLES)
        self._lock = threading.Lock()
        self.came = threading.Event()

    def keep(self, event: dict[str, Any]) -> bool:
        """Keeps a notice, on disk when this returns; False where it had come before."""
        told, body = event["data"], json.dumps(event, ensure_ascii=False)
        row = event["id"], told["district"], int(told["position"]), event["subject"], event["type"], body
        with self._lock:
            new = self._database.execute(
                "insert into notices (id, district, position, obligation, type, body)"
                " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
                row,
            )
        self.came.set()
        return new.rowcount == 1

    def waiting(self) -> list[tuple[str, dict[str, Any]]]:
        """What has not been worked on, in the order in which it happened."""
        with self._lock:
            rows = self._database.execute(
                "select id, body from notices where done = 0 order by district, position limit 100"
            ).fetchall()
        return [(id, json.loads(body)) for id, body in rows]

    def done(self, id: str, event: dict[str, Any]) -> None:
        """Notes what a duty is now, unless something later is known, and that the notice was worked on."""
        told = event["data"]
        now = [told.get(name, "") for name in ("title", "state", "dueAt", "handling")]
        with self._lock:
            self._database.execute("begin")
            self._database.execute(
                "insert into duties values (?, ?, ?, ?, ?, ?) on conflict (obligation) do update set"
                " position = excluded.position, title = excluded.title, state = excluded.state,"
                " due = excluded.due, handling = excluded.handling where excluded.position > position",
                (event["subject"], int(told["position"]), *now),
            )
            self._database.execute("update notices set done = 1 where id = ?", (id,))
            self._database.execute("commit")


def handle(event: dict[str, Any]) -> None:
    """What the court's own system does with a notice: here stands a task, a message, a light on a screen."""
    told = event["data"]
    words = (event["type"], told.get("title", told["rule"]), told.get("state", ""), told.get("dueAt", ""))
    print(*words, sep=" | ", flush=True)


def work(notices: Notices) -> None:
    """Works on notices as they come, one after the other; what is left from before comes first."""
    while True:
        notices.came.clear()
        for id, event in notices.waiting():
            handle(event)
            notices.done(id, event)
        notices.came.wait(60)


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to what it has, 401 to what is not signed, and so on."""

    protocol_version = "HTTP/1.1"
    timeout = 10
    notices: Notices
    webhook: Webhook

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST:
            self._answer(413)
            return
        body = self.rfile.read(int(length))
        try:
            self.webhook.verify(body, dict(self.headers))
            event = json.loads(body)
        except (WebhookVerificationError, ValueError):
            self._answer(401)
            return
        if event["type"].startswith("linkage.obligation."):  # others, such as linkage.test.v1, tell nothing
            self.notices.keep(event)
        self._answer(204)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.close_connection = status != 204

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: requests are no news."""


if __name__ == "__main__":
    host, _, port = sys.argv[1].rpartition(":")
    Receiver.notices, Receiver.webhook = Notices(sys.argv[2]), Webhook(os.environ["LINKAGE_SECRET"])
    threading.Thread(target=work, args=(Receiver.notices,), daemon=True).start()
    server = ThreadingHTTPServer((host, int(port)), Receiver)
    print("listening", *server.server_address, flush=True)
    server.serve_forever()
