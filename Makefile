# 딥노트: 자주 쓰는 명령. 각 줄은 Windows에서도 그대로 쓸 수 있는 한두 명령이며, README에 옮겨 두었다.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
READY  := $(VENV)/.ready
PORT   ?= 8000
WORKERS ?= 2
TIME   := -p tools.contributing.time --time-record=_build/time

# 스레드 하나, 같은 BLAS 커널: 어느 컴퓨터에서나 같은 숫자가 나온다(CONTRIBUTING.md의 “숫자”).
# tools/facts/environment.py와 같은 값이다. 라이브러리만 실행하는 명령(experiments, lab)을 위해 한 번 더 적는다.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
ifeq ($(shell uname -m),x86_64)
export OPENBLAS_CORETYPE := Haswell
endif
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help book notebooks verify test check serve lab data experiments refresh coverage clean

help:            ## 이 목록을 보여 준다
	@grep -E '^[a-z]+: .*##|^[a-z]+:  +##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 이상이 필요합니다. 받은 버전: $$($(PYTHON) --version). make PYTHON=python3.12 처럼 고르세요."; exit 1; }
	@echo "환경을 만듭니다(처음 한 번, 1~3분): $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "가상 환경을 만들지 못했습니다. 데비안·우분투라면 sudo apt install python3-venv 를 먼저 실행하세요."; exit 1; }
	@$(PY) -m pip install --quiet -r requirements.txt
	@touch $@

book: $(READY)   ## 책과 노트북을 빌드하고 첫 페이지의 경로를 출력한다(경고가 있으면 실패)
	@$(PY) -m tools book

notebooks: $(READY) ## 배우는 사람과 가르치는 사람의 노트북을 만들어 책과 비교한다
	@$(PY) -m tools notebooks

verify: book     ## 달라진 페이지의 노트북을 읽는 사람의 환경에서 실행해 저장된 출력과 비교한다
	$(PY) -m tools verify

test: $(READY)   ## 모든 테스트와 모든 노트북 비교. 데이터는 내려받지 않는다
	$(PY) -m pytest -n $(WORKERS) --dist loadfile -rs --durations=5 $(TIME)/tests.json --cov=deepnote_lib --cov-report=term:skip-covered --cov-fail-under=95
	$(PY) -m pytest -n $(WORKERS) --dist loadfile -rs $(TIME)/notebooks.json --nbval --nbval-current-env --nbval-cell-timeout=1800 book

check: $(READY)  ## 정적 검사: 코드의 형식과 타입, 페이지의 규칙, 용어, 식과 테스트의 짝
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m tools check

coverage: $(READY) ## 라이브러리 테스트의 줄 커버리지를 파일별로 보여 준다
	$(PY) -m pytest -n $(WORKERS) --dist loadfile tests deepnote_lib --ignore=tests/browser --ignore=tests/notebooks --cov=deepnote_lib --cov-fail-under=95

serve: book      ## 빌드한 책을 http://localhost:8000 주소로 연다
	$(PY) -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

lab: $(READY)    ## 노트북을 JupyterLab에서 연다
	@$(PY) -c 'import jupyterlab' 2>/dev/null || $(PY) -m pip install --quiet "jupyterlab>=4.2,<5"
	$(PY) -m jupyterlab book

data: $(READY)   ## MNIST와 Fashion-MNIST를 내려받아 확인한다
	$(PY) -m deepnote_lib data

experiments: $(READY) ## 오래 걸리는 실험의 표에서 빠진 줄을 채운다(처음부터면 한 코어로 40분쯤)
	$(PY) -m tools experiments

refresh: $(READY) ## 코드나 라이브러리가 바뀐 노트북만 다시 실행하고 표준 형태로 저장한다
	$(PY) -m tools refresh

clean:           ## 빌드한 책과 캐시를 지운다(환경은 남긴다)
	rm -rf _build .cache .pytest_cache .hypothesis .ruff_cache .mypy_cache .coverage
