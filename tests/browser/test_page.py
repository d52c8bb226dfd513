"""A derivation's page in a browser: what it shows, and that nothing goes wrong there."""
import browser


class Page(browser.Case):
    def test_the_last_step_is_reached_by_a_key_and_said(self):
        page = self.derive("relu-1-1-1")
        with self.browser() as b:
            b.open(page)
            b.press("End")
            steps = b.count(".work>.line")
            self.assertIn(f"Step {steps} of {steps}", b.text(".live"))
            self.assertEqual(b.count(".line.active"), 1)
            self.assertEqual(b.errors(), [])

    def test_without_script_all_steps_are_shown(self):
        page = self.derive("relu-1-1-1")
        with self.browser(script=False) as b:
            b.open(page)
            self.assertEqual(b.count(".bar"), 0)
            shown = b.run("return [...document.querySelectorAll('.work>.line')]"
                          ".every(line => line.getClientRects().length > 0)")
            self.assertTrue(shown)

    def test_nothing_is_wider_than_a_phone(self):
        page = self.derive("relu-1-1-1")
        with self.browser(width=380, height=800) as b:
            b.open(page)
            self.assertLessEqual(b.run("return document.documentElement.scrollWidth"), 380)

    def test_prints(self):
        page = self.derive("relu-1-1-1")
        with self.browser() as b:
            b.open(page)
            self.assertTrue(b.pdf().startswith(b"%PDF-"))

    def test_the_keyboard_alone_walks_forward_and_back(self):
        page = self.derive("xor-2-2-1")
        with self.browser() as b:
            b.open(page)
            b.press("ArrowRight", "ArrowRight")
            self.assertIn("Step 2 of", b.text(".live"))
            self.assertIn("z2 = ", b.text(".live"))
            b.press("PageDown")
            self.assertIn("∂L/∂p", b.text(".live"))
            b.press("2")  # sample 2, after the 32 lines of the first
            self.assertEqual(b.run("return location.hash"), "#step=33")
            b.press("ArrowLeft", "Home")
            self.assertIn("Step 1 of", b.text(".live"))
            b.press("?")
            self.assertIn("P: predict each result first", b.text(".live"))
            b.press("Tab")  # to the first button, where Enter presses it
            self.assertEqual(b.run("return document.activeElement.tagName"), "BUTTON")
            self.assertEqual(b.errors(), [])

    def test_a_prediction_is_judged_and_its_slip_named(self):
        page = self.derive("relu-1-1-1")
        with self.browser() as b:
            b.open(page.absolute().as_uri() + "#sample=2&step=1")
            b.press("p")
            says = "return document.querySelector('.ask [role=status]').textContent"

            def answer(text):
                b.fill(".ask input", text)
                b.press("Enter")

            # z1 = 1.02·2 + 0.02 = 2.06
            answer("2.04")
            self.assertEqual(b.run(says), "the term b1 was left out")
            answer("-2.06")
            self.assertEqual(b.run(says), "the sign is turned")
            answer("20.6")
            self.assertEqual(b.run(says), "the decimal point is 1 place too far to the right")
            answer("2.07")
            self.assertEqual(b.run(says), "nearly: the last digit is rounded wrongly")
            answer("2")
            self.assertIn("three digits at least", b.run(says))
            answer("7.77")
            self.assertEqual(b.run(says), "no; look at what it is made of")
            # what would tell it is not to be seen: the node of the graph, the weights to come
            self.assertTrue(b.run("return [...document.querySelectorAll('.node.hid')].length > 0"))
            hidden = ("return getComputedStyle(document.querySelector('.line.active .value'))"
                      ".visibility")
            self.assertEqual(b.run(hidden), "hidden")
            answer("2.06")
            self.assertIn("Right: z1 = ", b.text(".live"))
            self.assertEqual(b.run(hidden), "visible")
            self.assertEqual(b.errors(), [])

    def test_a_matrix_is_predicted_entry_by_entry(self):
        page = self.derive("softmax-layer")
        with self.browser() as b:
            b.open(page.absolute().as_uri() + "#step=1")
            b.press("p")
            self.assertEqual(b.count(".ask input"), 4)
            for value in ("0.500", "-1.00", "-1.50", "-0.500"):  # Z with its sign turned
                b.type(value)
                b.press("Tab")
            b.press("Enter")
            says = "return document.querySelector('.ask [role=status]').textContent"
            self.assertEqual(b.run(says), "the sign is turned")

    def test_views_and_links_to_a_step(self):
        page = self.derive("relu-1-1-1")
        with self.browser() as b:
            b.open(page.absolute().as_uri() + "#sample=2&step=4&view=rounded")
            self.assertIn("L = ", b.text(".live"))
            self.assertIn("1.765", b.text(".line.active .value"))
            b.press("v")
            self.assertIn("1.76494472", b.text(".line.active .value"))
            b.press("v")
            self.assertEqual(b.run("return location.hash"), "#step=20&view=exact")
            b.press("c")
            b.until("return /cop(ied|y): 1.76494472$/.test(document.querySelector('.live')"
                    ".textContent)")

    def test_an_embedded_step_leads_to_the_whole_page(self):
        page = self.derive("relu-1-1-1")
        with self.browser(width=600, height=300) as b:
            b.open(page.absolute().as_uri() + "#step=5&embed=1")
            shown = ("return [...document.querySelectorAll('.line')]"
                     ".filter(line => line.getClientRects().length).length")
            self.assertEqual(b.run(shown), 1)
            b.press("ArrowRight")
            self.assertEqual(b.run(shown), 1)
            b.run("document.querySelector('.whole').focus()")
            self.assertTrue(b.run("return document.querySelector('.whole').href")
                            .endswith("page.html#step=6"))

    def test_prints_with_answers_without_and_as_a_form(self):
        page = self.derive("relu-1-1-1")
        visible = ("return [...document.querySelectorAll(arguments[0])].filter(one =>"
                   " one.getClientRects().length && getComputedStyle(one).visibility !== 'hidden')"
                   ".length")
        with self.browser() as b:
            for how, values, rules in (("answers", True, True), ("blank", False, True),
                                       ("form", False, False)):
                b.open(page.absolute().as_uri() + "#print=" + how)
                b.run("location.reload()")
                b.until("return document.querySelector('.bar')")
                pdf = b.pdf()
                pages = pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ")
                self.assertGreaterEqual(pages, 3, how)  # each sample begins on its own
                b.look(media="print")
                self.assertEqual(b.run(visible, ".line .value>*") > 0, values, how)
                self.assertEqual(b.run(visible, ".back .rule>*") > 0, rules, how)
                self.assertEqual(b.run(visible, ".bar"), 0)
                b.look()

    def test_is_read_in_frames_of_notebooks_and_course_systems(self):
        page = self.derive("relu-1-1-1")
        text = page.read_text(encoding="utf-8")
        escaped = text.replace("&", "&amp;").replace('"', "&quot;")
        outer = self.folder / "outer.html"
        for frame, runs in ((f'<iframe sandbox="" src="{page.name}">', False),
                            (f'<iframe sandbox="allow-scripts" src="{page.name}">', True),
                            (f'<iframe sandbox="allow-scripts" srcdoc="{escaped}">', True)):
            outer.write_text("<!doctype html><meta charset=utf-8><title>t</title>"
                             + frame.replace("<iframe", '<iframe title="f" width=900 height=600')
                             + "</iframe>", encoding="utf-8")
            with self.browser() as b:
                b.open(outer)
                if not runs:  # nothing of it runs, this driver's questions neither
                    b.screenshot("sandbox.png")
                    continue
                with b.frame("iframe"):
                    self.assertGreater(b.count(".work>.line"), 40)
                    b.click(".bar button[title^=Next]")
                    b.click(".bar button[title^=Next]")
                    self.assertIn("Step 2 of", b.text(".live"))
                    self.assertEqual(b.count(".line.active"), 1)
                self.assertEqual(b.errors(), [])

    def test_a_mistake_stands_beside_the_right_line(self):
        page = self.derive("relu-1-1-1", "--mistake", "activation_for_slope")
        with self.browser(width=1400) as b:
            b.open(page)
            boxes = b.run("const at = q => document.querySelector(q).getBoundingClientRect();"
                          "const r = at('.sides>.right'), w = at('.sides>.right+.wrong');"
                          "return [r.right <= w.left, Math.abs(r.top - w.top) < 2]")
            self.assertEqual(boxes, [True, True])
            self.assertEqual(b.errors(), [])

    def test_errors_are_seen(self):
        page = self.folder / "broken.html"
        page.write_text("<!doctype html><title>t</title><script>nosuch()</script>")
        with self.browser() as b:
            b.open(page)
            self.assertIn("nosuch is not defined", "".join(b.errors()))


if __name__ == "__main__":
    browser.main()
