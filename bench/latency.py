"""From the ack of a mail to its case on an open desk: the event arrives and the fetched list shows it.

python -m bench.latency --mails 200 --per-second 10
"""

from __future__ import annotations

import argparse
import json
import re
import smtplib
import threading
import time
import urllib.request

from bench.house import House, house, machine, quantile


class Desk:
    """One open desk: a session, its stream, and the list that it fetches at each event."""

    def __init__(self, one: House, token: str) -> None:
        self._base = one.url
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        self._post(
            "/setup/", f"token={token}&name=Mira&mail=mira@nordlicht.example&password=drei+Wochen+Stille"
        )
        self.seen: dict[str, float] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def _post(self, path: str, body: str) -> None:
        request = urllib.request.Request(
            self._base + path, data=body.encode(), headers={"Origin": self._base}
        )
        self._browser.open(request, timeout=20).read()

    def _listen(self) -> None:
        stream = self._browser.open(f"{self._base}/events?things=list", timeout=120)
        for line in stream:
            if line.startswith(b"data:"):
                page = (
                    self._browser.open(f"{self._base}/desk/?part=list&most=500", timeout=20).read().decode()
                )
                now = time.monotonic()
                for found in re.findall(r'class="subject">([^<]+)<', page):
                    self.seen.setdefault(found, now)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--mails", type=int, default=200)
    options.add_argument("--per-second", type=float, default=10)
    given = options.parse_args()
    with house(EYELEVEL_DEMO="true") as one:
        log = (one.home.parent / f"{one.home.name}.log").read_text()
        desk = Desk(one, re.findall(r"/setup/\?token=(\S+)", log)[-1])
        time.sleep(1)
        acked: dict[str, float] = {}
        with smtplib.SMTP("127.0.0.1", one.smtp, timeout=20) as server:
            for number in range(given.mails):
                body = f"From: p{number}@x.example\r\nSubject: mail {number}\r\nAuto-Submitted: auto-generated\r\n\r\nx\r\n"
                server.sendmail(f"p{number}@x.example", ["service@nordlicht.example"], body)
                acked[f"mail {number}"] = time.monotonic()
                time.sleep(1 / given.per_second)
        time.sleep(3)
    took = [desk.seen[name] - at for name, at in acked.items() if name in desk.seen]
    print(json.dumps({
        "mails": given.mails, "per_second": given.per_second, "shown": len(took), "p50_ms": round(quantile(took, 0.5) * 1000),
        "p99_ms": round(quantile(took, 0.99) * 1000), "machine": machine(),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
