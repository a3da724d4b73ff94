"""Everything is in pyproject.toml; this only keeps a setuptools that can't read it from making an empty package."""

import setuptools

NEEDED = 61

if int(setuptools.__version__.split(".")[0]) < NEEDED:
    raise SystemExit(
        f"dirtyhost is built by setuptools {NEEDED} or later, and this is {setuptools.__version__}: "
        "run `pip install --upgrade setuptools`, or leave out --no-build-isolation"
    )
setuptools.setup()
