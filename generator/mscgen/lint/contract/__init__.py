"""The rules about one contract, by family. A new rule is one file and one line in its family's list."""

from mscgen.lint.contract import deployment, docs, events, grpc, naming, resilience, rest, schema, security

FAMILIES = {
    "schema": schema.RULES,
    "naming": naming.RULES,
    "rest": rest.RULES,
    "grpc": grpc.RULES,
    "resilience": resilience.RULES,
    "events": events.RULES,
    "security": security.RULES,
    "deployment": deployment.RULES,
    "docs": docs.RULES,
}
RULES = tuple(rule for rules in FAMILIES.values() for rule in rules)
