"""CONTRIBUTING.md에서 사람이 쓰지 않는 두 표를 채운다."""
