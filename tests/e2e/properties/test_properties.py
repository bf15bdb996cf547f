"""The example project, tried by the properties that its document promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.properties.trial import PAYMENTS, trial

EXAMPLES = 15


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_payments__with_requests_of_all_kinds__keeps_what_its_document_promises() -> None:
    verdict = trial(PAYMENTS, PAYMENTS / "openapi.yaml", EXAMPLES, seed=20)
    assert not verdict.failed, verdict.told
    assert verdict.cases > 16 * EXAMPLES
    assert verdict.links > 5


@pytest.mark.timeout(300)
def test_trial__of_a_server_that_breaks_its_document__finds_it(tmp_path: Path) -> None:
    text = (PAYMENTS / "openapi.yaml").read_text(encoding="utf-8")
    strict = tmp_path / "openapi.yaml"
    strict.write_text(text.replace("enum: [customer]", "enum: [client]").replace("const: customer", "const: client"))
    verdict = trial(PAYMENTS, strict, 1, seed=1)
    assert verdict.failed
    assert "Response violates schema" in verdict.told
