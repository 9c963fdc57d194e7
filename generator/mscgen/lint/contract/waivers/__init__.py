"""Waivers that do not do what they seem to. These rules cannot be waived themselves."""

from mscgen.lint.contract.waivers import (
    expired,
    malformed,
    unknown_rule,
    unused,
    without_date,
    without_reason,
)

RULES = (
    expired.RULE,
    malformed.RULE,
    unknown_rule.RULE,
    unused.RULE,
    without_date.RULE,
    without_reason.RULE,
)
