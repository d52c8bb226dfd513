"""The workbench (tracer serve) as somebody uses it: typed into, checked, marked, trained, saved."""
import contextlib
import pathlib
import re
import signal
import subprocess
import time

import browser

NEURON = """# A neuron of my own

param w = 0.5
param b = 0.1
data x, y in (1, 1), (2, 0)

z = w*x + b
a = sigmoid(z)
L = 1/2*(a - y)**2

train L with sgd(lr=0.5), batch_size=1, epochs=1
"""


class Workbench(browser.Case):
    @contextlib.contextmanager
    def serving(self, *flags):
        """The address that tracer serve prints for the test's folder; it is ended as by Ctrl-C."""
        server = subprocess.Popen([browser.PROGRAM, "serve", self.folder, *flags], text=True,
                                  stdout=subprocess.PIPE)
        try:
            address = ""
            for line in server.stdout:
                address = address or "".join(re.findall(r"http://\S+", line))
                if "Ctrl-C" in line:
                    break
            self.assertTrue(address)
            yield address
        finally:
            server.send_signal(signal.SIGINT)
            self.assertEqual(server.wait(timeout=20), 0)
            server.stdout.close()

    @contextlib.contextmanager
    def workbench(self, **how):
        with self.serving() as address, self.browser(**how) as b:
            b.open(address)
            self.derived(b)
            yield b
            self.assertEqual(b.errors(), [])

    def derived(self, b):
        b.until("return /up to date/.test(document.getElementById('state').textContent) &&"
                " !document.querySelector('#pane-derive .frames.old')")

    def write(self, b, text):
        """In place of what is there, as one who pastes it."""
        b.run("const sheet = document.getElementById('lesson'); sheet.focus(); sheet.select();"
              "document.execCommand('insertText', false, arguments[0]);", text)

    def shown(self, b, pane="derive"):
        """The text of the page in the frame."""
        return b.run("return document.querySelector('#pane-' + arguments[0] + ' iframe.shown')"
                     ".contentDocument.body.innerText", pane)

    def test_the_key_in_the_address_is_good_once(self):
        with self.serving() as address:
            with self.browser() as b:
                b.open(address)
                self.derived(b)
                self.assertNotIn("token", b.run("return location.href"))
                self.assertEqual(b.run("return document.cookie"), "")  # HttpOnly
                b.open(address)  # who has been let in may use it again
                self.derived(b)
            with self.browser() as b:
                b.open(address)
                b.until("return /good once/.test(document.body.textContent)")
                b.errors()  # that it was refused

    def test_a_lesson_typed_from_nothing_a_mistake_and_its_mending(self):
        with self.workbench() as b:
            b.run("document.getElementById('menu').value = '';"
                  "document.getElementById('menu').dispatchEvent(new Event('change'))")
            b.until("return document.getElementById('lesson').value === ''")
            self.assertTrue(b.run("return document.getElementById('values').hidden"))
            b.run("document.getElementById('lesson').focus()")
            b.type(NEURON)
            b.until("return /A neuron of my own/.test(document.querySelector('#pane-derive "
                    "iframe.shown').contentDocument.body.innerText)")
            self.derived(b)
            self.assertIn("Sample 2 of 2", self.shown(b))
            b.screenshot("serve-typed.png")
            self.write(b, NEURON.replace("a = sigmoid(z)", "a = sigmoid(q)"))
            b.until("return document.querySelectorAll('#mistakes pre').length === 1")
            self.assertIn("there is no value called q", b.text("#mistakes"))
            self.assertIn("^", b.text("#mistakes pre"))
            self.assertEqual(b.text(".marks u"), "q")
            self.assertEqual(b.count(".numbers .bad"), 1)
            self.assertEqual(b.text(".numbers .bad").strip(), "8")
            b.until("return !!document.querySelector('#pane-derive .frames.old')")
            self.assertIn("Sample 2 of 2", self.shown(b))  # the last that was right
            b.screenshot("serve-mistake.png")
            b.click("#mistakes button")
            b.type("z")  # in place of what is marked
            self.derived(b)
            self.assertEqual(b.count("#mistakes p"), 0)
            self.assertEqual(b.run("return document.getElementById('lesson').value"), NEURON)

    def test_step_and_scroll_stay_when_the_lesson_changes(self):
        with self.workbench() as b:
            b.run("document.querySelector('#pane-derive iframe.shown').focus()")
            with b.frame("#pane-derive iframe.shown"):
                b.press("End")
                step = b.run("return location.hash")
                self.assertIn("step=", step)
                scroll = b.until("return scrollY")
            b.run("document.getElementById('leaf-0-0').focus()")
            b.press("ArrowRight")
            b.until("return /1\\.0/.test(document.querySelector('.leaf output').textContent)")
            b.until("return document.querySelector('#pane-derive iframe.shown').contentDocument"
                    ".body.innerText.includes('Sample 1 of 3') && !/working/.test("
                    "document.getElementById('state').textContent)")
            time.sleep(0.3)
            self.derived(b)
            self.assertIn("param w1 = 1\n", b.run("return document.getElementById('lesson').value"))
            with b.frame("#pane-derive iframe.shown"):
                self.assertEqual(b.run("return location.hash"), step)
                self.assertAlmostEqual(b.run("return scrollY"), scroll, delta=60)
                self.assertEqual(b.count(".line.active"), 1)

    def test_by_keyboard_alone(self):
        with self.workbench(width=380, height=800, dark=True) as b:
            self.assertLessEqual(b.run("return document.documentElement.scrollWidth"), 380)
            seen = set()
            for _ in range(40):
                b.press("Tab")
                seen.add(b.run("return document.activeElement.id || document.activeElement.tagName"))
            for each in ("menu", "name", "save", "export", "lesson", "leaf-0-0", "tab-derive", "IFRAME"):
                self.assertIn(each, seen)
            b.run("document.getElementById('tab-derive').focus()")
            for pane in ("graph", "check", "mark", "train", "derive"):
                b.press("ArrowRight")
                self.assertEqual(b.run("return document.activeElement.id"), "tab-" + pane)
                self.assertFalse(b.run("return document.getElementById(arguments[0]).hidden", "pane-" + pane))
                self.assertLessEqual(b.run("return document.documentElement.scrollWidth"), 380)
            b.screenshot("serve-phone.png")
            unlabelled = b.run("return [...document.querySelectorAll('input, select, textarea')]"
                               ".filter(field => !field.labels.length).map(field => field.id)")
            self.assertEqual(unlabelled, [])

    def test_graph_follows_the_text(self):
        with self.workbench() as b:
            b.click("#tab-graph")
            b.until("return !!document.querySelector('#pane-graph .frames.has')")
            with b.frame("#pane-graph iframe.shown"):
                self.assertGreater(b.count("svg"), 0)
            b.screenshot("serve-graph.png")

    def test_somebodys_wrong_gradients_are_explained(self):
        with self.workbench() as b:
            b.click("#tab-check")
            b.fill("#claimed-text", "dL/dw1 = -2\ndL/db1 = -2\ndL/dw2 = 2\ndL/db2 = -2")
            b.click("#checking button")
            b.until("return !!document.querySelector('#pane-check .frames.has')")
            self.assertIn("sign", self.shown(b, "check"))
            b.screenshot("serve-check.png")
            claims = self.folder / "grads.json"
            claims.write_text('{"dL/dw1": -2, "dL/db1": -2, "dL/dw2": -2, "dL/db2": -2}')
            b.fill("#claimed-file", str(claims))
            b.until("return /grads.json/.test(document.querySelector('#pane-check iframe.shown')"
                    ".contentDocument.body.innerText)")
            self.assertNotIn("/tmp", self.shown(b, "check"))

    def test_an_answer_sheet_is_marked(self):
        with self.workbench() as b:
            b.click("#tab-mark")
            b.fill("#answers", "Sample 1\nz1 = 1\nL = 2\ndL/dw1 = -2\ndL/db1 = 2\n")
            b.click("#marking .row button")
            b.until("return !!document.querySelector('#pane-mark .frames.has')")
            marked = self.shown(b, "mark")
            self.assertIn("right", marked)
            self.assertIn("wrong", marked)
            b.screenshot("serve-mark.png")

    def test_a_training_is_watched_and_stopped(self):
        with self.workbench() as b:
            self.write(b, (pathlib.Path(__file__).parents[2] / "lessons/circles-2-3-1.lesson")
                       .read_text().replace("epochs=", "epochs=10000"))
            b.click("#tab-train")
            b.click("#start")
            b.until("return document.querySelectorAll('#pictures svg').length >= 2", seconds=60)
            self.assertIn("epoch", b.text("#epoch"))
            b.screenshot("serve-training.png")
            b.click("#stop")
            b.until("return !!document.querySelector('#pane-train .frames.has')", seconds=60)
            self.assertIn("Decision boundary", self.shown(b, "train"))
            self.assertIn("interrupted", b.text("#epoch"))
            self.assertNotIn("130", b.text("#epoch"))
            b.screenshot("serve-trained.png")
            self.assertFalse(b.run("return document.getElementById('start').disabled"))

    def test_saved_opened_and_exported(self):
        with self.workbench() as b:
            self.write(b, NEURON)
            b.fill("#name", "../out.lesson")
            b.click("#save")
            b.until("return /within the folder/.test(document.getElementById('told').textContent)")
            b.errors()  # that it was refused
            b.fill("#name", "mine")
            b.press("Enter")
            b.until("return /saved/.test(document.getElementById('told').textContent)")
            self.assertEqual((self.folder / "mine.lesson").read_text(), NEURON)
            self.assertEqual(b.run("return document.getElementById('menu').value"), "folder/mine.lesson")
            time.sleep(0.8)  # by now a page of another name is marked as old
            self.derived(b)
            b.until("return document.querySelector('#pane-derive iframe.shown').contentDocument.title"
                    " === 'A neuron of my own'")
            before = b.run("return document.getElementById('export').href")
            b.click("#export")
            address = b.until("const now = document.getElementById('export').href;"
                              " return now !== arguments[0] && now", before)  # with its slips
            page = b.run("return fetch(arguments[0]).then(answer => answer.text())", address)
            self.assertTrue(page.startswith("<!DOCTYPE html>"))
            self.assertIn("A neuron of my own", page)
            self.assertEqual(page, self.derive(NEURON).read_text())

    def test_a_wrong_prediction_is_named_here_too(self):
        with self.workbench() as b:
            self.write(b, NEURON)
            self.derived(b)
            b.until("return document.querySelector('#pane-derive iframe.shown').contentDocument.title"
                    " === 'A neuron of my own'")
            with b.frame("#pane-derive iframe.shown"):
                b.click(".bar button[title^=Predict]")
                b.until("return document.getElementById('slips')")
                right = float(b.run("return document.querySelector('.line.active').dataset.value"))
                b.fill(".ask input", f"{-right:.4f}")
                b.press("Enter")
                self.assertEqual(
                    b.run("return document.querySelector('.ask [role=status]').textContent"),
                    "the sign is turned")
            self.assertEqual(b.errors(), [])

    def test_a_title_is_text_and_nothing_else(self):
        with self.workbench() as b:
            self.write(b, "# <script>document.title='bad'</script><img src=x onerror=alert(1)>\n" +
                       NEURON.split("\n", 1)[1])
            b.until("return /onerror/.test(document.querySelector('#pane-derive iframe.shown')"
                    ".contentDocument.body.innerText)")
            self.assertEqual(b.run("return document.querySelector('#pane-derive iframe.shown')"
                                   ".contentDocument.querySelectorAll('img').length"), 0)
            self.assertNotEqual(b.run("return document.querySelector('#pane-derive iframe.shown')"
                                      ".contentDocument.title"), "bad")


if __name__ == "__main__":
    browser.main()
