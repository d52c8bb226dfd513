#include "tests/catch.hpp"
#include "tests/step/walks.hpp"

namespace tracer {
namespace {

using Kind = Key::Kind;

std::string value_of(const Walked& walked) {
  const Value* value = walked.walk.active().value;
  return value == nullptr ? "" : value->decimals.front().text;
}

}  // namespace

TEST_CASE("walk: forward through XOR to the end, and back to the beginning", "[step]") {
  Walked walked("xor-2-2-1");
  CHECK(walked.label() == "given");
  std::vector<std::pair<long long, std::string>> there;
  for (int i = 0; i < 1000; ++i) {
    there.emplace_back(walked.walk.step(), walked.label());
    walked.press(Kind::right);
    if (!walked.walk.message().text.empty()) break;
  }
  // given, 7 forward, 15 backward, 9 updates, in each of four samples
  REQUIRE(there.size() == 4 * 32);
  CHECK(there[1].second == "z1");
  CHECK(there[8].second == "∂L/∂p");
  CHECK(there[32] == std::pair{2LL, std::string("given")});
  CHECK(there.back() == std::pair{4LL, std::string("c")});
  CHECK(has(walked.walk.message().text, "this is the end"));
  for (std::size_t i = there.size(); i-- > 0;) {
    CHECK(std::pair{walked.walk.step(), walked.label()} == there[i]);
    walked.press(Kind::left);
  }
  CHECK(walked.walk.message().text == "this is the beginning");
}

TEST_CASE("walk: by phases, to both ends, by numbers of samples", "[step]") {
  Walked walked("xor-2-2-1");
  walked.press(Kind::page_down);
  CHECK(walked.label() == "z1");
  walked.press(Kind::page_down);
  CHECK(walked.label() == "∂L/∂p");
  walked.press(Kind::page_down);
  CHECK(walked.walk.active().phase == Phase::update);
  walked.press(Kind::page_down);
  CHECK(walked.walk.step() == 2);
  walked.press(Kind::end);
  CHECK(walked.label() == "c");
  walked.press(Kind::page_up);
  CHECK(walked.label() == "w11");
  walked.press(Kind::home);
  CHECK(walked.walk.line() == 0);
  walked.press(Kind::page_up);
  CHECK(walked.walk.step() == 1);
  walked.answer("4", "");
  CHECK(walked.walk.step() == 4);
  walked.type("[");
  CHECK(walked.walk.step() == 3);
  walked.answer("9", "9");
  CHECK(walked.walk.step() == 3);
  CHECK(walked.walk.message().text == "there is no step 99; there are 1 to 4");
  walked.answer("#", "x");
  CHECK(has(walked.walk.message().text, "no number of a step"));
}

TEST_CASE("walk: to a name, its gradient, its update; a name that is none", "[step]") {
  Walked walked("xor-2-2-1");
  walked.answer("/", "z1");
  CHECK(walked.label() == "z1");
  walked.answer("g", "z1");
  CHECK(walked.label() == "∂L/∂z1");
  for (const std::string name : {"dL/dw11", "∂L/∂w11", "w11.grad"}) {
    INFO(name);
    walked.press(Kind::home);
    walked.answer("/", name);
    CHECK(walked.label() == "∂L/∂w11");
  }
  walked.answer("/", "w11");
  CHECK(walked.walk.active().phase == Phase::update);
  const std::size_t line = walked.walk.line();
  walked.answer("/", "w1l");
  CHECK(walked.walk.line() == line);
  CHECK(walked.walk.message().text == "there is no line of w1l in this step; did you mean w11?");
  walked.type("/z");
  walked.press(Kind::escape);
  CHECK(!walked.walk.prompt());
  CHECK(walked.walk.line() == line);
}

TEST_CASE("walk: a changed value moves what depends on it, and can be taken back", "[step]") {
  Walked walked("relu-1-1-1");
  walked.answer("/", "z2");
  CHECK(value_of(walked) == "1");
  walked.answer("=", "w1 = 0.5");
  CHECK(walked.label() == "z2");
  CHECK(value_of(walked) == "0.5");
  CHECK(walked.walk.is_changed(walked.walk.line()));
  CHECK(walked.steps.changes() == std::vector<std::string>{"w1 = 0.5"});
  CHECK(has(walked.screen(), "with w1 = 0.5"));
  CHECK(has(walked.screen(), "before the change: z2 = 1"));
  CHECK(has(walked.walk.page().step.heading, "x = 1"));
  walked.answer("=", "b1 = 1/4");
  CHECK(value_of(walked) == "0.75");
  walked.type("u");
  CHECK(value_of(walked) == "0.5");
  walked.answer("=", "w1 =");
  CHECK(value_of(walked) == "1");
  CHECK(walked.steps.changes().empty());
  walked.type("uu");
  CHECK(value_of(walked) == "1");
  CHECK(!walked.walk.is_changed(walked.walk.line()));
  walked.type("u");
  CHECK(walked.walk.message().text == "nothing is changed");
  // what is given has changed too, and has no result of its own
  walked.press(Kind::home);
  walked.answer("=", "w1 = 2");
  CHECK(has(walked.screen(), ">•Given"));
  CHECK(has(walked.screen(), "before the change: w1 = 1"));
  CHECK(has(walked.screen(), "w1 = 2   b1 = 0"));
  walked.type("u");
  // it goes on through the samples: the weights of the second one come from the first
  walked.answer("c", "w1 = 0.5");
  walked.type("]");
  CHECK(walked.walk.step() == 2);
  CHECK(walked.walk.is_changed(0));
}

TEST_CASE("walk: a value that can't be derived is told, and the page is kept", "[step]") {
  Walked walked("relu-1-1-1");
  walked.answer("/", "z1");
  const std::string before = walked.screen();
  const auto refused = [&](const std::string& setting) {
    walked.answer("=", setting);
    const std::string said = walked.walk.message().text;
    CHECK(walked.walk.message().stress == Stress::bad);
    CHECK(walked.steps.changes().empty());
    CHECK(said.ends_with("; nothing is changed"));
    walked.type("~");  // does nothing
    walked.press(Kind::tab, 2);
    CHECK(walked.screen() == before);
    return said;
  };
  CHECK(has(refused("w1 = 1/0"), "divides by 0"));
  CHECK(has(refused("w1 = [1, 2]"), "L is 2×1; a loss must be a single number"));
  CHECK(has(refused("w33 = 1"), "the lesson has no value w33; there are b1, b2, w1, w2"));
  CHECK(has(refused("x = 1"), "x can't be set: it holds the samples"));
  CHECK(has(refused("w1"), "write a name and its new value"));
  CHECK(has(refused("w1 ="), "w1 is not changed"));
  CHECK(has(refused("w1 = abc"), "abc"));
  Walked divided(Source("d", "param w = 2\nz = 1/w\nL = z**2\n"));
  divided.answer("=", "w = 0");
  CHECK(has(divided.walk.message().text, "division by zero"));
  CHECK(has(divided.screen(), "w = 2"));
}

TEST_CASE("walk: a result is hidden until it is predicted", "[step]") {
  Walked walked("xor-2-2-1");
  walked.type("p");
  walked.answer("/", "h1");
  CHECK(!has(walked.screen(), "0.52497"));
  CHECK(!has(walked.screen(), "0.5250"));
  CHECK(has(walked.screen(), "What is h1?"));
  walked.answer("", "0.6");  // digits begin the answer
  CHECK(has(walked.walk.message().text, "no; look at what it is made of"));
  CHECK(walked.walk.is_hidden(walked.walk.line()));
  walked.answer("", "-0.525");
  CHECK(has(walked.walk.message().text, "the sign is turned"));
  walked.answer("", "0.5250");
  CHECK(walked.walk.message().text == "right: h1 ≈ 0.5249791875");
  CHECK(!walked.walk.is_hidden(walked.walk.line()));
  CHECK(has(walked.screen(), "0.5249791875"));
  CHECK(walked.walk.score() == std::pair{0, 1});  // not at the first try
  walked.press(Kind::right);
  CHECK(walked.label() == "h2");
  walked.answer("", "0.4501");
  CHECK(has(walked.walk.message().text, "right, but rounded carelessly"));
  CHECK(walked.walk.score() == std::pair{1, 2});
  walked.press(Kind::right);
  walked.press(Kind::right);  // shows it, and stays
  CHECK(walked.label() == "s");
  CHECK(has(walked.walk.message().text, "s ≈ −0.007431567421"));
  CHECK(walked.walk.score() == std::pair{1, 3});
  walked.press(Kind::right);
  CHECK(walked.label() == "p");
  walked.press(Kind::enter);
  walked.answer("", "ten");
  CHECK(walked.walk.message().stress == Stress::bad);
  CHECK(walked.walk.is_hidden(walked.walk.line()));
  walked.type("p");
  CHECK(!walked.walk.is_hidden(walked.walk.line()));
}

TEST_CASE("walk: with other numbers everything is to be predicted again", "[step]") {
  Walked walked("relu-1-1-1");
  walked.type("p");
  walked.answer("/", "z1");
  walked.answer("", "1");
  CHECK(!walked.walk.is_hidden(walked.walk.line()));
  walked.answer("=", "w1 = 3");
  CHECK(walked.walk.is_hidden(walked.walk.line()));
  CHECK(!has(walked.screen(), "before the change"));
}

TEST_CASE("walk: results as decimals, as fractions, rounded", "[step]") {
  Walked walked("relu-1-1-1");
  walked.answer("2", "");
  walked.answer("/", "dL/dw2");
  CHECK(has(walked.screen(), "= −3.870328"));
  walked.type("v");
  CHECK(has(walked.screen(), "= −483791/125000"));
  walked.type("v");
  CHECK(has(walked.screen(), "≈ −3.870\n"));
  walked.type("v");
  CHECK(has(walked.screen(), "= −3.870328\n"));
  Walked irrational("xor-2-2-1");
  irrational.answer("/", "h1");
  irrational.type("v");
  CHECK(has(irrational.screen(), "no fraction: it comes of numbers"));
}

TEST_CASE("walk: a lesson in symbols has one page and nothing to be predicted", "[step]") {
  Walked walked(Source("s", "param W: (m, n)\ninput x: (n)\nz = W @ x\nL = sum(z)\n"));
  walked.type("p");
  CHECK(has(walked.walk.message().text, "in symbols"));
  CHECK(!walked.walk.predicting());
  walked.type("v");
  walked.press(Kind::end);
  CHECK(has(walked.label(), "∂L/∂"));
  walked.press(Kind::right);
  CHECK(has(walked.walk.message().text, "this is the end"));
}

TEST_CASE("walk: q, Ctrl-C and a terminal that is gone end it", "[step]") {
  for (const Key& key : {Key::of(U'q'), Key::of(3), Key{Kind::ended}}) {
    Walked walked("relu-1-1-1");
    walked.walk.press(key);
    CHECK(walked.walk.is_over());
  }
  Walked typing("relu-1-1-1");
  typing.type("/q");  // a letter of a name
  CHECK(!typing.walk.is_over());
  typing.walk.press(Key::of(3));
  CHECK(typing.walk.is_over());
}

TEST_CASE("walk: a wrong prediction is named as the marker names it", "[step]") {
  Walked walked("relu-1-1-1");
  walked.press(Key::Kind::page_down);
  walked.type("p");
  CHECK(walked.label() == "z1");
  walked.answer("", "-1.000");
  CHECK(has(walked.walk.message().text, "the sign is turned"));
  walked.answer("#", "2");
  walked.answer("/", "z1");
  walked.answer("", "2.0400");
  CHECK(has(walked.walk.message().text, "the term b1 was left out"));
  walked.answer("", "1.2345");
  CHECK(has(walked.walk.message().text, "no; look at what it is made of"));
}

}  // namespace tracer
