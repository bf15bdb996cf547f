from __future__ import annotations

import pytest

from diorama.app.settings import Settings, from_environment
from diorama.model.errors import DioramaError


def test_from_environment__nothing_given__has_the_defaults() -> None:
    assert from_environment({}, {}) == Settings()


def test_from_environment__command_line_and_variable__the_command_line_wins() -> None:
    assert from_environment({"port": 9001}, {"DIORAMA_PORT": "9000"}).port == 9001
    assert from_environment({"port": None}, {"DIORAMA_PORT": "9000"}).port == 9000


def test_from_environment__lists_and_switches__are_read_from_text() -> None:
    environment = {"DIORAMA_TRUSTED_PROXIES": "10.0.0.0/8, 127.0.0.1", "DIORAMA_MEMORY": "true", "DIORAMA_CORS": "0"}
    settings = from_environment({}, environment)
    assert settings.trusted_proxies == ("10.0.0.0/8", "127.0.0.1")
    assert settings.memory is True
    assert settings.cors is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DIORAMA_PORT", "many"),
        ("DIORAMA_VALIDATION", "maybe"),
        ("DIORAMA_MEMORY", "perhaps"),
        ("DIORAMA_SHUTDOWN_S", "x"),
    ],
)
def test_from_environment__value_of_another_kind__is_refused_with_its_name(name: str, value: str) -> None:
    with pytest.raises(DioramaError) as caught:
        from_environment({}, {name: value})
    assert caught.value.code == "option_invalid"
    assert name.removeprefix("DIORAMA_").lower() in caught.value.message


@pytest.mark.parametrize(("given", "absent"), [("tls_certificate", "--tls-key"), ("tls_key", "--tls-certificate")])
def test_from_environment__half_of_what_tls_needs__names_the_other_half(given: str, absent: str) -> None:
    with pytest.raises(DioramaError, match=absent):
        from_environment({given: "file.pem"}, {})


def test_from_environment__misspelt_setting__is_refused_with_the_nearest() -> None:
    with pytest.raises(DioramaError) as caught:
        from_environment({"dinamic": True}, {})
    assert (caught.value.code, caught.value.hint) == ("option_invalid", "Is it dynamic?")
