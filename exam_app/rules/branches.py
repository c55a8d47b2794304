"""Which branches go together. None stands for the whole organization."""

from __future__ import annotations


def serves(branch: int | None, another: int | None) -> bool:
    """Whether somebody or something of `branch` is there for everybody of `another`.

    A teacher or a proctor must see all whom they are in charge of; a test must be seen by all who take it.
    """
    return branch is None or branch == another


def may_join(branch: int | None, another: int | None) -> bool:
    """Whether a person of `branch` may become a member of something of `another`."""
    return another is None or serves(branch, another)
