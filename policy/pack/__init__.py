"""Packs: from the YAML that staff write to checked, frozen rules.

In: a rules folder.
Out: a ``RuleSet`` of packs (model), with the vocabulary and the calendar, or every fault.

    folder      files of a rules folder, by what they are
      nodes     YAML -> nodes that know their place              (reader, yaml_errors)
      read_*    nodes -> declarations and rules of one pack      (draft, paths)
      check     what must hold of the whole pack
      load      packs, vocabulary and calendar -> RuleSet
    citations who cites a clause

Every pass adds its faults to one collection; nothing raises but ``load_rules``. Expressions are still text
here, with their places: ``policy.program`` types them.
"""

from policy.pack.load import RuleSet, check_calendar, check_rules, load_rules, rules_of

__all__ = ["RuleSet", "check_calendar", "check_rules", "load_rules", "rules_of"]
