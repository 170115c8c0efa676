# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs at the start of every Python in a release: while the file NOTES exists, each command that is started is noted
in it, with all its arguments. pcs, and a program that imports it, is run by a process that has imported it already:
that is most of what a change costs."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import sys
from typing import Any

NOTES = "/tmp/processes"
IMPORT = "from pcs import app"  # what pcs_child.py does
BUNDLES = ("/usr/lib/pcs/pcs_bundled/packages",)
MOST = 1 << 17  # bytes of a message


def note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen" and os.path.exists(NOTES):
        with open(NOTES, "a", encoding="utf-8") as stream:
            stream.write(json.dumps([os.fsdecode(word) for word in arguments[1]]) + "\n")


def hand_over(path: str, program: str, argv: list[str]) -> None:
    """Let the process that listens at PATH run PROGRAM in place of this one, with its environment and its streams."""
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.connect(path)
        request = {"program": program, "argv": argv, "directory": os.getcwd(), "environment": dict(os.environ)}
        socket.send_fds(connection, [json.dumps(request).encode()], [0, 1, 2])
        code = connection.recv(MOST)
    os._exit(int(code))  # ValueError: the other one has crashed


def start(path: str, options: list[str]) -> None:
    """Start a Python with OPTIONS that listens at PATH."""
    if os.fork() == 0:
        os.setsid()
        for stream in (0, 1, 2):
            os.dup2(os.open(os.devnull, os.O_RDWR), stream)
        call = f"import sitecustomize; sitecustomize.serve({path!r})"
        os.execv(sys.executable, [sys.executable, *options, "-c", call])


def serve(path: str) -> None:
    """Import pcs, and run each program that is handed over at PATH in a process of its own."""
    import gc
    import signal
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(path)
        listener.listen()
        sys.path[:0] = BUNDLES
        from pcs import app  # type: ignore[import-not-found]  # noqa: F401

        sys.path[: len(BUNDLES)] = []
        gc.freeze()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            connection, _address = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listener.close()
                connection.send(str(run(*socket.recv_fds(connection, MOST, 3)[:2])).encode())
                os._exit(0)
            connection.close()


def run(message: bytes, streams: list[int]) -> int:
    """The code with which the program in MESSAGE ends."""
    import traceback

    request = json.loads(message)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["directory"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv[:] = request["argv"]
    code: Any = 0
    try:
        exec(compile(request["program"], sys.argv[0], "exec"), {"__name__": "__main__", "__file__": sys.argv[0]})
    except SystemExit as end:
        code = end.code
        if isinstance(code, str):
            sys.stderr.write(f"{code}\n")
            code = 1
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return int(code or 0)


def main(words: list[str]) -> None:
    """Have the program that the command line WORDS names run elsewhere when it imports pcs. While no one listens, as
    at first, it is run here."""
    options = list(itertools.takewhile(lambda word: word.startswith("-") and word != "-c", words))
    argv = words[len(options) :]
    if argv[:1] == ["-c"] and IMPORT in argv[1]:
        program = argv.pop(1)
    elif argv and os.path.basename(argv[0]) == "pcs":
        with open(argv[0], encoding="utf-8") as stream:
            program = stream.read()
    else:
        return
    path = f"/tmp/pcs{''.join(options)}.socket"
    if not os.path.exists(path):
        start(path, options)
        return
    with contextlib.suppress(ConnectionRefusedError):
        hand_over(path, program, argv)


sys.addaudithook(note)
main(sys.orig_argv[1:])
