"""Pages of tracer in a real browser: Debian's Chromium through its ChromeDriver, spoken to in W3C
WebDriver (https://www.w3.org/TR/webdriver2/) by Python's own library; nothing needs to be installed
from npm or PyPI.

A test file is a unittest file that ends in `browser.main()`, stands beside this one, and is listed in
CMakeLists.txt here. Where Chromium, ChromeDriver or the program is missing, main() says "skipped:"
and exits 77, which CTest counts as skipped.

    import browser

    class Stepping(browser.Case):
        def test_goes_to_the_end(self):
            page = self.derive("relu-1-1-1")               # a file made by `tracer derive ... -o`
            with self.browser(width=380, height=800, dark=True) as b:
                b.open(page)                               # a path or an address
                b.press("End")                             # or b.press("Shift+Tab"), b.type("0.5")
                self.assertIn("Step 45", b.text(".live"))
                b.run("return document.title")             # JavaScript; arguments follow
                b.until("return !!document.querySelector('.ask')")
                with b.frame("iframe"):                    # inside a frame
                    b.click("button")
                b.screenshot("a.png")                      # where TRACER_SCREENSHOTS names a folder
                pdf = b.pdf()                              # bytes, A4
                self.assertEqual(b.errors(), [])           # console, uncaught errors, CSP
            with self.browser(script=False) as b: ...      # the page's own script does not run

    if __name__ == "__main__":
        browser.main()
"""
import atexit
import base64
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

SKIPPED = 77
PROGRAM = os.environ.get("TRACER_PROGRAM", "")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver, section 11: how a reference is marked
KEYS = {  # WebDriver, section 17.4.2
    "Backspace": "\ue003", "Tab": "\ue004", "Enter": "\ue007", "Shift": "\ue008",
    "Control": "\ue009", "Alt": "\ue00a", "Escape": "\ue00c", "Space": " ", "PageUp": "\ue00e",
    "PageDown": "\ue00f", "End": "\ue010", "Home": "\ue011", "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015", "Delete": "\ue017",
}


def chromium():
    return shutil.which("chromium") or shutil.which("chromium-browser")


def missing():
    """What a test here needs and this machine has not; empty: all is there."""
    if not chromium():
        return "Chromium is not installed (Debian's chromium)"
    if not shutil.which("chromedriver"):
        return "ChromeDriver is not installed (Debian's chromium-driver)"
    if not PROGRAM:
        return "TRACER_PROGRAM does not say where the program is"
    return ""


def main():
    why = missing()
    if why:
        print("skipped:", why)
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)


class DriverError(Exception):
    pass


class Driver:
    """A ChromeDriver on a port of its own; one for all tests of a file."""

    shared = None

    @classmethod
    def get(cls):
        if cls.shared is None:
            cls.shared = cls()
            atexit.register(cls.end)
        return cls.shared

    @classmethod
    def end(cls):
        if cls.shared is not None:
            cls.shared.process.terminate()
            cls.shared.process.wait()
            cls.shared.process.stdout.close()
            cls.shared = None

    def __init__(self):
        self.process = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            found = re.search(r"successfully on port (\d+)", line)
            if found:
                self.address = f"http://127.0.0.1:{found[1]}"
                return
        raise DriverError("ChromeDriver did not start")

    def ask(self, method, path, body=None):
        text = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, text, method=method)
        request.add_header("Content-Type", "application/json")
        # Python would send the request by a proxy that the environment names
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            said = json.load(error)["value"]
            raise DriverError(f"{said['error']}: {said['message'].splitlines()[0]}") from None


class Browser:
    """A window. `width` and `height` are those of the page, also below what a window can be."""

    def __init__(self, width=1280, height=900, dark=False, script=True, reduced_motion=True):
        self.driver = Driver.get()
        arguments = ["--headless=new", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                     "--disable-dev-shm-usage", "--no-proxy-server"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")  # Chromium's sandbox refuses root
        options = {"args": arguments, "binary": chromium()}
        if not script:
            options["prefs"] = {"profile.managed_default_content_settings.javascript": 2}
        session = self.driver.ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.path = f"/session/{session['sessionId']}"
        self.size(width, height)
        self.look(dark, reduced_motion)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.ask("DELETE", self.path)

    def ask(self, method, what, body=None):
        return self.driver.ask(method, self.path + what, body)

    def devtools(self, command, **parameters):
        """A command of the Chrome DevTools Protocol."""
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def size(self, width, height):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                      deviceScaleFactor=1, mobile=False)

    def look(self, dark=False, reduced_motion=True, forced_colours=False, media=""):
        features = {"prefers-color-scheme": "dark" if dark else "light",
                    "prefers-reduced-motion": "reduce" if reduced_motion else "no-preference",
                    "forced-colors": "active" if forced_colours else "none"}
        self.devtools("Emulation.setEmulatedMedia", media=media,
                      features=[{"name": n, "value": v} for n, v in features.items()])

    def open(self, where):
        if isinstance(where, pathlib.Path):
            where = where.absolute().as_uri()
        self.ask("POST", "/url", {"url": where})

    def run(self, script, *arguments):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def until(self, script, *arguments, seconds=15):
        """Waits until the script returns something true, which is what this returns."""
        end = time.monotonic() + seconds
        while True:
            answer = self.run(script, *arguments)
            if answer:
                return answer
            if time.monotonic() > end:
                raise AssertionError(f"after {seconds} s still not: {script}")
            time.sleep(0.02)

    def find(self, selector):
        return self.ask("POST", "/element", {"using": "css selector", "value": selector})

    def count(self, selector):
        return self.run("return document.querySelectorAll(arguments[0]).length", selector)

    def text(self, selector):
        """What is shown of the first such element."""
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def click(self, selector):
        self.ask("POST", f"/element/{self.find(selector)[ELEMENT]}/click", {})

    def fill(self, selector, text):
        """Types into a field in place of what is there (the field of a file takes its path)."""
        element = self.find(selector)[ELEMENT]
        if self.run("return arguments[0].type !== 'file'", {ELEMENT: element}):
            self.ask("POST", f"/element/{element}/clear", {})
        self.ask("POST", f"/element/{element}/value", {"text": text})

    def press(self, *chords):
        """Keys, to what has the focus: press("Tab", "ArrowRight"), press("Control+Enter")."""
        for chord in chords:
            keys = [KEYS.get(one, one) for one in (chord.split("+") if len(chord) > 1 else [chord])]
            steps = [{"type": "keyDown", "value": key} for key in keys]
            steps += [{"type": "keyUp", "value": key} for key in reversed(keys)]
            self._keys(steps)

    def type(self, text):
        """Text, to what has the focus, key by key."""
        steps = []
        for sign in text:
            key = KEYS["Enter"] if sign == "\n" else sign
            steps += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._keys(steps)

    def _keys(self, steps):
        self.ask("POST", "/actions",
                 {"actions": [{"type": "key", "id": "keyboard", "actions": steps}]})

    @contextlib.contextmanager
    def frame(self, selector):
        self.ask("POST", "/frame", {"id": self.find(selector)})
        try:
            yield self
        finally:
            self.ask("POST", "/frame/parent", {})

    def errors(self):
        """What the console has had of errors since the last call: uncaught ones, refusals of the
        content security policy, files that are not there."""
        return [line["message"] for line in self.ask("POST", "/se/log", {"type": "browser"})
                if line["level"] == "SEVERE"]

    def screenshot(self, name):
        folder = os.environ.get("TRACER_SCREENSHOTS")
        if folder:
            picture = base64.b64decode(self.ask("GET", "/screenshot"))
            pathlib.Path(folder, name).write_bytes(picture)

    def pdf(self):
        page = {"page": {"width": 21.0, "height": 29.7}, "background": True}  # cm
        return base64.b64decode(self.ask("POST", "/print", page))


class Case(unittest.TestCase):
    """A test with a folder of its own, and the program."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tracer-browser-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def browser(self, **how):
        return Browser(**how)

    def tracer(self, *arguments, status=0):
        """Runs the program in the test's folder; its standard output."""
        ended = subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, text=True,
                               capture_output=True, timeout=120, check=False)
        self.assertEqual(ended.returncode, status, ended.stderr)
        return ended.stdout

    def derive(self, lesson, *flags):
        """The HTML page of a lesson, by name or as text of several lines; its path."""
        if "\n" in lesson:
            text, lesson = lesson, self.folder / "typed.lesson"
            lesson.write_text(text, encoding="utf-8")
        page = self.folder / "page.html"
        self.tracer("derive", lesson, *flags, "-o", page)
        return page
