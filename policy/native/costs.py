"""What rules may cost, in a program message: sums of products of the sizes of a case's lists."""

from __future__ import annotations

from linkage.program.v1 import program_pb2
from policy.native.texts import Texts
from policy.program.cost import Cost, Size

_MOST = 2**63 - 1


class Costs:
    """The costs of one version, each once, and the sizes that they hang on."""

    def __init__(self, texts: Texts) -> None:
        self.sizes: list[program_pb2.Size] = []
        self.costs: list[program_pb2.Cost] = []
        self._texts = texts
        self._size_places: dict[Size, int] = {}
        self._cost_places: dict[frozenset[tuple[tuple[Size, ...], int]], int] = {}

    def at(self, cost: Cost) -> int:
        """The place of a cost."""
        key = frozenset(cost.terms.items())
        found = self._cost_places.get(key)
        if found is None:
            found = self._cost_places[key] = len(self.costs)
            self.costs.append(self._made(cost))
        return found

    def _made(self, cost: Cost) -> program_pb2.Cost:
        made = program_pb2.Cost()
        for sizes, factor in cost.terms.items():
            # What is beyond 64 bits is beyond every limit, and no more is asked of it.
            made.products.add(factor=min(factor, _MOST), sizes=[self._size(size) for size in sizes])
        return made

    def _size(self, size: Size) -> int:
        found = self._size_places.get(size)
        if found is None:
            found = self._size_places[size] = len(self.sizes)
            codes = self._texts.all(sorted(size.codes or ()))
            any_ = size.codes is None
            self.sizes.append(program_pb2.Size(list=self._texts.at(size.list), codes=codes, any=any_))
        return found
