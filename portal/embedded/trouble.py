"""Foreseeable trouble is told in one sentence, never as a traceback."""

import errno

NO_SPACE = "No space left on device"
FULL_DISK = "The disk is full: free some space (about 500 MB) and start again; nothing that was stored is lost."


class Trouble(Exception):
    """Something a person can put right; the text says what is wrong and what to do."""


class Stop(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal; raised only at points where nothing is half done."""


def sentence(error: OSError) -> str:
    """What an error of the operating system means for the person at the terminal."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or NO_SPACE in str(error):
        return FULL_DISK
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{error.filename or 'A needed file'} cannot be used ({error.strerror}): it probably belongs to another"
            " account; start as that account, or give the folder to yours."
        )
    return f"The operating system refused: {str(error)[:300]}."


def failed(what: str, words: str) -> Trouble:
    """A step that ended badly, with the last of what it said; a full disk is recognised in it."""
    if NO_SPACE in words:
        return Trouble(FULL_DISK)
    return Trouble(f"{what}. Its last words:\n{indented(words)}")


def indented(words: str, lines: int = 15) -> str:
    """The last lines, set off from the launcher's own."""
    kept = [line for line in words.splitlines() if line.strip()][-lines:]
    return "\n".join(f"    {line}" for line in kept) or "    (nothing)"
