"""Writes `docs/reference/rules.md`: every rule and every stage error, one section each.

Run `python -m mscgen.cli.reference` after a change of a page; a test fails while they differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from mscgen.cli.pages import Page, rule_pages, stage_pages

_HEAD = """\
# Rules

<!-- Made by `python -m mscgen.cli.reference` from the docstrings in generator/mscgen/lint/contract. -->

`mscgen lint` reads a contract, resolves it, and runs the rules below. An **error** breaks something in production and
stops `generate`; a **warning** fails `mscgen lint --strict`; a **notice** is worth knowing. `mscgen explain <rule>`
prints one page. The bad and good examples are run as tests: the bad one breaks exactly its rule, the good one none.

A finding is waived by a comment on its line, or alone on the line above, with a last day and a reason:

```yaml
    # mscgen: allow path-style until 2027-06-30: old clients poll this address
    http: GET /v1/pingPong
```

Several rules stand separated by commas. What the stages before lint report cannot be waived; it is listed at the end.
"""


def rules_page() -> str:
    """The whole page: a table of all rules by family, then one section a rule."""
    rules, stages = list(rule_pages()), list(stage_pages())
    parts = [_HEAD, *_tables(rules), "## The pages of the rules\n"]
    parts += [_section(page) for page in rules]
    parts += ["## Before lint: errors of reading and resolving\n", *_tables(stages, level=3)]
    parts += [_section(page) for page in stages]
    return "\n".join(parts)


def _tables(pages: list[Page], level: int = 2) -> Iterable[str]:
    for family in dict.fromkeys(page.family for page in pages):
        rows = [
            f"| [{page.name}](#{page.name}) | {page.severity.value} | {_cell(page.summary)} |"
            for page in pages
            if page.family == family
        ]
        head = f"{'#' * level} {family}\n\n| rule | severity | finds |\n| --- | --- | --- |"
        yield "\n".join([head, *rows]) + "\n"


def _section(page: Page) -> str:
    body = re.sub(r"^## ", "#### ", page.text, flags=re.M)
    return f"### {page.name}\n\n*{page.severity.value}* · {body}\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write the page into the checkout."""
    root = Path(__file__).resolve().parents[3]
    (root / "docs" / "reference" / "rules.md").write_text(rules_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
