"""Targets that take any bytes and must neither fail nor hang, and what drives them.

    seeds, made of the small rules and cases of the tests --driver--> bytes --target--> nothing, or a crash

`make fuzz TARGET=cases SECONDS=3600` runs one for as long as one likes: with atheris, guided by coverage,
where it is installed, else by mutation alone. Inputs that were found are kept in `tests/fuzz/found/TARGET/`,
small, and every run of the tests tries them again, with a few hundred mutations of the seeds.
"""
