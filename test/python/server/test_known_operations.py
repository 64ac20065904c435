"""The table of operations one worker knows."""

import pytest

from python_worker.protocol.messages import OwnOperation
from python_worker.protocol.operations import OPERATIONS
from python_worker.server.known_operations import KnownOperations

_NOTHING = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def own(name: str, **changes) -> OwnOperation:
    fields = {"version": 1, "file": "/a.py", "pure": True, "stall_ms": 5, "params": _NOTHING, "data": _NOTHING}
    return OwnOperation(name=name, **fields | changes)


def test_every_generated_operation_is_known_from_the_start_and_no_other():
    operations = KnownOperations()
    for name, generated in OPERATIONS.items():
        known = operations[name]
        assert (known.version, known.params, known.data) == (generated.version, generated.params, generated.data)
        assert (known.stall_ms, known.pure) == (generated.stall_ms, generated.pure)
        assert callable(known.load())
    assert operations.get("team.score") is None


def test_own_operations_stand_beside_them_until_others_are_brought():
    operations = KnownOperations()
    operations.bring([own("team.score", version=3)])
    assert (operations["team.score"].version, operations["team.score"].stall_ms) == (3, 5)
    operations.bring([own("team.other")])
    assert operations.get("team.score") is None and operations.get("worker.echo") is not None


@pytest.mark.parametrize(
    ("brought", "message"),
    [
        ([own("worker.echo")], "Cannot use operation 'worker.echo': another operation has that name"),
        ([own("a"), own("a")], "Cannot use operation 'a': another operation has that name"),
        ([own("a", data={"type": "tuple"})], "Cannot use operation 'a': schema 'a data': KeyError: 'tuple'"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_and_changes_nothing(brought, message):
    operations = KnownOperations()
    operations.bring([own("kept")])
    with pytest.raises(ValueError) as error:
        operations.bring(brought)
    assert str(error.value).startswith(message)
    assert operations.get("kept") is not None
