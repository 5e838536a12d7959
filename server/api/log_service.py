"""The handlers of LogService: checkpoints and proofs. What goes wrong is ``guard``'s."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, cast

import orjson

from linkage.v1 import log_service_pb2 as api
from linkage.v1 import log_service_pb2_grpc as stubs
from server.api.guard import Guard
from server.log.ids import is_log_id
from server.log.rotation import chain_of
from server.store.tree import NoProof, Tree

Context = Any


class LogService:
    """LogService over the tree of one log."""

    def __init__(self, tree: Tree, guard: Guard) -> None:
        self._tree = tree
        self._guard = guard

    async def GetCheckpoint(
        self, _request: api.GetCheckpointRequest, context: Context
    ) -> api.GetCheckpointResponse:
        """The newest checkpoint."""
        with self._guard.call("GetCheckpoint", "") as call:
            head = await self._tree.head()
            return api.GetCheckpointResponse(checkpoint=head.checkpoint, verifier_key=head.verifier)
        return await call.abort(context)

    async def ListKeys(self, _request: api.ListKeysRequest, context: Context) -> api.ListKeysResponse:
        """The keys that have signed the log."""
        with self._guard.call("ListKeys", "") as call:
            chain, _ = await chain_of(self._tree)
            response = api.ListKeysResponse()
            response.keys.add(verifier_key=str(chain.keys[0]))
            for each in chain.handovers:
                size = each.checkpoint.size
                response.keys.add(verifier_key=str(each.new), first_tree_size=size, handover=each.note)
            return response
        return await call.abort(context)

    async def GetInclusionProof(
        self, request: api.GetInclusionProofRequest, context: Context
    ) -> api.GetInclusionProofResponse:
        """That a decision is in the log; for those who may ask about its district."""
        with self._guard.call("GetInclusionProof", "") as call:
            if not is_log_id(request.log_id):
                raise NoProof(0)
            proof = await self._tree.inclusion(request.log_id, request.tree_size)
            district = orjson.loads(proof.entry)["district"]
            known: Container[str] = (district,)
            call.view(district, known)
            return api.GetInclusionProofResponse(
                entry=proof.entry,
                leaf_index=proof.place,
                tree_size=proof.size,
                hashes=proof.hashes,
                checkpoint=proof.checkpoint,
            )
        return await call.abort(context)

    async def GetConsistencyProof(
        self, request: api.GetConsistencyProofRequest, context: Context
    ) -> api.GetConsistencyProofResponse:
        """That the log continues an earlier one."""
        with self._guard.call("GetConsistencyProof", "") as call:
            wanted = request.first_tree_size, request.second_tree_size
            size, hashes, checkpoint = await self._tree.consistency(*wanted)
            return api.GetConsistencyProofResponse(
                second_tree_size=size, hashes=hashes, checkpoint=checkpoint
            )
        return await call.abort(context)


def add_to(server: Any, service: LogService) -> str:
    """Registers the service with a ``SafeServer``; its full name."""
    stubs.add_LogServiceServicer_to_server(cast(Any, service), server)
    return "linkage.v1.LogService"
