"""Student's t distribution, which the standard library lacks; all that intervals over few blocks need.

A scientific library would bring a hundred megabytes for these two functions. They are held against
published tables and against numerical integration by the tests.
"""

from __future__ import annotations

import math
from functools import lru_cache

_TINY = 1e-300
_CLOSE = 1e-15
_TERMS = 10_000


def cdf(t: float, freedom: float) -> float:
    """The chance that a t variable with `freedom` degrees of freedom is at most `t`."""
    if freedom <= 0:
        raise ValueError("a t distribution has more than 0 degrees of freedom")
    if math.isinf(t):
        return 1.0 if t > 0 else 0.0
    tail = 0.5 * _beta_share(freedom / (freedom + t * t), freedom / 2, 0.5)
    return 1.0 - tail if t > 0 else tail


@lru_cache(maxsize=1024)
def quantile(chance: float, freedom: float) -> float:
    """The t that a variable with `freedom` degrees of freedom stays below with this chance."""
    if not 0 < chance < 1:
        raise ValueError("a quantile is asked for a chance between 0 and 1")
    if chance < 0.5:
        return -quantile(1 - chance, freedom)
    low, high = 0.0, 1.0
    while cdf(high, freedom) < chance:
        low, high = high, high * 2
    while high - low > 1e-12 * max(1.0, high):
        middle = (low + high) / 2
        low, high = (middle, high) if cdf(middle, freedom) < chance else (low, middle)
    return (low + high) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by the continued fraction that converges faster."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    front = math.exp(log_front)
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Lentz's evaluation of the continued fraction of the incomplete beta function."""
    c, d = 1.0, 1.0 / _away(1.0 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _TERMS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _away(1.0 + term * d)
            c = _away(1.0 + term / c)
            value *= c * d
        if abs(c * d - 1.0) < _CLOSE:
            return value
    raise ArithmeticError(f"no convergence for x={x}, a={a}, b={b}")


def _away(number: float) -> float:
    """Keeps a denominator off zero."""
    return number if abs(number) > _TINY else _TINY
