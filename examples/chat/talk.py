"""A chat with a shop on the command line: ``python talk.py --db fashion.db``.

A bot of your own (Slack, Telegram, WhatsApp) is the same: keep a `ChatSession` for each user, turn what they
write into one of its calls, and send the products back.
"""

import argparse
import shlex
from collections.abc import Callable, Iterable

from fashion_plugin import FashionPlugin, FashionPluginError
from fashion_plugin_adapters.chat import ChatSession, Turn

HELP = """\
photo PATH|URL [WORDS]     what looks like this?
find WORDS                 what is there?
more NUMBER [WORDS]        more like that one
only NAME=VALUE …          colour=red  max_price=80  in_stock=yes  category=Shoes
cheaper [NUMBER]           below the price of that one
with NUMBER                what goes with it?
quit"""


def answer(session: ChatSession, line: str) -> str:
    """What the shop says to one line."""
    try:
        command, *words = shlex.split(line)
    except ValueError:
        return HELP
    turns: dict[str, Callable[[], Turn]] = {
        "photo": lambda: session.show(words[0], " ".join(words[1:])),
        "find": lambda: session.find(" ".join(words)),
        "more": lambda: session.like(int(words[0]), " ".join(words[1:])),
        "only": lambda: session.narrow(**dict(map(condition, words))),
        "cheaper": lambda: session.narrow(cheaper=int(words[0]) if words else True),
        "with": lambda: session.goes_with(int(words[0])),
    }
    try:
        return told(turns[command]())
    except (KeyError, IndexError):
        return HELP
    except (FashionPluginError, ValueError, TypeError) as error:
        return str(error)


def condition(word: str) -> tuple[str, str | bool | None]:
    """A condition such as ``colour=red``; ``colour=`` takes it back."""
    name, _, value = word.partition("=")
    return name, value == "yes" if name == "in_stock" else value or None


def told(turn: Turn) -> str:
    """An answer in lines."""
    lines = [f"({turn.understood})"]
    for number, match in enumerate(turn.matches, 1):
        product = match.product
        stock = "" if product.in_stock else ", sold out"
        reasons = f" - {'; '.join(match.reasons)}" if match.reasons else ""
        lines.append(
            f"{number}. {product.title}, {product.price or 'no price'}{stock}{reasons} {product.url}".rstrip()
        )
    return "\n".join([*lines, turn.advice] if turn.advice else lines)


def talk(session: ChatSession, lines: Iterable[str]) -> Iterable[str]:
    """The shop's answers, line by line, until somebody quits."""
    for line in lines:
        if line.strip() == "quit":
            return
        if line.strip():
            yield answer(session, line)


def main() -> None:
    """Read lines from the keyboard."""
    parser = argparse.ArgumentParser(description="Chat with a shop.")
    parser.add_argument("--db", default="fashion.db")
    arguments = parser.parse_args()
    with FashionPlugin.open(arguments.db) as shop:
        print(HELP)
        lines = iter(lambda: input("> "), "quit")
        try:
            for said in talk(ChatSession(shop), lines):
                print(said)
        except (EOFError, KeyboardInterrupt):
            print()


if __name__ == "__main__":
    main()
