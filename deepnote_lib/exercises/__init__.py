"""직접 해 보기: 답을 스스로 검사하고, 실수를 알아보고, 힌트를 한 단계씩 주는 연습."""

from deepnote_lib.exercises._card import Failure, Result
from deepnote_lib.exercises._practice import check, hint, ids, load, progress
from deepnote_lib.exercises._progress import Progress

__all__ = ["Failure", "Progress", "Result", "check", "hint", "ids", "load", "progress"]
