// A mistake in a gradient that is not written: one line bears it, and what comes of it follows.
#include "tests/catch.hpp"
#include "tests/grade/marked.hpp"

using namespace tracer;
using test::line_of;
using test::marked;
using test::says;
using test::shipped_lesson;
using test::written;

namespace {

using Kind = PageLine::Kind;

// The first step as somebody writes it who goes wrong in one line, carries that on, and writes
// neither that line nor any gradient but those of the parameters.
std::string sheet(const Program& program, const PageLine& wrong, const Exact& factor,
                  int decimals) {
  LessonPages lesson(program, Working{256, 4096});
  lesson.reach(1);
  const OnLine go_wrong = [&](const PageLine& line, View<Exact> value) {
    if (line != wrong) return false;
    for (Eigen::Index k = 0; k < value.size(); ++k) value(k) = value(k) * factor;
    return true;
  };
  const WorkedPages theirs = work_out(program, Working{256, 4096}, 1, go_wrong);
  std::string text = lesson.heading(1).empty() ? "" : lesson.heading(1) + ":\n";
  const Graph& graph = lesson.record(1).batch->graph;
  for (const PageLine& line : lesson.lines(1)) {
    if (line.kind == Kind::gradient && graph[graph.find(line.name)].leaf != LeafKind::parameter)
      continue;
    text += lesson.label(line) + " = " + written(*theirs.find(line), decimals) + "\n";
  }
  return text;
}

// The gradients of named lines that are not the loss, in the first step.
std::vector<PageLine> unwritten(const Program& program) {
  LessonPages lesson(program, Working{256, 4096});
  std::vector<PageLine> all;
  for (const PageLine& line : lesson.lines(1)) {
    const Graph& graph = lesson.record(1).batch->graph;
    const bool above = line.kind == Kind::gradient && !graph[graph.find(line.name)].is_leaf();
    const Array<Exact>& value = *lesson.pages().find(line);
    if (above && value.size() > 0 && line.name != "L") all.push_back(line);
  }
  return all;
}

}  // namespace

TEST_CASE("one mistake in an unwritten gradient is one wrong line", "[grade][unwritten]") {
  const std::string forward =
      "sample 1: z1 = 1, a1 = 1, z2 = 1, L = 2, dL/dw2 = -2, dL/db2 = -2, dL/dw1 = -2, dL/db1 = "
      "-2\n"
      "w1 = 1.02, w2 = 1.02, b1 = 0.02, b2 = 0.02\n"
      "sample 2: z1 = 2.06, a1 = 2.06, z2 = 2.1212, L = 1.7649\n";

  SECTION("the half of the squared error is forgotten") {
    const Marking marking = marked(
        test::one_relu,
        forward + "dL/dw2 = -7.7407\ndL/db2 = -3.7576\ndL/dw1 = -7.6655\ndL/db1 = -3.8328\n");
    INFO(test::page_text(marking));
    CHECK(summary(marking) == "16 right, 3 follow, 1 wrong: 19/20");
    CHECK(says(marking, 2, "dL/dw2") ==
          "wrong: (−1.8788)(2.06) = −3.8703; your ∂L/∂z2 (not written) was −3.7576: twice what it "
          "should be");
    CHECK(says(marking, 2, "dL/dw1") == "follows from your ∂L/∂z2");
    CHECK(line_of(marking, 2, "dL/dw2").wanted == "−3.8703");
    // where to look, and no value
    CHECK(verdict(line_of(marking, 2, "dL/dw2"), true) ==
          "wrong: look at dL/dz2, which is not written (it is off by a constant factor)");
  }
  SECTION("an arithmetic slip that has no name") {
    const Marking marking =
        marked(test::one_relu,
               forward + "dL/dw2 = -3.9614\ndL/db2 = -1.923\ndL/dw1 = -3.923\ndL/db1 = -1.9615\n");
    INFO(test::page_text(marking));
    CHECK(marking.wrong() == 1);
    CHECK(says(marking, 2, "dL/dw2") ==
          "wrong: (−1.8788)(2.06) = −3.8703; your ∂L/∂z2 (not written) was −1.923");
  }
  SECTION("a factor is forgotten behind lines that are right") {
    // dL/da1 without w2 = 1.02
    const Marking marking = marked(
        test::one_relu,
        forward + "dL/dw2 = -3.8703\ndL/db2 = -1.8788\ndL/dw1 = -3.7576\ndL/db1 = -1.8788\n");
    INFO(test::page_text(marking));
    CHECK(marking.wrong() == 1);
    // in this sample the weight as given is 1, so that the one looks like the other
    CHECK(says(marking, 2, "dL/dw1") ==
          "wrong: (−1.916376)(2) = −3.8328; your ∂L/∂a1 (not written) was −1.8788: the factor w2 "
          "was left out; or w2 as given was used, not as it was by now");
    CHECK(says(marking, 2, "dL/db1") == "follows from your ∂L/∂a1");
  }
  SECTION("and the updates that come of it, where no gradient is written at all") {
    const Marking marking =
        marked(test::one_relu, forward + "w1 = 1.0967, w2 = 1.0974, b1 = 0.0583, b2 = 0.0576\n");
    INFO(test::page_text(marking));
    CHECK(marking.wrong() == 1);
    CHECK(marking.follow() == 3);
  }
}

TEST_CASE("of a matrix, what a known slip makes of it", "[grade][unwritten]") {
  // p(1 − p) is left out: dL/ds = p − y, which is the b2 of one sample
  const Program program = shipped_lesson("two-layer-matrix");
  LessonPages lesson(program, Working{256, 4096});
  lesson.reach(1);
  const PageLine s{1, Kind::gradient, "s", ""};
  const PageLine p{1, Kind::gradient, "p", ""};
  const Exact factor = (*lesson.pages().find(p))(0, 0) / (*lesson.pages().find(s))(0, 0);
  const Marking marking = marked(program, sheet(program, s, factor, 4));
  INFO(test::page_text(marking));
  CHECK(marking.wrong() == 1);
  CHECK(says(marking, 1, "dL/dW2").find("your ∂L/∂s (not written)") != std::string::npos);
  CHECK(says(marking, 1, "dL/dW2").find("left out") != std::string::npos);
  CHECK(says(marking, 1, "dL/dW2").find("was 0.4981") != std::string::npos);  // as db2 is written
  CHECK(says(marking, 1, "dL/db1").starts_with("follows from your ∂L/∂s"));
  CHECK(says(marking, 1, "b1") == "follows from your ∂L/∂b1");
}

TEST_CASE("numbers of few digits tell what they can", "[grade][unwritten]") {
  // twice ∂L/∂z2 = −1.8788, and every update rounded rightly from it
  const Marking coarse =
      marked(test::one_relu, "sample 2: w1 = 1.097, b1 = 0.058, w2 = 1.097, b2 = 0.058");
  INFO(test::page_text(coarse));
  CHECK(coarse.wrong() == 1);
  CHECK(coarse.careless() == 0);
  CHECK(says(coarse, 2, "w1").ends_with("was −3.76: twice what it should be"));
  // whole numbers that are hit just so
  const Marking whole = marked(test::one_relu, "sample 1: dL/dw2 = -4, dL/db2 = -4");
  CHECK(says(whole, 1, "dL/dw2").ends_with("was −4: twice what it should be"));
  // of so few digits nothing can be told
  const Marking few =
      marked(test::one_relu, "sample 3: w1 = 1.03, b1 = 0.03, w2 = 1.03, b2 = 0.03");
  CHECK(few.wrong() == 4);
}

TEST_CASE("a tie is told with all its digits", "[grade][unwritten]") {
  // exp(log 2) is an interval: of -0.0625 nobody can tell how it rounds to -0.062 or -0.063
  const Marking marking = marked(
      "param w = 0.5\nparam b = 0.0625\ninput x = 2\nh = exp(log(x))\nz = w*h + b\n"
      "L = 1/2*(z - 1)**2\ntrain L with sgd(lr=0.1)\n",
      "dL/dw = -0.13\ndL/db = -0.06\n");
  CHECK(says(marking, 1, "dL/dw")
            .ends_with("your ∂L/∂z (not written) was −0.06250000000: the sign is turned"));
}

TEST_CASE("what comes of it may stand in a later step", "[grade][unwritten]") {
  const Marking marking = marked(test::one_relu,
                                 "sample 1: dL/dw2 = -2.0000, dL/db2 = -2.0000, dL/dw1 = -4.2000\n"
                                 "w1 = 1.0420, w2 = 1.0200, b2 = 0.0200\n"
                                 "sample 2: z1 = 2.1260, z2 = 2.1885");
  INFO(test::page_text(marking));
  CHECK(marking.wrong() == 1);
  CHECK(says(marking, 1, "dL/dw1").ends_with("your ∂L/∂z1 (not written) was −4.2"));
  CHECK(marking.follow() == 3);
}

TEST_CASE("a line of an optimizer's working that is not written", "[grade][unwritten]") {
  // the velocity −5 in place of −6, carried on: 0.9·(−5) − 5
  const Marking marking = marked(shipped_lesson("momentum"),
                                 "step 1: dL/dw = -6.0000, w = 0.5000\n"
                                 "step 2: dL/dw = -5.0000, w = 1.4500");
  INFO(test::page_text(marking));
  CHECK(marking.wrong() == 1);
  CHECK(says(marking, 1, "w").ends_with("your w velocity (not written) was −5"));
  CHECK(marking.follow() == 2);
  // and one that is written is what the parameter follows from
  const Marking with_it = marked(shipped_lesson("momentum"), "step 1: w velocity = -3, w = 0.3");
  CHECK(says(with_it, 1, "w") == "follows from your w velocity");
}

TEST_CASE("an unwritten gradient explains nothing where a right line contradicts it",
          "[grade][unwritten]") {
  // dL/db2 = dL/dz2 is right, so dL/dz2 was
  const Marking marking = marked(test::one_relu,
                                 "sample 1: z1 = 1, a1 = 1, z2 = 1, L = 2, dL/db2 = -2, dL/dw2 = "
                                 "-4, dL/dw1 = -4, dL/db1 = -2");
  CHECK(marking.wrong() == 2);
  // two mistakes that have nothing in common
  const Marking apart =
      marked(test::one_relu,
             "sample 1: w1 = 1.02, b1 = 0.02, w2 = 1.02, b2 = 0.02\n"
             "sample 2: dL/dw2 = 3.8703, dL/db2 = -1.7, dL/dw1 = 7, dL/db1 = 3\n");
  CHECK(apart.wrong() == 4);
  // where it is written, everything follows from it as before
  const Marking with_it = marked(
      test::one_relu, "sample 1: dL/dz2 = -4, dL/dw2 = -4, dL/db2 = -4, dL/dw1 = -4, dL/db1 = -4");
  CHECK(with_it.wrong() == 1);
  CHECK(says(with_it, 1, "dL/dw2") == "follows from your ∂L/∂z2");
}

TEST_CASE("whatever unwritten line goes wrong, one line bears it", "[grade][unwritten][property]") {
  for (const std::string name : {"relu-1-1-1", "relu-1-2-1", "two-layer-matrix", "sigmoid-neuron",
                                 "xor-2-2-1", "softmax-layer"}) {
    const Program program = shipped_lesson(name);
    for (const PageLine& line : unwritten(program)) {
      for (const Exact& factor :
           {Exact(2), Exact(-1), Exact(Rational(1, 2)), Exact(Rational(11, 10))}) {
        const std::string answers = sheet(program, line, factor, 6);
        const Marking marking = marked(program, answers);
        CAPTURE(name, line.name, factor.to_double(), test::page_text(marking));
        CHECK(marking.wrong() <= 1);
        // where it makes any difference
        if (marking.follow() > 0) CHECK(marking.wrong() == 1);
      }
    }
  }
}
