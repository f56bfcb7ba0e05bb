"""오래 걸리는 실험: 레시피, 그것을 훈련하는 함수, 결과를 적는 표.

    python -m tools experiments [이름] [--seeds 0 1 2 3 4]

책은 시드 하나만 페이지에서 다시 훈련하고, 나머지는 `datasets.results`로 표에서 읽는다. 이 표가
`deepnote_lib/datasets/data/results/`에 있는 JSON이고, 여기서 채운다.
"""
