"""Lets ``python -m calsieve.cli`` be the command too."""

from calsieve.cli.main import main

main(prog_name="calsieve")
