// No text, however long, deep or damaged, may do more than be refused.
#include <random>

#include "tests/catch.hpp"
#include "tests/language/parsed.hpp"

using namespace tracer;

namespace {

// Every statement, and signs of one to four bytes.
const std::string real_lesson = R"(# One hidden neuron
# With every statement of the language.

let h = 2
seed 7
param W1 = [[0.15, 0.2], [0.25, 1/3]]
param b1 = np.zeros((h, 1))
param w = 1e-3
input s
input V: (m, 3)
data x, y in (1, 3), (2, -4), (.5, 5_000), samples="rows"
test x, y = csv('file.csv', label=0)
σ1 = 1/(1 + np.exp(−W1.dot(x)*w)) + b1[0, :] @ V.T
a1 = relu(σ1,   # over
          slope=0.1)
L = 1/2*(a1 - y)**2 \
    + sum(W1**2, axis=0, keepdims=True)
grad L wrt W1, x with dL
train L with sgd(lr=0.01), batch_size=all, epochs=3, shuffle=false
predict a1
expect after epoch 2 sample 1: ∂L/∂W1[0, 1] = -3.87 within 0.0005, w <= 2
expect finally: accuracy >= 0.95 on test
print("𝑥")
)";

// Whatever comes in, either the text is refused, or its parse says something that can be shown.
void survives(const std::string& text) {
  try {
    const Parsed parsed(text);
    if (parsed.errors().empty() == parsed.diagnostics.has_errors()) FAIL("errors can't be shown");
    parsed.remarks();
    for (const auto& statement : parsed.lesson.statements) {
      if (const auto* assign = std::get_if<ast::Assign>(&statement)) {
        ast::s_expression(parsed.lesson, assign->value);
      }
      const Span span = ast::span_of(statement);
      if (span.end > parsed.source.text().size() || span.begin >= span.end) FAIL("a bad span");
    }
  } catch (const LessonError&) {
    throw;
  } catch (const Error&) {  // not UTF-8
  }
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string result;
  result.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) result += piece;
  return result;
}

std::string only_error(const std::string& text) {
  const Parsed parsed(text);
  if (parsed.diagnostics.sorted().size() != 1) return parsed.errors();
  return parsed.diagnostics.sorted()[0].message + " | " + parsed.diagnostics.sorted()[0].remedy;
}

}  // namespace

TEST_CASE("the lesson of these tests is a good one", "[language][robustness]") {
  const Parsed parsed(real_lesson);
  CHECK(parsed.errors().empty());
  CHECK(parsed.lesson.statements.size() == 17);
}

TEST_CASE("a lesson cut off at any byte is told or read", "[language][robustness]") {
  for (std::size_t n = 0; n <= real_lesson.size(); ++n) survives(real_lesson.substr(0, n));
}

TEST_CASE("a lesson with random bytes changed is told or read", "[language][robustness]") {
  std::mt19937 random(20240607);
  const auto below = [&](std::size_t n) { return random() % n; };
  const std::string signs = "()[]{},:=.\"'#+-*/@^\\;\n\t <>|0123456789eE_abxyL";
  for (int round = 0; round < 4000; ++round) {
    std::string text = real_lesson;
    for (std::size_t edits = 1 + below(8); edits > 0; --edits) {
      const std::size_t at = below(text.size());
      switch (below(5)) {
        case 0:
          text[at] = static_cast<char>(below(256));
          break;
        case 1:
          text[at] = signs[below(signs.size())];
          break;
        case 2:
          text.erase(at, 1 + below(20));
          break;
        case 3:
          text.insert(at, 1, signs[below(signs.size())]);
          break;
        default:
          text.insert(at, text.substr(below(text.size()), below(30)));
          break;
      }
      if (text.empty()) text = " ";
    }
    INFO("round " << round);
    survives(text);
  }
}

TEST_CASE("random tokens in random order are told or read", "[language][robustness]") {
  const std::vector<std::string> tokens{
      "param ", "data ",   "expect ", "train ", "grad ", "with ", "in ",  "sample ",
      "after ", "finally", "x",       "dL",     "np.",   "array", "F",    "1",
      "2.5 ",   "(",       ")",       "[",      "]",     ",",     ":",    "=",
      "+",      "-",       "**",      "@",      ".",     "\n",    ";",    "\\\n",
      "'s'",    "∂",       "within ", "on ",    "<=",    "+=",    "#c\n", "if "};
  std::mt19937 random(7);
  for (int round = 0; round < 4000; ++round) {
    std::string text;
    for (std::size_t n = 1 + random() % 40; n > 0; --n) text += tokens[random() % tokens.size()];
    INFO(text);
    survives(text);
  }
}

TEST_CASE("brackets nest 200 deep and no deeper", "[language][robustness]") {
  CHECK(tree(repeated("(", 200) + "x" + repeated(")", 200)) == "x");
  const std::string refusal =
      "brackets nested more than 200 deep | name the inner parts on lines of their own";
  for (const std::size_t depth : {std::size_t{201}, std::size_t{10'000}, std::size_t{33'000}}) {
    CHECK(only_error("z = " + repeated("(", depth) + "x" + repeated(")", depth)) == refusal);
    CHECK(only_error("z = " + repeated("[", depth) + repeated("]", depth)) == refusal);
    CHECK(only_error("z = " + repeated("f(", depth) + repeated(")", depth)) == refusal);
    CHECK(only_error("z = " + repeated("A[", depth) + "0" + repeated("]", depth)) == refusal);
    CHECK(only_error("z = " + repeated("(", depth)) == refusal);
    CHECK(only_error("z = " + repeated("([", depth)) == refusal);
  }
  // Still more of them need many lines, or are too much for one.
  CHECK(only_error("z = " + repeated("(\n", 400'000) + "x" + repeated(")\n", 400'000)) == refusal);
  CHECK(only_error("z = " + repeated("(", 1'000'000)) ==
        "this line has 1000004 characters, more than 100000 | break it inside brackets, or keep "
        "data in a "
        "file and read it with csv(...) or npz(...)");
}

TEST_CASE("an expression has 2000 operations and no more", "[language][robustness]") {
  const auto refusal = [](int n) {
    return "this line has " + std::to_string(n) +
           " operations, more than 2000 | split it into named lines";
  };
  CHECK(only_error("z = x" + repeated("+x", 2001)) == refusal(2001));
  // a tower of powers is refused long before: its derivative grows with the square of its height
  CHECK(only_error("z = x" + repeated("**x", 2001)) ==
        "more than 50 powers of powers on top of each other | name the inner ones on lines of "
        "their own");
  CHECK(Parsed("z = x" + repeated("**x", 49)).errors().empty());
  CHECK(only_error("z = " + repeated("-", 2001) + "x") == refusal(2001));
  CHECK(only_error("z = x" + repeated(".T", 2001)) == refusal(2001));
  CHECK(only_error("z = x" + repeated("[0]", 30000)) == refusal(30000));
  CHECK(only_error("z = x" + repeated("+(x)", 20'000)) == refusal(20'000));
  for (const char* piece : {"+x", ".T", "[0]", "@x"}) {
    CHECK(Parsed("z = x" + repeated(piece, 2000)).errors().empty());
  }
}

TEST_CASE("a list may have thousands of negative numbers and fractions", "[language][robustness]") {
  CHECK(Parsed("z = [" + repeated("-1/3, ", 10'000) + "2]").errors().empty());
  CHECK(only_error("z = [1, x" + repeated("+x", 2001) + "]")
            .starts_with("this line has 2001 operations"));
}

TEST_CASE("a line of 100 000 characters is read, a longer one is not", "[language][robustness]") {
  CHECK(Parsed("z = 1 #" + std::string(100'000 - 7, 'x')).errors().empty());
  CHECK(Parsed("z = 1 #" + repeated("β", 100'000 - 7)).errors().empty());  // characters, not bytes
  const Parsed parsed("a = 1\nz = 1 #" + std::string(100'000 - 6, 'x') + "\nb = 2\n");
  REQUIRE(parsed.diagnostics.sorted().size() == 1);
  CHECK(parsed.diagnostics.sorted()[0].message ==
        "this line has 100001 characters, more than 100000");
  CHECK(parsed.lesson.statements.size() == 2);
}

TEST_CASE("what is too large for a lesson is refused, and quickly", "[language][robustness]") {
  CHECK(only_error("z = [" + repeated("1,\n", 1'100'000) + "]")
            .starts_with(
                "the lesson has more than 2 000 000 words and signs | keep large data in a file"));
  // Closing brackets that each look for a partner far away.
  survives(repeated("(\n", 200'000) + repeated("]\n", 200'000));
  survives(repeated("[(\n", 100'000) + repeated("]\n", 100'000));
}
