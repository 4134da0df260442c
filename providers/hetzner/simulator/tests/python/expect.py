"""What calls of a client are expected to give."""

from hcloud import APIException


def refused(code, call):
    """Expects that a call is refused with a code."""
    try:
        call()
    except APIException as error:
        assert error.code == code, error
        return error
    raise AssertionError(f"{code} was expected")


def equal(found, expected):
    assert found == expected, (found, expected)
