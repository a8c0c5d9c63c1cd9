"""Tryton's web application with an overlay planted in it; gunicorn is given this one instead of Tryton's own."""

import os
import traceback

import planting
from trytond.pool import Pool

BOOT_FAILED = 3  # how gunicorn's workers say that they cannot work: it then ends, too

_init = Pool.init


def init(self, *arguments, **named):
    _init(self, *arguments, **named)
    try:
        planting.plant(self)
    except BaseException:  # in a thread, where it would only be printed and the server would run unharmed
        traceback.print_exc()
        os._exit(BOOT_FAILED)


Pool.init = init

from trytond.application import app  # noqa: E402, F401  (it makes the pools, so the way must be planted before)
