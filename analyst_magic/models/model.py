"""``Model``: who answers a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from ..turn import Context, Reply
from .served import ServedModel


@runtime_checkable
class Model(Protocol):
    """Answers questions with code: an endpoint, the offline planner, or a model of another package.

    Derive from it: then ``name`` and ``reply`` are all that you have to write.

    >>> import asyncio
    >>> from analyst_magic.turn import Code, Question
    >>> class Counter(Model):
    ...     name = "acme:counter"
    ...
    ...     async def reply(self, context, on_text=None):
    ...         frame = context.cards[0].name if context.cards else "sales"
    ...         return Reply("Counts the rows.", Code(f"SELECT count(*) FROM {frame}", "sql"), self.name)
    >>> asyncio.run(Counter().reply(Context(Question("How many?"), ()))).code.text
    'SELECT count(*) FROM sales'
    >>> Counter().remote, Counter().repairs, Counter().writes, Counter().images
    (True, True, True, False)
    """

    @property
    def name(self) -> str:
        """The full name: ``PROVIDER:MODEL``, or the provider's name where that is its only model."""
        ...

    @property
    def remote(self) -> bool:
        """Whether the context leaves this process.

        The user is shown what a remote model is sent. One that is not remote may read ``Context.frames``, which holds
        the data in full; its code then counts as written by someone who saw rows.
        """
        return True

    @property
    def repairs(self) -> bool:
        """Whether it can learn from a failure: only then is it asked again with what went wrong."""
        return True

    @property
    def writes(self) -> bool:
        """Whether it writes what it is asked to, such as a plan or an explanation, and not only code that answers."""
        return True

    @property
    def images(self) -> bool:
        """Whether it takes images: then it may be shown a figure, as the PNG files in ``Context.pictures``."""
        return False

    async def reply(self, context: Context, on_text: Callable[[str], None] | None = None) -> Reply:
        """Answer one question.

        Args:
            context: The question, the descriptions of the data, and what came before.
            on_text: Called with each piece of the answer as it arrives.

        Raises:
            ModelError: There is no usable answer.
        """
        ...

    async def list_models(self) -> list[str]:
        """Names of the models that its provider offers, sorted; empty where there is one alone.

        Raises:
            ModelError: The provider cannot be asked.
        """
        return []

    async def close(self) -> None:
        """Close its connections. Called once, when nothing more is asked."""
        return


@runtime_checkable
class DescribesModels(Protocol):
    """A model whose provider says more of its models than their names."""

    async def served_models(self) -> list[ServedModel]:
        """The models that its provider offers, with what it says of their size and price.

        Raises:
            ModelError: The provider cannot be asked.
        """
        ...


async def served_models(model: Model) -> list[ServedModel]:
    """The models that a model's provider offers, with as much as it says of them.

    Raises:
        ModelError: The provider cannot be asked.
    """
    if isinstance(model, DescribesModels):
        return await model.served_models()
    return [ServedModel(name) for name in await model.list_models()]
