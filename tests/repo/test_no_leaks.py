"""Nothing of one machine, and nothing of a person, is in the repository."""

import re
import unicodedata

import pytest

URL_HOSTS = {
    "www.apache.org",  # LICENSE
    "www.w3.org",  # the name of the SVG namespace
    "json-schema.org",  # the name of the dialect of the schema of a case
    "example.com",  # reserved for examples by RFC 2606, as are names in .example
    "localhost",
    "127.0.0.1",
}
"""Hosts that a URL in the repository may name; nothing that `make` runs needs any of them."""

OTHERS = ("proto/third_party/", "native/Cargo.lock")
"""What others wrote, as they wrote it: test_generated_code compares the schemas with the package they are of;
cargo names in its lock the public index by the address that everybody's has."""

URL = re.compile(r"\b(?:https?|ftp|git|ssh|file)://(?:[^/\s@]*@)?([\w.-]+|/)", re.IGNORECASE)
MACHINE_PATH = re.compile(
    r"(?<![\w.$}*-])/(?:home/\w+|Users/\w+|root|work|opt/(?!linkage)\w+|tmp/\w+)(?![\w-])"
)
INDEX_OPTION = re.compile(r"--(?:(?:extra-)?index-url|find-links|trusted-host)")

PERSONAL = {
    "mobile number": re.compile(r"(?<![0-9A-Za-z.])1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9A-Za-z])"),
    "fixed-line number": re.compile(r"(?<![0-9A-Za-z.])\(?0[1-9][0-9]{1,2}\)?[- ][0-9]{7,8}(?![0-9A-Za-z-])"),
    "local number": re.compile(r"(?:电话|手机|传真|联系方式)[^0-9\n]{0,12}[0-9]{7,8}(?![0-9])"),
    "identity number": re.compile(
        r"(?<![0-9A-Za-z.])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
        r"(?![0-9A-Za-z])"
    ),
}


def machine_traces(text: str) -> list[str]:
    """Return the URLs of unlisted hosts, the machine's paths and its registry options in `text`."""
    urls = [
        match.group()
        for match in URL.finditer(text)
        if match.group(1) not in URL_HOSTS and not match.group(1).endswith(".example")
    ]
    return urls + MACHINE_PATH.findall(text) + INDEX_OPTION.findall(text)


def personal_numbers(text: str) -> list[str]:
    """Return the kinds of personal numbers in `text`, however wide their digits are printed."""
    plain = unicodedata.normalize("NFKC", text)
    return [kind for kind, pattern in PERSONAL.items() if pattern.search(plain)]


def test_no_machine_is_named(repo_texts: dict[str, str]) -> None:
    ours = {name: text for name, text in repo_texts.items() if not name.startswith(OTHERS)}
    found = {name: traces for name, text in ours.items() if (traces := machine_traces(text))}
    assert found == {}


def test_no_personal_number(repo_texts: dict[str, str]) -> None:
    found = {name: kinds for name, text in repo_texts.items() if (kinds := personal_numbers(text))}
    assert found == {}


# The samples are put together here, so that this file does not hold what it looks for.
@pytest.mark.parametrize(
    "parts",
    [
        ("see https", "://registry.invalid/simple"),
        ("index file", ":///srv/packages"),
        ("cd /", "root"),
        ("open '/", "home", "/someone/pack.yaml'"),
        ("pip install --extra", "-index-url mirror"),
    ],
    ids=["host", "local index", "home of root", "home of a user", "index option"],
)
def test_machine_traces_are_seen(parts: tuple[str, ...]) -> None:
    assert machine_traces("".join(parts)) != []


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/a",
        "http://localhost:8080/",
        "http://{host}/",
        "rules/work/a.yaml",
        "tests/root",
        "and/or",
    ],
)
def test_harmless_paths_and_urls_pass(text: str) -> None:
    assert machine_traces(text) == []


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        (("电话：138", "00138000"), "mobile number"),
        (("138-", "0013-", "8000"), "mobile number"),
        (("１３８", "００１３８０００"), "mobile number"),
        (("（020）", "-81234567"), "fixed-line number"),
        (("联系电话 ", "8123", "4567"), "local number"),
        (("440103", "19900101", "123X"), "identity number"),
    ],
)
def test_personal_numbers_are_seen(parts: tuple[str, ...], kind: str) -> None:
    assert kind in personal_numbers("".join(parts))


@pytest.mark.parametrize(
    "text",
    ["2024-03-02T12:00:00+08:00", "1709352000000", "claim_fen: 1380013", "荔政法〔2017〕72号"],
)
def test_harmless_numbers_pass(text: str) -> None:
    assert personal_numbers(text) == []


def test_digest_is_not_taken_for_a_number() -> None:
    digest = "sha256:ab138" + "00138000cd" + "0" * 17
    assert personal_numbers(digest) == []
