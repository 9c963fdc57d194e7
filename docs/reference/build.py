"""Writes the reference pages and the JSON Schemas from the code they describe; `--check` only says what is stale.

The pages of contract keys, lint rules and policies have one source each: the language table, the rules' docstrings
and the built-in policies.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mscgen.cli.reference import rules_page
from mscgen.read.reference import contract_page
from mscgen.read.schema import contract_schema
from mscgen.resolve.policies import BUILT_IN, complete, resolved_reasons, shown

ROOT = Path(__file__).resolve().parents[2]

_POLICIES = """\
# Policies

<!-- Made by `make docs` from generator/mscgen/resolve/policies.py. -->

How a client behaves towards one callee. `policies:` in a contract names more of them and overrides these; a policy
without a key has it from `default`, an operation's override from the policy of its dependency.
`mscgen explain default` prints one with the source of every value.
"""


def policies_page() -> str:
    """A table per built-in policy: key, value, and why it is so."""
    parts = [_POLICIES]
    for name, policy in BUILT_IN.items():
        whole = complete(policy)
        rows = [f"| `{key}` | {shown(whole, key)} | {why} |" for key, why in resolved_reasons(name).items()]
        parts.append(f"## {name}\n\n| key | value | why |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def main() -> int:
    """Writes what is stale; with --check exit code 1 instead."""
    wanted = {
        "schemas/contract.schema.json": contract_schema(),
        "docs/reference/contract.md": contract_page(),
        "docs/reference/rules.md": rules_page(),
        "docs/reference/policies.md": policies_page(),
    }
    stale = [p for p, text in wanted.items() if not (ROOT / p).is_file() or (ROOT / p).read_text("utf-8") != text]
    for path in stale:
        print(path)
        if "--check" not in sys.argv:
            (ROOT / path).write_text(wanted[path], "utf-8")
    if stale and "--check" in sys.argv:
        print("stale; run: make docs")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
