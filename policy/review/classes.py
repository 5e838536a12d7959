"""What clauses do, in words."""

from __future__ import annotations

from collections.abc import Mapping

from policy.pack.model import ClauseClass

CLASSES: Mapping[ClauseClass, tuple[str, str]] = {
    ClauseClass.DUTY: ("义务", "duty"),
    ClauseClass.PROHIBITION: ("禁止", "prohibition"),
    ClauseClass.PERMISSION: ("许可", "permission"),
    ClauseClass.DEFINITION: ("定义", "definition"),
    ClauseClass.DEADLINE: ("期限", "deadline"),
    ClauseClass.PROCEDURE: ("程序", "procedure"),
    ClauseClass.ASSESSMENT: ("考核", "assessment"),
    ClauseClass.SANCTION: ("责任", "sanction"),
    ClauseClass.ORGANISATIONAL: ("组织", "organisation"),
    ClauseClass.RECURRING: ("定期", "recurring"),
    ClauseClass.NON_NORMATIVE: ("说明", "non-normative"),
}
