"""Sequential과 mlp: 잇기, 예측, 보기, 저장과 불러오기."""

import os
import zipfile

import numpy as np
import pytest

from deepnote_lib.activations import sigmoid, softmax
from deepnote_lib.initializers import constant, he_normal
from deepnote_lib.layers import Affine, BatchNorm, Dropout, ReLU, Sigmoid, Tanh
from deepnote_lib.models import ModelFileError, Sequential, mlp

X = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)


def model_with_everything(seed=0):
    rng = np.random.default_rng(seed)
    return Sequential(
        Affine(4, 6, rng=rng), BatchNorm(6), ReLU(), Dropout(0.5, rng=rng),
        Sequential(Affine(6, 5, rng=rng), Tanh()), Affine(5, 3, rng=rng),
    )  # fmt: skip


def test_forward_is_the_composition_of_its_layers():
    model = mlp(4, 6, 3, rng=0)
    first, relu, second = model.layers
    expected = np.maximum(X @ first.W.value + first.b.value, 0) @ second.W.value + second.b.value
    np.testing.assert_array_equal(model.forward(X), expected)
    assert isinstance(relu, ReLU)


def test_named_parameters_are_unique_and_keep_the_order():
    model = model_with_everything()
    names = [name for name, _ in model.named_parameters()]
    assert names == [
        "0.Affine.W", "0.Affine.b", "1.BatchNorm.gamma", "1.BatchNorm.beta",
        "4.Sequential.0.Affine.W", "4.Sequential.0.Affine.b", "5.Affine.W", "5.Affine.b",
    ]  # fmt: skip
    assert [p for _, p in model.named_parameters()] == model.parameters()
    assert list(model.buffers()) == ["1.BatchNorm.running_mean", "1.BatchNorm.running_var"]


def test_predict_takes_the_largest_logit():
    model = Sequential(Affine(1, 3, init=constant(0.0)))
    model.layers[0].W.value[:] = [[1.0, -1.0, 0.0]]
    np.testing.assert_array_equal(model.predict([[2.0], [-2.0]]), [0, 1])
    np.testing.assert_allclose(
        model.predict_proba([[2.0]]), softmax(np.array([[2.0, -2.0, 0.0]])), rtol=1e-6
    )


def test_predict_with_one_column_is_a_sign_and_its_probability_a_sigmoid():
    model = Sequential(Affine(1, 1, init=constant(1.0), dtype=np.float64))
    np.testing.assert_array_equal(model.predict([[3.0], [0.0], [-1.0]]), [1, 0, 0])  # z = 0은 0
    np.testing.assert_allclose(model.predict_proba([[3.0], [-1.0]]), sigmoid(np.array([3.0, -1.0])))


def test_probabilities_sum_to_one():
    # float32 열 개의 합이므로 1e-6이면 넉넉하다
    np.testing.assert_allclose(mlp(4, 8, 10, rng=0).predict_proba(X).sum(axis=1), 1, atol=1e-6)


def test_predict_converts_the_input_once_and_warns_about_nothing():
    model = mlp(4, 3, rng=0)
    expected = model.predict(X)
    np.testing.assert_array_equal(model.predict(X.astype(np.float64)), expected)
    np.testing.assert_array_equal(model.predict(X.tolist()), expected)
    assert model.predict_proba(X.astype(np.float64)).dtype == np.float32
    with pytest.raises(TypeError, match=r"^x: 수의 배열"):
        model.predict([["a"] * 4])


def test_prediction_does_not_depend_on_dropout_or_the_other_rows():
    model = model_with_everything()
    np.testing.assert_array_equal(model.forward(X), model.forward(X))
    # 한 행씩 예측해도 같다. BLAS의 더하는 순서만 다르므로 float32 반올림을 허용한다
    alone = np.concatenate([model.forward(row[None]) for row in X])
    np.testing.assert_allclose(alone, model.forward(X), rtol=1e-4, atol=1e-6)


def test_trace_yields_each_output_in_order():
    model = model_with_everything()
    names, activations = zip(*model.trace(X), strict=True)
    assert names == ("Affine", "BatchNorm", "ReLU", "Dropout", "Sequential", "Affine")
    np.testing.assert_array_equal(activations[-1], model.forward(X))
    np.testing.assert_array_equal(activations[2], np.maximum(activations[1], 0))


def test_prediction_between_forward_and_backward_cannot_corrupt_gradients():
    model = mlp(4, 6, 3, rng=0)
    model.forward(X, training=True)
    model.predict(X[:2])
    with pytest.raises(RuntimeError, match=r"training=True"):
        model.backward(np.ones((5, 3), dtype=np.float32))


def test_a_model_without_parameters_still_passes_gradients():
    model = Sequential(ReLU(), ReLU())
    assert model.dtype == np.float64
    model.forward(np.array([[1.0, -1.0]]), training=True)
    np.testing.assert_array_equal(model.backward(np.ones((1, 2))), [[1.0, 0.0]])
    assert "(N, ?)" in model.summary()


def test_repr_and_summary_show_the_architecture():
    assert (
        repr(mlp(64, 100, 10))
        == "Sequential(Affine(64→100), ReLU, Affine(100→10))  매개변수 7,510개"
    )
    lines = model_with_everything().summary().splitlines()
    assert lines[1].split() == ["Affine(4→6)", "(N,", "6)", "30"]  # 4·6 + 6
    assert lines[5].split() == ["Sequential", "(N,", "5)", "35"]  # 6·5 + 5
    assert lines[-1].split() == ["합계", "95"]  # 30 + 12 + 35 + 18
    assert len(lines) == 8


@pytest.mark.parametrize(
    ("layers", "error", "match"),
    [
        ([], ValueError, r"^layers: .*하나 이상"),
        ([ReLU], TypeError, r"^layers\[0\]: .*클래스 ReLU.*ReLU\(…\)처럼 괄호"),
        ([Affine(2, 3), "ReLU"], TypeError, r"^layers\[1\]: .*'ReLU'"),
        ([Affine(2, 3), ReLU(), Affine(4, 2)], ValueError, r"^layers\[2\]: .*열 수\(3\)와.*n_in=4"),
        ([Affine(2, 3), BatchNorm(2)], ValueError, r"^layers\[1\]: .*열 수\(3\)와.*n_in=2"),
        (
            [Affine(2, 3), BatchNorm(3, dtype=np.float64)],
            TypeError,
            r"^layers: dtype.*float32, float64",
        ),
    ],
)
def test_layers_that_do_not_fit_are_named(layers, error, match):
    with pytest.raises(error, match=match):
        Sequential(*layers)


@pytest.mark.parametrize("layer", [Affine(3, 3), ReLU()])
def test_the_same_layer_twice_is_rejected(layer):
    with pytest.raises(ValueError, match=r"^layers: .*두 번"):
        Sequential(layer, Sigmoid(), layer)


def test_a_layer_hidden_in_a_nested_model_is_found_too():
    layer = Affine(3, 3)
    with pytest.raises(ValueError, match=r"두 번"):
        Sequential(layer, Sequential(layer))


class TestMlp:
    def test_an_integer_seed_gives_each_layer_its_own_values(self):
        first, _, second = mlp(8, 8, 8, rng=0).layers
        assert not np.array_equal(first.W.value, second.W.value)

    def test_the_same_seed_gives_the_same_model(self):
        a, b = mlp(4, 8, 3, rng=5), mlp(4, 8, 3, rng=5)
        for p, q in zip(a.parameters(), b.parameters(), strict=True):
            np.testing.assert_array_equal(p.value, q.value)

    def test_it_draws_from_the_generator_layer_by_layer(self):
        rng = np.random.default_rng(1)
        expected = [he_normal(shape, rng).astype(np.float32) for shape in [(4, 8), (8, 3)]]
        weights = [p.value for p in mlp(4, 8, 3, rng=1).parameters() if p.name == "W"]
        for W, e in zip(weights, expected, strict=True):
            np.testing.assert_array_equal(W, e)

    def test_activation_and_dtype_are_used(self):
        model = mlp(2, 3, 4, 1, activation=Tanh, dtype=np.float64, rng=0)
        assert [type(layer) for layer in model.layers] == [Affine, Tanh, Affine, Tanh, Affine]
        assert model.dtype == np.float64

    def test_wrong_arguments_are_named(self):
        with pytest.raises(ValueError, match=r"^sizes: "):
            mlp(4)
        with pytest.raises(TypeError, match=r"^activation: .*'relu'"):
            mlp(4, 3, 2, activation="relu")
        with pytest.raises(ValueError, match=r"^n_out: "):
            mlp(4, 0)


class TestSaveAndLoad:
    def test_round_trip_is_exact_with_running_statistics(self, tmp_path):
        a, b = model_with_everything(0), model_with_everything(1)
        a.forward(X * 3 + 1, training=True)
        a.save(tmp_path / "a.npz")
        b.load(tmp_path / "a.npz")
        np.testing.assert_array_equal(b.forward(X), a.forward(X))
        for name, array in a.buffers().items():
            np.testing.assert_array_equal(b.buffers()[name], array)

    def test_loading_writes_in_place_so_an_optimizer_keeps_working(self, tmp_path):
        a, b = mlp(4, 3, rng=0), mlp(4, 3, rng=1)
        arrays = [p.value for p in b.parameters()]
        a.save(tmp_path / "a.npz")
        b.load(tmp_path / "a.npz")
        assert all(p.value is array for p, array in zip(b.parameters(), arrays, strict=True))

    def test_the_name_is_used_as_given_and_nothing_else_is_left(self, tmp_path):
        mlp(4, 3, rng=0).save(str(tmp_path / "모델"))
        assert os.listdir(tmp_path) == ["모델"]

    def test_the_file_holds_no_pickle(self, tmp_path):
        model_with_everything().save(tmp_path / "a.npz")
        with np.load(tmp_path / "a.npz", allow_pickle=False) as archive:
            assert all(archive[name].dtype.kind in "fU" for name in archive.files)

    @pytest.mark.parametrize(
        "other",
        [
            lambda: mlp(4, 6, 3, activation=Tanh),  # 매개변수의 shape은 같지만 다른 모델
            lambda: mlp(4, 3),
            lambda: Sequential(Affine(4, 6), ReLU(), Dropout(0.5), Affine(6, 3)),
        ],
    )
    def test_other_layers_are_refused_by_name(self, tmp_path, other):
        mlp(4, 6, 3, rng=0).save(tmp_path / "a.npz")
        with pytest.raises(ModelFileError, match=r"^path: .*받은 층=Affine, ReLU, Affine"):
            other().load(tmp_path / "a.npz")

    @pytest.mark.parametrize(
        ("other", "match"),
        [
            (lambda: mlp(4, 7, 3), r"0\.Affine\.W.*\(4, 7\).*\(4, 6\)"),
            (lambda: mlp(4, 6, 3, dtype=np.float64), r"float64.*float32"),
        ],
    )
    def test_other_shapes_and_dtypes_are_refused_and_change_nothing(self, tmp_path, other, match):
        mlp(4, 6, 3, rng=0).save(tmp_path / "a.npz")
        model = other()
        before = [p.value.copy() for p in model.parameters()]
        with pytest.raises(ModelFileError, match=match):
            model.load(tmp_path / "a.npz")
        for p, value in zip(model.parameters(), before, strict=True):
            np.testing.assert_array_equal(p.value, value)

    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(ModelFileError, match=r"^path: .*none\.npz.*파일 없음"):
            mlp(4, 3).load(tmp_path / "none.npz")

    @pytest.mark.parametrize("keep", [0, 10, 0.5, -1])
    def test_a_truncated_file_is_readable_as_such(self, tmp_path, keep):
        path = tmp_path / "a.npz"
        mlp(4, 3, rng=0).save(path)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * keep) if isinstance(keep, float) else keep])
        with pytest.raises(ModelFileError, match=r"^path: .*손상"):
            mlp(4, 3).load(path)

    def test_a_flipped_byte_is_noticed(self, tmp_path):
        path, model = tmp_path / "a.npz", mlp(4, 3, init=constant(0.5))
        model.save(path)
        data = bytearray(path.read_bytes())
        where = data.index(np.full(12, 0.5, dtype=np.float32).tobytes())
        data[where] ^= 1
        path.write_bytes(data)
        with pytest.raises(ModelFileError, match=r"^path: .*손상"):
            mlp(4, 3).load(path)

    @pytest.mark.parametrize("content", [b"", b"hello", b"\x80\x04N."])
    def test_something_else_is_not_a_model(self, tmp_path, content):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(ModelFileError, match=r"^path: .*(손상|형식)"):
            mlp(4, 3).load(tmp_path / "x")

    def test_a_single_array_or_a_foreign_archive_is_not_a_model(self, tmp_path):
        np.save(tmp_path / "one.npy", np.zeros(3))
        with pytest.raises(ModelFileError, match=r"^path: "):
            mlp(4, 3).load(tmp_path / "one.npy")
        np.savez(tmp_path / "foreign.npz", weights=np.zeros(3))
        with pytest.raises(ModelFileError, match=r"^path: .*알 수 없음"):
            mlp(4, 3).load(tmp_path / "foreign.npz")
        with zipfile.ZipFile(tmp_path / "plain.zip", "w") as archive:
            archive.writestr("readme.txt", "안녕")
        with pytest.raises(ModelFileError, match=r"^path: "):
            mlp(4, 3).load(tmp_path / "plain.zip")

    def test_pickled_objects_are_never_loaded(self, tmp_path):
        np.savez(tmp_path / "evil.npz", layers=np.array([{"a": 1}], dtype=object))
        with pytest.raises(ModelFileError, match=r"^path: "):
            mlp(4, 3).load(tmp_path / "evil.npz")

    def test_a_failed_save_leaves_the_old_file_and_no_rubbish(self, tmp_path, monkeypatch):
        path, model = tmp_path / "a.npz", mlp(4, 3, rng=0)
        model.save(path)
        before = path.read_bytes()

        def failing(file, **arrays):
            file.write(b"half")
            raise OSError("disk full")

        monkeypatch.setattr(np, "savez", failing)
        with pytest.raises(ModelFileError, match=r"^path: .*a\.npz.*disk full") as caught:
            model.save(path)
        assert isinstance(caught.value.__cause__, OSError)
        assert path.read_bytes() == before
        assert os.listdir(tmp_path) == ["a.npz"]
