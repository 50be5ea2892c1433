"""Chat platforms on this machine: real sockets, real limits and faults, and people who talk there.

`tests.platforms.people` is the vocabulary that is the same on every platform; `tests.platforms.discord` and
`tests.platforms.telegram` are servers to which the unmodified libraries connect.
"""
