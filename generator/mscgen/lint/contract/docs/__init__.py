"""What readers of the contract have to know."""

from mscgen.lint.contract.docs import (
    deprecated_without_replacement,
    missing_doc,
    missing_owner,
)

RULES = (
    deprecated_without_replacement.RULE,
    missing_doc.RULE,
    missing_owner.RULE,
)
