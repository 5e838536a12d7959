"""What pyproject.toml cannot say: a wheel carries a copy of the packs of rules/, for `linkage init-rules`."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

RULES = Path("rules")
TARGET = Path("policy", "rules")


class BuildWithRules(build_py):
    """Copies the packs beside the code. An editable install reads those of its checkout."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for path in self._packs():
            target = Path(self.build_lib, TARGET, path.relative_to(RULES))
            target.parent.mkdir(parents=True, exist_ok=True)
            self.copy_file(str(path), str(target))

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        ours = [str(Path(self.build_lib, TARGET, path.relative_to(RULES))) for path in self._packs()]
        return [*super().get_outputs(include_bytecode), *ours]

    @staticmethod
    def _packs() -> list[Path]:
        return sorted(RULES.rglob("*.yaml"))


setup(cmdclass={"build_py": BuildWithRules})
