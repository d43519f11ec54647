"""``python -m integrations.sandbox``: the sandbox alone, without Django or any configuration."""

import argparse
import sys

from integrations.sandbox.alone import CannotStartError, add_arguments, run


def say(text: str) -> None:
    """Print at once, whoever reads."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Read the options and serve; exits with one sentence when something is in the way."""
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    add_arguments(parser)
    try:
        run(parser.parse_args(), say)
    except CannotStartError as error:
        sys.exit(f"The sandbox cannot start: {error}.")


if __name__ == "__main__":
    main()
