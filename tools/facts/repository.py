"""저장소의 폴더와, _config.yml에 적은 주소와 MyST 문법."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
GLOSSARY = BOOK / "reference" / "glossary.csv"
NOTEBOOK_BRANCH = "notebooks"  # 읽는 사람의 노트북을 펴내는 가지. Colab이 여기서 연다


@functools.cache
def config(root: Path = ROOT) -> dict[str, Any]:
    """Jupyter Book의 설정. 뿌리 폴더만 쓰는 곳에는 yaml이 없어도 된다."""
    import yaml

    found: dict[str, Any] = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    return found


def address(root: Path = ROOT) -> str:
    """저장소의 주소. Colab 버튼과 README가 이 주소를 쓴다."""
    return str(config(root)["repository"]["url"])


def site(root: Path = ROOT) -> str:
    """펴낸 책의 주소. 빗금으로 끝나지 않는다."""
    return str(config(root)["sphinx"]["config"]["html_baseurl"]).rstrip("/")


def myst_extensions(root: Path = ROOT) -> frozenset[str]:
    """책이 켜 둔 MyST 문법의 이름."""
    return frozenset(config(root)["parse"]["myst_enable_extensions"])
