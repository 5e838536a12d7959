"""Results of rule tests as JUnit XML, which build servers read: a suite a file, a case a test."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from policy.decide.snapshot import Snapshot
from policy.review.ruletest.assessed import Outcome
from policy.review.ruletest.words import describe, head
from policy.text.diagnostics import Fault, render


def junit_xml(results: Sequence[Outcome], faults: Sequence[Fault], snapshot: Snapshot, lang: str) -> str:
    """The whole report; a fault is a case with an error. No times: they would differ."""
    root = Element("testsuites", name="linkage")
    for file, group in groupby(results, key=lambda result: result.test.span.source.name):
        own = list(group)
        failed = sum(not result.passed for result in own)
        suite = SubElement(
            root, "testsuite", name=file, tests=str(len(own)), failures=str(failed), errors="0"
        )
        for result in own:
            _case(suite, result, snapshot, lang)
    if faults:
        count = str(len(faults))
        suite = SubElement(root, "testsuite", name="linkage check", tests=count, failures="0", errors=count)
        for item in faults:
            case = SubElement(
                suite, "testcase", classname="linkage check", name=f"{item.code} {item.span or ''}"
            )
            text = render(item, lang)
            SubElement(case, "error", type=item.code, message=text.splitlines()[0]).text = text
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _case(suite: Element, result: Outcome, snapshot: Snapshot, lang: str) -> None:
    test = result.test
    file, line = test.span.source.name, str(test.span.line)
    case = SubElement(suite, "testcase", classname=file, name=test.name, file=file, line=line)
    if not result.passed:
        message = "; ".join(head(mismatch, lang) for mismatch in result.mismatches)
        failure = SubElement(case, "failure", type=result.mismatches[0].kind.value, message=message)
        failure.text = describe(result, snapshot, lang)
