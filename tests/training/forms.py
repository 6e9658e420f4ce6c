"""A form as a browser without script sends it: every named field that is enabled, with what the page filled in."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.forms = [], []
        self.area = self.select = None
        self.disabled = []

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.found = []
            self.forms.append(self.found)
        elif tag == "fieldset":
            self.disabled.append("disabled" in a)
        elif any(self.disabled):
            return
        elif tag == "input" and a.get("name"):
            kind = a.get("type", "text")
            if kind not in ("radio", "checkbox") or "checked" in a:
                self.found.append((a["name"], a.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "textarea":
            self.area = [a["name"], ""]
        elif tag == "select":
            self.select = [a["name"], None]
        elif tag == "option" and self.select and ("selected" in a or self.select[1] is None):
            self.select[1] = a.get("value", "")

    def handle_data(self, data):
        if self.area:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == "fieldset":
            self.disabled.pop()
        elif tag == "textarea" and self.area:
            self.found.append(tuple(self.area))
            self.area = None
        elif tag == "select" and self.select:
            self.found.append((self.select[0], self.select[1] or ""))
            self.select = None


def filled(response, *, having: str) -> dict[str, list[str]]:
    """The fields of the form that has a field of this name."""
    reader = _Reader()
    reader.feed(response.content.decode())
    fields = next(form for form in reader.forms if any(name == having for name, _value in form))
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return data
