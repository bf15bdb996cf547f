from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.storage.batches import BACKENDS, Backend, backend


@pytest.fixture(params=BACKENDS)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    made = backend(request.param, tmp_path / "data")
    yield made
    made.store.close()
