"""Two persons publish, and nobody alone; what goes back, or is proposed wrongly, is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata, Root, Targets

from server.publishing import desk
from server.publishing.desk import Proposal
from server.publishing.errors import PublishingError
from server.publishing.history import history
from server.publishing.keys import made, read_private, read_public
from server.publishing.persons import Terms, new_root
from server.publishing.record import Sort
from server.publishing.repository import put, text_of
from tests.server.publishing.conftest import MakesOffice
from tests.server.publishing.office import DESK, LATER, LI, WANG, ZHANG, Office, results, signer


def refused(code: str, call: Any, *args: Any, **kwargs: Any) -> PublishingError:
    """The call is refused with this code."""
    with pytest.raises(PublishingError) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code
    return caught.value


def test_two_persons_publish_and_history_says_who(office: MakesOffice) -> None:
    at = office()
    first = at.publish(1)
    second = at.publish(2, reviewer="", reason="改了一个词")
    third = at.back(1)
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert first.digest == third.digest != second.digest
    found = history(at.store)
    assert [each.publication.number for each in found] == [3, 2, 1]
    assert {each.publication.signed for each in found} == {(ZHANG, LI)}
    assert {each.issued_at for each in found} == {"2090-01-01T00:00:00Z"}
    assert [each.publication.record.sort for each in found] == [Sort.BACK, Sort.NEW, Sort.NEW]
    assert desk.waiting(at.store) is None
    desk.refresh(at.store, at.desk, LATER)
    assert [each.publication.digest for each in history(at.store)] == [
        first.digest,
        second.digest,
        first.digest,
    ]


def test_nobody_approves_alone(office: MakesOffice) -> None:
    at = office()
    refused("LNK459", at.propose, 1, approver=LI)
    at.propose(1)
    refused("LNK462", desk.issue, at.store, at.desk, LATER)
    refused("LNK480", desk.sign, at.store, at.people[LI])
    refused("LNK475", desk.sign, at.store, at.people[WANG])  # whom the record does not name
    refused("LNK475", desk.sign, at.store, signer(ZHANG))  # another key under the name
    desk.sign(at.store, at.people[ZHANG])
    refused("LNK475", desk.issue, at.store, at.people[ZHANG], LATER)  # no person is the desk
    assert desk.issue(at.store, at.desk, LATER) is not None


def test_a_reviewer_who_is_named_must_sign_too(office: MakesOffice) -> None:
    at = office()
    at.propose(1, reviewer=WANG)
    desk.sign(at.store, at.people[ZHANG])
    error = refused("LNK462", desk.issue, at.store, at.desk, LATER)
    assert error.details["names"] == WANG
    desk.sign(at.store, at.people[WANG])
    found = desk.issue(at.store, at.desk, LATER)
    assert found is not None
    assert found.signed == tuple(sorted((LI, WANG, ZHANG)))


def test_what_goes_back_is_refused(office: MakesOffice) -> None:
    at = office()
    at.publish(1)
    refused("LNK466", at.propose, 1)
    at.publish(2)
    refused("LNK467", at.propose, 1)
    manifest = at.bundle(3).manifest
    without = at.bundle(3)._replace(manifest=_of_no_pack(manifest))
    wish, author = Proposal(ZHANG), at.people[LI]
    error = refused("LNK467", desk.propose, at.store, without, results(), wish, author, LATER)
    assert "qiaonan 2020" in str(error.details["what"])
    refused("LNK461", at.propose, 3, approver="赵")
    at.propose(3)
    refused("LNK457", at.propose, 3)
    desk.withdraw(at.store)
    refused("LNK469", desk.sign, at.store, at.people[ZHANG])


def _of_no_pack(manifest: Any) -> Any:
    from dataclasses import replace

    return replace(manifest, packs=())


def test_what_was_agreed_of_the_tests_holds_wherever_it_is_read(office: MakesOffice) -> None:
    at = office()
    desk.propose(at.store, at.bundle(1), results(89), Proposal(ZHANG), at.people[LI], LATER)
    desk.sign(at.store, at.people[ZHANG])
    refused("LNK478", desk.issue, at.store, at.desk, LATER)


@pytest.mark.parametrize("name", ["rules.zip", "targets.json"])
def test_what_waits_and_was_altered_is_not_signed(name: str, office: MakesOffice) -> None:
    at = office()
    at.propose(1)
    path = at.store.waiting / name
    path.write_bytes(path.read_bytes().replace(b"2020", b"2021"))
    refused("LNK470", desk.sign, at.store, at.people[ZHANG])


def test_what_was_proposed_before_another_publication_is_stale(office: MakesOffice) -> None:
    at = office()
    at.propose(1)
    kept = {name: (at.store.waiting / name).read_bytes() for name in ("rules.zip", "targets.json")}
    desk.withdraw(at.store)
    at.publish(2)
    for name, data in kept.items():
        put(at.store.waiting / name, data)
    refused("LNK470", desk.sign, at.store, at.people[ZHANG])


# ---- lists of keys


def changed(at: Office, *names: str, **change: Any) -> None:
    """Another list of keys is signed by these, and issued."""
    given = {"add": [], "remove": [], "desk": None, "terms": {}, "now": LATER, **change}
    desk.change(at.store, **given)
    for name in names:
        desk.sign(at.store, at.people[name])
    desk.issue(at.store, at.desk, LATER)


def test_a_list_of_keys_is_changed_by_two_of_the_old_one(office: MakesOffice) -> None:
    at = office()
    at.publish(1)
    at.people["赵"] = signer("赵")
    new = [at.people["赵"].public_key]
    refused("LNK462", changed, at, LI, "赵", add=new)  # one of the old list alone
    desk.sign(at.store, at.people[WANG])
    desk.issue(at.store, at.desk, LATER)
    refused("LNK477", changed, at, WANG, "赵", remove=[LI])
    desk.withdraw(at.store)
    at.people[LI], gone = at.people[WANG], at.people[LI]
    desk.propose(at.store, at.bundle(1), results(), Proposal(ZHANG, again=True), at.people[WANG], LATER)
    desk.sign(at.store, at.people[ZHANG])
    desk.issue(at.store, at.desk, LATER)
    changed(at, WANG, "赵", remove=[LI], terms={"floor": 95.0})
    assert len(history(at.store)) == 2  # also what was signed by who has left
    refused("LNK475", desk.propose, at.store, at.bundle(2), results(), Proposal(ZHANG), gone, LATER)


def test_another_desk_signs_what_is_published_anew(office: MakesOffice) -> None:
    at = office()
    at.publish(1)
    old, at.desk = at.desk, signer("新发布台")
    changed(at, LI, ZHANG, desk=at.desk.public_key)
    refused("LNK475", desk.refresh, at.store, old, LATER)
    desk.refresh(at.store, at.desk, LATER)
    at.publish(2)


def test_a_list_that_lets_one_publish_alone_is_refused() -> None:
    li, wang, at = (signer(name).public_key for name in (LI, WANG, DESK))
    twin = signer(LI).public_key
    refused("LNK458", new_root, [li], at, Terms(), 1, LATER)
    refused("LNK458", new_root, [li, twin], at, Terms(), 1, LATER)  # one person with two keys
    refused("LNK458", new_root, [li, wang], li, Terms(), 1, LATER)  # a person who is the desk
    refused("LNK458", new_root, [li, li, wang], at, Terms(), 1, LATER)
    assert new_root([li, wang], at, Terms(), 1, LATER).signed.roles["targets"].threshold == 2


def test_a_root_of_threshold_one_is_no_root(office: MakesOffice) -> None:
    at = office()
    with at.rewritten("1.root.json", Root, at.people[LI], at.people[ZHANG]) as root:
        root.roles["targets"].threshold = 1
    refused("LNK458", at.store.roots)


def test_one_key_under_two_names_is_one_person(office: MakesOffice) -> None:
    at = office()
    with at.rewritten("1.root.json", Root, at.people[LI], at.people[ZHANG]) as root:
        wang = at.people[WANG].public_key.keyid
        root.keys[wang].keyval = at.people[LI].public_key.keyval
    refused("LNK458", at.store.roots)


@pytest.mark.parametrize("who", [(LI,), (LI, LI), (DESK,), (LI, DESK)])
def test_a_publication_without_its_two_persons_is_none(who: tuple[str, ...], office: MakesOffice) -> None:
    at = office()
    at.publish(1)
    everybody = {**at.people, DESK: at.desk}
    with at.rewritten("1.targets.json", Targets, *(everybody[name] for name in who)):
        pass
    refused("LNK470", at.store.state)


def test_history_is_one_chain(office: MakesOffice) -> None:
    """A publication of the past, signed by two, put in the place of another is found."""
    at = office()
    at.publish(1)
    with at.rewritten("1.targets.json", Targets, at.people[LI], at.people[ZHANG]):
        pass
    at.publish(2)
    metadata = at.path / "metadata"
    found: Metadata[Any] = Metadata.from_bytes((metadata / "1.targets.json").read_bytes())
    found.signed.expires = found.signed.expires.replace(year=2095)
    found.signatures.clear()
    for name in (LI, ZHANG):
        found.sign(at.people[name], append=True)
    put(metadata / "1.targets.json", text_of(found))
    refused("LNK470", history, at.store)


# ---- keys


def test_a_key_opens_with_its_passphrase_alone(tmp_path: Path) -> None:
    private, public = made(LI, "一句只有自己知道的话。")
    put(tmp_path / "li.key", private, private=True)
    put(tmp_path / "li.pub", public)
    assert b"ENCRYPTED" in private
    found = read_private(tmp_path / "li.key", "一句只有自己知道的话。")
    assert found.public_key.keyid == read_public(tmp_path / "li.pub").keyid
    for path, passphrase in (("li.key", "别的一句话别的一句话"), ("li.pub", ""), ("none.key", "")):
        refused("LNK454", read_private, tmp_path / path, passphrase)
    refused("LNK454", read_public, tmp_path / "li.key")
    (tmp_path / "li.key").chmod(0o644)
    refused("LNK454", read_private, tmp_path / "li.key", "一句只有自己知道的话。")
    refused("LNK455", made, LI, "short")
    refused("LNK460", made, " 李", "一句只有自己知道的话。")
