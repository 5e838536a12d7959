"""PackProgram -> what its rules read of a case, what brings their duties about, and what ends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from google.protobuf.descriptor import FieldDescriptor

from linkage.v1 import policy_service_pb2 as api
from policy.facts.json_schema import fields_of_case
from policy.facts.labels import FIELDS
from policy.facts.reading import ATTRIBUTE_FIELDS
from policy.facts.views import REQUIRED, TIMESTAMP, is_list
from policy.pack.vocabulary import CODE_FIELDS
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.program.reads import Reads, reads_of
from policy.review.ends import ends_of_any, ends_of_rule
from policy.review.wording import Wording
from server.convert.told import ending_act
from server.convert.words import body, coded, pack_ref

_SCALARS: Mapping[int, str] = {
    FieldDescriptor.CPPTYPE_BOOL: "bool",
    FieldDescriptor.CPPTYPE_INT64: "int",
    FieldDescriptor.CPPTYPE_DOUBLE: "double",
    FieldDescriptor.CPPTYPE_STRING: "text",
}
_KINDS = {
    "events": "events",
    "requests": "matters",
    "documents": "documents",
    "parties": "roles",
    "properties": "property_types",
    "statuses": "traits",
    "breaches": "actions",
}
"""The kind of the codes that tell the elements of a list apart."""


def pack_facts(words: Wording, program: PackProgram) -> api.GetPackFactsResponse:
    """What one version reads, in the language of ``words``."""
    reads = reads_of([program], words.vocabulary)
    declared = program.pack.attributes
    return api.GetPackFactsResponse(
        pack=pack_ref(words, program),
        fields=list(_fields(words, reads)),
        codes=[
            api.ReadCodes(kind=kind, codes=[coded(words, kind, code) for code in sorted(codes)])
            for kind, codes in reads.codes.items()
        ],
        attributes=[
            api.PackAttribute(
                name=name,
                means=words.text(declared[name].means),
                type=declared[name].type,
                field=ATTRIBUTE_FIELDS[declared[name].type],
                implies=declared[name].implies,
                excludes=declared[name].excludes,
            )
            for name in sorted(reads.attributes)
        ],
        bodies=[body(words, program, code) for code in program.pack.bodies],
        awaited=[
            api.AwaitedCode(case_kind=kind, kind=one.section, code=coded(words, one.section, one.code))
            for kind, awaited in reads.awaited.items()
            for one in awaited
        ],
        rules=[_rule(words, program, plan) for plan in program.plans],
        ends_of_any=[ending_act(words, act) for act in ends_of_any(words.vocabulary)],
    )


def _fields(words: Wording, reads: Reads) -> Iterator[api.FactField]:
    for path, owner, field in fields_of_case():
        if (owner, field.name) not in reads.fields:
            continue
        section = CODE_FIELDS.get((owner, field.name), "")
        label = FIELDS.get((owner, field.name))
        yield api.FactField(
            path=path,
            label=words.pick(label) if label is not None else "",
            type="code" if section else _type(field),
            code_kind=section,
            many=is_list(field),
            required=field.name in REQUIRED.get(owner, ()),
        )


def _type(field: FieldDescriptor) -> str:
    if field.message_type is None:
        return _SCALARS[field.cpp_type]
    return "timestamp" if field.message_type.full_name == TIMESTAMP else "message"


def _rule(words: Wording, program: PackProgram, plan: RulePlan) -> api.RuleFacts:
    rule, trigger = plan.rule, plan.trigger
    kind = _KINDS.get(trigger.collection, "")
    return api.RuleFacts(
        rule=rule.id,
        title=words.text(rule.title),
        action=coded(words, "actions", rule.action),
        trigger_list=trigger.collection,
        triggers=[coded(words, kind, code) for code in sorted(trigger.codes)],
        ends=[ending_act(words, act) for act in ends_of_rule(plan, program.terms)],
    )
