"""명령줄: `python -m tools --help`가 명령의 목록을 보여 준다."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from deepnote_lib._console import tolerate_narrow_encoding
from tools.facts.limits import CELL_TIMEOUT

Command = Callable[[argparse.Namespace], int]


def report(problems: Iterable[str]) -> int:
    """고칠 곳을 찍고, 하나라도 있으면 1을 반환한다."""
    from tools.facts.repository import ROOT

    found = False
    for problem in problems:
        found = True
        print(problem.removeprefix(f"{ROOT}/"), flush=True)
    return int(found)


def refresh(args: argparse.Namespace) -> int:
    """달라진 노트북만 처음부터 실행하고 표준 형태로 저장한다."""
    from tools.notebooks import execute

    results = []
    try:
        for path in execute.notebooks(args.paths):
            results.append(execute.refresh(path, force=args.force, timeout=args.timeout))
            print(f"{path}: {results[-1].done}", flush=True)
    except execute.RefreshError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        for line in execute.time_report(results):
            print(line)
    return 0


def check(args: argparse.Namespace) -> int:
    """페이지의 규칙, 용어, 식과 테스트의 짝을 검사한다."""
    from tools.rules import check

    if args.count:
        for line in check.word_counts(args.paths):
            print(line)
        return 0
    return report(check.findings(args.paths))


def book(args: argparse.Namespace) -> int:
    """책과 노트북을 빌드하고 첫 페이지의 경로를 출력한다. 경고가 있으면 실패한다."""
    from tools.rules import built
    from tools.sphinx.build import build

    if not build() or report(built.findings()):
        return 1
    print(f"책을 빌드했습니다. 첫 페이지: {built.html_folder() / 'index.html'}")
    return 0


def notebooks(args: argparse.Namespace) -> int:
    """책과 함께 빌드한 노트북을 페이지와 비교하고, 두 판의 폴더를 출력한다."""
    from tools.editions import compare

    if failed := book(args):
        return failed
    html, made = compare.folders()
    found = compare.compare(html, made)
    if report(found.problems):
        return 1
    print("페이지와 비교한 것: " + ", ".join(f"{key} {n:,}" for key, n in found.totals.items()))
    for edition, whose in (("learner", "배우는 사람"), ("instructor", "가르치는 사람")):
        print(f"{whose}의 노트북: {made / edition}")
    return 0


def verify(args: argparse.Namespace) -> int:
    """달라진 페이지의 노트북을 읽는 사람의 환경에서 실행해 저장된 출력과 비교한다."""
    from tools.editions.environment import LearnerError
    from tools.editions.verify import verify

    failed = False
    try:
        for page, problems in verify(args.pages, force=args.force):
            failed |= bool(problems)
            print(f"{page}: {'다릅니다' if problems else '확인했습니다'}", flush=True)
            for problem in problems:
                print(f"  {problem}", flush=True)
    except LearnerError as error:
        print(error, file=sys.stderr)
        return 1
    return int(failed)


def publish(args: argparse.Namespace) -> int:
    """읽는 사람의 노트북과 지금까지의 모든 wheel을 펴낼 폴더에 모은다."""
    from tools.editions.publish import PublishError, publish

    try:
        publish(args.target)
    except PublishError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def text(args: argparse.Namespace) -> int:
    """MyST 글(.md)과 노트북(.ipynb)을 서로 바꾼다."""
    from tools.notebooks.text import convert

    convert(args.source, args.target)
    return 0


def equations(args: argparse.Namespace) -> int:
    """식마다의 테스트와 허용 오차를 표로 출력한다."""
    from tools.facts.repository import ROOT
    from tools.rules import equations

    book, tests = equations.book_equations(ROOT), equations.read_tests(ROOT / equations.FOLDER)
    print(equations.table(book, tests))
    return report(equations.problems(book, tests))


def graders(args: argparse.Namespace) -> int:
    """직접 해 보기의 채점기를 시험해 표로 출력한다. 이름표를 주면 그것만 시험한다."""
    from deepnote_lib import exercises
    from tools.graders import table, trial

    chosen = [exercises.load(name) for name in args.ids or exercises.ids()]
    trials = [trial.trial(exercise, trial.answers_of(exercise)) for exercise in chosen]
    for line in table.lines(trials):
        print(line)
    return int(any(one.problems for one in trials))


def experiments(args: argparse.Namespace) -> int:
    """오래 걸리는 실험을 훈련해 표의 빠진 줄을 채운다."""
    from tools.experiments import command

    return command.run(args)


def map_modules(args: argparse.Namespace) -> int:
    """CONTRIBUTING.md에 있는 모듈의 지도를 새로 쓴다."""
    from tools.contributing import map, tables

    changed = tables.write("map", map.table())
    print("지도를 새로 썼습니다" if changed else "지도가 그대로입니다")
    return 0


def time(args: argparse.Namespace) -> int:
    """마지막 make test가 쓴 프로세서 시간을 출력하고 CONTRIBUTING.md의 표를 채운다."""
    from tools.contributing import tables, time

    seconds = time.read()
    if not seconds:
        print("time: 기록이 있어야 합니다. 먼저 `make test`를 실행하세요", file=sys.stderr)
        return 1
    for line in time.report(seconds):
        print(line)
    tables.write("time", time.table(seconds))
    return 0


def parser() -> argparse.ArgumentParser:
    """명령과 그 인자."""
    main = argparse.ArgumentParser(prog="python -m tools", description="책을 만드는 도구")
    verbs = main.add_subparsers(required=True, metavar="명령")

    def add(name: str, run: Command) -> argparse.ArgumentParser:
        summary = (run.__doc__ or "").rstrip(".")
        verb = verbs.add_parser(name, help=summary, description=run.__doc__)
        verb.set_defaults(run=run)
        return verb

    verb = add("refresh", refresh)
    verb.add_argument("paths", nargs="*", type=Path, metavar="경로", help="없으면 책 전체")
    verb.add_argument("--force", action="store_true", help="달라지지 않은 노트북도 실행한다")
    verb.add_argument(
        "--timeout", type=int, default=CELL_TIMEOUT, metavar="초", help="멈춘 셀을 끝낼 때까지"
    )
    verb = add("check", check)
    verb.add_argument("paths", nargs="*", type=Path, metavar="경로", help="없으면 책과 라이브러리")
    verb.add_argument("--count", action="store_true", help="페이지마다의 어절 수만 출력한다")
    add("book", book)
    add("notebooks", notebooks)
    verb = add("verify", verify)
    verb.add_argument(
        "pages", nargs="*", metavar="페이지", help="softmax/softmax 꼴. 없으면 책 전체"
    )
    verb.add_argument("--force", action="store_true", help="달라지지 않은 페이지도 실행한다")
    verb = add("publish", publish)
    verb.add_argument("target", type=Path, metavar="폴더", help="노트북의 가지를 받아 둔 곳")
    verb = add("text", text)
    verb.add_argument("source", type=Path, metavar="원본", help=".md나 .ipynb")
    verb.add_argument("target", type=Path, metavar="결과", help="다른 형식의 파일")
    add("equations", equations)
    verb = add("graders", graders)
    verb.add_argument("ids", nargs="*", metavar="이름표", help="없으면 모든 연습")
    from tools.experiments import command

    command.add_arguments(add("experiments", experiments))
    add("map", map_modules)
    add("time", time)
    return main


def main(argv: Sequence[str] | None = None) -> int:
    """명령줄에서 고른 일을 한다."""
    tolerate_narrow_encoding()
    args = parser().parse_args(argv)
    return int(args.run(args))


if __name__ == "__main__":
    raise SystemExit(main())
