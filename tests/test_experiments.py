"""오래 걸리는 실험: 저장된 표가 지금의 코드와 맞고, 표를 쓰고 읽는 일이 안전하다."""

from __future__ import annotations

import importlib
import json
import os
from dataclasses import fields, replace
from itertools import islice

import numpy as np
import pytest

from deepnote_lib import datasets
from deepnote_lib.initializers import he_normal, normal
from deepnote_lib.layers import ReLU, Sigmoid
from deepnote_lib.losses import SigmoidBCE, SoftmaxCrossEntropy
from deepnote_lib.models import mlp
from deepnote_lib.optimizers import SGD, Adam
from deepnote_lib.regularizers import L2
from deepnote_lib.training import Trainer
from tools.__main__ import main
from tools.experiments import command, mnist_mlp, table, training
from tools.experiments.mnist_mlp import (
    BASE,
    GRID,
    GRID_SEEDS,
    IMPROVED,
    RECIPES,
    REPORTED,
    SEEDS,
    Job,
    Normal,
    OneHotBCE,
    Recipe,
    to_mean,
)
from tools.experiments.table import load, save
from tools.experiments.training import Data, run

pytestmark = pytest.mark.regularization
TINY = replace(BASE, hidden=5, epochs=3, batch_size=20)
BETTER = replace(
    TINY, activation=ReLU, init=he_normal, loss=SoftmaxCrossEntropy, optimizer=Adam, lr=0.01,
    decay=0.5, dropout=0.2
)  # fmt: skip


@pytest.fixture(scope="module")
def stored():
    return load(table.stored_path("mnist-mlp"))


@pytest.fixture
def data():
    rng = np.random.default_rng(0)

    def pair(n):
        return rng.uniform(-1, 1, size=(n, 16)).astype(np.float32), np.arange(n) % 10

    return Data(pair(60), pair(20), pair(30))


# 저장된 표 -------------------------------------------------------------------------------


def test_the_stored_table_is_complete_and_not_stale(stored):
    missing = [f"{job.name}, 시드 {job.seed}" for job in mnist_mlp.plan() if not stored.has(job)]
    assert missing == [], "`make experiments`로 채우세요"
    assert set(stored.runs) == set(RECIPES)  # 없어진 레시피의 줄도 남지 않는다


def test_a_changed_recipe_would_be_noticed(stored):
    assert stored.has(Job("base", BASE, 0, True))
    assert not stored.has(Job("base", replace(BASE, lr=0.4), 0, True))
    assert not stored.has(Job("base", BASE, 99, True))
    stored.recipes["base"]["hidden"] += 1  # 파일에 적힌 레시피를 손으로 바꿨을 때
    try:
        assert not stored.has(Job("base", BASE, 0, True))
    finally:
        stored.recipes["base"]["hidden"] -= 1


@pytest.mark.parametrize(
    "change",
    [
        {"hidden": 7}, {"activation": ReLU}, {"init": Normal(0.2)}, {"init": he_normal}, {"loss": SigmoidBCE},
        {"optimizer": Adam}, {"lr": 0.1}, {"l2": 0.1}, {"decay": 0.9}, {"dropout": 0.1}, {"low": 0.0},
        {"batch_size": 7}, {"epochs": 7},
    ],
    ids=str,
)  # fmt: skip
def test_every_value_of_a_recipe_is_in_what_the_table_compares(change):
    (name,) = change
    before, after = BASE.settings(), replace(BASE, **change).settings()
    assert {key for key in before if before[key] != after[key]} == {name}


def test_the_settings_hold_every_value_and_survive_json():
    for recipe in RECIPES.values():
        settings = recipe.settings()
        assert list(settings) == [field.name for field in fields(Recipe)]
        assert json.loads(json.dumps(settings)) == settings
    assert RECIPES["improved"].settings()["init"] == repr(he_normal)


@pytest.mark.parametrize("name", RECIPES)
def test_the_stored_rows_are_those_of_the_recipe(stored, name):
    planned = GRID_SEEDS if name in GRID else SEEDS
    assert [result.seed for result in stored.runs[name]] == list(planned)
    for result in stored.runs[name]:
        assert {len(curve) for curve in result.curves.values()} == {RECIPES[name].epochs}
        assert (result.test is None) == (name in GRID)
    assert datasets.results("mnist-mlp")[name].settings == RECIPES[name].settings()


def test_candidates_were_chosen_without_the_test_data(stored):
    assert len(set(SEEDS)) == 5
    assert not set(GRID_SEEDS) & set(SEEDS)
    assert set(REPORTED) | set(GRID) == set(RECIPES)
    assert len(GRID) == 12
    scores = {name: np.mean([run.validation for run in stored.runs[name]]) for name in GRID}
    assert GRID[max(scores, key=scores.__getitem__)] == RECIPES["improved"] == IMPROVED


def test_saving_the_stored_table_again_changes_no_byte(stored, tmp_path):
    save(stored, tmp_path / "표.json")
    assert (tmp_path / "표.json").read_bytes() == table.stored_path("mnist-mlp").read_bytes()


@pytest.mark.mnist
@pytest.mark.skipif(
    not datasets.is_available("mnist"),
    reason="mnist 파일이 없습니다: DEEPNOTE_DATA를 적거나 `python -m deepnote_lib data mnist`로 받으세요",
)
@pytest.mark.parametrize("name", ["base", "dropout-0.2", "improved"])
def test_the_first_epochs_agree_with_the_stored_curve(stored, name):
    recipe, rng = RECIPES[name], np.random.default_rng(0)
    loaded = training.load_data(recipe.low)
    trainer = training.build(recipe, 784, rng)
    list(islice(training.epochs(trainer, recipe, loaded, rng), 2))
    assert trainer.model.dtype == np.float32
    expected = stored.runs[name][0].curves
    assert trainer.history.accuracy == pytest.approx(expected["accuracy"][:2], abs=0.003)
    assert trainer.history.val_accuracy == pytest.approx(expected["val_accuracy"][:2], abs=0.006)
    x = loaded.train[0]
    assert (x.shape, float(x.min()), float(x.max())) == ((55000, 784), RECIPES[name].low, 1.0)


# 합과 평균 -------------------------------------------------------------------------------


def test_to_mean_gives_the_numbers_of_the_recipe():
    assert (BASE.lr, BASE.l2) == to_mean(0.0005, 0.01, batch_size=100)


def test_one_step_of_the_library_is_one_step_of_the_sum_form():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(8, 6)), rng.integers(0, 4, 8)
    lr, l2 = to_mean(0.01, 0.3, batch_size=8, n_out=4)
    model = mlp(6, 4, rng=1, dtype=np.float64)
    W, b = (p.value.copy() for p in model.parameters())
    delta = 1 / (1 + np.exp(-(x @ W + b))) - np.eye(4)[y]
    Trainer(model, OneHotBCE(), SGD(model.parameters(), lr=lr), penalty=L2(l2)).step(x, y)
    np.testing.assert_allclose(
        model.layers[0].W.value, W - 0.01 * (x.T @ delta + 0.3 * W), rtol=1e-12
    )
    np.testing.assert_allclose(model.layers[0].b.value, b - 0.01 * delta.sum(axis=0), rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"lr": 0}, "lr"),
        ({"l2": -1}, "l2"),
        ({"batch_size": 0}, "batch_size"),
        ({"n_out": 1.5}, "n_out"),
    ],
)
def test_to_mean_refuses_bad_numbers(change, name):
    arguments = {"lr": 0.1, "l2": 0.1, "batch_size": 10} | change
    with pytest.raises((TypeError, ValueError), match=f"^{name}: "):
        to_mean(arguments.pop("lr"), arguments.pop("l2"), **arguments)


def test_one_hot_bce_equals_the_loss_of_one_hot_targets():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(7, 10)).astype(np.float32), rng.integers(0, 10, 7)
    mine, other = OneHotBCE(), SigmoidBCE()
    assert mine.forward(z, y) == other.forward(z, np.eye(10)[y])
    assert np.array_equal(mine.backward(), other.backward())
    assert repr(mine) == "OneHotBCE()"
    for bad in (np.eye(10)[y], y + 1.0, y[:3], np.full(7, 10)):
        with pytest.raises((TypeError, ValueError), match=r"^y: "):
            mine.forward(z, bad)
    with pytest.raises(ValueError, match=r"^logits: "):
        mine.forward(z[0], y)


# 훈련 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("recipe", [TINY, BETTER], ids=["기본", "개선"])
def test_a_run_is_deterministic_and_the_seed_matters(data, recipe):
    first, again, other = run(recipe, 0, data), run(recipe, 0, data), run(recipe, 1, data)
    assert replace(first, seconds=0) == replace(again, seconds=0)
    assert first.curves != other.curves
    assert [len(curve) for curve in first.curves.values()] == [3, 3, 3]


def test_training_in_pieces_equals_training_at_once(data):
    rng = np.random.default_rng(0)
    trainer = training.build(BETTER, 16, rng)
    records = training.epochs(trainer, BETTER, data, rng)
    assert [record.epoch for record in islice(records, 2)] == [1, 2]
    assert [record.epoch for record in records] == [3]
    assert list(records) == []
    at_once = run(BETTER, 0, data)
    assert np.round(trainer.history.val_loss, 4).tolist() == at_once.curves["val_loss"]
    assert [record.lr for record in trainer.history] == [0.01, 0.005, 0.0025]


def test_a_recipe_builds_what_it_says(data):
    rng = np.random.default_rng(0)
    trainer = training.build(BASE, 16, rng)
    layers = [type(layer).__name__ for layer in trainer.model]
    assert layers == ["Affine", "Sigmoid", "Affine"]
    assert (type(trainer.loss), type(trainer.optimizer)) == (OneHotBCE, SGD)
    assert (trainer.optimizer.lr, trainer.penalty.strength) == (0.5, 1e-5)
    by_hand = mlp(16, 100, 10, activation=Sigmoid, init=normal(0.1), rng=0)
    assert np.array_equal(trainer.model[0].W.value, by_hand[0].W.value)
    better = training.build(replace(BETTER, l2=0.0), 16, rng)
    assert [type(layer).__name__ for layer in better.model] == [
        "Affine",
        "ReLU",
        "Dropout",
        "Affine",
    ]
    assert (type(better.loss), type(better.optimizer), better.penalty) == (
        SoftmaxCrossEntropy,
        Adam,
        None,
    )


def test_a_run_leaves_the_data_alone_and_may_skip_the_test_data(data):
    before = [x.copy() for x, _ in data]
    result = run(
        TINY, 0, data._replace(test=(np.empty((0, 0)), np.empty(0, dtype=int))), test=False
    )
    assert result.test is None
    assert all(np.array_equal(x, old) for (x, _), old in zip(data, before, strict=True))


@pytest.mark.parametrize(
    "change",
    [
        {"activation": "tanh"}, {"activation": ReLU()}, {"init": 0.1}, {"loss": "linear"}, {"loss": ReLU},
        {"optimizer": "adamw"}, {"hidden": 0}, {"epochs": 1.5},
        {"lr": 0.0}, {"l2": -1.0}, {"decay": 0.0}, {"dropout": 1.0}, {"low": 1.0}, {"batch_size": 0},
    ],
    ids=str,
)  # fmt: skip
def test_a_recipe_refuses_bad_values(change):
    (name,) = change
    with pytest.raises((TypeError, ValueError), match=f"^{name}: "):
        Recipe(**change)


def test_pixels_are_scaled_and_the_last_5000_are_held_out(monkeypatch):
    def fake(*, progress):
        x = np.linspace(0, 1, 6000 * 4, dtype=np.float32).reshape(6000, 4)
        return (x, np.arange(6000) % 10), (x[:10].copy(), np.arange(10))

    monkeypatch.setattr(training, "mnist", fake)
    training.load_data.cache_clear()
    wide, narrow = training.load_data(-1.0), training.load_data(0.0)
    training.load_data.cache_clear()
    original = fake(progress=False)[0][0]
    np.testing.assert_allclose(wide.train[0], (original[:1000] - 0.5) * 2, atol=1e-6)
    np.testing.assert_array_equal(narrow.validation[0], original[1000:])
    assert [len(y) for _, y in wide] == [1000, 5000, 10]
    assert wide.train[0].dtype == np.float32


def test_without_data_the_message_of_the_datasets_is_shown(monkeypatch, tmp_path):
    def absent(*, progress):
        raise datasets.DatasetError("mnist: 파일이 없습니다.")

    monkeypatch.setattr(training, "mnist", absent)
    training.load_data.cache_clear()
    with pytest.raises(datasets.DatasetError, match="파일이 없습니다"):
        run(TINY, 0)


# 표 쓰고 읽기 ----------------------------------------------------------------------------


@pytest.fixture
def small(data):
    new = table.Table("mnist-mlp", {"python": "3"})
    for seed in (1, 0):
        new.add("base", TINY, run(TINY, seed, data))
    new.add("b", BETTER, run(BETTER, 5, data, test=False))
    return new


def test_saving_and_loading_returns_the_same_table(small, tmp_path):
    path = tmp_path / "표.json"
    save(small, path)
    again = load(path)
    assert again == small
    assert [result.seed for result in again.runs["base"]] == [0, 1]
    assert [len(result.curves["val_loss"]) for result in again.runs["base"]] == [3, 3]
    save(again, tmp_path / "둘째.json")
    assert path.read_bytes() == (tmp_path / "둘째.json").read_bytes()
    assert json.loads(path.read_text(encoding="utf-8"))["recipes"]["base"]["recipe"]["hidden"] == 5


@pytest.mark.parametrize("broken", ["write", "replace"])
def test_a_failed_save_keeps_the_old_file(small, tmp_path, monkeypatch, broken):
    path = tmp_path / "표.json"
    save(small, path)
    before = path.read_bytes()
    if broken == "write":
        monkeypatch.setattr(table, "_text", lambda table: 1 / 0)
    else:
        monkeypatch.setattr(os, "replace", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(small, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["표.json"]  # 쓰다 만 파일을 남기지 않는다


def test_a_new_recipe_drops_the_old_results_of_that_name(small, data):
    other = replace(TINY, lr=0.1)
    small.add("base", other, run(other, 2, data))
    assert [result.seed for result in small.runs["base"]] == [2]
    small.add("base", other, run(other, 2, data))
    assert len(small.runs["base"]) == 1


def test_the_book_reads_what_is_saved(small, tmp_path, monkeypatch):
    results_module = importlib.import_module("deepnote_lib.datasets.results")
    monkeypatch.setattr(results_module, "FOLDER", tmp_path)
    save(small, tmp_path / "mnist-mlp.json")
    read = datasets.results("mnist-mlp")
    assert read["base"].settings == TINY.settings()
    assert read["base"].test.tolist() == [result.test for result in small.runs["base"]]
    assert read["base"].val_loss.shape == (2, 3)
    assert np.isnan(read["b"].test).all()


def test_a_missing_or_broken_table_is_refused(small, tmp_path):
    path = tmp_path / "표.json"
    with pytest.raises(FileNotFoundError):
        load(path)
    save(small, path)
    whole = path.read_text(encoding="utf-8")
    for text in ("", "[]", whole[:-50], whole.replace('"seconds"', '"second"')):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=r"^path: save"):
            load(path)


def test_the_blas_kernel_may_be_unknown(monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(table.importlib, "import_module", absent)
    assert table.versions()["blas"] == "알 수 없음"


# 명령 ------------------------------------------------------------------------------------


@pytest.fixture
def tiny_plan(monkeypatch, data):
    jobs = [Job("base", TINY, 0, True), Job("base", TINY, 1, True), Job("b", BETTER, 5, False)]
    monkeypatch.setitem(command.EXPERIMENTS, "mnist-mlp", lambda: jobs)
    monkeypatch.setattr(training, "load_data", lambda low: data)


def test_the_command_fills_only_what_is_missing(tiny_plan, tmp_path, capsys):
    path = tmp_path / "표.json"
    assert main(["experiments", "--seeds", "1", "--output", str(path)]) == 0
    assert "1줄 가운데 1줄" in capsys.readouterr().out
    assert main(["experiments", "mnist-mlp", "--output", str(path)]) == 0
    out = capsys.readouterr().out
    assert "3줄 가운데 2줄" in out
    assert "[2/2] b, 시드 5: 훈련 " in out
    before = path.read_bytes()
    assert main(["experiments", "--output", str(path)]) == 0
    assert path.read_bytes() == before
    assert main(["experiments", "--recipes", "b", "--force", "--output", str(path)]) == 0
    assert "1줄 가운데 1줄" in capsys.readouterr().out
    filled = load(path)
    assert [result.seed for result in filled.runs["base"]] == [0, 1]
    assert filled.runs["b"][0].test is None


def test_an_interrupted_command_keeps_what_is_done(tiny_plan, tmp_path, monkeypatch):
    path, original, count = tmp_path / "표.json", training.run, []

    def stops(*arguments, **options):
        count.append(1)
        if len(count) == 2:
            raise KeyboardInterrupt
        return original(*arguments, **options)

    monkeypatch.setattr(training, "run", stops)
    with pytest.raises(KeyboardInterrupt):
        main(["experiments", "--output", str(path)])
    assert [result.seed for result in load(path).runs["base"]] == [0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mnist"], "name: mnist-mlp 가운데 하나여야 합니다. 받은 값='mnist'"),
        (["--recipes", "c"], "--recipes: base, b 가운데서 골라야 합니다. 받은 값='c'"),
        (
            ["--seeds", "9"],
            "--seeds: 계획에 있는 시드 [0, 1, 5] 가운데서 골라야 합니다. 받은 값=[9]",
        ),
    ],
)
def test_a_wrong_argument_lists_what_is_known(tiny_plan, tmp_path, capsys, arguments, message):
    assert main(["experiments", *arguments, "--output", str(tmp_path / "표.json")]) == 2
    assert capsys.readouterr().err.strip() == message


def test_the_command_without_data_ends_with_one(tiny_plan, tmp_path, monkeypatch, capsys):
    def absent(low):
        raise datasets.DatasetError("mnist: 파일이 없습니다.\n  할 일 1: 받으세요.")

    monkeypatch.setattr(training, "load_data", absent)
    assert main(["experiments", "--output", str(tmp_path / "표.json")]) == 1
    assert "할 일 1" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
