// LaTeX: pieces compared, and whole documents compiled where pdflatex is installed.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/render/example_documents.hpp"
#include "tracer/render/derivation_page.hpp"
#include "tracer/render/formats.hpp"
#include "tracer/render/latex_notation.hpp"
#include "tracer/render/latex_rows.hpp"

namespace tracer {
namespace {

using namespace notation;
using How = Notation::Product;

TEST_CASE("latex: names get subscripts, Greek letters and upright words", "[render]") {
  CHECK(latex_name("z1") == "z_{1}");
  CHECK(latex_name("W12") == "W_{12}");
  CHECK(latex_name("loss") == "\\mathrm{loss}");
  CHECK(latex_name("alpha") == "\\alpha");
  CHECK(latex_name("alpha1") == "\\alpha_{1}");
  CHECK(latex_name("σ") == "\\sigma");
  CHECK(latex_name("pⱼ") == "p_{j}");
  CHECK(latex_name("L\u0304") == "\\bar{L}");
  CHECK(latex_name("z\u03021") == "\\hat{z}_{1}");
  CHECK(latex_name("W_out") == "W_{\\mathrm{out}}");
  CHECK(latex_name("a_1_2") == "a_{1,2}");
  CHECK(latex_name("z1′") == "z'_{1}");
  CHECK(latex_name("W2[3,5]") == "W_{2}{[3,5]}");
  CHECK(latex_name("_") == "\\text{\\_}");
  CHECK(latex_function("relu′") == "\\operatorname{relu}'");
  CHECK(latex_function("leaky_relu") == "\\operatorname{leaky\\_relu}");
  CHECK(latex_function("tanh") == "\\tanh");
  CHECK(latex_function("Σᵢ") == "\\sum_{i}");
}

TEST_CASE("latex: prose is escaped, and mathematics in it set as such", "[render]") {
  CHECK(latex_text("100% of #1 & $5 a_b {x} \\ ^ ~") ==
        "100\\% of \\#1 \\& \\$5 a\\_b \\{x\\} \\textbackslash{} \\^{} \\~{}");
  CHECK(latex_text("w2 from the forward pass") == "\\ensuremath{w_{2}} from the forward pass");
  CHECK(latex_text("∂L/∂w1") == "\\ensuremath{\\partial L}/\\ensuremath{\\partial w_{1}}");
  CHECK(latex_text("P[i,k], pᵢpⱼ") ==
        "\\ensuremath{P{[i,k]}}, \\ensuremath{p_{i}}\\ensuremath{p_{j}}");
  CHECK(latex_text("float32 and MNIST1x") == "float32 and MNIST1x");
  CHECK(latex_text("marking/r1.answers") == "marking/r1.answers");
  CHECK(latex_text("as in z1.") == "as in \\ensuremath{z_{1}}.");
  CHECK(latex_text("Übung naïve") == "\\\"{U}bung na\\\"{\\i}ve");
  CHECK(latex_text("你") == "\\ensuremath{?}");
  CHECK(latex_text("x\u0304") == "\\ensuremath{\\bar{x}}");
}

TEST_CASE("latex: fractions group what brackets group in text", "[render]") {
  const Notation x = name("x"), y = name("y"), m = name("m");
  CHECK(latex(quotient(sum({x, negate(y)}), m)) == "\\frac{x - y}{m}");
  CHECK(latex(product({quotient(x, m), y})) == "\\frac{x}{m} \\cdot y");
  CHECK(latex(power(quotient(x, y), number("2"))) == "\\left(\\frac{x}{y}\\right)^{2}");
  CHECK(latex(product({number("1/2"), power(sum({x, negate(y)}), number("2"))}, How::juxtaposed)) ==
        "\\tfrac{1}{2}(x - y)^{2}");
  CHECK(latex(number("-1/3")) == "-\\frac{1}{3}");
  CHECK(latex(number("1.5e-07")) == "1.5 \\times 10^{-7}");
  CHECK(latex(number("1.2e+30")) == "1.2 \\times 10^{30}");
  CHECK(latex(quotient(x, product({y, m}, How::hadamard), How::hadamard)) ==
        "x \\oslash (y \\odot m)");
  CHECK(latex(call("sqrt", {sum({x, y})})) == "\\sqrt{x + y}");
  CHECK(latex(sum({x, number("-2")})) == "x + (-2)");
  CHECK(latex(transpose(name("W1"))) == "W_{1}^{\\top}");
  CHECK(latex(partial(name("L"), name("z2"))) == "\\frac{\\partial L}{\\partial z_{2}}");
}

TEST_CASE("latex: shapes stand below the factors of a matrix product", "[render]") {
  const Shapes shapes{{"W", "20×784"}, {"X", "784×16"}, {"∂Z", "20×16"}};
  const LatexStyle style{&shapes};
  CHECK(latex(product({name("W"), name("X")}, How::matrix), style) ==
        "\\underset{20\\times 784}{W}\\, \\underset{784\\times 16}{X}");
  CHECK(latex(product({partial(name("L"), name("Z")), transpose(name("X"))}, How::matrix), style) ==
        "\\underset{20\\times 16}{\\frac{\\partial L}{\\partial Z}}\\, "
        "\\underset{16\\times 784}{X^{\\top}}");
}

TEST_CASE("latex: the page has rules on the left, named factors and reasons on the right",
          "[render]") {
  const std::string page = write(page_of(examples::relu_sample_2()), "latex");
  const auto has = [&](const char* part) { return page.find(part) != std::string::npos; };
  CHECK(
      has("a_{1} &= \\operatorname{relu}(z_{1}) = \\operatorname{relu}(2.06) = 2.06 "
          "&&\\text{\\ensuremath{z_{1}} \\ensuremath{>} 0: passed on unchanged}"));
  CHECK(has("\\underbrace{(-1.8788)}_{\\partial L/\\partial z_{2}}\\underbrace{(2.06)}_{a_{1}}"));
  CHECK(has("w_{1} &\\leftarrow 1.02 - 0.01 \\cdot (-3.832752) = 1.05832752"));
}

TEST_CASE("latex: rows break at relations and sums, and what can't break is set smaller",
          "[render]") {
  const Notation term = product({name("w"), name("x")});
  const Equation wide =
      examples::equation(name("y"), {sum(std::vector<Notation>(40, term))}, {}, {});
  const RowStyle style;
  const LatexRows rows = latex_rows(wide, style);
  CHECK(rows.rows.size() > 1);
  for (const LatexRow& row : rows.rows) CHECK(row.width <= style.room);
  RowStyle below_a_long_name;  // align gives all left sides the width of the widest
  below_a_long_name.left = 40;
  const LatexRows narrower = latex_rows(wide, below_a_long_name);
  CHECK(narrower.rows.size() > rows.rows.size());
  for (const LatexRow& row : narrower.rows) CHECK(row.width <= style.room);
  const Equation solid =
      examples::equation(name("y"), {product(std::vector<Notation>(60, name("x")))}, {}, {});
  CHECK(latex_rows(solid, style).rows[0].math.find("\\resizebox") != std::string::npos);
}

/// A page with all that could go wrong on paper.
Derivation hard_page() {
  Derivation derivation = examples::relu_sample_2();
  derivation.title = "100% & #1 _ ^ ~ \\ {x} $y$ — “∂L/∂W_out” 你好 \xff";
  derivation.introduction = {"Übung für Łódź: ∑ ≈ ⊙ ½ ŷ x̄ ⎡1⎤ ─→ ⟨a, b⟩ ‖x‖ ✓ 😀 þð ß œ \t|<>*\""};
  const std::string remark =
      "a remark that is so long that it takes more than one line of the paper, since "
      "it goes on and on about w1, ∂L/∂w1 and P[i,k] until there is no room left";
  derivation.working = "every written line rounded to 4 decimals";
  derivation.remaining = 7;
  derivation.expectations = {{"sample 2: dL/dw2 = -3.870328 holds", true},
                             {"after sample 2: w1_x ≈ 1.06", true}};
  DerivationStep step = examples::softmax_batch().steps[0];
  Equation& first = step.forward[0].equation;
  std::vector<Notation> entries;
  for (int i = 0; i < 12 * 12; ++i) entries.push_back(number("-0.123456789" + std::to_string(i)));
  first.value[0].what = matrix(12, 12, entries);
  step.forward[1].equation.remarks = {"a reason", "ünï ↦ ∂L/∂W_out, 50% & more; " + remark};
  step.forward[2].equation.rule[0].what =
      sum(std::vector<Notation>(50, product({name("w_hidden"), call("leaky_relu", {name("ζ3")})})));
  step.gradients[3].equation.rule[0].what = product(std::vector<Notation>(40, name("x_{bad}")));
  Notation elided = matrix(3, 3, std::vector<Notation>(9, number("1.5e-07")));
  elided.kind = Notation::Kind::elided;
  elided.text = "784×128, norm 3.2";
  step.gradients[2].equation.value[0].what = elided;
  step.notes = {"from step 3 on rationals became intervals"};
  derivation.steps.push_back(step);
  derivation.steps.push_back(examples::symbolic().steps[0]);
  return derivation;
}

TEST_CASE("latex: documents compile, without a box that is too wide",
          "[render][latex][needs-pdflatex]") {
  if (std::system("command -v pdflatex >/dev/null 2>&1") != 0) {
    WARN("skipped: pdflatex is not installed, so no document was compiled");
    return;
  }
  const auto stamp = std::chrono::steady_clock::now().time_since_epoch().count();
  const auto folder =
      std::filesystem::temp_directory_path() / ("tracer-latex-" + std::to_string(stamp));
  std::filesystem::create_directories(folder);
  int number = 0;
  for (const Derivation& derivation : {hard_page(), examples::softmax_batch(), Derivation{}}) {
    const std::string name = "page" + std::to_string(number++);
    const std::string empty = derivation.steps.empty() ? "nothing" : "";
    Derivation document = derivation;
    document.title += empty;  // a document without a page is an error of its own
    std::ofstream(folder / (name + ".tex")) << write(page_of(document), "latex");
    const std::string command = "cd '" + folder.string() +
                                "' && pdflatex -interaction=nonstopmode " + "-halt-on-error " +
                                name + ".tex > /dev/null 2>&1";
    CAPTURE(name);
    CHECK(std::system(command.c_str()) == 0);
    std::ifstream log_file(folder / (name + ".log"));
    std::stringstream log;
    log << log_file.rdbuf();
    for (std::string line; std::getline(log, line);) {
      if (line.starts_with("Overfull \\hbox")) FAIL_CHECK(line);
    }
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tracer
