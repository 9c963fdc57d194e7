"""Names beyond their hard forms: what a reader expects them to say."""

from mscgen.lint.contract.naming import (
    enum_value_prefix,
    event_past_tense,
    negated_boolean,
    operation_verb,
    type_in_field_name,
)

RULES = (
    enum_value_prefix.RULE,
    event_past_tense.RULE,
    negated_boolean.RULE,
    operation_verb.RULE,
    type_in_field_name.RULE,
)
