"""읽는 소리에 맞는 조사: `18.6으로`, `0.761로`, `softmax는`, `$m$은`.

본문의 수는 실행할 때마다 바뀔 수 있으므로, 틀린 조사를 찾는 일(termlint)과 고치는 일(refresh)이 같은 표를 쓴다.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# 읽는 소리의 끝: '' 모음, 'ㄹ' 리을, 'C' 그 밖의 받침
WORDS = {
    **dict.fromkeys("abcdefghijkopqstuvwxyz", ""), "l": "ㄹ", "m": "C", "n": "C", "r": "ㄹ",
    "softmax": "", "relu": "", "numpy": "", "sigmoid": "", "mnist": "", "batch": "", "sgd": "",
    "pytorch": "", "xor": "", "and": "", "or": "", "mlp": "", "weight": "", "bias": "", "loss": "",
    "gradient": "", "tanh": "", "epoch": "", "layer": "", "eta": "", "lambda": "", "sigma": "",
    "theta": "", "mu": "", "alpha": "", "beta": "", "gamma": "", "delta": "", "rho": "", "tau": "",
    "phi": "", "pi": "", "nabla": "", "omega": "", "matplotlib": "C", "dropout": "C", "adam": "C",
    "python": "C", "logit": "C", "epsilon": "C", "affine": "C",
}  # fmt: skip
# 끝의 0은 영, 십, 백, 천, 만 가운데 하나라 모두 받침이 있다
DIGITS = dict(zip("0123456789", ("C", "ㄹ", "", "C", "", "", "C", "ㄹ", "ㄹ", ""), strict=True))
PAIRS = (("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"), ("으로", "로"))
PARTICLES = "|".join(particle for pair in PAIRS for particle in pair)
WORD = re.compile(
    r"(?:`([A-Za-z]+)(?:\(\))?`|\$\\?([A-Za-z]+)\$|(?<![A-Za-z`$\\._-])([A-Za-z]{2,}))"
    rf"(?P<particle>{PARTICLES})(?![가-힣])"
)
# 제곱, 분수, 아래첨자(^ / _ 뒤)와 이름 속의 수는 끝자리로 읽지 않는다. 본문의 수 뒤에는 run 표시가 올 수 있다.
NUMBER = re.compile(
    r"(?<![\^/_\d.,A-Za-z])[\d.,]*(?P<digit>\d)(?P<percent>%p?)?[$*`]{0,4}"
    rf"(?:<!--\s*run:(?:(?!-->).)*-->)?[$*`]{{0,4}}(?P<particle>{PARTICLES})(?![가-힣])"
)


def fitting(particle: str, reading: str) -> str:
    """끝소리가 `reading`인 말 뒤에 오는, `particle`과 뜻이 같은 조사."""
    closed, open_ = next(pair for pair in PAIRS if particle in pair)
    return open_ if reading == "" or (reading == "ㄹ" and open_ == "로") else closed


def number_particles(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """수 뒤에 온 조사마다 (찾은 곳, 맞는 조사)."""
    for match in NUMBER.finditer(text):
        reading = "" if match["percent"] else DIGITS[match["digit"]]
        yield match, fitting(match["particle"], reading)


def wrong_particles(text: str) -> Iterator[tuple[int, str, str]]:
    """읽는 소리와 맞지 않는 조사의 (자리, 글, 맞는 조사)."""
    for match in WORD.finditer(text):
        reading = WORDS.get((match[1] or match[2] or match[3]).lower())
        if reading is not None and (right := fitting(match["particle"], reading)) != match["particle"]:
            yield match.start(), match[0], right
    for match, right in number_particles(text):
        if right != match["particle"]:
            yield match.start(), match[0], right


def correct_numbers(text: str) -> str:
    """run 표시가 붙은 수 뒤의 조사를 읽는 소리에 맞춘 글."""
    pieces, end = [], 0
    for match, right in number_particles(text):
        if "<!--" in match[0]:
            pieces += [text[end : match.start("particle")], right]
            end = match.end("particle")
    return "".join(pieces) + text[end:]
