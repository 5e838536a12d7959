"""LogService as an auditor meets it: proofs over gRPC, checked with the public key alone."""

import grpc
import pytest

from linkage.v1 import log_service_pb2 as api
from linkage.v1 import log_service_pb2_grpc as stubs
from server.proof import checkpoints
from server.proof.bundles import Bundle
from server.proof.handovers import Chain
from server.proof.merkle import consistent
from server.proof.notes import Verifier
from tests.server.cases import request
from tests.server.conftest import Start


async def test_an_auditor_follows_the_log(start: Start, any_database: str) -> None:
    async with start(database=any_database) as service:
        stub = stubs.LogServiceStub(service.channel)
        empty = await stub.GetCheckpoint(api.GetCheckpointRequest())
        verifier = Verifier.of_text(empty.verifier_key)
        before = checkpoints.opened(verifier, empty.checkpoint)
        for number in range(5):
            answer = await service.stub.Evaluate(request(id=f"c{number}"))
            log_id = answer.decision.receipt.log_id
            wanted = api.GetConsistencyProofRequest(first_tree_size=before.size)
            proof = await stub.GetConsistencyProof(wanted)
            now = checkpoints.opened(verifier, proof.checkpoint)
            assert now.size == proof.second_tree_size == number + 1
            assert consistent(before.size, now.size, before.root, now.root, list(proof.hashes))
            before = now
            found = await stub.GetInclusionProof(api.GetInclusionProofRequest(log_id=log_id))
            bundle = Bundle(found.entry, found.leaf_index, list(found.hashes), found.checkpoint)
            assert bundle.checked(Chain(verifier)) == now
            assert log_id.encode() in found.entry


@pytest.mark.parametrize("log_id", ["", "x", "\0", "01HR6K52R00000000000000000"])
async def test_what_is_not_in_the_log(start: Start, any_database: str, log_id: str) -> None:
    async with start(database=any_database) as service:
        stub = stubs.LogServiceStub(service.channel)
        for call in (
            stub.GetInclusionProof(api.GetInclusionProofRequest(log_id=log_id)),
            stub.GetConsistencyProof(api.GetConsistencyProofRequest(first_tree_size=1)),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call
            assert caught.value.code() is grpc.StatusCode.NOT_FOUND


async def test_without_a_log_there_is_nothing_to_prove(start: Start) -> None:
    async with start() as service:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stubs.LogServiceStub(service.channel).GetCheckpoint(api.GetCheckpointRequest())
        assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
