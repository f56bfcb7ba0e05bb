"""훈련 루프: 미니배치, 기록, 조기 종료, 끊김, 알아볼 수 있는 오류."""

import sys

import numpy as np
import pytest

from deepnote_lib.initializers import constant, zeros
from deepnote_lib.layers import Affine, BatchNorm, Dropout, Layer, ReLU, Sigmoid
from deepnote_lib.losses import MSE, SigmoidBCE, SoftmaxCrossEntropy
from deepnote_lib.models import Sequential, mlp
from deepnote_lib.optimizers import SGD, Adam
from deepnote_lib.regularizers import L2
from deepnote_lib.training import (
    EarlyStopping,
    Evaluation,
    History,
    Record,
    Trainer,
    minibatches,
)

pytestmark = pytest.mark.backprop


def data(n=60, k=3, seed=0):
    """중심이 떨어진 구름 k개."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, k, n)
    x = rng.normal(size=(n, 4)) * 0.5 + 3 * np.eye(4)[y]
    return x.astype(np.float32), y


def trainer(model=None, *, lr=0.1, loss=None, **kwargs):
    model = mlp(4, 8, 3, rng=0) if model is None else model
    return Trainer(model, loss or SoftmaxCrossEntropy(), SGD(model.parameters(), lr=lr), **kwargs)


class TestMinibatches:
    def test_every_sample_appears_once_and_the_last_batch_is_short(self):
        batches = list(minibatches(10, 4, rng=0))
        assert [len(b) for b in batches] == [4, 4, 2]
        assert sorted(np.concatenate(batches)) == list(range(10))

    def test_membership_changes_from_epoch_to_epoch(self):
        """묶음의 순서만 섞고 구성원은 그대로 두던 결함이 없다."""
        rng = np.random.default_rng(0)
        first, second = (
            {frozenset(map(int, b)) for b in minibatches(40, 4, rng=rng)} for _ in range(2)
        )
        assert first.isdisjoint(second)

    def test_without_shuffling_the_order_is_kept(self):
        np.testing.assert_array_equal(
            np.concatenate(list(minibatches(7, 3, shuffle=False))), range(7)
        )

    def test_a_batch_larger_than_the_data_is_the_whole_data(self):
        assert [len(b) for b in minibatches(3, 100, rng=0)] == [3]

    @pytest.mark.parametrize(
        ("n", "batch_size", "name"), [(0, 1, "n"), (5, 0, "batch_size"), (5, 2.0, "batch_size")]
    )
    def test_wrong_counts_are_named_at_the_call(self, n, batch_size, name):
        with pytest.raises((TypeError, ValueError), match=rf"^{name}: "):
            minibatches(n, batch_size)


class TestStep:
    def test_it_returns_the_loss_before_the_update_and_takes_one_step(self):
        # 가중치가 0이면 손실은 ln 3, ∂L/∂z = (1/3 − t)/N
        model = Sequential(Affine(2, 3, init=zeros, dtype=np.float64))
        t = trainer(model, lr=0.5)
        assert t.step(np.array([[1.0, 2.0]]), [0]) == pytest.approx(np.log(3), rel=1e-15)
        p = np.array([-2 / 3, 1 / 3, 1 / 3])
        np.testing.assert_allclose(
            model.layers[0].W.value, -0.5 * np.outer([1.0, 2.0], p), rtol=1e-14
        )
        np.testing.assert_allclose(model.layers[0].b.value, -0.5 * p, rtol=1e-14)

    def test_the_penalty_enters_the_loss_and_the_update(self):
        # W = 1, x = 0이면 데이터의 기울기는 0이고 규제만 남는다: 손실 ½·0.1·1, W ← 1 − 0.5·0.1·1
        model = Sequential(Affine(1, 1, init=constant(1.0), dtype=np.float64))
        t = trainer(model, lr=0.5, loss=MSE(), penalty=L2(0.1))
        assert t.step([[0.0]], [[0.0]]) == pytest.approx(0.05, rel=1e-14)
        assert model.layers[0].W.value[0, 0] == pytest.approx(0.95, rel=1e-14)

    def test_a_full_batch_step_equals_a_hand_written_loop(self):
        x, y = data()
        a, b = mlp(4, 8, 3, rng=0), mlp(4, 8, 3, rng=0)
        t, loss = trainer(a), SoftmaxCrossEntropy()
        for _ in range(5):
            t.step(x, y)
            loss.forward(b.forward(x, training=True), y)
            b.backward(loss.backward())
            for p in b.parameters():
                p.value -= 0.1 * p.grad
        for p, q in zip(a.parameters(), b.parameters(), strict=True):
            np.testing.assert_array_equal(p.value, q.value)

    def test_the_first_layer_is_not_asked_for_an_input_gradient(self):
        asked = []

        class Spy(Affine):
            def backward(self, dout, *, input_grad=True):
                asked.append((self.n_in, input_grad))
                return super().backward(dout, input_grad=input_grad)

        model = Sequential(Dropout(0.1, rng=0), Spy(4, 8, rng=0), ReLU(), Spy(8, 3, rng=0))
        trainer(model).step(*data())
        assert asked == [(8, True), (4, False)]  # 매개변수가 없는 드롭아웃까지 내려가지 않는다

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_everything_runs_in_the_dtype_of_the_model(self, dtype):
        seen = []

        class Spy(Layer):
            def forward(self, x, *, training=False):
                seen.append(x.dtype)
                return x

            def backward(self, dout, *, input_grad=True):
                seen.append(dout.dtype)
                return dout

        model = Sequential(
            Spy(), Affine(4, 3, rng=0, dtype=dtype), Spy(), BatchNorm(3, dtype=dtype), Spy()
        )
        x, y = data()
        for given in (x.astype(np.float64), x.astype(np.float32), (x * 10).astype(int)):
            trainer(model, penalty=L2(0.1)).fit(
                given, y, epochs=1, batch_size=20, validation=(given, y)
            )
        assert set(seen) == {np.dtype(dtype)}

    def test_targets_are_converted_to_the_dtype_too(self):
        model, seen = Sequential(Affine(4, 2, rng=0)), []

        class Spy(MSE):
            def forward(self, prediction, target):
                seen.append(target.dtype)
                return super().forward(prediction, target)

        trainer(model, loss=Spy()).step(data()[0], np.zeros((60, 2)))
        assert seen == [np.float32]


class TestEpochs:
    def test_records_are_weighted_means_over_the_batches(self):
        """학습률이 아주 작으면 기록한 손실과 정확도가 전체를 한 번에 잰 값과 같다(짧은 배치 포함)."""
        x, y = data(50)
        t = trainer(
            Sequential(Affine(4, 3, rng=0)), lr=1e-9
        )  # 은닉층이 없어 로짓이 같은 샘플이 없다
        expected = t.evaluate(x, y)
        (record,) = t.epochs(x, y, epochs=1, batch_size=16, rng=0)
        assert record.loss == pytest.approx(expected.loss, rel=1e-5)  # float32 합의 순서만 다르다
        assert record.accuracy == expected.accuracy

    def test_the_loop_can_be_left_and_its_history_stays(self):
        t = trainer()
        for record in t.epochs(*data(), epochs=100, batch_size=20, rng=0):
            if record.loss < 0.5:
                break
        assert 1 < len(t.history) < 100
        assert t.history[-1] is record
        assert [r.epoch for r in t.history] == list(range(1, len(t.history) + 1))

    def test_validation_is_measured_after_the_epoch_without_the_penalty(self):
        x, y = data()
        t = trainer(penalty=L2(10.0), lr=1e-3)
        (record,) = t.epochs(x, y, epochs=1, batch_size=20, validation=(x, y), rng=0)
        assert (record.val_loss, record.val_accuracy) == t.evaluate(x, y)
        assert record.loss > record.val_loss + 1  # 훈련 손실에는 규제 항이 들어 있다

    def test_the_learning_rate_can_follow_a_schedule(self):
        t = trainer(lr=0.1)
        for record in t.epochs(*data(), epochs=3, batch_size=20, rng=0):
            t.optimizer.lr = 0.1 / 2**record.epoch
        assert [r.lr for r in t.history] == [0.1, 0.05, 0.025]

    def test_targets_that_are_not_class_numbers_have_no_accuracy(self):
        x, _ = data()
        t = trainer(Sequential(Affine(4, 2, rng=0)), loss=MSE(), lr=0.01)
        history = t.fit(
            x, np.zeros((60, 2)), epochs=2, batch_size=20, validation=(x, np.zeros((60, 2))), rng=0
        )
        assert history[0].accuracy is None
        assert history[0].val_accuracy is None
        assert np.isnan(history.accuracy).all()
        assert t.evaluate(x, np.zeros((60, 2))).accuracy is None

    def test_binary_accuracy_counts_positive_logits_as_class_one(self):
        model = Sequential(Affine(1, 1, init=constant(1.0), dtype=np.float64))
        t = trainer(model, loss=SigmoidBCE())
        # z = x: 예측은 1, 0, 0(z = 0), 1 → 맞힌 것은 앞의 셋
        assert t.evaluate([[2.0], [-1.0], [0.0], [3.0]], [1, 0, 0, 0]).accuracy == 0.75
        assert t.fit([[2.0], [-1.0]], [1, 0], epochs=1, batch_size=2)[0].accuracy == 1.0

    def test_the_batch_size_is_32_unless_given(self):
        """PyTorch와 Keras의 흔한 기본값."""
        x, y = data()
        histories = []
        for kwargs in ({}, {"batch_size": 32}, {"batch_size": 31}):
            histories.append(trainer().fit(x, y, epochs=2, rng=0, **kwargs))
        assert histories[0] == histories[1] != histories[2]

    def test_a_plain_layer_can_be_trained_too(self):
        layer = Affine(4, 3, init=zeros)
        history = trainer(layer, lr=0.5).fit(*data(), epochs=20, batch_size=20, rng=0)
        assert history.loss[0] < np.log(3)
        assert history[-1].accuracy == 1.0

    def test_a_readers_own_class_needs_only_forward_backward_and_parameters(self):
        """책의 앞부분처럼 상속하지 않고 backward(dout)만 정의한 클래스."""

        class Net:
            def __init__(self):
                self.layer = Affine(4, 3, init=zeros)

            def forward(self, x, *, training=False):
                return self.layer.forward(x, training=training)

            def backward(self, dout):
                return self.layer.backward(dout)

            def parameters(self):
                return self.layer.parameters()

        own, ours = trainer(Net(), lr=0.5), trainer(Affine(4, 3, init=zeros), lr=0.5)
        settings = {"epochs": 5, "batch_size": 20, "validation": data(30, seed=1), "patience": 2}
        assert own.fit(*data(), rng=0, **settings) == ours.fit(*data(), rng=0, **settings)
        assert own.history[-1].accuracy > 0.9

    def test_batch_norm_running_statistics_are_used_for_validation(self):
        model = Sequential(Affine(4, 8, rng=0), BatchNorm(8), ReLU(), Affine(8, 3, rng=1))
        history = trainer(model).fit(
            *data(), epochs=15, batch_size=20, validation=data(30, seed=1), rng=0
        )
        assert history[-1].val_accuracy == 1.0


class TestHistory:
    def records(self, *val_losses):
        return History(
            Record(i, 1.0 / i, 0.5, v, 0.25, 0.1, 3.0) for i, v in enumerate(val_losses, 1)
        )

    def test_columns_are_arrays(self):
        history = self.records(0.5, 0.25)
        np.testing.assert_array_equal(history.loss, [1.0, 0.5])
        np.testing.assert_array_equal(history.accuracy, [0.5, 0.5])
        np.testing.assert_array_equal(history.val_loss, [0.5, 0.25])
        np.testing.assert_array_equal(history.val_accuracy, [0.25, 0.25])

    def test_best_epoch_is_the_first_lowest_validation_loss(self):
        assert self.records(0.5, 0.2, 0.2, 0.4).best_epoch == 2
        assert self.records(None, None, None).best_epoch == 3  # 검증이 없으면 훈련 손실
        with pytest.raises(ValueError, match=r"^history: "):
            _ = History().best_epoch

    def test_to_dict_holds_everything_but_the_time(self):
        assert self.records(0.5).to_dict() == {
            "epoch": [1], "loss": [1.0], "accuracy": [0.5],
            "val_loss": [0.5], "val_accuracy": [0.25], "lr": [0.1],
        }  # fmt: skip
        assert History().to_dict()["loss"] == []

    def test_time_is_neither_compared_nor_shown(self):
        (record,) = self.records(0.5)
        assert record == Record(1, 1.0, 0.5, 0.5, 0.25, 0.1, 99.0)
        assert "seconds" not in repr(record)

    def test_repr_is_one_line(self):
        assert repr(self.records(0.5, 0.4)).startswith("History(2에포크, 마지막=Record(epoch=2")
        assert repr(History()) == "History(0에포크)"


@pytest.mark.regularization
class TestEarlyStopping:
    @pytest.mark.parametrize(
        ("losses", "patience", "min_delta", "stops_after"),
        [
            ([5, 4, 3, 3.5, 3.2], 2, 0.0, 5),
            ([5, 5], 1, 0.0, 2),  # 같은 값은 나아진 것이 아니다
            ([5, 4, 4, 4], 2, 0.0, 4),
            ([5, 6, 4, 6, 6, 6], 3, 0.0, 6),  # 나아지면 다시 센다
            (
                [5, 4.5, 4.2, 4.0, 3.9],
                2,
                0.5,
                5,
            ),  # 4.2에서 기준이 바뀐다(5 − 4.2 > 0.5). 4.5는 꼭 0.5라 아니다
            ([5, 4.5, 4.5], 2, 0.5, 3),
            ([5, 4, 3, 2, 1], 1, 0.0, None),
        ],
    )
    def test_it_stops_after_patience_epochs_without_improvement(
        self, losses, patience, min_delta, stops_after
    ):
        stopping = EarlyStopping([], patience=patience, min_delta=min_delta)
        answers = [stopping.should_stop(float(v)) for v in losses]
        assert answers == [i == stops_after for i in range(1, len(losses) + 1)]

    def test_the_weights_are_the_lowest_even_if_the_gain_was_below_min_delta(self):
        w = np.array([0.0])
        stopping = EarlyStopping([w], patience=3, min_delta=1.0)
        for w[0], val_loss in [(1, 5.0), (2, 4.5), (3, 4.8)]:
            stopping.should_stop(val_loss)
        stopping.restore()
        assert w[0] == 2

    def test_it_takes_the_state_of_a_model_and_restores_its_running_statistics(self):
        model = Sequential(Affine(2, 3, rng=0), BatchNorm(3))
        stopping = EarlyStopping(model.state(), patience=1)
        stopping.should_stop(1.0)
        before = {name: array.copy() for name, array in model.state().items()}
        for array in model.state().values():
            array += 1.0
        assert stopping.should_stop(2.0)
        stopping.restore()
        assert list(before) == [
            "0.Affine.W", "0.Affine.b", "1.BatchNorm.gamma", "1.BatchNorm.beta",
            "1.BatchNorm.running_mean", "1.BatchNorm.running_var",
        ]  # fmt: skip
        for name, array in model.state().items():
            np.testing.assert_array_equal(array, before[name])

    def test_what_cannot_be_restored_is_named(self):
        with pytest.raises(TypeError, match=r"^arrays: .*model\.state\(\)"):
            EarlyStopping(mlp(2, 3), patience=1)
        with pytest.raises(TypeError, match=r"^arrays\[0\]: NumPy 배열.*\[1\.0\]"):
            EarlyStopping([[1.0]], patience=1)
        with pytest.raises(TypeError, match=r"^val_loss: 수여야.*None"):
            EarlyStopping([], patience=1).should_stop(None)

    def overfit(self, model, patience=3, **kwargs):
        """레이블이 무작위라 검증 손실이 곧 오르기 시작한다."""
        rng = np.random.default_rng(0)
        x, y = rng.normal(size=(40, 4)), rng.integers(0, 3, 40)
        x_val, y_val = rng.normal(size=(40, 4)), rng.integers(0, 3, 40)
        t = Trainer(model, SoftmaxCrossEntropy(), Adam(model.parameters(), lr=0.03))
        history = t.fit(
            x,
            y,
            epochs=60,
            batch_size=10,
            validation=(x_val, y_val),
            rng=0,
            patience=patience,
            **kwargs,
        )
        return t, history, (x_val, y_val)

    @pytest.mark.parametrize("with_norm", [False, True])
    def test_fit_stops_and_restores_the_best_weights_and_running_statistics(self, with_norm):
        rng = np.random.default_rng(0)
        middle = [BatchNorm(32)] if with_norm else []
        model = Sequential(Affine(4, 32, rng=rng), *middle, ReLU(), Affine(32, 3, rng=rng))
        t, history, held_out = self.overfit(model)
        assert len(history) < 60
        assert len(history) == history.best_epoch + 3
        # 이동 평균까지 되돌려야 같은 값이 나온다. 같은 배열을 같은 순서로 계산하므로 정확히 같다
        assert t.evaluate(*held_out).loss == history.val_loss.min()
        assert history.val_loss[-1] > history.val_loss.min()

    def test_without_patience_the_last_weights_stay(self):
        model = mlp(4, 32, 3, rng=0)
        t, history, held_out = self.overfit(model, patience=None)
        assert len(history) == 60
        assert t.evaluate(*held_out).loss == history.val_loss[-1]

    def test_a_readers_model_with_two_weights_of_one_name_is_restored_whole(self):
        """독자의 층에는 W가 둘일 수 있다. 이름으로만 모으면 앞의 W를 되돌리지 않고 지나간다."""

        class TwoLayers(Layer):
            def __init__(self):
                self.first, self.relu, self.second = (
                    Affine(4, 32, rng=0),
                    ReLU(),
                    Affine(32, 3, rng=1),
                )

            def parameters(self):
                return self.first.parameters() + self.second.parameters()

            def forward(self, x, *, training=False):
                h = self.relu.forward(self.first.forward(x, training=training), training=training)
                return self.second.forward(h, training=training)

            def backward(self, dout, *, input_grad=True):
                return self.first.backward(self.relu.backward(self.second.backward(dout)))

        model = TwoLayers()
        assert len(model.state()) == 4
        t, history, held_out = self.overfit(model)
        assert history.val_loss[-1] > history.val_loss.min()
        assert t.evaluate(*held_out).loss == history.val_loss.min()

    def test_parameters_stay_the_same_arrays(self):
        model = mlp(4, 32, 3, rng=0)
        arrays = [p.value for p in model.parameters()]
        self.overfit(model)
        assert all(p.value is a for p, a in zip(model.parameters(), arrays, strict=True))

    def test_patience_needs_validation_data(self):
        with pytest.raises(ValueError, match=r"^validation: .*patience"):
            trainer().fit(*data(), epochs=1, batch_size=10, patience=3)

    @pytest.mark.parametrize("kwargs", [{"patience": 0}, {"patience": 1, "min_delta": -1.0}])
    def test_wrong_arguments_are_named(self, kwargs):
        with pytest.raises(ValueError, match=rf"^{list(kwargs)[-1]}: "):
            trainer().fit(*data(), epochs=1, batch_size=10, validation=data(), **kwargs)


class Interrupting(SGD):
    """정해진 걸음 뒤에 Ctrl-C를 누른다."""

    def __init__(self, parameters, lr, after):
        super().__init__(parameters, lr)
        self.left = after

    def step(self):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        super().step()


class TestInterruption:
    def interrupted(self, **kwargs):
        model = mlp(4, 8, 3, rng=0)
        t = Trainer(model, SoftmaxCrossEntropy(), Interrupting(model.parameters(), 0.1, after=8))
        with pytest.raises(KeyboardInterrupt):
            t.fit(*data(), epochs=100, batch_size=20, validation=data(30, seed=1), rng=0, **kwargs)
        return t

    def test_nothing_is_lost(self):
        t = self.interrupted()  # 에포크마다 3걸음: 두 에포크를 마치고 셋째 도중에 멈춘다
        reference = trainer().fit(
            *data(), epochs=2, batch_size=20, validation=data(30, seed=1), rng=0
        )
        assert t.history == reference

    def test_with_patience_the_best_weights_so_far_are_restored(self):
        t = self.interrupted(patience=5)
        assert t.evaluate(*data(30, seed=1)).loss == t.history.val_loss.min()


class TestEvaluate:
    def test_it_does_not_depend_on_the_batch_size(self):
        x, y = data(50)
        t = trainer(mlp(4, 8, 3, rng=0, dtype=np.float64))
        whole, parts = t.evaluate(x, y, batch_size=50), t.evaluate(x, y, batch_size=7)
        assert whole.loss == pytest.approx(parts.loss, rel=1e-12)
        assert whole.accuracy == parts.accuracy
        assert isinstance(whole, Evaluation)

    def test_it_changes_neither_parameters_nor_statistics_nor_the_random_state(self):
        rng = np.random.default_rng(0)
        model = Sequential(
            Affine(4, 8, rng=rng), BatchNorm(8), Dropout(0.5, rng=rng), Affine(8, 3, rng=rng)
        )
        before = [
            a.copy() for a in [p.value for p in model.parameters()] + list(model.buffers().values())
        ]
        state = rng.bit_generator.state
        trainer(model).evaluate(*data())
        after = [p.value for p in model.parameters()] + list(model.buffers().values())
        for a, b in zip(after, before, strict=True):
            np.testing.assert_array_equal(a, b)
        assert rng.bit_generator.state == state


class TestErrors:
    def test_divergence_is_a_readable_error_that_names_the_epoch(self):
        model = Sequential(Affine(4, 3, rng=0))
        t = trainer(model, loss=MSE(), lr=1e3)
        with pytest.raises(
            FloatingPointError,
            match=r"^loss: \d+번째 에포크에서 손실이 발산.*학습률을 줄이고.*lr=1000.*표준화",
        ):
            t.fit(data()[0], np.zeros((60, 3)), epochs=50, batch_size=60, rng=0)
        assert len(t.history) >= 1

    def test_a_divergence_seen_only_by_the_validation_is_reported_too(self):
        model = Sequential(Affine(4, 3, rng=0))
        t = trainer(model, loss=MSE(), lr=1e30)
        with pytest.raises(FloatingPointError, match=r"^val_loss: 1번째"):
            t.fit(
                data()[0],
                np.ones((60, 3)),
                epochs=1,
                batch_size=60,
                validation=(data()[0], np.ones((60, 3))),
            )

    def test_a_single_step_without_epochs_reports_no_epoch_and_updates_nothing(self):
        model = Sequential(Affine(4, 3, rng=0))
        model.layers[0].W.value[0, 0] = np.nan
        before = model.layers[0].b.value.copy()
        with pytest.raises(FloatingPointError, match=r"^loss: 손실이 발산.*nan"):
            trainer(model).step(*data())
        np.testing.assert_array_equal(model.layers[0].b.value, before)

    def test_an_optimizer_of_another_model_is_refused(self):
        """노트북에서 모델만 다시 만들고 옵티마이저를 그대로 둔 경우: 아무것도 배우지 못한다."""
        model, other = mlp(4, 3, rng=0), mlp(4, 3, rng=0)
        with pytest.raises(ValueError, match=r"^optimizer: "):
            Trainer(model, SoftmaxCrossEntropy(), SGD(other.parameters(), lr=0.1))

    def test_some_parameters_can_be_left_frozen(self):
        model = mlp(4, 8, 3, rng=0)
        frozen = model.layers[0].W.value.copy()
        t = Trainer(model, SoftmaxCrossEntropy(), SGD(model.layers[2].parameters(), lr=0.1))
        assert t.fit(*data(), epochs=3, batch_size=20, rng=0).loss[-1] < np.log(3)
        np.testing.assert_array_equal(model.layers[0].W.value, frozen)

    @pytest.mark.parametrize(
        ("x", "y", "error", "match"),
        [
            (np.ones((5, 4)), np.zeros(4, int), ValueError, r"^y: .*\(4,\).*\(5, 4\)"),
            (np.ones((5, 3)), np.zeros(5, int), ValueError, r"^x: .*\(N, 4\).*\(5, 3\)"),
            (np.ones((5, 4)), np.eye(5, 3, dtype=int), ValueError, r"^y: .*argmax"),
            (np.ones((5, 4)), np.zeros((5, 1), int), ValueError, r"^y: .*\(5, 1\)"),
            (np.ones((5, 4)), np.zeros(5), TypeError, r"^y: .*float"),
            (np.ones((5, 4)), np.full(5, 3), ValueError, r"^y: .*3"),
            (np.ones((5, 4)), np.array(["a"] * 5), TypeError, r"^y: "),
            (np.array([["a"] * 4] * 5), np.zeros(5, int), TypeError, r"^x: "),
            (np.ones((0, 4)), np.zeros(0, int), ValueError, r"^x: .*하나 이상"),
            (np.ones((5, 4)), 3, ValueError, r"^y: "),
            (np.full((5, 4), np.nan), np.zeros(5, int), ValueError, r"^x: .*유한"),
        ],
    )
    def test_wrong_data_is_named(self, x, y, error, match):
        with pytest.raises(error, match=match):
            trainer().fit(x, y, epochs=1, batch_size=5)

    def test_targets_that_are_not_finite_are_named(self):
        with pytest.raises(ValueError, match=r"^y: .*유한"):
            trainer(Sequential(Affine(4, 1, rng=0)), loss=MSE()).fit(
                np.ones((5, 4)), np.full((5, 1), np.inf), epochs=1, batch_size=5
            )

    @pytest.mark.parametrize("name", ["epochs", "batch_size"])
    def test_wrong_counts_are_named_before_training(self, name):
        with pytest.raises(ValueError, match=rf"^{name}: 1 이상의 정수"):
            trainer().fit(*data(), **{"epochs": 1, "batch_size": 5} | {name: 0})
        with pytest.raises(ValueError, match=r"^batch_size: "):
            trainer().evaluate(*data(), batch_size=0)

    def test_epochs_checks_its_arguments_at_the_call_not_at_the_first_record(self):
        with pytest.raises(ValueError, match=r"^epochs: "):
            trainer().epochs(*data(), epochs=0, batch_size=5)


class TestProgress:
    def test_the_bar_is_shown_on_request_only(self, capsys):
        silent = trainer().fit(*data(), epochs=2, batch_size=20, rng=0)
        assert capsys.readouterr() == ("", "")
        shown = trainer().fit(*data(), epochs=2, batch_size=20, rng=0, progress=True)
        assert "2/2" in capsys.readouterr().err
        assert shown == silent

    def test_tqdm_is_not_needed_otherwise(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "tqdm", None)  # 들여오면 ImportError
        trainer().fit(*data(), epochs=1, batch_size=20, rng=0)


class TestLearning:
    def test_one_batch_can_be_memorised(self):
        rng = np.random.default_rng(0)
        x, y = rng.normal(size=(16, 8)), rng.integers(0, 4, 16)
        model = mlp(8, 64, 4, rng=0)
        t = Trainer(model, SoftmaxCrossEntropy(), Adam(model.parameters(), lr=0.01))
        assert t.fit(x, y, epochs=200, batch_size=16, rng=0)[-1].loss < 0.01

    def test_a_hidden_layer_of_zeros_learns_nothing_but_the_class_frequencies(self):
        y = np.repeat(np.arange(3), 20)  # 클래스마다 같은 수
        x = data()[0]
        history = trainer(mlp(4, 8, 3, init=zeros)).fit(x, y, epochs=10, batch_size=60, rng=0)
        np.testing.assert_allclose(history.loss, np.log(3), rtol=1e-6)

    def test_equal_initial_weights_keep_the_hidden_units_equal(self):
        model = mlp(4, 8, 3, activation=Sigmoid, init=constant(0.1), dtype=np.float64)
        trainer(model, lr=0.5).fit(*data(), epochs=20, batch_size=20, rng=0)
        W = model.layers[0].W.value
        assert np.abs(W - 0.1).max() > 0.01  # 배우기는 했지만
        assert np.ptp(W, axis=1).max() < 1e-12  # 여덟 열이 여전히 같다
