"""패키지에 들어 있는 실험의 표(`datasets.results`): 빠짐없고, 값이 서로 맞고, 손상되면 무엇을 할지 말한다."""

from __future__ import annotations

import importlib
import json
from dataclasses import fields

import numpy as np
import pytest

from deepnote_lib import datasets

results_module = importlib.import_module("deepnote_lib.datasets.results")
pytestmark = pytest.mark.regularization
STORED = results_module.FOLDER / "mnist-mlp.json"


@pytest.fixture(scope="module")
def table():
    return datasets.results("mnist-mlp")


def test_five_seeds_of_the_200_epoch_network_reach_the_known_accuracy(table):
    base = table["base"]
    assert base.seed.tolist() == [0, 1, 2, 3, 4]
    assert base.test.mean() >= 0.974
    assert len(set(base.test)) > 1
    assert base.val_accuracy.shape == (5, 200)


def test_stored_values_are_sound(table):
    assert len(table) == 20
    for runs in table.values():
        shape = (len(runs.seed), runs.settings["epochs"])
        assert runs.accuracy.shape == runs.val_accuracy.shape == runs.val_loss.shape == shape
        np.testing.assert_allclose(runs.val_accuracy[:, -1], runs.validation, atol=1e-4)
        scores = np.concatenate([runs.train, runs.validation, runs.test[~np.isnan(runs.test)]])
        assert np.all((scores > 0.85) & (scores <= 1))
        assert np.all(runs.seconds > 1)
        assert runs.seed.dtype == np.int64
        others = [f.name for f in fields(runs) if f.name not in ("settings", "seed")]
        assert {getattr(runs, name).dtype for name in others} == {np.dtype(np.float64)}


def test_candidates_were_chosen_without_the_test_data(table):
    grid = {name: runs for name, runs in table.items() if name.startswith("grid")}
    assert len(grid) == 12
    assert all(np.isnan(runs.test).all() for runs in grid.values())
    reported = [runs for name, runs in table.items() if name not in grid]
    assert all(np.isfinite(runs.test).all() for runs in reported)
    seeds = {int(seed) for runs in grid.values() for seed in runs.seed}
    assert not seeds & {int(seed) for runs in reported for seed in runs.seed}
    chosen = max(grid, key=lambda name: grid[name].validation.mean())
    assert table["improved"].settings == grid[chosen].settings


def test_the_values_are_those_of_the_file(table):
    stored = json.loads(STORED.read_text(encoding="utf-8"))["recipes"]
    assert list(table) == list(stored)
    for name, runs in table.items():
        assert runs.settings == stored[name]["recipe"]
        for i, run in enumerate(stored[name]["runs"]):
            assert (runs.seed[i], runs.train[i], runs.validation[i]) == (
                run["seed"],
                run["train"],
                run["validation"],
            )
            assert runs.val_loss[i].tolist() == run["curves"]["val_loss"]


def test_every_call_reads_a_new_table(table):
    again = datasets.results("mnist-mlp")
    again["base"].test[0] = again["base"].settings["lr"] = 0.0
    assert table["base"].test[0] > 0.97
    assert datasets.results("mnist-mlp")["base"].settings["lr"] == 0.5


def test_the_stored_file_is_small_and_names_its_origin():
    assert STORED.stat().st_size < 200_000
    versions = json.loads(STORED.read_text(encoding="utf-8"))["versions"]
    assert set(versions) == {"python", "numpy", "blas", "machine", "deepnote_lib"}
    assert all(versions.values())


def test_the_repr_leaves_out_the_curves(table):
    shown = repr(table["base"])
    assert "test=array([0.9764" in shown
    assert "val_loss" not in shown
    assert len(shown) < 600


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"^name: mnist-mlp 가운데"):
        datasets.results("mnist")
    with pytest.raises(TypeError, match=r"^name: mnist-mlp 가운데"):
        datasets.results(0)


def cut_a_curve(table):
    table["recipes"]["base"]["runs"][1]["curves"]["accuracy"].pop()


def cut_all_curves(table):
    for run in table["recipes"]["base"]["runs"]:
        run["curves"]["val_loss"].pop()


def drop_a_score(table):
    del table["recipes"]["improved"]["runs"][0]["test"]


def write_a_word(table):
    table["recipes"]["base"]["runs"][0]["train"] = "높음"


def drop_the_recipes(table):
    del table["recipes"]


def list_the_recipes(table):
    table["recipes"] = []


@pytest.mark.parametrize(
    "damage",
    [cut_a_curve, cut_all_curves, drop_a_score, write_a_word, drop_the_recipes, list_the_recipes],
)
def test_a_damaged_table_is_told_with_what_to_do(monkeypatch, tmp_path, damage):
    changed = json.loads(STORED.read_text(encoding="utf-8"))
    damage(changed)
    (tmp_path / STORED.name).write_text(json.dumps(changed), encoding="utf-8")
    monkeypatch.setattr(results_module, "FOLDER", tmp_path)
    with pytest.raises(
        datasets.DatasetError,
        match=r"^mnist-mlp: 패키지에 들어 있는 표를 읽지 못했습니다[\s\S]*할 일 1",
    ):
        datasets.results("mnist-mlp")


@pytest.mark.parametrize(
    "content",
    [None, b"", b"[]", b"\xff\xfe", STORED.read_bytes()[:-50]],
    ids=["없음", "빈 파일", "목록", "글자가 아님", "잘림"],
)
def test_a_missing_or_broken_file_is_told_with_what_to_do(monkeypatch, tmp_path, content):
    if content is not None:
        (tmp_path / STORED.name).write_bytes(content)
    monkeypatch.setattr(results_module, "FOLDER", tmp_path)
    with pytest.raises(datasets.DatasetError, match=r"^mnist-mlp: [\s\S]*파일 위치[\s\S]*할 일 1"):
        datasets.results("mnist-mlp")
