"""정확도, 혼동 행렬, 확률 보정: 손으로 센 값과 scikit-learn과의 대조."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

from deepnote_lib import metrics as M
from deepnote_lib.activations import softmax

pytestmark = pytest.mark.softmax

pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30)


def test_accuracy_counts_hits() -> None:
    assert M.accuracy([0, 1, 1, 2], [0, 1, 2, 2]) == 0.75  # 넷 가운데 셋
    assert isinstance(M.accuracy([1], [1]), float)


@given(pairs)
def test_confusion_matrix_agrees_with_scikit_learn(sample) -> None:
    y, predicted = (np.array(column) for column in zip(*sample, strict=True))
    ours = M.confusion_matrix(y, predicted, n_classes=5)
    np.testing.assert_array_equal(ours, sk.confusion_matrix(y, predicted, labels=range(5)))
    assert ours.trace() / ours.sum() == pytest.approx(M.accuracy(y, predicted), rel=1e-15)
    assert M.accuracy(y, predicted) == pytest.approx(sk.accuracy_score(y, predicted), rel=1e-15)


def test_confusion_matrix_rows_are_true_and_columns_predicted() -> None:
    # 정답 0을 1로 한 번, 정답 1을 1로 한 번
    assert M.confusion_matrix([0, 1], [1, 1]).tolist() == [[0, 1], [0, 1]]
    assert M.confusion_matrix([0], [0], n_classes=3).shape == (3, 3)
    assert M.confusion_matrix(np.array([], int), np.array([], int)).shape == (0, 0)


def test_confusion_matrix_of_small_integers_does_not_wrap_around() -> None:
    # uint8에서 29·30 + 29 = 899는 넘친다
    y = np.array([29], dtype=np.uint8)
    assert M.confusion_matrix(y, y)[29, 29] == 1


def test_labels_that_are_not_class_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match=r"predicted.*argmax"):
        M.accuracy([0, 1, 2], np.eye(3))  # 확률을 그대로 넣은 실수
    with pytest.raises(ValueError, match=r"y.*argmax"):
        M.accuracy(np.eye(3), [0, 1, 2])
    with pytest.raises(TypeError, match=r"y.*float64"):
        M.accuracy([0.0], [0])
    with pytest.raises(ValueError, match=r"predicted.*\(2,\)"):
        M.accuracy([0, 1], [0, 1, 1])
    with pytest.raises(ValueError, match=r"y.*\(0,\)"):
        M.accuracy(np.array([], int), np.array([], int))
    with pytest.raises(ValueError, match=r"predicted.*0~1"):
        M.confusion_matrix([1], [2], n_classes=2)


def test_reliability_by_hand() -> None:
    # 확신 0.9(맞음), 0.8(맞음), 0.7(틀림), 0.4(맞음). 구간 (0, ½]과 (½, 1]
    p = [[0.9, 0.1, 0.0], [0.1, 0.8, 0.1], [0.2, 0.7, 0.1], [0.3, 0.3, 0.4]]
    bins = M.reliability(p, [0, 1, 0, 2], n_bins=2)
    assert bins.count.tolist() == [1, 3]
    np.testing.assert_allclose(bins.confidence, [0.4, 0.8], rtol=1e-15)
    np.testing.assert_allclose(bins.accuracy, [1, 2 / 3], rtol=1e-15)
    # ECE = ¼·|1 - 0.4| + ¾·|2/3 - 0.8| = 0.15 + 0.1
    assert M.expected_calibration_error(p, [0, 1, 0, 2], n_bins=2) == pytest.approx(0.25, rel=1e-14)


def test_bin_edges_belong_to_the_lower_bin() -> None:
    bins = M.reliability([[0.5, 0.5], [1.0, 0.0]], [0, 0], n_bins=4)
    assert bins.count.tolist() == [0, 1, 0, 1]
    assert np.isnan(bins.accuracy[[0, 2]]).all()
    assert np.isnan(bins.confidence[[0, 2]]).all()


def test_one_dimensional_probability_means_class_one() -> None:
    p = np.array([0.9, 0.2])
    one, two = M.reliability(p, [1, 1]), M.reliability(np.stack([1 - p, p], axis=1), [1, 1])
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("n_bins", [1, 5, 10, 15])
def test_reliability_agrees_with_scikit_learn(n_bins: int) -> None:
    rng = np.random.default_rng(0)
    p = softmax(rng.normal(size=(300, 4)) * 2)
    y = rng.integers(0, 4, size=300)
    bins = M.reliability(p, y, n_bins=n_bins)
    confidence, correct = p.max(axis=1), p.argmax(axis=1) == y
    fraction, mean = calibration_curve(correct, confidence, n_bins=n_bins)
    filled = bins.count > 0
    np.testing.assert_allclose(bins.accuracy[filled], fraction, rtol=1e-13)
    np.testing.assert_allclose(bins.confidence[filled], mean, rtol=1e-13)
    assert bins.count.sum() == 300


def test_calibration_error_sees_overconfidence() -> None:
    # 오개념: "소프트맥스 출력 0.99 = 99% 맞힌다". 확신 0.99로 열에 다섯만 맞히면 ECE는 0.49
    p = np.tile([0.99, 0.01], (10, 1))
    y = np.array([0, 1] * 5)
    assert M.expected_calibration_error(p, y) == pytest.approx(0.49, abs=1e-12)
    assert M.expected_calibration_error(np.full((10, 2), 0.5), y) == 0.0


def test_calibration_refuses_logits_and_empty_data() -> None:
    with pytest.raises(ValueError, match=r"p.*0~2"):
        M.reliability([[2.0, 0.0]], [0])
    with pytest.raises(ValueError, match=r"p.*\(1, 1, 1\)"):
        M.reliability(np.zeros((1, 1, 1)), [0])
    with pytest.raises(ValueError, match=r"p.*0"):
        M.expected_calibration_error(np.zeros((0, 2)), np.array([], int))
    with pytest.raises(ValueError, match="n_bins"):
        M.reliability([[1.0, 0.0]], [0], n_bins=0)
