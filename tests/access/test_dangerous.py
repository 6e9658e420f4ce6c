"""What must not stand in the code: read from its syntax tree, so a comment or a string does not count."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: The launcher starts programs; that is what it is for, and it takes no word from the web. Messages are for developers.
#: Backups are PostgreSQL's own programs, asked for at the command line.
STARTS_PROGRAMS = ("portal/embedded", "portal/messages.py", "portal/desk/management", "portal/operations")
CODE = sorted(path for room in ("portal", "contacts", "consent", "training") for path in (ROOT / room).rglob("*.py"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
#: Called by name or as an attribute of a module: runs text, a command line, or objects from bytes.
DANGEROUS = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.loads", "pickle.load", "marshal.loads",
    "shelve.open", "yaml.load", "yaml.unsafe_load", "subprocess.run", "subprocess.Popen", "subprocess.call",
    "subprocess.check_output", "subprocess.check_call", "os.execv", "os.spawnv", "ctypes.CDLL",
}  # fmt: skip
KNOWN_HASHES = {"hashlib.sha256", "hashlib.sha512", "hashlib.sha3_256", "hashlib.blake2b", "hashlib.file_digest"}
#: SHA-1 as others' protocols want it would have to be named here, with its reason.
WEAK = {"hashlib.md5", "hashlib.sha1", "hashlib.new", "random.SystemRandom"}
#: Lists of stolen passwords are published as SHA-1; nothing is protected by it.
OTHERS_WANT = {("portal/people/passwords/validators.py", "hashlib.sha1")}
#: Where chance is no secret: it spreads the tries of webhooks, draws questions by a seed, and fills the demo.
CHANCE = {
    "portal/webhooks/outcomes.py",
    "training/questions/draw.py",
    "portal/desk/demo/figures.py",
    "portal/desk/demo/customers.py",
}
#: `format` on something else than a constant: the log's own, a field of that name, sentences of the translations.
FILLED = {
    ("portal/access/logs.py", "super().format"),
    ("training/views/author/interchange.py", "form.format"),
    ("contacts/customers/importing/command.py", "words.format"),
    ("portal/database.py", "made.format"),  # names of tables, in migrations
    ("contacts/rights/paper.py", "one.format"),  # paragraphs of letters.WORDS
}
#: The few that put a pattern together, of words that stand in the code.
PATTERNS_OF_OUR_OWN = {
    "portal/desk/search/rules.py",  # of escaped words
    "training/questions/writing.py",
    "training/interchange/gift/piece.py",
    "portal/directory/scim/paths.py",
    "contacts/screening/subject_data.py",  # of a number
}


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> list[tuple[str, ast.Call]]:
    """Every call with the name under which it stands: `eval`, `hashlib.sha256`, `self.x`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [(ast.unparse(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_the_search_finds_what_it_looks_for(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("import subprocess\nsubprocess.run('ls', shell=True)\neval(x)\nhashlib.md5(b'')\n")
    assert {name for name, _call in calls(path)} & (DANGEROUS | WEAK) == {"subprocess.run", "eval", "hashlib.md5"}
    assert len(CODE) > 300


def test_nothing_dangerous_is_called():
    found = [(place(path), name) for path in CODE for name, _call in calls(path) if name in DANGEROUS]
    assert [one for one in found if not any(one[0].startswith(place_) for place_ in STARTS_PROGRAMS)] == []
    readers = [place(path) for path in CODE if imported(path) & {"pickle", "marshal", "shelve", "ctypes", "yaml"}]
    assert [one for one in readers if not one.startswith("portal/embedded")] == []


def test_no_command_line_goes_through_a_shell():
    found = [
        place(path)
        for path in CODE
        for _name, call in calls(path)
        if any(word.arg == "shell" for word in call.keywords)
    ]
    assert found == []


def test_no_pattern_is_made_of_input():
    """A pattern stands in the code as it is. Made at run time it would have to be escaped, and could be slow."""
    functions = {
        f"re.{name}" for name in ("compile", "match", "search", "sub", "fullmatch", "findall", "finditer", "split")
    }
    found = {
        place(path)
        for path in CODE
        for name, call in calls(path)
        if name in functions and isinstance(call.args[0], ast.JoinedStr)
    }
    assert found == PATTERNS_OF_OUR_OWN


def test_no_template_is_made_of_input():
    """Templates come from files; what `format` fills stands in the code as a constant in capitals, or is SQL that
    psycopg puts together of identifiers."""
    constant = re.compile(r"""((letters\.)?[A-Z_]+(\[[\w.]+\])?|sql\.SQL\(([A-Z_]+|'.*'|".*")\)|'.*'|".*")\.format$""")
    made = [(place(path), name) for path in CODE for name, _ in calls(path) if name in ("Template", "from_string")]
    filled = [
        (place(path), name)
        for path in CODE
        for name, _call in calls(path)
        if re.search(r"\.(format|format_map)$", name) and not constant.match(name)
    ]
    assert made == []
    assert set(filled) <= FILLED


def test_only_known_cryptography_is_used():
    called = {(place(path), name) for path in CODE for name, _call in calls(path)} - OTHERS_WANT
    found = {name for _path, name in called if re.fullmatch(r"hashlib\.\w+", name)}
    assert found and found <= KNOWN_HASHES
    assert not [one for one in called if one[1] in WEAK]
    foreign = {name.partition(".")[0] for path in CODE for name in imported(path)} & {"Crypto", "nacl", "rsa", "jwt"}
    assert foreign <= {"jwt"}


def test_what_must_not_be_guessed_comes_from_secrets():
    assert {place(path) for path in CODE if "random" in imported(path)} <= CHANCE


def test_no_secret_stands_in_the_project():
    """Keys, passwords in addresses, tokens of code hosts. The passwords of the demo are the demo's."""
    pattern = re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|glpat-[\w-]{20}|xox[baprs]-\w{10,}"
        r"|://[^\s/:@{}'\"]+:(?!%s@)[^\s/@{}'\"<]+@(?!localhost)"
    )
    kinds = {".py", ".md", ".toml", ".txt", ".html", ".js", ".yaml", ".yml", ".example", ".sh", ".json"}
    folders = ("portal", "contacts", "consent", "training", "templates", "static", "docs", "bin", ".ci", "benchmarks")
    files = [path for room in folders for path in (ROOT / room).rglob("*") if path.suffix in kinds]
    assert len(files) > 500
    found = [
        (place(path), hit.group()[:20]) for path in files for hit in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_script_keeps_anything_in_the_browser():
    assert SCRIPTS
    for path in SCRIPTS:
        assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.", path.read_text()), path


def test_no_script_writes_names_from_outside_into_objects():
    for path in SCRIPTS:
        assert not re.search(r"__proto__|Object\.assign\(|\.prototype\b|for \(.+ in ", path.read_text()), path
