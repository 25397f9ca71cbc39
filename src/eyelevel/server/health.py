"""/healthz, /readyz and /metrics: is the process alive, can it keep what comes in, and how much waits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from eyelevel.cases.models import Case
from eyelevel.channels import reads as channels
from eyelevel.hooks import reads as hooks
from eyelevel.kernel import writer
from eyelevel.kernel.models import Fact, Step
from eyelevel.kernel.policy import can
from eyelevel.listening.models import Heard, Hearing
from eyelevel.outbox.models import Sending
from eyelevel.people.asking import asked
from eyelevel.server import searching
from eyelevel.word.models import Promise

PLAIN = "text/plain; charset=utf-8"
LEAST_FREE_BYTES = 50 * 1024 * 1024


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers. Says nothing about the database."""
    return HttpResponse("ok\n", content_type=PLAIN)


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 where an arrival could be kept right now, else 503 with the reasons."""
    reasons = list(_reasons())
    return HttpResponse(
        "\n".join(reasons or ["ready"]) + "\n", status=503 if reasons else 200, content_type=PLAIN
    )


def _reasons() -> Iterator[str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        yield "the database does not answer"
    pen = writer.installed()
    if pen is not None and pen.waiting >= writer.MOST_WAITING // 2:
        yield "too many writes are waiting"
    if shutil.disk_usage(settings.HOME).free < LEAST_FREE_BYTES:
        yield "the disk of the data folder is nearly full"


class House(Collector):
    """Counts read from the tables when somebody asks."""

    def collect(self) -> Iterator[Metric]:
        steps = GaugeMetricFamily("eyelevel_steps", "Steps that are not done", labels=["state"])
        for row in Step.objects.exclude(state=Step.State.DONE).values("state").annotate(count=Count("id")):
            steps.add_metric([row["state"]], row["count"])
        yield steps
        sendings = GaugeMetricFamily("eyelevel_sendings", "Sendings by state", labels=["state"])
        for row in Sending.objects.values("state").annotate(count=Count("id")):
            sendings.add_metric([row["state"]], row["count"])
        yield sendings
        cases = Case.objects.filter(closure=None, merged_into=None)
        yield _gauge("eyelevel_cases_open", "Cases that are not closed", cases.count())
        yield _gauge(
            "eyelevel_cases_alarmed", "Cases under a silence alarm", cases.exclude(alarm_since=None).count()
        )
        yield _gauge(
            "eyelevel_quarantine_open",
            "Arrivals that nobody could read",
            channels.quarantine_count(most=10_000),
        )
        yield from _promises()
        yield from _search()
        yield from _hearing()
        yield _gauge(
            "eyelevel_sources_in_trouble", "Open sources whose newest try failed", len(channels.in_trouble())
        )
        yield _gauge(
            "eyelevel_webhooks_failing", "Webhooks that did not take what was sent last", len(hooks.failing())
        )
        pen = writer.installed()
        yield _gauge("eyelevel_writes_waiting", "Actions waiting for the writer", pen.waiting if pen else 0)


def _promises() -> Iterator[Metric]:
    """Every date that passed without an outcome counts as broken, also where it was moved or kept afterwards."""
    rows = Promise.objects.filter(outcome="")
    late = rows.exclude(broken_at=None).count()
    yield _gauge("eyelevel_promises_open", "Promises without an outcome", rows.count())
    yield _gauge("eyelevel_promises_late", "Promises whose time has passed without an outcome", late)
    broken = CounterMetricFamily("eyelevel_promises_broken", "Dates that passed without an outcome")
    broken.add_metric([], Fact.objects.filter(kind="promise.broken").count())
    yield broken
    told = CounterMetricFamily("eyelevel_promises_broken_told", "Those of which the person was told before")
    told.add_metric([], Fact.objects.filter(kind="promise.broken", data__told=True).count())
    yield told


def _search() -> Iterator[Metric]:
    behind = GaugeMetricFamily(
        "eyelevel_search_behind", "Changes that the index has not read", labels=["index"]
    )
    seconds = GaugeMetricFamily("eyelevel_search_lag_seconds", "For how long it has not", labels=["index"])
    for using, lag in searching.lags().items():
        behind.add_metric([using], lag.behind)
        seconds.add_metric([using], lag.seconds)
    yield behind
    yield seconds


def _hearing() -> Iterator[Metric]:
    heard = CounterMetricFamily(
        "eyelevel_heard_words", "Words heard, and what became of them", labels=["network", "what"]
    )
    for network in Hearing.objects.order_by("network"):
        for what in ("heard", "matched", "withheld", "refused", "lost"):
            heard.add_metric([network.network, what], getattr(network, what))
    yield heard
    yield _gauge("eyelevel_heard_kept", "Overheard words that are kept now", Heard.objects.count())


def _gauge(name: str, text: str, value: float) -> Metric:
    gauge = GaugeMetricFamily(name, text)
    gauge.add_metric([], value)
    return gauge


_registry = CollectorRegistry()
_registry.register(House())


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For operators, and for a collector on this machine that came without a proxy."""
    local = (
        request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and "X-Forwarded-For" not in request.headers
    )
    if not local and not can(asked(request).actor, "metrics.read"):
        raise Http404
    return HttpResponse(generate_latest(_registry), content_type=CONTENT_TYPE_LATEST)
