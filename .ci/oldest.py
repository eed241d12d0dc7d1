"""Prints the oldest version that pyproject.toml admits of each dependency, as constraints for pip and uv."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
declared = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
for extra in project["project"]["optional-dependencies"].values():
    declared += extra
for requirement in map(Requirement, dict.fromkeys(declared)):
    [oldest] = [bound.version for bound in requirement.specifier if bound.operator == ">="]
    print(f"{requirement.name}=={oldest}")
