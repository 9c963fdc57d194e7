"""Lint: what a valid contract should not say. One rule is one file is one page."""

from mscgen.lint.run import lint

__all__ = ["lint"]
