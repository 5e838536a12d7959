"""The rules of a folder as one file, whose digest is its name: the same rules give the same bytes anywhere.

In: a rules folder without errors, or the bytes of a bundle.
Out: the bundle (rule files as they are served, each district's program message, a manifest); what was found
     of the rules: faults, rule tests, how many changes the tests notice.

    archive     files to bytes and back; nothing but the one form is read
    manifest    what is in a bundle
    building    a folder, or a bundle's own files, made into a bundle
    proving     what is asked of rules before they are published

Who signs a bundle, and how it is told from an older one, is the server's room ``publishing``.
"""

from policy.bundle.archive import BundleError
from policy.bundle.building import Built, build, opened, rebuilt
from policy.bundle.manifest import Manifest, PackEntry

__all__ = [
    "Built",
    "BundleError",
    "Manifest",
    "PackEntry",
    "archive",
    "build",
    "building",
    "manifest",
    "opened",
    "proving",
    "rebuilt",
]
