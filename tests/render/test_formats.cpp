// Every kind of block in every format.
#include "tests/catch.hpp"
#include "tests/render/example_documents.hpp"
#include "tracer/render/formats.hpp"

namespace tracer {
namespace {

const Document report{
    {PageHeading{1, "A report", {}, Look::plain}},
    {Paragraph{{"All is ", notation::name("W1"), Typed{"--steps all"}}, Paragraph::never}, false,
     2},
    {TableBlock{{{"name"}, {"samples", true}}, {{"circles", "400"}, {"moons", {"7", 160}}}}},
    {PageHeading{2, "Looked at", {}, Look::plain}},
    {Annotations{{{"b1 = 0.0389", "wrong", 160}, {"w1 = 1", "right", 34}}, 11}, false, 2},
    {Drawing{[](const Style& style) { return std::string(style.unicode ? "█░\n" : "#.\n"); }}},
    {Bullets{{"one", "another"}}},
    {Paragraph{{"The end"}}}};

TEST_CASE("a report as text, LaTeX and Markdown", "[render]") {
  CHECK(write(report, "text") == R"(A report
  All is W1--steps all

name     samples
───────  ───────
circles      400
moons          7

Looked at
  b1 = 0.0389  wrong
  w1 = 1       right

█░

one
another

The end
)");
  CHECK(write(report, "markdown") == R"(# A report

All is W1`--steps all`

| name | samples |
| :--- | ---: |
| circles | 400 |
| moons | 7 |

## Looked at

- b1 = 0.0389: wrong
- w1 = 1: right

```text
█░
```

- one
- another

The end
)");
  const std::string latex = write(report, "latex");
  for (const char* part :
       {"\\section*{A report}", "All is $W_{1}$\\texttt{-{}-steps all}",
        "\\begin{tabular}{lr}\nname & samples \\\\ \\hline\ncircles & 400 \\\\\n",
        "\\item[{\\mdseries \\ensuremath{w_{1}} = 1}] right", "#.\n\\end{verbatim}",
        "\\item[] another"}) {
    INFO(latex);
    CAPTURE(part);
    CHECK(latex.find(part) != std::string::npos);
  }
}

TEST_CASE("what is in colour on a terminal has the same words without", "[render]") {
  const std::string text = write(report, "text", {.colour = true});
  CHECK(text.find("\x1b[38;5;160m      7\x1b[0m") != std::string::npos);
  CHECK(text.find("b1 = 0.0389  \x1b[38;5;160mwrong\x1b[0m") != std::string::npos);
}

TEST_CASE("the ending of a file says its format", "[render]") {
  CHECK(format_of_file("page.tex") == "latex");
  CHECK(format_of_file("a.b/page.md") == "markdown");
  CHECK(format_of_file("page").empty());
}

TEST_CASE("what is not for a terminal, or for a browser alone", "[render]") {
  const Document page{{Paragraph{{"all"}}},
                      {Paragraph{{"files"}}, true, 0, Shown::in_files},
                      {Paragraph{{"browser"}}, true, 0, Shown::in_browser},
                      {Drawing{[](const Style&) { return std::string("drawn\n"); },
                               [] { return std::string("<svg></svg>"); }}}};
  CHECK(write(page, "text") == "all\n\ndrawn\n");
  CHECK(write(page, "markdown") == "all\n\nfiles\n\n```text\ndrawn\n```\n");
  CHECK(has(write(page, "latex"), "files"));
  CHECK_FALSE(has(write(page, "latex"), "browser"));
  CHECK(write(page, "html", {}, Extent::fragment) ==
        "<p>all</p>\n<p>files</p>\n<p>browser</p>\n<figure><svg></svg></figure>\n");
}

TEST_CASE("a listing is a block of its own in every format", "[render]") {
  const Document page{{Listing{"The lesson, a & b", "L = x < 1  # ```\n\\end{verbatim}\n"}}};
  CHECK(write(page, "text") == "The lesson, a & b:\n  L = x < 1  # ```\n  \\end{verbatim}\n");
  CHECK(write(page, "markdown") ==
        "The lesson, a & b:\n\n`````text\nL = x < 1  # ```\n\\end{verbatim}\n`````\n");
  CHECK(write(page, "html", {}, Extent::fragment) ==
        "<details><summary>The lesson, a &amp; b</summary><pre>L = x &lt; 1  # ```\n"
        "\\end{verbatim}\n</pre></details>\n");
  CHECK(has(write(page, "latex"), "\\ end{verbatim}\n\\end{verbatim}"));
}

}  // namespace
}  // namespace tracer
