"""The dashboard and the alerts ask for figures that there are, and are what Grafana and Prometheus read."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from server.telemetry.exposition import ABOUT
from server.telemetry.figures import ALL, Kind
from tests.server.conftest import Service
from tests.server.telemetry.scraped import scrape

HERE = Path(__file__).parent
DEPLOY = HERE.parents[2] / "deploy"
DASHBOARD = DEPLOY / "grafana/linkage.json"
ALERTS = DEPLOY / "prometheus/alerts.yml"

ADDED = {"job", "instance", "le", "pid", "process"}
"""Labels that Prometheus adds, or that buckets, gauges and processes of several workers have."""
_METRIC = re.compile(r"\b((?:linkage|process)_[a-z_]+)\b(?=\s*[{)\[]|\s*$|[ ,])")
_BY = re.compile(r"\bby \(([^)]*)\)")
_MATCHER = re.compile(r"\b([a-z_]+)\s*(?:=~|!=|!~|=)\s*\"")

needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")


def dashboard() -> Any:
    return json.loads(DASHBOARD.read_text(encoding="utf-8"))


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def queries() -> Iterator[str]:
    """Everything that the dashboard asks Prometheus."""
    for panel in dashboard()["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))
    yield from (each["expr"] for each in dashboard()["annotations"]["list"])
    yield from (each["definition"] for each in dashboard()["templating"]["list"] if "definition" in each)


def metrics(query: str) -> set[str]:
    return set(_METRIC.findall(query))


def asked() -> set[str]:
    return {name for query in [*queries(), *(rule["expr"] for rule in rules())] for name in metrics(query)}


async def test_every_figure_that_is_asked_for_is_there(logged: Service) -> None:
    text = (await scrape()).text
    there = set(re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE))
    there |= {f"{name}_{part}" for name in there for part in ("bucket", "count", "sum")}
    assert len(asked()) > 30
    assert asked() - there == set()


def test_every_figure_is_shown() -> None:
    told = {re.sub("_(bucket|count|sum)$", "", name) for name in asked()}
    names = set(ALL) | {name for name, _, _ in ABOUT}
    assert names - told == {"linkage_beside_waiting_bytes"}  # of use to nobody before requests are refused


@pytest.mark.parametrize("query", sorted({*queries(), *(rule["expr"] for rule in rules())}))
def test_labels_are_those_of_the_figures(query: str) -> None:
    known = set(ADDED) | {"short", "digest"}
    for name in metrics(query):
        figure = ALL.get(re.sub("_(bucket|count|sum)$", "", name))
        known |= set(figure.labels) if figure is not None else set()
        known |= {label for about, labels, _ in ABOUT if about == name for label in labels}
    used = {label.strip() for found in _BY.findall(query) for label in found.split(",")}
    used |= set(_MATCHER.findall(query))
    assert used - known == set()


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_counters_are_asked_for_as_rates(query: str) -> None:
    for name in metrics(query):
        figure = ALL.get(name)
        if figure is not None and figure.kind is Kind.COUNTER:
            assert re.search(rf"(?:rate|increase)\({name}\b", query)


def test_the_dashboard_is_laid_out() -> None:
    found = dashboard()
    panels = found["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert panel["title"]
        for target in panel.get("targets", ()):
            assert target["datasource"]["uid"] == "${datasource}"
    for one, other in combinations([panel["gridPos"] for panel in panels], 2):
        apart = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        assert apart or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    names = {each["name"] for each in found["templating"]["list"]}
    used = set(re.findall(r"\$([a-z]+)", json.dumps([*queries()])))
    assert used <= names
    assert "__inputs" not in found  # it is provisioned, or imported, without a question


def test_each_alert_says_what_to_do() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"]
        assert len(rule["annotations"]["description"]) > 60
    assert len({rule["alert"] for rule in rules()}) == len(rules())


@needs_promtool
def test_prometheus_reads_every_query(tmp_path: Path) -> None:
    file = tmp_path / "queries.yml"
    texts = [query for query in queries() if not query.startswith("label_values(")]
    filled = (re.sub(r"\$__rate_interval", "1m", re.sub(r"\$(?=[a-z])\w+", ".*", text)) for text in texts)
    records = [{"record": f"q{number}", "expr": text} for number, text in enumerate(filled)]
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": records}]}))
    for path in (file, ALERTS):
        found = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True)
        assert found.returncode == 0, found.stderr
    found = subprocess.run(
        ["promtool", "check", "config", DEPLOY / "prometheus/prometheus.yml"], capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr


@needs_promtool
def test_alerts_speak_when_they_should() -> None:
    found = subprocess.run(["promtool", "test", "rules", HERE / "alerts.yml"], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
