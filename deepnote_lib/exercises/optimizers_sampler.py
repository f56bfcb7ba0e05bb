"""끝없는 미니배치: 에포크마다 번호를 통째로 새로 섞어 앞에서부터 자른다."""

from itertools import islice

import numpy as np

from deepnote_lib.exercises._spec import Exercise

exercise = Exercise(
    "갱신 횟수로 도는 뽑기",
    section="backprop/optimizers",
    level="core",
    minutes=10,
    task=r"""
    “10,000번 갱신”처럼 에포크가 아니라 **갱신 횟수**로 도는 훈련 루프가 있습니다. 0부터 `n - 1`까지의 번호를 `batch_size`개씩 끝없이 내는 생성기 `endless(n, batch_size, rng)`를 만드세요. 에포크마다 모든 번호를 꼭 한 번씩, 새로운 순서로 써야 합니다. 짧은 마지막 미니배치도 버리지 마세요. 난수는 인수로 받은 `rng`로만 뽑습니다. 출발 코드는 복원 추출이라 조건을 어깁니다.
    """,
    starter="""
    def endless(n, batch_size, rng):
        while True:
            # 여기를 고치세요
            yield rng.choice(n, batch_size)
    """,
    hints=(
        "카드를 통째로 한 번 섞고 위에서부터 집으면 한 에포크입니다. 카드가 떨어지면 무엇을 해야 할까요? 섞는 줄은 어느 반복문의 안에 있어야 할까요?",
        r"한 에포크는 `rng.permutation(n)`을 $[0, B)$, $[B, 2B)$, …로 자른 것이고, 마지막 조각은 $B$보다 짧을 수 있습니다. 끝에 닿으면 처음부터 다시 섞습니다.",
    ),
)


@exercise.answer
def endless(n, batch_size, rng):
    order, start = rng.permutation(n), 0
    while True:
        yield order[start : start + batch_size]
        start += batch_size
        if start >= n:
            order, start = rng.permutation(n), 0


# 검사: 뽑은 번호는 코드마다 다르므로, 지켜야 할 약속만 묻는다 -----------------------------------


def short_last(rng, n):
    batch_size = n + 1
    return batch_size * int(rng.integers(2, 4)) + int(rng.integers(1, batch_size)), batch_size


def divisible(rng, n):
    batch_size = n + 1
    return batch_size * int(rng.integers(3, 5)), batch_size


def large(rng, n):
    return 10 + n, int(rng.integers(2, 5))


def wide(rng, n):
    return 40 + n, 20


def epochs(f, n, batch_size, number, seed=0):
    """에포크마다의 미니배치 목록. 생성기가 먼저 끝나면 거기까지이다."""
    each = -(-n // batch_size)
    drawn = islice(f(n, batch_size, np.random.default_rng(seed)), number * each)
    batches = [np.array(batch) for batch in drawn]  # 훈련 루프처럼, 다음 것을 뽑기 전에 쓴다
    return [batches[k * each : (k + 1) * each] for k in range(number)]


def indices(batches):
    return [int(i) for batch in batches for i in np.ravel(batch)]


def kinds(orders):
    return len({tuple(order) for order in orders})


ALL = "모든 번호가 한 번씩"


def coverage(epoch, n):
    if not epoch:
        return "나오지 않음"
    return ALL if sorted(indices(epoch)) == list(range(n)) else "빠지거나 겹친 번호가 있음"


@exercise.holds("에포크마다 모든 번호가 꼭 한 번씩 나옵니다", short_last)
def each_once(f, n, batch_size):
    found = [coverage(epoch, n) for epoch in epochs(f, n, batch_size, 3)]
    names = ("첫 에포크", "둘째 에포크", "셋째 에포크")
    return dict(zip(names, found, strict=True)), dict.fromkeys(names, ALL)


@exercise.holds("미니배치는 모두 batch_size개이고 마지막만 짧습니다", short_last, sizes=(1, 2, 3))
def lengths(f, n, batch_size):
    full, left = divmod(n, batch_size)
    got = [len(batch) for epoch in epochs(f, n, batch_size, 2) for batch in epoch]
    return got, 2 * ([batch_size] * full + [left])


@exercise.holds("나누어떨어져도 빈 미니배치 없이 모든 번호가 나옵니다", divisible, sizes=(1, 2, 3))
def no_empty_batch(f, n, batch_size):
    first, second = epochs(f, n, batch_size, 2)
    sizes = [len(batch) for batch in first + second]
    found = {"미니배치의 크기": sizes, "첫 에포크": coverage(first, n)}
    return found, {"미니배치의 크기": [batch_size] * len(sizes), "첫 에포크": ALL}


@exercise.holds("미니배치 안에서 번호가 겹치지 않습니다", wide, sizes=(1,))
def no_repeats(f, n, batch_size):
    batches = [batch for epoch in epochs(f, n, batch_size, 2) for batch in epoch]
    repeated = any(len(set(indices([batch]))) < len(batch) for batch in batches)
    found = "겹친 것이 있음" if repeated else "모두 다름"
    return {"미니배치 안의 번호": found}, {"미니배치 안의 번호": "모두 다름"}


@exercise.holds("에포크마다 순서가 다릅니다", large, sizes=(1, 2, 3))
def new_orders(f, n, batch_size):
    name = "네 에포크에 나온 순서의 가짓수"
    return {name: kinds(map(indices, epochs(f, n, batch_size, 4)))}, {name: 4}


@exercise.holds("시드가 같으면 순서가 같고 다르면 다릅니다", large, sizes=(1, 2))
def only_from_rng(f, n, batch_size):
    one, again, other = (
        indices(batch for epoch in epochs(f, n, batch_size, 2, seed) for batch in epoch)
        for seed in (1, 1, 2)
    )
    twice, two = "시드 1로 두 번 뽑은 순서의 가짓수", "시드 1과 2로 뽑은 순서의 가짓수"
    return {twice: kinds([one, again]), two: kinds([one, other])}, {twice: 1, two: 2}


# 흔한 오답 -------------------------------------------------------------------------------


@exercise.mistake(
    "복원 추출",
    by=each_once,
    says="뽑은 번호를 되돌려 놓고 또 뽑았습니다. 그러면 한 에포크만큼 뽑아도 어떤 번호는 여러 번, 어떤 번호는 한 번도 나오지 않습니다.",
    see="한 에포크에 몇 장이나 볼까요?",
)
def with_replacement(n, batch_size, rng):
    while True:
        yield rng.choice(n, batch_size)


@exercise.mistake(
    "섞기를 반복문 밖에",
    by=new_orders,
    says="처음에 한 번만 섞었습니다. 에포크마다 똑같은 순서, 똑같은 미니배치가 되풀이됩니다.",
    see="한 에포크에 몇 장이나 볼까요?",
)
def shuffled_once(n, batch_size, rng):
    order = rng.permutation(n)
    while True:
        for start in range(0, n, batch_size):
            yield order[start : start + batch_size]


@exercise.mistake(
    "미니배치마다 다시 섞음",
    by=each_once,
    says="미니배치마다 번호를 다시 섞었습니다. 미니배치 안에서는 겹치지 않지만, 에포크로 보면 복원 추출과 같은 문제가 생깁니다.",
    see="한 에포크에 몇 장이나 볼까요?",
)
def shuffled_each_time(n, batch_size, rng):
    while True:
        for start in range(0, n, batch_size):
            yield rng.permutation(n)[start : start + batch_size]


@exercise.mistake(
    "replace=False로 매번 뽑음",
    by=each_once,
    says="미니배치 안에서만 겹치지 않게 뽑았습니다. 미니배치마다 상자를 처음부터 다시 채우므로 에포크로 보면 빠지는 번호가 있습니다.",
    see="한 에포크에 몇 장이나 볼까요?",
)
def refilled(n, batch_size, rng):
    while True:
        yield rng.choice(n, batch_size, replace=False)


@exercise.mistake(
    "짧은 마지막을 버림",
    by=lengths,
    says="짧은 마지막 미니배치를 버렸습니다. 에포크마다 몇 개의 샘플을 보지 않게 됩니다.",
    see="한 에포크에 몇 장이나 볼까요?",
)
def last_dropped(n, batch_size, rng):
    while True:
        order = rng.permutation(n)
        for start in range(0, n - batch_size + 1, batch_size):
            yield order[start : start + batch_size]


@exercise.mistake(
    "한 에포크 뒤에 끝남",
    by=each_once,
    says="한 에포크를 내고 끝났습니다. 갱신 횟수로 도는 루프가 계속 뽑을 수 있도록 끝없이 이어져야 합니다.",
    see="한 에포크에 몇 장이나 볼까요?",
)
def one_epoch(n, batch_size, rng):
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]


@exercise.mistake(
    "섞지 않음",
    by=new_orders,
    says="번호를 섞지 않고 순서대로 냈습니다. 순서가 늘 같으면 미니배치가 에포크마다 똑같습니다.",
    see="한 에포크에 몇 장이나 볼까요?",
)
def in_order(n, batch_size, rng):
    while True:
        for start in range(0, n, batch_size):
            yield np.arange(n)[start : start + batch_size]
