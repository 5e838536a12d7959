"""Packs: from the YAML that staff write to checked, frozen rules.

In: a rules folder.
Out: a ``RuleSet`` of packs (model), with the vocabulary and the calendar, or every fault.

    folder      files of a rules folder, by what they are
      nodes     YAML -> nodes that know their place              (reader, yaml_errors)
      read_*    nodes -> declarations and rules of one pack      (draft, paths)
      check     what must hold of the whole pack
      load      packs, vocabulary and calendar -> RuleSet
    status    which packs are drafts               (unfinished: what of these can be decided by)
    citations who cites a clause

Every pass adds its faults to one collection; nothing raises but ``load_rules``. Expressions are still text
here, with their places: ``policy.program`` types them.
"""

from policy.pack.load import RuleSet, check_calendar, check_rules, load_rules, rules_of
from policy.pack.status import read_split
from policy.pack.unfinished import unfinished

__all__ = ["RuleSet", "check_calendar", "check_rules", "load_rules", "read_split", "rules_of", "unfinished"]
