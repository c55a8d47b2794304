"""Which branches are compatible. None stands for the whole organization."""

from __future__ import annotations


def serves(branch: int | None, another: int | None) -> bool:
    """Whether a user or an object of `branch` is available to everyone in `another`.

    A teacher or a proctor must see all their students; a test must be visible to all who take it.
    """
    return branch is None or branch == another


def may_join(branch: int | None, another: int | None) -> bool:
    """Whether a user of `branch` may become a member of a class or session of `another`."""
    return another is None or serves(branch, another)
