"""What a scrape holds."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from server.telemetry.exposition import Exposition

Series = tuple[str, frozenset[tuple[str, str]]]


class Scrape:
    """The samples of one scrape, by name and labels."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.families = {family.name: family for family in text_string_to_metric_families(text)}
        self.samples: dict[Series, float] = {}
        for family in self.families.values():
            for sample in family.samples:
                key = sample.name, frozenset(sample.labels.items())
                assert key not in self.samples, f"twice: {key}"
                self.samples[key] = sample.value

    def value(self, name: str, **labels: str) -> float:
        """The value of one series; 0.0 where there is none."""
        return self.samples.get((name, frozenset(labels.items())), 0.0)

    def total(self, name: str, **labels: str) -> float:
        """The sum of the series that have these labels, whatever others they have."""
        wanted = set(labels.items())
        return sum(value for (found, has), value in self.samples.items() if found == name and wanted <= has)

    def labels(self, name: str) -> set[str]:
        """Every label value of one name."""
        return {value for (found, has) in self.samples if found == name for _, value in has}


async def scrape() -> Scrape:
    """What this process would answer a scraper."""
    body, _ = await Exposition().page()
    return Scrape(body.decode())
