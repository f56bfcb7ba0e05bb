"""책의 한 쪽, 또는 책 전체가 지켜야 할 약속을 검사하는 순수한 함수들.

한 쪽의 규칙은 `Page`를 받아 `Finding`을 내놓고, `GROUPS`가 이름 붙은 묶음으로 모은다.
"""

from __future__ import annotations

from tools.rules import anatomy, code, execution, figures, prose, questions, structure
from tools.rules.page import Finding, Page, Rule

GROUPS: dict[str, tuple[Rule, ...]] = {
    "execution": execution.RULES,
    "code": code.RULES,
    "figures": figures.RULES,
    "structure": structure.RULES,
    "questions": questions.RULES,
    "anatomy": anatomy.RULES,
    "prose": prose.RULES,
    "terms": prose.TERM_RULES,
}


def check_page(page: Page, groups: tuple[str, ...] = tuple(GROUPS)) -> list[Finding]:
    """한 쪽에서 고칠 곳을 모두 찾는다."""
    return [found for group in groups for rule in GROUPS[group] for found in rule(page)]
