"""달라진 페이지만 다시 쓰되, 결과는 언제나 처음부터 빌드한 책과 같게 한다.

페이지에는 다른 페이지에서 온 것도 있다: 목차의 제목과 번호, 다른 페이지의 식과 문제를 가리키는
링크, CSS의 주소. 이런 것을 모아 지난번과 비교하고, 하나라도 달라지면 모든 페이지를 다시 쓰게 한다.
"""

from __future__ import annotations

import copy
import hashlib
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from tools.facts.repository import GLOSSARY, ROOT
from tools.sphinx import metadata


def shared(app: Sphinx, env: BuildEnvironment) -> dict[str, Any]:
    """여러 페이지에 함께 나타나는 것."""
    standard, math = env.domains["std"].data, env.domains["math"].data
    exercises = getattr(env, "sphinx_exercise_registry", {})
    return {
        "제목": {page: title.astext() for page, title in env.titles.items()},
        "번호": {page: env.toc_secnumbers.get(page, {}).get("") for page in env.titles},
        "순서": {page: list(pages) for page, pages in env.toctree_includes.items()},
        "그림과 식": env.toc_fignumbers,
        "이름표": [dict(standard[kind]) for kind in ("labels", "anonlabels", "objects", "terms")],
        "식의 이름표": dict(math["objects"]),
        "문제": {
            label: (item["docname"], getattr(item.get("title"), "astext", lambda: "")())
            for label, item in exercises.items()
        },
        "정적 파일": static_digest(app),
    }


def static_digest(app: Sphinx) -> str:
    """글꼴과 CSS, 스크립트, 검색이 읽는 용어집의 해시."""
    source = Path(app.srcdir)
    folders = [source / name for name in app.config.html_static_path]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    digest = hashlib.sha256()
    for path in [*files, source / GLOSSARY.relative_to(ROOT)]:
        if path.is_file():
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


def pages_to_write(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """함께 나타나는 것이 달라졌으면 모든 페이지, 아니면 없음. 바뀐 페이지는 Sphinx가 따로 쓴다."""
    # Sphinx는 페이지를 다시 읽기 전에 제 표에서 지우므로, 그 표를 그대로 두지 않고 사본을 간직한다
    before, now = getattr(env, "deepnote_shared", None), copy.deepcopy(shared(app, env))
    env.deepnote_shared = now  # type: ignore[attr-defined]
    return set() if before == now else set(env.found_docs)


def leave_parents(app: Sphinx, env: BuildEnvironment) -> None:
    """바뀐 페이지를 목차에 담은 페이지는 그대로 둔다. Sphinx는 제목이 그대로여도 다시 쓴다."""
    env.files_to_rebuild.clear()


def setup(app: Sphinx) -> dict[str, Any]:
    """확장을 등록한다. 번호를 붙인 다음에 실행된다."""
    app.connect("env-get-updated", pages_to_write, priority=900)
    app.connect("env-check-consistency", leave_parents)  # 목차에 없는 페이지를 찾은 다음
    return metadata()
