"""조사: 읽는 소리에 맞는 형태(`18.6으로`, `softmax는`, `$m$은`)와, 낱말 끝에서 떼는 표.

본문의 수는 실행할 때마다 바뀔 수 있다. 틀린 조사를 찾는 용어 검사, 수와 함께 고치는 refresh,
조사를 떼고 찾는 검색, 조사를 앞말에 묶는 조판이 모두 이 표를 쓴다.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# 읽는 소리의 끝: '' 모음, 'ㄹ' 리을, 'C' 그 밖의 받침
VOWELS = """
a b c d e f g h i j k o p q s t u v w x y z
softmax relu numpy sigmoid mnist batch sgd pytorch xor and or mlp weight bias loss gradient tanh
epoch layer eta lambda sigma theta mu alpha beta gamma delta rho tau phi pi nabla omega
"""
CONSONANTS = "m n matplotlib dropout adam python logit epsilon affine"
WORDS = (
    dict.fromkeys(VOWELS.split(), "")
    | dict.fromkeys(["l", "r"], "ㄹ")
    | dict.fromkeys(CONSONANTS.split(), "C")
)
# 끝의 0은 영, 십, 백, 천, 만 가운데 하나라 모두 받침이 있다
DIGITS = dict(zip("0123456789", ("C", "ㄹ", "", "C", "", "", "C", "ㄹ", "ㄹ", ""), strict=True))
PAIRS = (("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"), ("으로", "로"))
PARTICLES = "|".join(particle for pair in PAIRS for particle in pair)
# 검색이 낱말 끝에서 떼는 조사와 어미. 긴 것부터 떼어 본다
ENDINGS_TEXT = """
으로부터 로부터 에서부터 이라고는 이라는 이라고 으로서 으로써 에서는 에서도 에게서 까지는
까지도 부터는 마다의 으로는 으로도 만으로 이라면 입니다 됩니다 합니다 했습니다 됐습니다
하였습니다 되었습니다 하려면 하면서 하지만 하도록 라고 라는 라면 이란 란 이며 이고 이나 이다
인데 로서 로써 로는 로도 에서 에게 에는 에도 에만 까지 부터 처럼 보다 마다 만큼 밖에 조차
들은 들이 들을 들의 들과 들에 하고 하는 하며 하여 해서 하면 한다 하기 되는 되어 되면 된다 되기
되고 의 에 도
만 나 랑 요 들 한 할 함 해 된 될 됨 일까요 인가요 할까요
"""
ENDINGS = sorted(
    {*ENDINGS_TEXT.split(), *PARTICLES.split("|")}, key=lambda text: (-len(text), text)
)
LONGEST_ENDING = 6  # 조판은 앞말에 묶을 조사와 어미를 이 글자 수까지만 본다
WORD = re.compile(
    r"(?:`([A-Za-z]+)(?:\(\))?`|\$\\?([A-Za-z]+)\$|(?<![A-Za-z`$\\._-])([A-Za-z]{2,}))"
    rf"(?P<particle>{PARTICLES})(?![가-힣])"
)
# 제곱, 분수, 아래첨자(^ / _ 뒤)와 이름 속의 수는 끝자리로 읽지 않는다. 본문의 수 뒤에는 run
# 표시가 올 수 있다.
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
        if (
            reading is not None
            and (right := fitting(match["particle"], reading)) != match["particle"]
        ):
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
