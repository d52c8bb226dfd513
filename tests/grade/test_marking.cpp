// Marks and their reasons: the hand calculation R1, and one slip after the other.
#include "tests/catch.hpp"
#include "tests/grade/marked.hpp"
#include "tests/lessons/run_program.hpp"
#include "tracer/error.hpp"

using namespace tracer;
using test::line_of;
using test::marked;
using test::says;
using test::shipped_lesson;

namespace {

const Rounding four_decimals{4, false, RoundingMode::half_away};

Marking r1(const std::optional<Rounding>& rounding) {
  return marked(test::one_relu, read_text(lessons_folder() / "marking" / "r1.answers"), rounding);
}

// What the slip is called, where one answer under "sample N" is wrong for one reason.
std::string slip_of(const std::string& lesson, int step, const std::string& answer) {
  const Marking marking = marked(lesson, answer);
  const MarkedLine& line = marking.steps.at(0).lines.at(0);
  CHECK(marking.steps.at(0).step == step);
  if (line.mark != Mark::wrong) return "not wrong: " + verdict(line, false);
  return line.slips.empty() ? "none" : text_of(line.slips.front().says);
}

std::string relu_slip(const std::string& answer) {
  return slip_of(test::one_relu, 2, "sample 2: " + answer);
}

}  // namespace

TEST_CASE("R1: just the swapped updates are wrong, and what follows from them follows",
          "[grade][r1]") {
  for (const std::optional<Rounding>& rounding :
       {std::optional(four_decimals), std::optional<Rounding>()}) {
    CAPTURE(rounding.has_value());
    const Marking marking = r1(rounding);
    for (const MarkedStep& step : marking.steps) {
      for (const MarkedLine& line : step.lines) {
        const std::string& name = line.answer.name;
        CAPTURE(step.step, name);
        Mark wanted = Mark::right;
        if (step.step == 2 && (name == "b1" || name == "b2")) wanted = Mark::wrong;
        if (step.step == 3) {
          if (name == "z1" || name == "a1" || name == "b1" || name == "b2") wanted = Mark::follows;
          if (name == "dL/dw2") wanted = Mark::follows;  // of all the digits of their a1
          if (name == "w2") wanted = Mark::careless;
        }
        CHECK(line.mark == wanted);
      }
    }
    CHECK(says(marking, 2, "b1") ==
          "wrong: 0.02 − 0.01·(−1.9164) = 0.0392; swapped with b2: ∂L/∂b2 gives 0.0388, and 0.0389 "
          "is that, carelessly rounded");
    CHECK(says(marking, 2, "b2") ==
          "wrong: 0.02 − 0.01·(−1.8788) = 0.0388; swapped with b1: ∂L/∂b1 gives 0.0392, and 0.0391 "
          "is that, carelessly rounded");
    CHECK(says(marking, 3, "z1") == "follows from your b1");
    CHECK(says(marking, 3, "b2") == "follows from your b2");
    CHECK(says(marking, 3, "dL/dw2") == "follows from your a1");
    CHECK(says(marking, 3, "w2").find("off by one in the last digit (rounding, not method") !=
          std::string::npos);
    CHECK(summary(marking) == "29 right, 5 follow, 2 wrong: 34/36");
    CHECK(marking.answered == 36);
    CHECK(marking.asked == 45);
  }
}

TEST_CASE("a wrong line gets the reason that gives its number", "[grade][slips]") {
  CHECK(relu_slip("dL/dz2 = 1.8788") == "the sign is turned");
  CHECK(relu_slip("L = 3.5299") == "the factor 1/2 was left out");
  CHECK(relu_slip("dL/dw1 = -1.9164") == "the factor x was left out");
  CHECK(relu_slip("dL/da1 = -1.8788") == "the factor w2 was left out");
  CHECK(relu_slip("dL/da1 = -1.9891") == "the updated w2 was used, not that of the forward pass");
  CHECK(relu_slip("dL/dz1 = -3.9477") == "a1 in place of the slope relu′(z1)");
  CHECK(relu_slip("z1 = 2.04") == "the term b1 was left out");
  CHECK(relu_slip("z1 = 3.08") == "x of sample 3 was used");
  CHECK(says(marked(test::one_relu, "sample 3: z1 = 3.0392"), 3, "z1")
            .ends_with(
                "; the factor w1 was left out; or w1 as given was used, not as it was by now"));
  CHECK(relu_slip("w1 = 0.9817") ==
        "the step was added and not subtracted: new = old − lr · gradient");
  CHECK(relu_slip("w1 = 4.8528") == "the learning rate was forgotten");
  CHECK(relu_slip("w1 = 1.4033") == "the learning rate 0.1 was used, not 0.01");
  CHECK(relu_slip("w1 = 1.0383") == "it starts from w1 as given, not as it was by now");
  CHECK(relu_slip("w1 = 1.02") == "this is w1 before the update");
  CHECK(relu_slip("w1 = 0.0383") == "this is the step alone: the old w1 is missing");
  CHECK(relu_slip("b1 = 0.0388") == "updated with ∂L/∂b2");
  CHECK(relu_slip("dL/dw2 = -38.703") == "the decimal point is 1 place too far to the right");
  CHECK(relu_slip("z2 = 2.2112") == "two digits have changed places");
  CHECK(relu_slip("dL/dw2 = -7.7407") == "twice what it should be");
  CHECK(relu_slip("dL/db2 = -3.8703") == "this is ∂L/∂w2");
  CHECK(relu_slip("z2 = 17.3") == "none");
}

TEST_CASE("in matrices too: the slope, the weight, the direction of the step", "[grade][slips]") {
  const Program program = load_program(read_source(lessons_folder() / "two-layer-matrix.lesson"));
  const auto slip = [&](const std::string& answer) {
    return says(marked(program, "sample 1\n" + answer), 1, answer.substr(0, answer.find(" =")));
  };
  CHECK(slip("dL/dz = [0.0872, 0.0623]") ==
        "wrong in every entry (0.0217, 0.0154): the slope ∂h/∂z was left out");
  CHECK(slip("dL/dh = [0.0831, 0.0588]") ==
        "wrong in every entry (0.0872, 0.0623): the updated W2 was used, not that of the forward "
        "pass");
  CHECK(slip("b1 = [0.1109, -0.1923]")
            .ends_with("the step was added and not subtracted: new = old − lr · gradient"));
  CHECK(slip("dL/dz = [0.0458, 0.0280]").ends_with("the factor 1 − h was left out"));
}

TEST_CASE("two lines that stand in each other's place are told as swapped", "[grade][slips]") {
  const Marking marking = marked(test::one_relu, "sample 2:\ndL/db1 = -1.8788\ndL/db2 = -1.9164\n");
  CHECK(says(marking, 2, "dL/db1").ends_with("; swapped with ∂L/∂b2"));
  CHECK(says(marking, 2, "dL/db2").ends_with("; swapped with ∂L/∂b1"));
}

TEST_CASE("a value that is forgotten where paths meet is named", "[grade][slips]") {
  const std::string fan_out = "param a = 2\nb = a*3\nc = a + 1\nL = b*c\n";
  // dL/da = 3c + b = 9 + 6
  CHECK(slip_of(fan_out, 1, "dL/da = 9") == "the way through c was left out");
  CHECK(slip_of(fan_out, 1, "dL/da = 6") == "the way through b was left out");
}

TEST_CASE("what comes of a mistake does not explain it", "[grade][slips]") {
  // every later line of the step equals the wrong value, for it was computed from that
  const Marking marking = marked(test::one_relu, "sample 2: dL/dz2 = -1.7777");
  CHECK(line_of(marking, 2, "dL/dz2").slips.empty());
}

TEST_CASE("a slip on the right values is found where they did not go on with their own",
          "[grade][slips]") {
  const Marking marking = marked(test::one_relu, "sample 2:\nz2 = 2.2112\nL = 3.5299\n");
  CHECK(says(marking, 2, "L") == "wrong: ½(2.1212 − 4)² = 1.7649; the factor 1/2 was left out");
}

TEST_CASE("a parameter that was not updated is wrong, however few digits it has", "[grade]") {
  // b1 is 0.0392 after sample 2: 0.02 is neither a short form of that nor near
  const Marking marking = marked(
      "param b = 0.02\ndata y in 1, 2\nL = (b - y)**2/400\ntrain L with sgd(lr=0.5), "
      "batch_size=1\n",
      "sample 1:\nL = 0.0024\nb = 0.02\n");  // right: 0.02245
  CHECK(line_of(marking, 1, "b").mark == Mark::wrong);
}

TEST_CASE("matrices are marked entry by entry and told in one line", "[grade][matrix]") {
  const std::string lesson =
      "param W = [[1, 2], [3, 4]]\ninput x = [1, 2]\nz = W @ x\nL = sum(z)\n"
      "train L with sgd(lr=0.1)\n";
  const Marking marking = marked(lesson,
                                 "z = [5, 12]\ndL/dW = [[1, 1], [2, 2]]\nW[0,1] = 1.8\n"
                                 "W[1,0] = 2.8\n");
  CHECK(says(marking, 1, "z") == "wrong in [1,0] (11)");
  CHECK(says(marking, 1, "dL/dW") ==
        "wrong in [0,1] (2) and [1,0] (1): transposed: rows and columns have changed places");
  CHECK(marking.wrong() == 2);
  CHECK(line_of(marking, 1, "W[0,1]").mark == Mark::right);
  CHECK(line_of(marking, 1, "W[1,0]").mark == Mark::follows);
}

TEST_CASE("an oblong matrix that is transposed is wrong, and said to be", "[grade][matrix]") {
  const std::string lesson =
      "param W = [[1, 2, 3], [4, 5, 6]]\ninput x = [1, 2, 3]\n"
      "z = W @ x\nL = sum(z)\n";
  const Marking marking = marked(lesson, "dL/dW = [[1, 1], [2, 2], [3, 3]]\nz = [[14, 32]]\n");
  CHECK(says(marking, 1, "dL/dW") == "wrong: transposed: rows and columns have changed places");
  CHECK(line_of(marking, 1, "z").mark == Mark::right);  // a column may be written as a row
}

TEST_CASE("answers that belong nowhere are listed, and the rest is marked", "[grade]") {
  const Marking marking = marked(test::one_relu,
                                 "z1 = 1\nsample 1: z1 = 1\nsample 4: z1 = 2\nsample 1\nz1 = 3\n"
                                 "dL/dy = 2\nz2[0,3] = 1\na1 = [1, 2]\n");
  std::vector<std::string> why;
  for (const UnreadLine& line : marking.unread) why.push_back(line.why);
  CHECK(why ==
        std::vector<std::string>{
            "which sample? put 'sample 1:' above it", "written again in line 5, which counts",
            "there is no sample 4: the lesson has 3",
            "there is no gradient of y here: the lesson does not ask for it, or the loss does "
            "not depend on it",
            "z2 is 1×1: its last entry is z2[0, 0]", "a1 is 1×1, and this is 1×2"});
  CHECK(says(marking, 1, "z1") == "wrong: (1)(1) + 0 = 1");
  CHECK_THROWS_WITH(
      marked(test::one_relu, "z9 = 1\n"),
      "test.answers: nothing in it can be read; line 1: the lesson has no z9; it has z1, "
      "a1, z2, L, b1, b2, w1, w2, x, y (tracer grade LESSON --blank writes a form)");
}

TEST_CASE("a value that can't be computed does not end the marking", "[grade]") {
  const std::string lesson = "param w = 2\nz = w - 1\na = log(z)\nL = a*w\n";
  const Marking marking = marked(lesson, "z = 0\na = 0\nL = 0\n");
  CHECK(line_of(marking, 1, "z").mark == Mark::wrong);
  CHECK(line_of(marking, 1, "a").mark == Mark::right);
  CHECK(line_of(marking, 1, "L").mark == Mark::right);
  CHECK(marking.remarks.empty());
}

TEST_CASE("huge numbers are marked like others", "[grade]") {
  const Marking marking = marked(test::one_relu, "sample 1: z1 = 1e9000\na1 = 1e9000\n");
  CHECK(line_of(marking, 1, "z1").mark == Mark::wrong);
  CHECK(line_of(marking, 1, "a1").mark == Mark::follows);
}

TEST_CASE("a scheme weighs lines, samples and shares", "[grade][scheme]") {
  const std::string answers =
      "sample 2:\ndL/dw1 = -3.8328\nw1 = 1.0583\nL = 1.7650\nz1 = 3\n"
      "a1 = 3\n";
  const auto marks = [&](const std::string& scheme) {
    const Marking marking = marked(test::one_relu, answers, {}, scheme);
    return marks_text(marking.marks()) + "/" + marks_text(marking.of());
  };
  CHECK(marks("default = 1") == "4/5");
  CHECK(marks("dL/dw1 = 2\nsample 2: w1 = 0\nsample 3: dL/dw1 = 7") == "4/5");
  CHECK(marks("careless = 0.5\nfollows = 0.25") == "2.75/5");
  CHECK_THROWS_WITH(
      marks("default = 1\ndL/dw9 = 2"),
      "test.scheme, line 2: the lesson has no w9; it has z1, a1, z2, L, b1, b2, w1, w2, x, y");
  CHECK_THROWS_WITH(marks("careless = 2"), "test.scheme, line 1: a share is at most 1");
  CHECK_THROWS_WITH(marks("z1 = -1"), "test.scheme, line 1: marks can't be below 0");
  CHECK_THROWS_WITH(marks("dL/dw1 = 1e400"),
                    "test.scheme, line 1: marks can't be above 1000000 a line");
}

TEST_CASE("--round compares with the rounded working, --rounding with its mode", "[grade]") {
  // rounded on every line, dL/da1 is -1.6499 and dL/dw1 three times that: -4.9497; exact: -4.9496
  for (const std::string value : {"-4.9496", "-4.9497"}) {
    const Marking marking = marked(test::one_relu, "sample 3: dL/dw1 = " + value, four_decimals);
    CHECK(line_of(marking, 3, "dL/dw1").mark == Mark::right);
  }
  CHECK(line_of(marked(test::one_relu, "sample 3: dL/dw1 = -4.9497"), 3, "dL/dw1").mark ==
        Mark::careless);
  const Rounding truncating{4, false, RoundingMode::truncate};
  CHECK(line_of(marked(test::one_relu, "sample 2: L = 1.7649", truncating), 2, "L").mark ==
        Mark::right);
  CHECK(
      line_of(marked(test::one_relu, "sample 2: dL/dw1 = -3.8327", truncating), 2, "dL/dw1").mark ==
      Mark::right);
}

TEST_CASE("an optimizer that remembers follows through all its steps", "[grade]") {
  const std::string momentum =
      "param w = 1\nL = w**2\ntrain L with sgd(lr=0.1, momentum=0.9), epochs=2\n";
  // right: velocity 2, w 0.8; velocity 1.8 + 1.6 = 3.4, w 0.46
  const Marking marking = marked(
      momentum, "step 1:\nvelocity = 3\nw = 0.7\nstep 2:\ndL/dw = 1.4\nvelocity = 4.1\nw = 0.29\n");
  CHECK(line_of(marking, 1, "velocity").mark == Mark::wrong);
  CHECK(line_of(marking, 1, "w").mark == Mark::follows);
  CHECK(line_of(marking, 2, "dL/dw").mark == Mark::follows);
  CHECK(line_of(marking, 2, "velocity").mark == Mark::follows);
  CHECK(line_of(marking, 2, "w").mark == Mark::follows);
}

TEST_CASE("it is said what a line follows from, through what was not written", "[grade]") {
  const Marking marking =
      marked(test::one_relu, "sample 1:\ndL/dz2 = -3\ndL/dw1 = -3\nsample 2: z1 = 2.09\n");
  CHECK(says(marking, 1, "dL/dw1") == "follows from your ∂L/∂z2");
  CHECK(says(marking, 2, "z1") == "follows from your ∂L/∂w1 and ∂L/∂z2");
  // the velocity of step 2 has the gradient of step 1 in it
  const std::string momentum =
      "param w = 1\nL = w\ntrain L with sgd(lr=0.1, momentum=0.9), epochs=2\n";
  CHECK(says(marked(momentum, "step 1: dL/dw = 2\nstep 2: dL/dw = 1\nvelocity = 2.8\n"), 2,
             "velocity") == "follows from your ∂L/∂w");
}

TEST_CASE("of a number that is their own they may have carried more digits than they wrote",
          "[grade]") {
  // m̂ was taken for −5.6, so that w = 0.0933333...; L and v̂ are computed from all its digits
  const Marking marking = marked(shipped_lesson("momentum-and-adam"),
                                 "step 1: dL/dw = -6.000000, w m = -0.600000, w v = 0.036000\n"
                                 "w v̂ = 36.000000, w = 0.093333\n"
                                 "step 2: L = 8.448711, dL/dw = -5.813333, w m = -1.121333\n"
                                 "w v = 0.069759, w v̂ = 34.896871\n");
  INFO(test::page_text(marking));
  CHECK(marking.wrong() == 1);
  CHECK(says(marking, 2, "L") == "follows from your w");
  CHECK(says(marking, 2, "w v̂") == "follows from your w v");
  // but not so much more
  const Marking off = marked(shipped_lesson("momentum-and-adam"),
                             "step 1: dL/dw = -6.000000, w = 0.093333\nstep 2: L = 8.448702\n");
  CHECK(line_of(off, 2, "L").mark == Mark::wrong);
  // and of a right number its digits are known: (1.0246 − 1)² is not 0.0007
  const Marking right =
      marked("param w = 1\ninput x = 1.0246\nz = w*x\nL = (z - 1)**2\n", "z = 1.02\nL = 0.0009\n");
  CHECK(line_of(right, 1, "L").mark == Mark::wrong);
}

TEST_CASE("data that was copied wrongly is wrong, and what comes of it follows", "[grade]") {
  const Marking marking = marked(test::one_relu, "sample 2: x = 3, y = 4\nz1 = 3.08\n");
  CHECK(says(marking, 2, "y") == "as given");
  CHECK(line_of(marking, 2, "x").mark == Mark::wrong);
  CHECK(says(marking, 2, "z1") == "follows from your x");
  CHECK(summary(marking) == "0 right, 1 follow, 1 wrong: 1/2");
}

TEST_CASE("samples are found where the run takes them", "[grade]") {
  const std::string shuffled =
      "param w = 1\ndata x in 1, 2, 3, 4, 5\nL = (w - x)**2\n"
      "train L with sgd(lr=0.1), batch_size=1, epochs=2, shuffle=true\nseed 3\n";
  for (int sample = 1; sample <= 5; ++sample) {
    const Marking marking = marked(shuffled, "sample " + std::to_string(sample) +
                                                 ": x = " + std::to_string(sample) + "\nL = 99\n");
    CHECK(says(marking, marking.steps.at(0).step, "x") == "as given");
  }
  CHECK(marked(shuffled, "epoch 2 sample 4: x = 4\nL = 99").steps.at(0).step > 5);
}

TEST_CASE("lines answered are counted with those that nobody was asked for", "[grade]") {
  const std::string one_step = "param w = 2\ninput x = 3\nz = w*x\nL = z/2\n";
  CHECK(marked(one_step, "x = 3\n").nothing_for.empty());  // its step has no heading
  std::string entries = "1";
  for (int i = 0; i < 200; ++i) entries += ", 1";
  const Marking large =
      marked("param w = 2\ninput x = [" + entries + "]\nz = w*x\nL = sum(z)\n", "z[3] = 2\n");
  CHECK(large.right() == 1);
  CHECK(large.answered == 1);
}

TEST_CASE("steps beyond any int are steps that there are", "[grade]") {
  const std::string lesson =
      "param w = 2\ndata x in 1, 2, 3, 4, 5\nL = w*x\ntrain L with sgd(lr=0.1), batch_size=1, "
      "epochs=1000000000\n";
  const Marking marking = marked(lesson, "sample 1: L = 2\nepoch 200000000, sample 1: L = 2\n");
  CHECK(marking.unread.at(0).why ==
        "step 999999996 of a lesson of this size is not worked out exactly");
}
