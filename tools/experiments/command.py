"""명령: `python -m tools experiments [이름] [--seeds 0 1 2 3 4]`.

표에 없거나 레시피가 달라진 줄만 훈련하고, 한 줄을 마칠 때마다 표에 적는다. 도중에 멈추고 다시 실행해도 된다.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deepnote_lib._checks import check_choice
from deepnote_lib.datasets import DatasetError
from tools.experiments import mnist_mlp, table, training
from tools.experiments.mnist_mlp import Job

EXPERIMENTS = {mnist_mlp.NAME: mnist_mlp.plan}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """명령의 인자."""
    parser.add_argument(
        "name", nargs="?", default=mnist_mlp.NAME, help=f"실험의 이름. 기본 {mnist_mlp.NAME}"
    )
    parser.add_argument("--seeds", nargs="+", type=int, metavar="시드", help="이 시드만 훈련한다")
    parser.add_argument("--recipes", nargs="+", metavar="레시피", help="이 레시피만 훈련한다")
    parser.add_argument("--force", action="store_true", help="이미 있는 줄도 다시 훈련한다")
    parser.add_argument("--output", type=Path, help="표를 적을 파일. 기본은 패키지 안의 표")


def run(arguments: argparse.Namespace) -> int:
    """표의 빠진 줄을 훈련해 적고 종료 코드를 반환한다. 0은 성공, 1은 데이터가 없음, 2는 틀린 인수."""
    try:
        name = check_choice("name", arguments.name, tuple(EXPERIMENTS))
        path = arguments.output or table.stored_path(name)
        results = table.load(path) if path.exists() else table.Table(name)
        jobs = choose(EXPERIMENTS[name](), arguments.recipes, arguments.seeds)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    todo = [job for job in jobs if arguments.force or not results.has(job)]
    sys.stdout.write(f"{path}: {len(jobs)}줄 가운데 {len(todo)}줄을 훈련합니다\n")
    try:
        for count, job in enumerate(todo, start=1):
            result = training.run(job.recipe, job.seed, test=job.test)
            results.add(job.name, job.recipe, result)
            results.versions = table.versions()
            table.save(results, path)
            sys.stdout.write(
                f"[{count}/{len(todo)}] {job.name}, 시드 {job.seed}: 훈련 {result.train:.4f}, "
                f"검증 {result.validation:.4f}, {result.seconds:.0f}초\n"
            )
            sys.stdout.flush()
    except DatasetError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def choose(jobs: list[Job], recipes: list[str] | None, seeds: list[int] | None) -> list[Job]:
    """고른 레시피와 시드의 일만 남긴다. 모르는 이름이나 남는 일이 없으면 ValueError."""
    known = list(dict.fromkeys(job.name for job in jobs))
    for name in recipes or []:
        if name not in known:
            raise ValueError(
                f"--recipes: {', '.join(known)} 가운데서 골라야 합니다. 받은 값={name!r}"
            )
    chosen = [
        job
        for job in jobs
        if (not recipes or job.name in recipes) and (not seeds or job.seed in seeds)
    ]
    if not chosen:
        planned = sorted({job.seed for job in jobs})
        raise ValueError(
            f"--seeds: 계획에 있는 시드 {planned} 가운데서 골라야 합니다. 받은 값={seeds}"
        )
    return chosen
