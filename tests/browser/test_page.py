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

    def test_errors_are_seen(self):
        page = self.folder / "broken.html"
        page.write_text("<!doctype html><title>t</title><script>nosuch()</script>")
        with self.browser() as b:
            b.open(page)
            self.assertIn("nosuch is not defined", "".join(b.errors()))


if __name__ == "__main__":
    browser.main()
