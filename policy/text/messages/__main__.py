"""Print docs/faults.md, made from the catalog: ``python -m policy.text.messages > docs/faults.md``."""

from __future__ import annotations

from policy.text.messages.page import faults_page

if __name__ == "__main__":
    print(faults_page(), end="")
