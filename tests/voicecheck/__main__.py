"""``python -m tests.voicecheck``: of a bank, what is heard of it; of a folder with Kokoro's model, what that says."""

import sys
from pathlib import Path

import click

from audio.bank import BankFile


@click.command()
@click.argument("where", type=click.Path(exists=True, path_type=Path))
@click.argument("style", default="af_heart")
@click.option("--bank", type=click.Path(path_type=Path), help="Of a model: a bank, built if need be.")
@click.option(
    "--ears",
    type=click.Path(exists=True, path_type=Path),
    help="Of a bank: whisper-base's folder, to hear it by.",
)
@click.option("--alone", is_flag=True, help="Play each phrase alone to the ears: six times as slow.")
def main(where: Path, style: str, bank: Path | None, ears: Path | None, *, alone: bool) -> None:
    """Check a bank, or a folder with Kokoro's model."""
    if where.is_dir():
        from tests.voicecheck.spoken import checked  # noqa: PLC0415  # needs the model's own packages

        sys.exit(not checked(where, style, bank))
    from tests.voicecheck.bank import Check  # noqa: PLC0415  # likewise

    sys.exit(not Check(BankFile(where)).printed(ears, alone=alone))


if __name__ == "__main__":
    main()
