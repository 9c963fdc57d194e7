"""The nouns: frozen dataclasses and lookups, no behaviour. Import from the submodules."""
