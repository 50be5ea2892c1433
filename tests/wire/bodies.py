"""What a service might answer that has lost its mind."""

import json

from hypothesis import strategies as st


def bodies(*fields: str) -> st.SearchStrategy[bytes]:
    """JSON in which the service's own `fields` hold anything at all, and bytes that are no JSON."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    names = st.sampled_from(fields)
    trees = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(names, inner))
    return trees.map(lambda tree: json.dumps(tree).encode()) | st.binary()
