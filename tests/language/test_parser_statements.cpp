// Statements: every form of the language, and what the tree says of it.
#include "tests/catch.hpp"
#include "tests/language/parsed.hpp"

using namespace tracer;

namespace {

std::string texts(const std::vector<ast::Word>& words) {
  std::string result;
  for (const ast::Word& word : words) result += (result.empty() ? "" : " ") + word.text;
  return result;
}

std::string keywords(const ast::Lesson& lesson, const std::vector<ast::Keyword>& list) {
  std::string result;
  for (const ast::Keyword& k : list) {
    result += (result.empty() ? "" : " ") + k.name.text + "=" + ast::s_expression(lesson, k.value);
  }
  return result;
}

std::string items(const ast::Lesson& lesson, const std::vector<ast::ExprId>& list) {
  std::string result;
  for (const ast::ExprId id : list)
    result += (result.empty() ? "" : " ") + ast::s_expression(lesson, id);
  return result;
}

std::string shape(const ast::Leaf& leaf) {
  if (!leaf.shape) return "none";
  std::string result;
  for (const ast::Dimension& d : *leaf.shape) {
    const auto* number = std::get_if<std::int64_t>(&d.size);
    result +=
        (result.empty() ? "" : " ") + (number ? std::to_string(*number) : std::get<1>(d.size));
  }
  return result;
}

}  // namespace

TEST_CASE("the leading comment is the title and the introduction", "[language][parser]") {
  const Parsed parsed(
      "\n# One hidden neuron\n# First line\n#   second line.\n#\n# -----\n# Next paragraph in "
      "C#\n\n"
      "# Not of it\nz = 1\n");
  CHECK(parsed.lesson.title == "One hidden neuron");
  CHECK(parsed.lesson.introduction == "First line\nsecond line.\n\nNext paragraph in C#");
  CHECK(Parsed("#!/usr/bin/env tracer\n## Title\nz = 1").lesson.title == "Title");
  CHECK(Parsed("z = 1  # no title\n# nor this").lesson.title.empty());
}

TEST_CASE("param and input: a value, a shape, or a symbol", "[language][parser]") {
  SECTION("value") {
    const Parsed parsed("param W = kaiming(20, 784)  # weights");
    const auto leaf = only<ast::Leaf>(parsed);
    CHECK(leaf.role == ast::Leaf::Role::param);
    CHECK(leaf.name.text == "W");
    REQUIRE(leaf.value);
    CHECK(ast::s_expression(parsed.lesson, *leaf.value) == "(call kaiming 20 784)");
    CHECK(shape(leaf) == "none");
    CHECK(parsed.source.text(leaf.span) == "param W = kaiming(20, 784)");
    CHECK(parsed.source.text(leaf.name.span) == "W");
  }
  SECTION("shape") {
    CHECK(shape(only<ast::Leaf>(Parsed("param W1: (m, n)"))) == "m n");
    CHECK(shape(only<ast::Leaf>(Parsed("input x: (3)"))) == "3");
    CHECK(shape(only<ast::Leaf>(Parsed("input x : n"))) == "n");
    CHECK(shape(only<ast::Leaf>(Parsed("input x: (n, 1)"))) == "n 1");
  }
  SECTION("symbol") {
    const auto leaf = only<ast::Leaf>(Parsed("input s"));
    CHECK(leaf.role == ast::Leaf::Role::input);
    CHECK_FALSE(leaf.value);
    CHECK_FALSE(leaf.shape);
  }
}

TEST_CASE("let, predict and seed", "[language][parser]") {
  const Parsed parsed("let lr = 0.01");
  const auto let = only<ast::Let>(parsed);
  CHECK(let.name.text == "lr");
  CHECK(ast::s_expression(parsed.lesson, let.value) == "1/100");
  CHECK(only<ast::Predict>(Parsed("predict P")).name.text == "P");
  CHECK(only<ast::Seed>(Parsed("seed 7")).value == 7);
  CHECK(only<ast::Seed>(Parsed("seed 1_000")).value == 1000);
}

TEST_CASE("data and test: samples, columns, calls, options", "[language][parser]") {
  SECTION("as in Python's for") {
    const Parsed parsed("data x, y in (1, 3), (2, 4), (3, 5)");
    const auto data = only<ast::Data>(parsed);
    CHECK(data.role == ast::Data::Role::train);
    CHECK(texts(data.names) == "x y");
    CHECK(data.written_with_in);
    CHECK(items(parsed.lesson, data.items) == "(tuple 1 3) (tuple 2 4) (tuple 3 5)");
  }
  SECTION("with =") {
    const Parsed parsed("data x = [1, 2]");
    const auto data = only<ast::Data>(parsed);
    CHECK_FALSE(data.written_with_in);
    CHECK(items(parsed.lesson, data.items) == "[1 2]");
  }
  SECTION("from a call, with options inside and after") {
    const Parsed parsed("data X, Y = circles(1000, factor=0.4), samples=\"rows\"");
    const auto data = only<ast::Data>(parsed);
    CHECK(items(parsed.lesson, data.items) == "(call circles 1000 factor=2/5)");
    CHECK(keywords(parsed.lesson, data.keywords) == "samples=\"rows\"");
  }
  SECTION("test data, over two lines") {
    const Parsed parsed("test X, Y = (\n  mnist('test'))");
    const auto data = only<ast::Data>(parsed);
    CHECK(data.role == ast::Data::Role::test);
    CHECK(items(parsed.lesson, data.items) == "(call mnist \"test\")");
  }
}

TEST_CASE("grad: of what, with respect to what, from where", "[language][parser]") {
  const auto plain = only<ast::Grad>(Parsed("grad L"));
  CHECK(plain.of.text == "L");
  CHECK(plain.wrt.empty());
  CHECK_FALSE(plain.with);
  CHECK(texts(only<ast::Grad>(Parsed("grad L wrt w1, x")).wrt) == "w1 x");
  CHECK(plain.further.empty());
  const auto several = only<ast::Grad>(Parsed("grad L1, L2, L3 wrt w"));
  CHECK(several.of.text == "L1");
  CHECK(texts(several.further) == "L2 L3");
  CHECK(texts(several.wrt) == "w");
  const auto seeded = only<ast::Grad>(Parsed("grad Y wrt X with dY"));
  CHECK(texts(seeded.wrt) == "X");
  REQUIRE(seeded.with);
  CHECK(seeded.with->text == "dY");
}

TEST_CASE("train: the optimizer's arguments and the options", "[language][parser]") {
  const Parsed parsed(
      "train L with sgd(0.5, lr=0.01), batch_size=all, epochs=3, shuffle=false, validation=0.1");
  const auto train = only<ast::Train>(parsed);
  CHECK(train.loss.text == "L");
  CHECK(train.optimizer.text == "sgd");
  CHECK(items(parsed.lesson, train.arguments) == "1/2");
  CHECK(keywords(parsed.lesson, train.keywords) == "lr=1/100");
  CHECK(keywords(parsed.lesson, train.options) ==
        "batch_size=all epochs=3 shuffle=False validation=1/10");
  CHECK(only<ast::Train>(Parsed("train L with adam")).optimizer.text == "adam");
}

TEST_CASE("expect: scopes", "[language][parser]") {
  using When = ast::Scope::When;
  const auto scope = [](const std::string& text) {
    return only<ast::Expect>(Parsed("expect " + text + " w = 1")).scope;
  };
  CHECK(scope("").when == When::first_step);
  CHECK(scope("finally:").when == When::finally);
  CHECK(scope("sample 2:").when == When::during);
  CHECK(scope("sample 2:").sample == 2);
  CHECK(scope("after step 3:").when == When::after);
  CHECK(scope("after step 3:").step == 3);
  const ast::Scope both = scope("after epoch 2 sample 1:");
  CHECK(both.when == When::after);
  CHECK(both.epoch == 2);
  CHECK(both.sample == 1);
  CHECK_FALSE(both.step);
}

TEST_CASE("expect: a value may be called like a scope", "[language][parser]") {
  CHECK(only<ast::Expect>(Parsed("expect sample = 3")).comparisons.at(0).name.text == "sample");
  CHECK(only<ast::Expect>(Parsed("expect finally <= 3")).comparisons.at(0).name.text == "finally");
}

TEST_CASE("expect: values, gradients, entries, metrics", "[language][parser]") {
  SECTION("several comparisons") {
    const Parsed parsed("expect after sample 2: w1 = 1.0583 within 0.0005, b1 >= -1/3");
    const auto expect = only<ast::Expect>(parsed);
    REQUIRE(expect.comparisons.size() == 2);
    const auto& [first, second] = std::pair(expect.comparisons[0], expect.comparisons[1]);
    CHECK(first.name.text == "w1");
    CHECK_FALSE(first.wrt);
    CHECK(first.relation == ast::Relation::equal);
    REQUIRE(first.within);
    CHECK(ast::s_expression(parsed.lesson, *first.within) == "1/2000");
    CHECK(parsed.source.text(first.span) == "w1 = 1.0583 within 0.0005");
    CHECK(second.relation == ast::Relation::at_least);
    CHECK(ast::s_expression(parsed.lesson, second.value) == "(/ (- 1) 3)");
  }
  SECTION("gradients") {
    for (const char* text : {"expect dL/dw1[0, 1] = 2", "expect ∂L/∂w1[0, 1] == 2"}) {
      const Parsed parsed(text);
      const auto comparison = only<ast::Expect>(parsed).comparisons.at(0);
      CHECK(comparison.name.text == "L");
      REQUIRE(comparison.wrt);
      CHECK(comparison.wrt->text == "w1");
      CHECK(parsed.source.text(comparison.wrt->span) == "w1");
      CHECK(comparison.index == std::vector<std::int64_t>{0, 1});
    }
  }
  SECTION("metrics on a part of the data") {
    const auto comparison =
        only<ast::Expect>(Parsed("expect finally: accuracy ≥ 0.95 on validation within 0.1"))
            .comparisons.at(0);
    CHECK(comparison.name.text == "accuracy");
    CHECK(comparison.relation == ast::Relation::at_least);
    CHECK(comparison.on == ast::Split::validation);
    CHECK(comparison.within);
  }
  SECTION("a matrix, over several lines") {
    const Parsed parsed("expect Z1 = [[1, 2],\n  [3, 4]], b <= 1");
    const auto expect = only<ast::Expect>(parsed);
    CHECK(ast::s_expression(parsed.lesson, expect.comparisons.at(0).value) == "[[1 2] [3 4]]");
    CHECK(expect.comparisons.at(1).relation == ast::Relation::at_most);
  }
}

TEST_CASE("imports and docstrings are passed over, print with a remark", "[language][parser]") {
  const Parsed parsed(
      "import numpy as np\nfrom math import (exp,\n  log)\n\"\"\"A docstring\nof two lines\"\"\"\n"
      "z = np.exp(0)\nprint(z, 'x');\n");
  CHECK(parsed.errors().empty());
  CHECK(parsed.lesson.statements.size() == 1);
  CHECK(parsed.remarks() ==
        "test.lesson:7:1: remark: this line is left out\n"
        "  7 | print(z, 'x');\n"
        "    | ^~~~~~~~~~~~~\n"
        "  tracer shows every value by itself\n");
}

TEST_CASE("a byte order mark and Windows line ends change nothing", "[language][parser]") {
  const Parsed parsed("\xEF\xBB\xBF# Title\r\n# Words\r\nparam w = 1\r\nz = w*w\r\n");
  CHECK(parsed.errors().empty());
  CHECK(parsed.lesson.title == "Title");
  CHECK(parsed.lesson.introduction == "Words");
  CHECK(parsed.lesson.statements.size() == 2);
}
